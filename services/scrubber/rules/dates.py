"""Dates that are real, in order, and in time."""

from collections.abc import Iterator
from datetime import date

from services.scrubber.rules.facts import Facts
from services.scrubber.rules.rule import Defect, rule
from shared.claim import Claim


@rule(
    "SCR-0301",
    "Service date is missing",
    fix="Give each line the day of service.",
    source="005010X222A1 2400 DTP*472",
    kind="professional",
)
def line_date(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if line.first is None:
            yield Defect(f"/lines/{i}/first", f"2400[{i + 1}]/DTP*472", "The line has no date of service.")


@rule(
    "SCR-0302",
    "Service ends before it begins",
    fix="Swap or correct the two dates.",
    source="005010X222A1 2400 DTP03 (RD8); 005010X223A2 2300 DTP*434",
)
def order(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if facts.first == facts.last:
        return  # all of it on one day, as most visits
    for i, line in enumerate(claim.lines):
        if line.first and line.last and line.last < line.first:
            yield Defect(
                f"/lines/{i}/last", f"2400[{i + 1}]/DTP*472", "The line's last day is before its first."
            )
    if claim.first and claim.last and claim.last < claim.first:
        yield Defect("/last", "2300/DTP*434", "The statement's last day is before its first.")


@rule(
    "SCR-0303",
    "Service date is in the future",
    fix="Correct the date; a service is billed after it is given.",
    source="005010X222A1 2400 DTP*472",
)
def future(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if facts.last is None or facts.last <= facts.today:
        return
    for i, line in enumerate(claim.lines):
        if line.first and line.first > facts.today:
            yield Defect(f"/lines/{i}/first", f"2400[{i + 1}]/DTP*472", "The date of service is after today.")


@rule(
    "SCR-0304",
    "Service date is outside the patient's life",
    fix="Check the birth date, the date of death and the date of service.",
    source="005010X222A1 2010BA DMG02, PAT06",
)
def lifetime(claim: Claim, facts: Facts) -> Iterator[Defect]:
    who = claim.who
    if who.birth and facts.first and facts.first < who.birth:
        yield Defect("/lines/0/first", "2400/DTP*472", "A service is dated before the patient's birth.")
    if who.death and facts.last and facts.last > who.death:
        yield Defect("/lines/0/last", "2400/DTP*472", "A service is dated after the patient's death.")


@rule(
    "SCR-0305",
    "Line is outside the statement dates",
    fix="Widen the statement dates or correct the line's date.",
    source="005010X223A2 2400 DTP*472 within 2300 DTP*434",
    kind="institutional",
)
def within_statement(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.first is None:
        return
    last = claim.last or claim.first
    for i, line in enumerate(claim.lines):
        if line.first and not claim.first <= line.first <= last:
            yield Defect(
                f"/lines/{i}/first", f"2400[{i + 1}]/DTP*472", "The line is not within the statement dates."
            )


@rule(
    "SCR-0306",
    "Accident is not described",
    fix="Give the day of the accident; for a car accident the state as well.",
    source="005010X222A1 2300 CLM11, DTP*439",
)
def accident(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.accident is None:
        return
    if claim.accident.on is None:
        yield Defect("/accident/on", "2300/DTP*439", "The day of the accident is missing.")
    if "AA" in claim.accident.causes and not (claim.accident.state or claim.accident.country):
        yield Defect("/accident/state", "2300/CLM11-4", "The state of the car accident is missing.")


@rule(
    "SCR-0307",
    "Too late for this payer",
    fix="Attach proof of an earlier filing (the payer's 277CA acceptance), or write the claim off: it may not go to the patient.",
    source="claims-rules: timely filing; the payer's contract; 42 CFR 424.44 for Medicare",
)
def timely(claim: Claim, facts: Facts) -> Iterator[Defect]:
    left = facts.days_left
    if left is not None and left < 0 and claim.frequency == "1" and not claim.delay_reason:
        yield Defect("/lines/0/first", "2400/DTP*472", f"The filing limit passed {-left} days ago.")


@rule(
    "SCR-0308",
    "Filing limit is near",
    fix="Send this claim first.",
    source="claims-rules: timely filing",
    severity="warning",
)
def nearly_late(claim: Claim, facts: Facts) -> Iterator[Defect]:
    left = facts.days_left
    if left is not None and 0 <= left <= 14 and claim.frequency == "1":
        yield Defect("/lines/0/first", "2400/DTP*472", f"The filing limit is {left} days away.")


def days_left(claim: Claim, facts: Facts, first: date | None, last: date | None) -> int | None:
    """Days until the payer's limit for an original primary claim.

    Counted from the first day of service (professional) or the Through date (institutional). None when no date
    is known, or the claim follows another payer's decision (that clock starts at its remittance).
    """
    if claim.billed:
        return None
    anchor = last if claim.kind == "institutional" else first
    if anchor is None:
        return None
    return facts.book.payer(claim.payer).timely_days - (facts.today - anchor).days
