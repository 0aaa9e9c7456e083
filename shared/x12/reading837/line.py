"""Loop 2400: one service line."""

from collections.abc import Callable
from functools import lru_cache
from typing import Literal

from shared.claim import Drug, Equipment, Line, LineDecision, Provider, Quantity, Segment
from shared.x12.reading837 import facts
from shared.x12.reading837.parties import provider, references
from shared.x12.reading837.values import (
    Rows,
    UnreadableError,
    adjustments,
    at,
    date_of,
    dated,
    literal,
    money,
    padded,
)
from shared.x12.walker import Elements, Node

_PRESCRIPTIONS: tuple[Literal["XZ", "VY"], ...] = ("XZ", "VY")
_PROFESSIONAL = {"2420A": "rendering", "2420B": "purchased", "2420C": "service_facility", "2420D": "supervising",
                 "2420E": "ordering", "2420G": "pickup", "2420H": "dropoff"}  # fmt: skip
_INSTITUTIONAL = {"2420A": "operating", "2420B": "other_operating", "2420C": "rendering"}


def line(node: Node, component: str, repetition: str) -> Line:
    """Read one line with its inner loops; raises UnreadableError."""
    fields: dict[str, object] = {}
    professional = more = False
    for tag, elements, _ in node.rows:
        if tag == "SV1":
            professional = True
            _professional(elements, component, fields)
        elif tag == "DTP*472":
            fields["first"], fields["last"], _ = dated(elements)
        elif tag == "REF*6R":
            fields["control"] = at(elements, 2)
        elif tag == "SV2":
            _institutional(elements, component, fields)
        elif tag != "LX":
            more = True
    if "charge" not in fields:
        raise UnreadableError(node.number, "SV", "", "the line has no service")
    extra = _rest(Rows(node, component, repetition, _READ), fields) if more else []
    if node.kids:
        extra += _inner(node, component, repetition, fields, professional)
    if extra:
        fields["extra"] = tuple(extra)
    return Line(**fields)  # type: ignore[arg-type]


_READ = frozenset(("LX", "SV1", "SV2", "DTP*472", "REF*6R"))


def _professional(sv1: Elements, component: str, fields: dict[str, object]) -> None:
    e = padded(sv1, 7)
    _procedure(e[1], component, fields)
    fields["charge"] = money(e, 2)
    fields["unit"], fields["units"], fields["place"] = e[3], e[4], e[5]
    if e[7]:
        fields["pointers"] = _pointers(e[7], component)
    if len(sv1) > 8:
        e = padded(sv1, 15)
        fields["emergency"], fields["epsdt"], fields["family_planning"] = (
            e[9] == "Y",
            e[11] == "Y",
            e[12] == "Y",
        )
        fields["copay_exempt"] = e[15] == "0"


@lru_cache(maxsize=2048)
def _pointers(text: str, component: str) -> tuple[int, ...]:
    pointers = [p for p in (text.split(component) if component else [text]) if p]
    if not all(p.isdecimal() and p.isascii() and len(p) < 10 for p in pointers):
        raise UnreadableError(0, "SV1", "07", "not a diagnosis pointer")
    return tuple([int(p) for p in pointers])


def _institutional(sv2: Elements, component: str, fields: dict[str, object]) -> None:
    e = padded(sv2, 7)
    if e[2]:
        _procedure(e[2], component, fields)
    fields["revenue_code"], fields["unit"], fields["units"] = e[1], e[4], e[5]
    fields["charge"] = money(e, 3)
    if e[7]:
        fields["noncovered"] = money(e, 7)


def _procedure(text: str, component: str, fields: dict[str, object]) -> None:
    parts = text.split(component) if component else [text]
    if len(parts) < 2:
        fields["code"] = text
        return
    fields["code_kind"], fields["code"] = parts[0], parts[1]
    if len(parts) > 2:
        fields["modifiers"] = tuple([m for m in parts[2:6] if m])
        if len(parts) > 6:
            fields["description"] = parts[6]


def _rest(rows: Rows, fields: dict[str, object]) -> list[Segment]:
    """Everything but service, date and control number: nothing on most lines."""
    gear = rows.take("SV5")
    if gear is not None:
        fields["equipment"] = _equipment(padded(gear, 6), rows.component)
    kinds = rows.kinds()
    for identifier, field, read in _SITUATIONAL:
        if identifier in kinds:
            fields[field] = read(rows)
    if "QTY" in kinds or "MEA" in kinds:
        fields["quantities"] = _quantities(rows)
    if "REF" in kinds:
        for code, field in (("G1", "authorization"), ("9F", "referral")):
            own = rows.take_if(f"REF*{code}", _is_short)
            if own is not None:
                fields[field] = at(own, 2)
        fields["references"] = references(rows)
    return list(rows.left())


def _is_short(elements: Elements) -> bool:
    return len(elements) < 4


def _quantities(rows: Rows) -> tuple[Quantity, ...]:
    return tuple(
        [Quantity(at(e, 1), at(e, 2)) for e in rows.take_kind("QTY")]
        + [Quantity(at(e, 2), at(e, 3), at(e, 1)) for e in rows.take_kind("MEA")]
    )


_SITUATIONAL: tuple[tuple[str, str, Callable[[Rows], object]], ...] = (
    ("PWK", "attachments", facts.attachments),
    ("CR1", "ambulance", facts.ambulance),
    ("CRC", "conditions", facts.conditions),
    ("DTP", "dates", facts.periods),
    ("AMT", "amounts", facts.amounts),
    ("NTE", "notes", facts.notes),
)


def _equipment(e: Elements, component: str) -> Equipment:
    code = e[1].partition(component)[2] if component else e[1]
    return Equipment(code=code, days=e[3], rental=money(e, 4), purchase=money(e, 5), frequency=e[6])


def _inner(
    node: Node, component: str, repetition: str, fields: dict[str, object], professional: bool
) -> list[Segment]:
    roles = _PROFESSIONAL if professional else _INSTITUTIONAL
    referring_loop = "2420F" if professional else "2420D"
    referring: list[Provider] = []
    kept: list[Segment] = []
    for loop, nodes in node.kids.items():
        if loop == "2410":
            fields["drug"], left = _drug(nodes[0], component, repetition)
            kept += left
        elif loop == "2430":
            fields["decisions"] = tuple([_decision(one, component, repetition, kept) for one in nodes])
        elif loop == referring_loop or loop in roles:
            for one in nodes:
                who, more = provider(one, component, repetition)
                kept += more
                if loop == referring_loop:
                    referring.append(who)
                else:
                    fields[roles[loop]] = who
        else:
            for one in nodes:
                kept += Rows(one, component, repetition).left()
    if referring:
        fields["referring"] = tuple(referring)
    return kept


def _drug(node: Node, component: str, repetition: str) -> tuple[Drug, tuple[Segment, ...]]:
    rows = Rows(node, component, repetition)
    item = padded(rows.take("LIN") or ["LIN"], 3)
    measure = padded(rows.take("CTP") or ["CTP"], 5)
    number = rows.take("REF*VY/XZ")
    drug = Drug(
        ndc=item[3],
        kind=item[2],
        quantity=measure[4],
        unit=measure[5].partition(component)[0] if component else measure[5],
        prescription=at(number, 2) if number else "",
        prescription_kind=literal(number[1], _PRESCRIPTIONS, number, "01") if number else "",
    )
    return drug, rows.left()


def _decision(node: Node, component: str, repetition: str, kept: list[Segment]) -> LineDecision:
    rows = Rows(node, component, repetition)
    svd = padded(rows.take("SVD") or ["SVD"], 6)
    decided = rows.take("DTP*573")
    remaining = rows.take("AMT*EAF")
    fields: dict[str, object] = {}
    if svd[3]:
        _procedure(svd[3], component, fields)
    found = LineDecision(
        payer_id=svd[1],
        paid=money(svd, 2),
        revenue_code=svd[4],
        units=svd[5],
        bundled_into=svd[6],
        adjustments=adjustments(rows.take_all("CAS")),
        on=date_of(decided, 3) if decided else None,
        remaining=money(remaining, 2) if remaining else None,
        **fields,  # type: ignore[arg-type]
    )
    kept += rows.left()
    return found
