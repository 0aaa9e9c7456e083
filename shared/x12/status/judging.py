"""What a 277CA, a 277 or a 999 says against itself: counts, amounts, actions (claims-rules 3.7)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from shared.x12 import catalogue as _catalogue  # noqa: F401  the kinds of findings must be known
from shared.x12.code_lists import CLAIM_STATUS, CLAIM_STATUS_CATEGORY
from shared.x12.elements import amount
from shared.x12.findings import Place, finding
from shared.x12.types import ClaimAnswer, ClaimAnswers, GroupAck, Status, X12Finding

OffsetOf = Callable[[int], int]

REJECTIONS = ("A3", "A6", "A7", "A8")
ACCEPTED_SETS = ("A", "E")


def judge_answers(said: ClaimAnswers, offset_of: OffsetOf) -> tuple[X12Finding, ...]:
    """Judge one 277CA or 277 that was read whole: its sums (277CA) and its codes. Findings are in file order."""
    found: list[X12Finding] = []
    start = said.header.segments[0]
    place = Place(start, offset_of(start), "2200B", "answered batch", "STC")
    on = said.at.date() if said.at else None
    starts = (start, *(one.segment for one in said.further))
    for number, one in zip(starts, said.by_source(), strict=True):
        where = Place(number, offset_of(number), place.path, place.element, place.segment_id)
        if said.kind == "277CA":
            found += _sums(one, where)
        for status in one.batch_statuses:
            found += _status(status, where, said.kind, "", on)
    for claim in said.claims:
        found += _claim(claim, said.kind, on, offset_of)
    return tuple(sorted(found, key=lambda one: one.segment))


def judge_group_ack(said: GroupAck, offset_of: OffsetOf) -> tuple[X12Finding, ...]:
    """Judge one 999 that was read whole: do the answers to group and sets fit together?"""
    end = max(said.header.segments[1] - 1, 0)
    place = Place(end, offset_of(end), "AK9", "answer to the group", "AK9")
    found = []
    good = sum(1 for one in said.sets if one.code in ACCEPTED_SETS)
    bad = len(said.sets) - good
    counts = (said.included, said.received, said.accepted)
    if not _counts_fit(said, good, bad):
        found.append(finding("X12-1201", place, *counts))
    if not _answer_fits(said, good, bad):
        found.append(finding("X12-1202", place))
    for one in said.sets:
        if one.code not in ACCEPTED_SETS and not one.errors and not one.reasons:
            start = said.header.segments[0]
            found.append(
                finding("X12-1203", Place(start, offset_of(start), "2000", "answer to the set", "IK5"))
            )
    return tuple(found)


def _counts_fit(said: GroupAck, good: int, bad: int) -> bool:
    """Accepted sets need no AK2 of their own: the answered ones may be fewer than the received."""
    if not said.included >= said.received >= said.accepted >= good:
        return False
    return said.received - said.accepted >= bad and len(said.sets) <= said.received


def _answer_fits(said: GroupAck, good: int, bad: int) -> bool:
    if said.code == "A":
        return not bad and said.accepted == said.received
    if said.code == "E":
        return not bad and (not said.sets or any(one.code == "E" for one in said.sets))
    if said.code == "P":
        return 0 < said.accepted < said.included
    return not good and not said.accepted


def _sums(said: ClaimAnswers, place: Place) -> Iterator[X12Finding]:
    """Without claims (a batch refused as a whole, or a short receipt) there is nothing to compare."""
    if not said.claims:
        return
    counts = {"QTY*90": said.accepted_count, "QTY*AA": said.rejected_count}
    totals = {"AMT*YU": said.accepted_cents, "AMT*YY": said.rejected_cents}
    yield from _compared(said.claims, counts, totals, place)
    batch = next((status.charge for status in said.batch_statuses if status.charge is not None), None)
    charges = [_charge(claim) for claim in said.claims]
    if batch is not None and None not in charges and batch != sum(c or 0 for c in charges):
        yield finding("X12-1106", place, batch - sum(c or 0 for c in charges))
    for claims in _by_provider(said.claims):
        where = Place(claims[0].segment, place.offset, "2200C", "answer to the provider", "QTY")
        yield from _compared(claims, *_provider_sums(claims[0]), where)


def _compared(
    claims: Sequence[ClaimAnswer],
    counts: Mapping[str, int | None],
    totals: Mapping[str, int | None],
    place: Place,
) -> Iterator[X12Finding]:
    """Compare what is said of accepted and of rejected claims, in this order, with the claims themselves."""
    sides = ([claim for claim in claims if claim.accepted], [claim for claim in claims if not claim.accepted])
    for (name, count), some in zip(counts.items(), sides, strict=True):
        if count is not None and count != len(some):
            yield finding("X12-1101", place, name, count, len(some))
    for (name, total), some in zip(totals.items(), sides, strict=True):
        charges = [_charge(claim) for claim in some]
        if total is not None and None not in charges and total != sum(c or 0 for c in charges):
            yield finding("X12-1102", place, name, total - sum(c or 0 for c in charges))


def _by_provider(claims: Sequence[ClaimAnswer]) -> Iterator[list[ClaimAnswer]]:
    """The claims of each provider level (2000C): a new one says something of its own, or names another provider."""
    level: list[ClaimAnswer] = []
    for claim in claims:
        opens = any(segment.loop == "2200C" for segment in claim.extra)
        if level and (
            opens or (claim.provider, claim.provider_npi) != (level[0].provider, level[0].provider_npi)
        ):
            yield level
            level = []
        level.append(claim)
    if level:
        yield level


def _provider_sums(first: ClaimAnswer) -> tuple[dict[str, int | None], dict[str, int | None]]:
    """What loop 2200C counts: QTY*QA and QC, AMT*YU and YY; None where it says nothing (readable)."""
    counts: dict[str, int | None] = {"QTY*QA": None, "QTY*QC": None}
    totals: dict[str, int | None] = {"AMT*YU": None, "AMT*YY": None}
    for segment in first.extra:
        name = "*".join(segment.elements[:2])
        value = segment.elements[2] if segment.loop == "2200C" and len(segment.elements) > 2 else ""
        if name in counts and value.isascii() and value.isdigit() and len(value) < 16:
            counts[name] = int(value)
        elif name in totals and value:
            totals[name] = _cents(value)
    return counts, totals


def _cents(text: str) -> int | None:
    try:
        return amount(text)
    except ValueError:
        return None


def _charge(claim: ClaimAnswer) -> int | None:
    return next((status.charge for status in claim.statuses if status.charge is not None), claim.charge)


def _claim(said: ClaimAnswer, kind: str, on: date | None, offset_of: OffsetOf) -> Iterator[X12Finding]:
    place = Place(said.segment, offset_of(said.segment), "2200D", "claim status", "STC")
    for status in said.statuses:
        yield from _status(status, place, kind, said.number, on)
    for number, line in enumerate(said.lines, 1):
        where = Place(place.segment, place.offset, f"2200D/2220D[{number}]", "line status", "STC")
        for status in line.statuses:
            yield from _status(status, where, kind, said.number, on)


def _status(said: Status, place: Place, kind: str, claim: str, on: date | None) -> Iterator[X12Finding]:
    if kind == "277CA" and said.category not in ("A0", "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8"):
        yield finding("X12-1104", place, value=said.category, claim=claim)
    elif (
        CLAIM_STATUS_CATEGORY.validity(said.category, on) != "valid"
        or CLAIM_STATUS.validity(said.status, on) != "valid"
    ):
        yield finding("X12-1105", place, value=f"{said.category}:{said.status}", claim=claim)
    if (
        said.action
        and kind == "277CA"
        and said.category != "A4"
        and (said.action == "U") != (said.category in REJECTIONS)
    ):
        yield finding("X12-1103", place, value=said.action, claim=claim)
