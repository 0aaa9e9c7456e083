"""Which release of FHIR a resource is written in, by what stands in it: only R4 (4.0.1) is taken, the others are named."""

import re
from collections.abc import Callable

from services.intake.domain.fhir.tree import Json

_PROFILE = re.compile(r"hl7\.org/fhir/(1\.0|3\.0|5\.0)/StructureDefinition/")
_RELEASES = {"1.0": "DSTU2", "3.0": "STU3", "5.0": "R5"}

_MARKS: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "Claim": (
        ("R5", frozenset({"traceNumber", "event", "diagnosisRelatedGroup", "patientPaid", "encounter"})),
    ),
    "Coverage": (
        ("R5", frozenset({"insurer", "paymentBy", "kind"})),
        ("STU3", frozenset({"grouping", "sequence"})),
        ("DSTU2", frozenset({"issuer", "bin", "plan", "subPlan", "group"})),
    ),
    "Encounter": (
        ("R5", frozenset({"actualPeriod", "plannedStartDate", "plannedEndDate", "admission", "virtualService"})),
        ("STU3", frozenset({"incomingReferral"})),
        ("DSTU2", frozenset({"indication", "patient"})),
    ),
    "Condition": (("R5", frozenset({"participant"})), ("DSTU2", frozenset({"patient"}))),
    "Procedure": (
        ("R5", frozenset({"occurrenceDateTime", "occurrencePeriod", "reportedBoolean"})),
        ("STU3", frozenset({"notDone", "context", "definition"})),
        ("DSTU2", frozenset({"notPerformed", "request"})),
    ),
    "ChargeItem": (("R5", frozenset({"unitPriceComponent"})), ("STU3", frozenset({"definition"}))),
    "Account": (
        ("R5", frozenset({"billingStatus", "relatedAccount", "calculatedAt"})),
        ("STU3", frozenset({"balance", "active"})),
    ),
    "Patient": (("STU3", frozenset({"animal"})),),
    "Practitioner": (("DSTU2", frozenset({"practitionerRole"})),),
}  # fmt: skip
"""Elements that only another release has, by resource type. They are looked for only where no element says R4."""


def release_of(resource: Json, kind: str) -> str:
    """``DSTU2``, ``STU3`` or ``R5`` where something in the resource is of that release only; ``R4`` otherwise."""
    if named := _by_profile(resource):
        return named
    special = _SPECIAL.get(kind)
    if special and (found := special(resource)):
        return found
    for release, marks in _MARKS.get(kind, ()):
        if not marks.isdisjoint(resource):
            return release
    return "R4"


def _by_profile(resource: Json) -> str:
    meta = resource.get("meta")
    profiles = meta.get("profile") if isinstance(meta, dict) else None
    for profile in profiles if isinstance(profiles, list) else ():
        if isinstance(profile, str) and (match := _PROFILE.search(profile)):
            return _RELEASES[match[1]]
    return ""


def _claim(claim: Json) -> str:
    """One stray element of another release in a Claim that is R4 otherwise is a defect of its own, and told as that."""
    said = claim.get("item")
    items = [i for i in said if isinstance(i, dict)] if isinstance(said, list) else []
    if any("productOrService" in i for i in items):
        return "R5" if any("productOrServiceEnd" in i for i in items) else ""
    if "insurance" not in claim and not _DSTU2.isdisjoint(claim):
        return "DSTU2"
    old = not _STU3.isdisjoint(claim) or any("service" in i or "careTeamLinkId" in i for i in items)
    return "STU3" if old else ""


def _patient(patient: Json) -> str:
    names = patient.get("name")
    first = names[0] if isinstance(names, list) and names else None
    return "DSTU2" if isinstance(first, dict) and isinstance(first.get("family"), list) else ""


def _encounter(encounter: Json) -> str:
    kind = encounter.get("class")
    return "R5" if isinstance(kind, list) else "DSTU2" if isinstance(kind, str) else ""


def _condition(condition: Json) -> str:
    return "STU3" if isinstance(condition.get("clinicalStatus"), str) else ""


_DSTU2 = frozenset({"target", "coverage", "additionalMaterials", "ruleset", "originalRuleset"})
_STU3 = frozenset({"organization", "information", "employmentImpacted", "hospitalization"})
_SPECIAL: dict[str, Callable[[Json], str]] = {
    "Claim": _claim,
    "Patient": _patient,
    "Encounter": _encounter,
    "Condition": _condition,
}
