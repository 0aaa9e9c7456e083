"""Coordination of benefits on an outbound claim: what other payers decided adds up to the charge (claims-rules 3.6).

``decisions`` are loops 2430: of one line and one payer there may be several, when the payer split the line.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from shared.x12.code_lists import CARC, RARC
from shared.x12.elements import day
from shared.x12.judge.defects import At, Defect
from shared.x12.judge.nodes import adjusted, at, cents, charge, find, level, off
from shared.x12.walker import Elements, Node

_PAID = "amount the other payer paid"
_REMARKS = {"MIA": (5, 20, 21, 22, 23), "MOA": (3, 4, 5, 6, 7)}
"""Where remark codes stand in MIA and MOA."""


def claim_cob(node: Node, _: str) -> Iterator[At]:
    """CLM02 = AMT*D + CAS of 2320 + CAS of 2430, and AMT*D = SVD02 - CAS of 2320, for each payer that has decided (RFI 1294)."""
    claim, _number = find(node, "CLM")
    decisions = _decisions(node)
    others = node.kids.get("2320", ())
    namesakes = Counter(_payer_of(other) for other in others)
    for other in others:
        payer = _payer_of(other)
        if namesakes[payer] > 1:
            # Two coverages by one payer: which of them a line's decision is of, SVD01 does not say.
            continue
        yield from _decided(other, decisions.get(payer, []), cents(claim, 2))


def _decided(other: Node, details: list[Node], whole: int) -> Iterator[At]:
    (paid, number), place = _paid(other), f"2320[{other.index}]"
    own = adjusted(other)
    if paid is None:
        if details or find(other, "CAS")[0] is not None:
            yield At(Defect("X12-0812", "", _PAID), number, "AMT", place)
        return
    total = paid + own + sum(adjusted(detail) for detail in details)
    if total != whole:
        yield off("X12-0702", "02", _PAID, whole, total, number, "AMT", other.index)._replace(below=place)
    lines = sum(cents(find(detail, "SVD")[0], 2) for detail in details) - own
    if details and lines != paid:
        yield off("X12-0703", "02", _PAID, lines, paid, number, "AMT", other.index)._replace(below=place)


def line_cob(node: Node, _: str) -> Iterator[At]:
    """Each line and payer: charge = SVD02 + CAS of 2430 (claims-rules 3.6 d); a line that was split has several 2430."""
    by_payer: dict[str, list[Node]] = {}
    for detail in node.kids.get("2430", ()):
        by_payer.setdefault(at(find(detail, "SVD")[0], 1), []).append(detail)
    for details in by_payer.values():
        _decision, number = find(details[0], "SVD")
        total = sum(cents(find(detail, "SVD")[0], 2) + adjusted(detail) for detail in details)
        if total != charge(node):
            yield off("X12-0704", "02", _PAID, charge(node), total, number, "SVD")._replace(
                below=f"2430[{details[0].index}]"
            )


def claim_payers(node: Node, _: str) -> Iterator[At]:
    """Each payer has its own place in the sequence, and a line decision names a payer of the claim."""
    others = node.kids.get("2320", ())
    subscriber = level(node, "2000B") if others else None
    used = {at(find(subscriber, "SBR")[0], 1)} if subscriber is not None else set()
    for other in others:
        order, number = find(other, "SBR")
        if at(order, 1) in used and at(order, 1) != "U":
            yield At(
                Defect("X12-0808", "01", "payer sequence", at(order, 1)),
                number,
                "SBR",
                f"2320[{other.index}]",
            )
        used.add(at(order, 1))
    decided = [line for line in node.kids.get("2400", ()) if "2430" in line.kids]
    if not decided:
        return
    known = {_payer_of(other) for other in node.kids.get("2320", ())}
    for line in decided:
        for detail in line.kids["2430"]:
            payer = at(find(detail, "SVD")[0], 1)
            if payer not in known:
                place = f"2400[{line.index}]/2430[{detail.index}]"
                yield At(
                    Defect("X12-0809", "01", "other payer identifier", payer), detail.number, "SVD", place
                )


def claim_dated(node: Node, _: str) -> Iterator[At]:
    """A payer that has decided says when: DTP*573 of the claim, or of its lines."""
    decisions = _decisions(node)
    for other in node.kids.get("2320", ()):
        paid, number = _paid(other)
        decided = paid is not None or any(elements[0] == "CAS" for _, elements, _ in other.rows)
        payer = other.kid("2330B")
        dated = payer is not None and payer.first("DTP*573") is not None
        if decided and not dated and not decisions.get(_payer_of(other)):
            yield At(
                Defect("X12-0807", "", "day the other payer decided"), number, "AMT", f"2320[{other.index}]"
            )


def adjustments(node: Node, _: str) -> Iterator[At]:
    """The payer's own reasons, known by number on the day of its decision; those of one group in one CAS while it has room."""
    payer = node.kid("2330B")
    dated = (payer or node).first("DTP*573")
    on = _day(at(dated, 3))
    groups: dict[str, int] = {}
    for _tag, elements, number in node.rows:
        if elements[0] == "CAS":
            yield from _reasons(elements, number, on)
            group = at(elements, 1)
            if groups.get(group, 6) < 6:
                yield At(Defect("X12-0643", "01", "adjustment group", "", (group,)), number, "CAS")
            groups[group] = len(range(2, len(elements), 3))
        for position in _REMARKS.get(elements[0], ()):
            remark = at(elements, position)
            if remark and RARC.validity(remark, None) == "unknown":
                yield At(Defect("X12-0619", f"{position:02d}", "remark code", remark), number, elements[0])


def _reasons(elements: Elements, number: int, on: date | None) -> Iterator[At]:
    for position in range(2, len(elements), 3):
        reason = elements[position]
        validity = CARC.validity(reason, on) if reason else "valid"
        if validity == "unknown":
            yield At(Defect("X12-0618", f"{position:02d}", "claim adjustment reason", reason), number, "CAS")
        elif validity != "valid":
            words = (validity,)
            yield At(
                Defect("X12-0644", f"{position:02d}", "claim adjustment reason", reason, words), number, "CAS"
            )


def _day(text: str) -> date | None:
    try:
        return day(text)
    except ValueError:
        return None


def _paid(other: Node) -> tuple[int | None, int]:
    for tag, elements, number in other.rows:
        if tag == "AMT*D":
            return cents(elements, 2), number
    return None, other.number


def _payer_of(other: Node) -> str:
    payer = other.kid("2330B")
    return at(payer.first("NM1*PR"), 9) if payer else ""


def _decisions(node: Node) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for line in node.kids.get("2400", ()):
        for detail in line.kids.get("2430", ()):
            found.setdefault(at(find(detail, "SVD")[0], 1), []).append(detail)
    return found
