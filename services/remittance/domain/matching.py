"""Which of our lines and which of the claim's payers a payer's answer is about (claims-rules 3.2, 3.10)."""

from collections.abc import Iterable, Iterator
from datetime import date

from services.remittance.domain.states import How, PaidLine, Posting
from shared.claim import Claim, Line
from shared.x12.types import ClaimPayment, ServicePayment

_STATUS_PLACE = {"1": 0, "2": 1, "3": 2, "19": 0, "20": 1, "21": 2}


def coverage_of(claim: Claim, payer: str, status: str, earlier: Iterable[Posting] = ()) -> int:
    """The 0-based place on the claim of the payer that answers.

    By the payer's id where exactly one coverage has it; else, for a payer that none has, where it stood before; else by
    CLP02 (processed as primary, secondary, tertiary); else the billed one. A place past the claim's coverages is a payer that
    we do not know (a forwarded claim).
    """
    same = [i for i, coverage in enumerate(claim.coverages) if coverage.payer.id == payer]
    if len(same) == 1:
        return same[0]
    for posting in () if same else earlier:
        if posting.payer == payer:
            return posting.coverage
    return _STATUS_PLACE.get(status, claim.billed)


def match_lines(claim: Claim, payment: ClaimPayment) -> tuple[PaidLine, ...]:
    """Find the line of every service payment, in the payment's order.

    The order is REF*6R, then code, modifiers, day and charge, then the same but for modifiers that the payer
    dropped, then SVC06 (what we billed when it was paid under another code). Of lines that are alike in all of
    these the first is taken: they are the same money. Any other tie is no match: nothing is guessed. Several
    payments may be for one line (unbundling) when the payer says so by REF*6R or SVC06.
    """
    taken: set[int] = set()
    matched = []
    for service in payment.services:
        place, how = _find(claim.lines, service, taken)
        taken.add(place)
        matched.append(
            PaidLine(
                line=place,
                how=how,
                code=service.code,
                modifiers=service.modifiers,
                units=service.units,
                charge=service.charge,
                paid=service.paid,
                adjustments=service.adjustments,
                remarks=service.remarks,
            )
        )
    return tuple(matched)


def _find(lines: tuple[Line, ...], service: ServicePayment, taken: set[int]) -> tuple[int, How]:
    if service.control:
        for place, line in enumerate(lines, 1):
            if line.control == service.control:
                return place, "6R"
    charge = abs(service.charge)
    alike = [
        (place, line)
        for place, line in enumerate(lines, 1)
        if place not in taken and line.charge == charge and _same_day(line, service)
    ]
    for place, line in alike:
        if _same_code(line, service) and line.modifiers == service.modifiers:
            return place, "code"
    plain = _only(p for p, x in alike if _same_code(x, service))
    if plain:
        return plain, "code without modifiers"
    billed = _only(
        place
        for place, line in enumerate(lines, 1)
        if service.submitted_code and line.code == service.submitted_code and _same_day(line, service)
    )
    return (billed, "SVC06") if billed else (0, "none")


def _same_code(line: Line, service: ServicePayment) -> bool:
    if not service.code:
        return bool(line.revenue_code) and line.revenue_code == service.revenue_code
    return line.code == service.code or (not line.code and line.revenue_code == service.code)


def _same_day(line: Line, service: ServicePayment) -> bool:
    days: tuple[date | None, date | None] = (line.first, service.first)
    return None in days or days[0] == days[1]


def _only(places: Iterator[int]) -> int:
    """The one place there is; 0 for none or several."""
    found = list(places)
    return found[0] if len(found) == 1 else 0
