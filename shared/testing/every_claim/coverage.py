"""Invented payers, and decisions of earlier ones that add up (claims-rules 3.6)."""

from collections.abc import Sequence
from random import Random

from shared.claim import (
    Adjustment,
    Coverage,
    Line,
    LineDecision,
    Payer,
    PayerProvider,
    PriorDecision,
    Provider,
)
from shared.claim.coverage import Order
from shared.claim.parties import Name, Reference
from shared.testing.every_claim import people
from shared.testing.every_claim import values as v

FILINGS = ("CI", "MB", "MC", "BL", "16", "12", "VA", "WC")
INSURANCE = ("", "", "12", "47")
GROUPS = ("CO", "OA", "PI", "PR")
REASONS = ("45", "1", "2", "3", "23", "97", "253")
RELATIONSHIPS = ("01", "19", "20", "21", "39", "40", "53", "G8")

_PROFESSIONAL: tuple[tuple[str, tuple[str, ...], bool | None], ...] = (
    ("DN", ("0B", "1G", "G2"), False), ("P3", ("0B", "1G", "G2"), False), ("82", ("0B", "1G", "G2"), None),
    ("77", ("0B", "G2", "LU"), True), ("DQ", ("0B", "1G", "G2"), False), ("85", ("G2", "LU"), None),
)  # fmt: skip
_INSTITUTIONAL: tuple[tuple[str, tuple[str, ...], bool | None], ...] = (
    ("71", ("0B", "1G", "G2", "LU"), False), ("72", ("0B", "1G", "G2", "LU"), False), ("ZZ", ("0B", "1G", "G2", "LU"), False),
    ("77", ("0B", "G2", "LU"), True), ("82", ("0B", "1G", "G2", "LU"), False), ("DN", ("0B", "1G", "G2"), False),
    ("85", ("G2", "LU"), True),
)  # fmt: skip


def payer(random: Random) -> Payer:
    """A payer with its own numbers."""
    return Payer(
        id=v.code(random, 6),
        name=f"{v.word(random)} MUTUAL",
        address=v.address(random, plus_four=False) if v.maybe(random) else None,
        references=v.references(random, ("2U", "EI", "FY", "NF"), 2) if v.maybe(random, 0.2) else (),
    )


def billed(random: Random, order: Order, relationship: str, *, professional: bool) -> Coverage:
    """The coverage that the claim is sent to."""
    return Coverage(
        order=order,
        payer=payer(random),
        subscriber=people.subscriber(random, is_patient=relationship == "18", professional=professional),
        relationship=relationship,
        group_number=v.code(random) if v.maybe(random) else "",
        group_name=v.phrase(random) if v.maybe(random) else "",
        insurance_type=random.choice(INSURANCE) if professional and order != "P" else "",
        filing=random.choice(FILINGS),
        references=v.references(random, ("G2", "LU"), 2 if professional else 1)
        if v.maybe(random, 0.2)
        else (),
    )


def other(
    random: Random, order: Order, prior: PriorDecision | None, own: Payer, *, professional: bool
) -> Coverage:
    """Another coverage, decided or not."""
    return Coverage(
        order=order,
        payer=own,
        subscriber=people.other_subscriber(random),
        relationship=random.choice(("18", *RELATIONSHIPS)),
        group_number=v.code(random) if v.maybe(random) else "",
        group_name=v.phrase(random) if v.maybe(random) else "",
        insurance_type=random.choice(INSURANCE) if professional else "",
        filing=random.choice(FILINGS),
        authorization=v.code(random) if v.maybe(random, 0.2) else "",
        referral=v.code(random) if v.maybe(random, 0.2) else "",
        assigned=random.choice(("Y", "N", "W")),
        signature=random.choice(("", "P")) if professional else "",
        release=random.choice(("Y", "I")),
        prior=prior,
        references=v.references(random, ("T4",), 1),
        providers=_providers(random, professional),
    )


def _providers(random: Random, professional: bool) -> tuple[PayerProvider, ...]:
    if not v.maybe(random, 0.3):
        return ()
    roles = _PROFESSIONAL if professional else _INSTITUTIONAL
    chosen = v.some(random, roles, 3)
    if ("P3" in [role for role, _, _ in chosen]) and "DN" not in [role for role, _, _ in chosen]:
        chosen = tuple(one for one in chosen if one[0] != "P3")
    found = []
    for role, qualifiers, organization in chosen:
        is_organization = v.maybe(random, 0.5) if organization is None else organization
        name = Name(last="", organization=is_organization)
        refs = tuple(v.references(random, qualifiers[:1], 1)) or (Reference(qualifiers[0], v.code(random)),)
        found.append(PayerProvider(role=role, provider=Provider(name=name, references=refs)))
    return tuple(found)


def decide(
    random: Random, lines: Sequence[Line], own: Payer, *, by_line: bool, professional: bool
) -> tuple[PriorDecision, list[LineDecision]]:
    """A decision on the whole claim that adds up; by line too, or for the claim alone."""
    total = sum(line.charge for line in lines)
    details = [_line_decision(random, line, own, professional) for line in lines] if by_line else []
    if by_line:
        paid = sum(detail.paid for detail in details)
        own_adjustments = (
            adjustments(random, random.randint(1, paid)) if paid > 1 and v.maybe(random, 0.2) else ()
        )
        paid -= sum(one.cents for one in own_adjustments)
    else:
        paid = random.randint(0, total)
        own_adjustments = adjustments(random, total - paid)
    prior = PriorDecision(
        paid=paid,
        remaining=random.randint(0, total) if v.maybe(random) else None,
        noncovered=None,
        adjustments=own_adjustments,
        on=v.decided(random) if not by_line else None,
        outpatient=_outpatient(random),
        inpatient=() if professional or v.maybe(random, 0.8) else ("3", "", "2", "500.5"),
        control_number=v.code(random) if v.maybe(random) else "",
    )
    return prior, details


def _outpatient(random: Random) -> tuple[str, ...]:
    return random.choice(((), (), ("", "", "MA01"), ("0.8", "12.5", "MA01", "N19")))


def _line_decision(random: Random, line: Line, own: Payer, professional: bool) -> LineDecision:
    paid = random.randint(0, line.charge)
    return LineDecision(
        payer_id=own.id,
        paid=paid,
        code=line.code,
        modifiers=line.modifiers,
        revenue_code=line.revenue_code,
        units=line.units,
        adjustments=adjustments(random, line.charge - paid),
        on=v.decided(random),
        remaining=random.randint(0, line.charge) if v.maybe(random, 0.2) else None,
    )


def adjustments(random: Random, cents: int) -> tuple[Adjustment, ...]:
    """Reasons that add up to an amount, under one or several groups."""
    if not cents:
        return ()
    cuts = sorted(random.sample(range(1, cents), min(random.randint(0, 7), cents - 1))) if cents > 1 else []
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, cents], strict=True)]
    groups = sorted(random.choice(GROUPS) for _ in parts)
    return tuple(
        Adjustment(
            group=group,
            reason=random.choice(REASONS),
            cents=part,
            quantity=random.choice(("", "", "1", "2.5")),
        )
        for group, part in zip(groups, parts, strict=True)
    )
