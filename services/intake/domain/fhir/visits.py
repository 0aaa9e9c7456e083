"""Encounter, Account, Condition and Procedure as the visit, its diagnoses and its procedures."""

from collections.abc import Sequence

from services.intake.domain.account.facts import Happening, Visit
from services.intake.domain.feed import Feed
from services.intake.domain.fhir.items import icd
from services.intake.domain.fhir.parties import provider
from services.intake.domain.fhir.tree import Node
from shared.claim import Diagnosis, Procedure, Provider, Stay

_CLASSES = {
    "IMP": "I", "ACUTE": "I", "NONACUTE": "I", "EMER": "E", "AMB": "O", "VR": "O", "HH": "O", "FLD": "O", "OBSENC": "O",
    "SS": "O", "PRENC": "P",
}  # fmt: skip
"""v3 ActEncounterCode -> PV1-2, whose letters the feed translates."""
_ENDED = ("finished",)
_NONE = ("cancelled", "entered-in-error")
_STATUS = {"home": "01", "snf": "03", "aadvice": "07", "exp": "20", "rehab": "62", "long": "63", "psy": "65"}
"""discharge-disposition -> patient discharge status, where the one means the other."""
_PCS = ("icd-10-pcs", "2.16.840.1.113883.6.4")


def visit_of(encounter: Node, account: Node, feed: Feed) -> Visit | None:
    """What Encounter and Account say of the visit. None when neither came."""
    if not encounter and not account:
        return None
    patient_class = _class(encounter)
    period = encounter.get("period") or account.get("servicePeriod")
    kind = feed.classes.get(patient_class, "professional")
    ended = encounter.get("status").text() in _ENDED
    return Visit(
        patient_class=patient_class,
        kind=kind,
        place=feed.places.get(patient_class, ""),
        opened=period.get("start").day(),
        closed=period.get("end").day() if ended or not encounter else None,
        stay=_stay(encounter) if encounter else None,
        attending=_participant(encounter, "ATND") or _participant(encounter, "PPRF"),
        referring=_participant(encounter, "REF"),
        operating=_participant(encounter, "SPRF"),
        facility=_facility(encounter, feed),
    )


def happening_of(encounter: Node, account: Node, charged: bool, coded: bool) -> Happening:
    """The one thing that happened, where a Bundle tells of several: what ends the account first."""
    status = encounter.get("status").text()
    if status in _NONE or account.get("status").text() == "entered-in-error":
        return "cancelled"
    if status in _ENDED:
        return "discharged"
    if charged or coded:
        return "charged" if charged else "coded"
    return "registered" if encounter else "updated"


def _class(encounter: Node) -> str:
    said = encounter.get("class")
    code = said.get("code").text().upper() if isinstance(said.value, dict) else ""
    return _CLASSES.get(code, code)


def _stay(encounter: Node) -> Stay:
    hospital, period = encounter.get("hospitalization"), encounter.get("period")
    source, left = hospital.get("admitSource").code(), hospital.get("dischargeDisposition").code()
    return Stay(
        admission_source=source if len(source) == 1 else "",
        status=left if len(left) == 2 and left.isdecimal() else _STATUS.get(left.lower(), ""),
        admitted=period.get("start").day(),
        admission_hour=_hour(period.get("start")),
        discharge_hour=_hour(period.get("end")),
    )


def _hour(node: Node) -> str:
    return node.text()[11:16].replace(":", "")


def _participant(encounter: Node, role: str) -> Provider | None:
    for one in encounter.get("participant").items():
        if any(t.code().upper() == role for t in one.get("type").items()):
            return provider(one.get("individual"))
    return None


def _facility(encounter: Node, feed: Feed) -> Provider | None:
    said = provider(encounter.get("serviceProvider"))
    return said if said and said.npi and said.npi != feed.billing.npi else None


def diagnoses_of(encounter: Node, conditions: Sequence[Node]) -> tuple[Diagnosis, ...] | None:
    """The encounter's diagnoses in order of their rank, then its other Conditions. None when there is none in ICD-10-CM."""
    ranked = sorted(encounter.get("diagnosis").items(), key=lambda d: d.get("rank").text().rjust(4, "0"))
    found: dict[str, bool] = {}
    for entry in ranked:
        condition = encounter.tree.resolve(entry.get("condition"))
        if condition and (code := _coded(condition)):
            found.setdefault(code, entry.get("use").code().upper() == "AD")
    for condition in conditions:
        if code := _coded(condition):
            found.setdefault(code, False)
    others = [code for code, admitting in found.items() if not admitting]
    made = tuple(Diagnosis(code=c, qualifier="ABF" if at else "ABK") for at, c in enumerate(others))
    admitted = tuple(Diagnosis(code=c, qualifier="ABJ") for c, admitting in found.items() if admitting)
    return (*made, *admitted[:1]) or None


def _coded(condition: Node) -> str:
    status = condition.get("verificationStatus").code()
    if status in ("refuted", "entered-in-error"):
        return ""
    code = icd(condition.get("code"))
    if not code and "encounter-diagnosis" in [c.code() for c in condition.get("category").items()]:
        problem = "This diagnosis has no ICD-10-CM code and was left out."
        condition.get("code").doubtful(
            "code-invalid", problem, "Send a coding of http://hl7.org/fhir/sid/icd-10-cm."
        )
    return code


def procedures_of(procedures: Sequence[Node]) -> tuple[Procedure, ...] | None:
    """What was done, in ICD-10-PCS, the first as the principal one. None where nothing is coded so."""
    found: list[Procedure] = []
    for node in procedures:
        codings = [c for c in node.at("code", "coding").items() if _pcs(c)]
        if codings and node.get("status").text() not in ("not-done", "entered-in-error"):
            day = node.get("performedDateTime") or node.at("performedPeriod", "start")
            qualifier = "BBQ" if found else "BBR"
            code = codings[0].get("code").text().upper()
            found.append(Procedure(code=code, qualifier=qualifier, on=day.day()))
    return tuple(found) or None


def _pcs(coding: Node) -> bool:
    system = coding.get("system").text().lower()
    return any(word in system for word in _PCS) and bool(coding.get("code").text())
