"""Dates of one claim in the order that life has: birth, accident, service, the other payer's decision, the batch.

Dates CCYYMMDD compare as texts; one that is no date is left to its own finding.
"""

from collections.abc import Iterator

from shared.x12.elements import day
from shared.x12.judge.defects import At, Defect
from shared.x12.judge.nodes import at, find, level
from shared.x12.walker import Node


def claim_dates(node: Node, _: str) -> Iterator[At]:
    """Nobody is treated before birth; what comes after the service does not stand before it."""
    first, last, number, below = _served(node)
    if not first:
        return
    born = _birth(node)
    if born > first:
        yield At(Defect("X12-0640", "03", "service date"), number, "DTP", below)
    written = _dated(at(find(level(node, "837") or node, "BHT")[0], 4))
    if written and last > written:
        yield _late("service date", "the day the batch was made", number, below)
    if _dated(at(node.first("DTP*439"), 3)) > last:
        yield _late("accident", "the last day of service", number, below)
    if _dated(at(node.first("DTP*435"), 3)[:8]) > last:
        yield _late("admission", "the last day of service", number, below)
    if "2320" in node.kids:
        yield from _decided(node, first)


def _late(what: str, before: str, number: int, below: str) -> At:
    return At(Defect("X12-0641", "03", what, "", (what, before)), number, "DTP", below)


def _decided(node: Node, first: str) -> Iterator[At]:
    for other in node.kids.get("2320", ()):
        payer = other.kid("2330B")
        decided = _dated(at(payer.first("DTP*573"), 3)) if payer is not None else ""
        if payer is not None and decided and decided < first:
            yield _late(
                "first day of service",
                "the other payer's decision",
                payer.number,
                f"2320[{other.index}]/2330B",
            )


def _served(node: Node) -> tuple[str, str, int, str]:
    """First and last day of service, over the statement and the lines, and which segment of which line says the first."""
    first, last, number, below, tag = "", "", node.number, "", "DTP*434"
    for where in (node, *node.kids.get("2400", ())):
        for said, elements, place in where.rows:
            if said == tag:
                start, end = _span(at(elements, 3))
                if start and (not first or start < first):
                    first, number = start, place
                    below = "" if where is node else f"2400[{where.index}]"
                last = max(last, end)
        tag = "DTP*472"
    return first, last, number, below


def _span(text: str) -> tuple[str, str]:
    """First and last day of what DTP03 says, each empty where it is no date."""
    start, dash, end = text.partition("-")
    start = _dated(start)
    return start, _dated(end) if dash and end else start


def _birth(node: Node) -> str:
    """The patient's birth date, from the level that the claim stands in: the subscriber's or the patient's."""
    above = node.parent
    who = above and (above.kid("2010BA") or above.kid("2010CA"))
    return _dated(at(find(who, "DMG")[0], 2)) if who else ""


def _dated(text: str) -> str:
    """A text that is a date, empty otherwise."""
    if not text:
        return ""  # as mostly; an exception costs ten times as much
    try:
        day(text)
    except ValueError:
        return ""
    return text
