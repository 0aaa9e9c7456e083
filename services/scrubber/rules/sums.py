"""Sums that must close before a payer adds them up."""

from collections.abc import Iterator
from functools import lru_cache

from services.scrubber.rules.facts import Facts
from services.scrubber.rules.rule import Defect, rule
from shared.claim import Claim, Coverage


@rule(
    "SCR-0401",
    "Lines do not add up to the total",
    fix="Correct the line charge that is wrong, or the claim's total.",
    source="005010X222A1 2300 CLM02 = sum of SV102; claims-rules 3.6 (a)",
)
def total(claim: Claim, facts: Facts) -> Iterator[Defect]:
    lines = sum(line.charge for line in claim.lines)
    if claim.lines and lines != claim.charge:
        yield Defect(
            "/charge",
            "2300/CLM02",
            f"The lines add up to {abs(lines - claim.charge)} cents too "
            f"{'much' if lines > claim.charge else 'little'}.",
        )


@rule(
    "SCR-0402",
    "Charge is negative or the claim is free",
    fix="Charges are positive; a line may be zero, a claim may not.",
    source="005010X222A1 2400 SV102",
)
def positive(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if line.charge < 0:
            yield Defect(f"/lines/{i}/charge", f"2400[{i + 1}]/SV102", "The line's charge is negative.")
    if claim.charge <= 0:
        yield Defect("/charge", "2300/CLM02", "The claim's charge is not positive.")


@rule(
    "SCR-0403",
    "Units are not a positive number",
    fix="Give how often or how much was done: digits, at most three decimals.",
    source="005010X222A1 2400 SV104",
)
def units(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if not _is_quantity(line.units):
            yield Defect(
                f"/lines/{i}/units", f"2400[{i + 1}]/SV104", "The quantity is not a positive number."
            )


@lru_cache(10_000)
def _is_quantity(units: str) -> bool:
    digits = units.replace(".", "", 1)
    return digits.isascii() and digits.isdigit() and digits.strip("0") != "" and len(units) <= 9


@rule(
    "SCR-0404",
    "Earlier payer's decision does not balance",
    fix="Take payment and adjustments from that payer's 835 as they stand; charge = paid + adjustments.",
    source="claims-rules 3.6 (b), (c), (d); RFI 1294",
)
def prior_balance(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, coverage in enumerate(claim.coverages[: claim.billed]):
        if coverage.prior is not None and coverage.prior.paid is not None:
            yield from _coverage(claim, i, coverage)


@rule(
    "SCR-0405",
    "Earlier payer's decision is missing",
    fix="Wait for the earlier payer's 835; a later payer needs its decision.",
    source="005010X222A1 2320; claims-rules 3.6",
)
def prior_present(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, coverage in enumerate(claim.coverages[: claim.billed]):
        if coverage.prior is None or coverage.prior.paid is None:
            yield Defect(f"/coverages/{i}/prior", "2320/AMT*D", "The earlier payer's payment is not given.")


def _coverage(claim: Claim, i: int, coverage: Coverage) -> Iterator[Defect]:
    assert coverage.prior is not None
    whole = sum(a.cents for a in coverage.prior.adjustments)
    decisions = [
        (n, line, d)
        for n, line in enumerate(claim.lines)
        for d in line.decisions
        if d.payer_id == coverage.payer.id
    ]
    lines = sum(a.cents for _, _, d in decisions for a in d.adjustments)
    if (coverage.prior.paid or 0) + whole + lines != claim.charge:
        yield Defect(f"/coverages/{i}/prior", "2320/AMT*D", "Charge is not payment plus adjustments.")
    if decisions and sum(d.paid for _, _, d in decisions) - whole != coverage.prior.paid:
        yield Defect(
            f"/coverages/{i}/prior/paid",
            "2320/AMT*D",
            "Payment is not the lines' payments less claim adjustments.",
        )
    for n, line, decision in decisions:
        if decision.paid + sum(a.cents for a in decision.adjustments) != line.charge:
            yield Defect(
                f"/lines/{n}/decisions",
                f"2400[{n + 1}]/2430",
                "The line's charge is not payment plus adjustments.",
            )
