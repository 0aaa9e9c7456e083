"""The visit: PV1 as its class, its kind, its days and its clinicians."""

from datetime import date, datetime

from services.intake.domain.account.facts import Visit
from services.intake.domain.hl7.source import Source
from services.intake.domain.hl7.values import clinician, hour
from shared.claim import Kind, Stay

CLASSES = frozenset("EIOPRBCNU")
"""Table 0004: emergency, inpatient, outpatient, preadmit, recurring, obstetrics, commercial, not applicable, unknown."""

NO_STAY = Stay()


def visit(source: Source, ends: datetime | None = None, closes: date | None = None) -> Visit | None:
    """What the message says of the visit; None where it has no PV1 and closes nothing.

    ``ends``: the message says that the visit is over (discharge, end of the account); its day counts where PV1 says none.
    ``closes``: the day of charges that themselves close the visit.
    """
    if not source.m.has("PV1") and closes is None and ends is None:
        return None
    said = source.value("visit.class").upper()
    admitted, discharged = source.day("visit.admitted"), source.day("visit.discharged")
    if admitted and discharged and discharged < admitted:
        problem, fix = "The visit ends before it begins.", "Correct PV1-44 or PV1-45."
        source.fault(102, "visit.discharged", 1, problem, fix, severity="W")
    kind = _kind(source, said)
    return Visit(
        patient_class=said,
        kind=kind,
        place=source.value("visit.place"),
        opened=admitted,
        closed=discharged or (ends.date() if ends else closes),
        stay=stay(source, kind, admitted),
        authorization=source.value("visit.authorization"),
        attending=clinician(source.m, source.values("visit.attending")),
        referring=clinician(source.m, source.values("visit.referring")),
        operating=clinician(source.m, source.values("visit.operating")),
    )


def _kind(source: Source, said: str) -> Kind:
    codes = source.table.fields["visit.kind"].codes
    if said and said not in codes and said not in CLASSES:
        fix = "Send a code of table 0004, or say in the feed file under classes which kind of claim it makes."
        problem = "This patient class is not known: the claim will be professional."
        source.fault(103, "visit.class", 1, problem, fix, severity="W")
    return "institutional" if source.value("visit.kind") == "institutional" else "professional"


def stay(source: Source, kind: Kind, admitted: date | None) -> Stay | None:
    """Admission and discharge, where PV1 says anything about them."""
    found = Stay(
        admission_type=source.value("visit.admission_type")[:1],
        admission_source=source.value("visit.admission_source")[:1],
        status=source.value("visit.status"),
        admitted=admitted if kind == "institutional" else None,
        admission_hour=hour(source.value("visit.admitted")),
        discharge_hour=hour(source.value("visit.discharged")),
    )
    return found if found != NO_STAY else None
