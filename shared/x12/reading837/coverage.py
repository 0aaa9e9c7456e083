"""Payers: the billed one (2000B, 2010BA, 2010BB) and the others with their decisions (2320, 2330)."""

from typing import Literal

from shared.claim import Coverage, Payer, PayerProvider, Person, PriorDecision, Segment
from shared.claim.coverage import Order
from shared.x12.reading837.facts import amounts
from shared.x12.reading837.parties import address, name, person, provider, reference, references, whole_name
from shared.x12.reading837.values import Rows, adjustments, at, date_of, literal, money, padded
from shared.x12.walker import Elements, Node

ORDERS: tuple[Order, ...] = ("P", "S", "T", "A", "B", "C", "D", "E", "F", "G", "H", "U")
_KINDS: tuple[Literal["PI", "XV"], ...] = ("PI", "XV")
_ASSIGNED: tuple[Literal["", "Y", "N", "W"], ...] = ("", "Y", "N", "W")
_PROVIDER_LOOPS = ("2330C", "2330D", "2330E", "2330F", "2330G", "2330H", "2330I")


def order(elements: Elements) -> Order:
    """Read SBR01."""
    return literal(at(elements, 1), ORDERS, elements, "01")


def payer(rows: Rows, tag: str, *, extra_references: str = "") -> Payer:
    """Take the payer's name, address and own numbers."""
    head = padded(rows.take("NM1*PR") or ["NM1"], 9)
    where = address(rows)
    found = rows.take_all(tag)
    return Payer(
        id=head[9],
        name=head[3],
        id_kind=literal(head[8], _KINDS, head, "08"),
        address=where,
        references=tuple([reference(e, rows.component) for e in found]) if found else (),
    )


def billed(
    level: Node, subscriber: Person, component: str, repetition: str, relationship: str
) -> tuple[Coverage, tuple[Segment, ...]]:
    """Read the billed coverage from loop 2000B; ``relationship`` is the patient's when there is a patient level."""
    sbr = padded(level.first("SBR") or ["SBR"], 9)
    rows = Rows(whole_name(level.kid("2010BB"), level.number, "2010BB"), component, repetition)
    pays = payer(rows, "REF*2U/EI/FY/NF")
    coverage = Coverage(
        order=order(sbr),
        payer=pays,
        subscriber=subscriber,
        relationship=relationship or sbr[2],
        group_number=sbr[3],
        group_name=sbr[4],
        insurance_type=sbr[5],
        filing=sbr[9],
        references=references(rows),
    )
    return coverage, rows.left()


def other(node: Node, component: str, repetition: str) -> Coverage:
    """Read loop 2320 with its inner loops."""
    rows = Rows(node, component, repetition)
    sbr = padded(rows.take("SBR") or ["SBR"], 9)
    agreed = padded(rows.take("OI") or ["OI"], 6)
    who, kept = person(whole_name(node.kid("2330A"), node.number, "2330A"), component, repetition, None)
    inner = Rows(whole_name(node.kid("2330B"), node.number, "2330B"), component, repetition)
    pays = payer(inner, "REF*2U/EI/FY/NF")
    prior = _prior(rows, inner)
    single = {code: at(inner.take(f"REF*{code}") or [], 2) for code in ("G1", "9F")}
    providers, more = _providers(node, component, repetition)
    return Coverage(
        order=order(sbr),
        payer=pays,
        subscriber=who,
        relationship=sbr[2],
        group_number=sbr[3],
        group_name=sbr[4],
        insurance_type=sbr[5],
        filing=sbr[9],
        authorization=single["G1"],
        referral=single["9F"],
        assigned=literal(agreed[3], _ASSIGNED, agreed, "03"),
        signature=agreed[4],
        release=agreed[6],
        prior=prior,
        references=references(inner),
        providers=providers,
        amounts=amounts(rows),
        extra=(*rows.left(), *kept, *inner.left(), *more),
    )


def _prior(rows: Rows, inner: Rows) -> PriorDecision | None:
    decided = inner.take("DTP*573")
    control = inner.take("REF*F8")
    money_of = {code: _cents(rows.take(f"AMT*{code}")) for code in ("D", "EAF", "A8")}
    found = PriorDecision(
        paid=money_of["D"],
        remaining=money_of["EAF"],
        noncovered=money_of["A8"],
        adjustments=adjustments(rows.take_all("CAS")),
        on=date_of(decided, 3) if decided else None,
        outpatient=tuple((rows.take("MOA") or [])[1:]),
        inpatient=tuple((rows.take("MIA") or [])[1:]),
        control_number=at(control, 2) if control else "",
    )
    return None if found == _NOTHING else found


_NOTHING = PriorDecision()


def _cents(elements: Elements | None) -> int | None:
    return money(elements, 2) if elements is not None else None


def _providers(
    node: Node, component: str, repetition: str
) -> tuple[tuple[PayerProvider, ...], list[Segment]]:
    found: list[PayerProvider] = []
    kept: list[Segment] = []
    for loop in _PROVIDER_LOOPS:
        for inner in node.kids.get(loop, ()):
            who, left = provider(inner, component, repetition)
            found.append(PayerProvider(role=at(inner.rows[0][1], 1), provider=who))
            kept += left
    return tuple(found), kept


__all__ = ["ORDERS", "billed", "name", "order", "other"]
