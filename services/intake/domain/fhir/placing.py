"""Where in the sender's resource a part of the finished claim was made from."""

from services.intake.domain.fhir.outcome import Issue
from services.intake.domain.fhir.tree import Node
from shared.claim.checking import Defect

_NAMES = {
    "code": "productOrService", "charge": "net", "units": "quantity.value", "modifiers": "modifier",
    "first": "servicedDate", "last": "servicedPeriod.end", "pointers": "diagnosisSequence",
    "place": "locationCodeableConcept", "revenue_code": "revenue", "drug": "productOrService",
    "payer": "payor", "relationship": "relationship", "group_number": "class", "group_name": "class",
    "name": "name", "address": "address", "birth": "birthDate", "sex": "gender", "zip": "postalCode", "city": "city",
    "state": "state", "country": "country", "npi": "identifier", "tax_id": "identifier",
}  # fmt: skip
_CLAIM = {
    "number": "identifier[0].value", "charge": "total", "billing": "provider", "patient": "patient",
    "medical_record": "patient", "diagnoses": "diagnosis", "lines": "item", "coverages": "insurance",
    "authorization": "insurance", "original_reference": "related", "procedures": "procedure", "accident": "accident",
    "stay": "supportingInfo", "first": "billablePeriod", "last": "billablePeriod", "rendering": "careTeam",
    "referring": "careTeam", "supervising": "careTeam", "attending": "careTeam", "operating": "careTeam",
    "place": "item[0].locationCodeableConcept",
}  # fmt: skip


def placed(defect: Defect, node: Node) -> Issue:
    """A defect of the finished claim, at the element of the FHIR Claim ``node`` that the part was made from."""
    steps = defect.pointer.strip("/").split("/")
    base, rest = _origin(steps, node)
    if rest and rest[0] == "code" and ".diagnosis" in base:
        rest = []
    return Issue(code="value", expression=base + _below(rest), problem=defect.problem, fix=defect.fix)


def _origin(steps: list[str], node: Node) -> tuple[str, list[str]]:
    """The FHIRPath of the longest known beginning of the pointer, and the steps below it."""
    for length in range(len(steps), 0, -1):
        if found := node.tree.made.get("/" + "/".join(steps[:length])):
            return found, steps[length:]
    name = _CLAIM.get(steps[0], "")
    if not name:
        return node.path, []
    if len(steps) > 1 and steps[1].isdigit():
        return f"{node.path}.{name}[{steps[1]}]", steps[2:]
    return f"{node.path}.{name}", []


def _below(steps: list[str]) -> str:
    said = ""
    for step in steps:
        if step in _NAMES:
            said += f".{_NAMES[step]}"
            if step == "name":  # its parts are lists in FHIR, and which of several names it was is not known
                break
        elif step.isdigit() and said:
            said += f"[{step}]"
        else:
            break
    return said
