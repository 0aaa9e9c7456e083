"""For every rule, by its id: claims that it must stop. The clean claims are those that no rule may stop."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from typing import Any

from msgspec.structs import replace

from shared.claim import (
    Accident,
    Address,
    Adjustment,
    Claim,
    Diagnosis,
    LineDecision,
    Name,
    PriorDecision,
)
from shared.testing.builders import DAY, a_claim, a_coverage, a_line, an_institutional_claim

TODAY = DAY + timedelta(days=20)


def patient(claim: Claim, **changes: Any) -> Claim:
    coverage = claim.coverages[0]
    return replace(claim, coverages=(replace(coverage, subscriber=replace(coverage.subscriber, **changes)),))


def billing(claim: Claim, **changes: Any) -> Claim:
    return replace(claim, billing=replace(claim.billing, **changes))


def line(claim: Claim, **changes: Any) -> Claim:
    return replace(claim, lines=(replace(claim.lines[0], **changes), *claim.lines[1:]))


def diagnosis(claim: Claim, *codes: str) -> Claim:
    return replace(
        claim,
        diagnoses=tuple(Diagnosis(code=c, qualifier="ABF" if i else "ABK") for i, c in enumerate(codes)),
    )


def secondary(claim: Claim, paid: int | None = 10_000, line_paid: int = 10_000) -> Claim:
    """The claim billed to a second payer, after a first one that paid line 1 with a contractual rest."""
    first = replace(
        claim.coverages[0],
        prior=PriorDecision(paid=paid, on=DAY) if paid is not None else None,
    )
    lines = []
    for i, service in enumerate(claim.lines):
        took = line_paid if i == 0 else 0
        decision = LineDecision(
            payer_id=first.payer.id,
            paid=took,
            code=service.code,
            adjustments=(Adjustment(group="CO", reason="45", cents=service.charge - took),),
        )
        lines.append(replace(service, decisions=(decision,)))
    return replace(claim, coverages=(first, a_coverage("SBX07", order="S")), billed=1, lines=tuple(lines))


STOPPED: dict[str, list[Callable[[], Claim]]] = {
    "SCR-0101": [lambda: a_claim(number=""), lambda: a_claim(number="X" * 21)],
    "SCR-0102": [lambda: billing(a_claim(), npi=""), lambda: billing(a_claim(), name=Name(last=""))],
    "SCR-0103": [
        lambda: billing(a_claim(), address=None),
        lambda: billing(
            a_claim(), address=Address(line1="1 Way", city="Springfield", state="IL", zip="62701")
        ),
        lambda: billing(
            a_claim(), address=Address(line1="P.O. Box 5", city="Springfield", state="IL", zip="627011234")
        ),
        lambda: billing(a_claim(), address=Address(line1="1 Way", city="", state="IL", zip="627011234")),
    ],
    "SCR-0104": [
        lambda: billing(a_claim(), tax_id="12345678"),
        lambda: billing(a_claim(), tax_id="000000000"),
    ],
    "SCR-0105": [lambda: patient(a_claim(), member_id="")],
    "SCR-0106": [
        lambda: patient(a_claim(), name=Name(last="")),
        lambda: replace(a_claim(), patient=replace(a_claim().who, name=Name(last=""))),
    ],
    "SCR-0107": [lambda: patient(a_claim(), birth=None), lambda: patient(a_claim(), sex="")],
    "SCR-0108": [lambda: patient(a_claim(), address=None)],
    "SCR-0109": [
        lambda: replace(
            a_claim(), coverages=(replace(a_coverage(), payer=replace(a_coverage().payer, name="")),)
        ),
        lambda: replace(
            a_claim(), coverages=(replace(a_coverage(), payer=replace(a_coverage().payer, id="")),)
        ),
    ],
    "SCR-0110": [
        lambda: a_claim(lines=0),
        lambda: replace(a_claim(), lines=tuple(a_line(i) for i in range(51))),
    ],
    "SCR-0111": [
        lambda: a_claim(diagnoses=()),
        lambda: a_claim(diagnoses=(Diagnosis(code="I10", qualifier="ABF"),)),
    ],
    "SCR-0112": [lambda: an_institutional_claim(first=None), lambda: an_institutional_claim(stay=None)],
    "SCR-0113": [lambda: a_claim(place="98"), lambda: line(a_claim(), place="00")],
    "SCR-0114": [lambda: an_institutional_claim(attending=None)],
    "SCR-0115": [lambda: an_institutional_claim(place="131")],
    "SCR-0201": [
        lambda: billing(a_claim(), npi="1234567890"),
        lambda: replace(a_claim(), rendering=replace(a_claim().billing, npi="1")),
        lambda: line(a_claim(), ordering=replace(a_claim().billing, npi="3" + a_claim().billing.npi[1:])),
    ],
    "SCR-0202": [lambda: billing(a_claim(), taxonomy="FAMILY")],
    "SCR-0203": [lambda: patient(a_claim(), member_id="M1234567")],
    "SCR-0204": [
        lambda: patient(
            a_claim(), address=Address(line1="1 Way", city="Springfield", state="Illinois", zip="62701")
        ),
        lambda: patient(
            a_claim(), address=Address(line1="1 Way", city="Springfield", state="IL", zip="6270")
        ),
    ],
    "SCR-0301": [lambda: line(a_claim(), first=None)],
    "SCR-0302": [
        lambda: line(a_claim(), last=DAY - timedelta(days=1)),
        lambda: an_institutional_claim(last=DAY - timedelta(days=1)),
    ],
    "SCR-0303": [lambda: line(a_claim(), first=TODAY + timedelta(days=1))],
    "SCR-0304": [
        lambda: patient(a_claim(), birth=DAY + timedelta(days=1)),
        lambda: patient(a_claim(), death=DAY - timedelta(days=1)),
    ],
    "SCR-0305": [lambda: line(an_institutional_claim(), first=DAY - timedelta(days=3))],
    "SCR-0306": [
        lambda: a_claim(accident=Accident(causes=("OA",))),
        lambda: a_claim(accident=Accident(causes=("AA",), on=DAY)),
    ],
    "SCR-0307": [lambda: a_claim(on=TODAY - timedelta(days=181))],
    "SCR-0308": [
        lambda: a_claim(on=TODAY - timedelta(days=180)),
        lambda: a_claim(on=TODAY - timedelta(days=166)),
    ],
    "SCR-0401": [
        lambda: a_claim(charge=a_claim().charge + 1),
        lambda: a_claim(charge=a_claim().charge - 100),
    ],
    "SCR-0402": [lambda: line(a_claim(), charge=-5), lambda: a_claim(charge=0)],
    "SCR-0403": [partial(line, a_claim(), units=u) for u in ("0", "-1", "", "1.2.3", "0.000")],
    "SCR-0404": [lambda: secondary(a_claim(), paid=10_001), lambda: secondary(a_claim(), line_paid=9_999)],
    "SCR-0405": [lambda: secondary(a_claim(), paid=None)],
    "SCR-0501": [
        lambda: diagnosis(a_claim(on=date(2026, 9, 1)), "E11"),
        lambda: diagnosis(a_claim(on=date(2026, 9, 1)), "G35"),
        lambda: diagnosis(a_claim(on=date(2026, 9, 1)), "I10", "ZZZ"),
        lambda: a_claim(diagnoses=(Diagnosis(code="4019", qualifier="BK"),)),
        lambda: diagnosis(a_claim(), "I10.0"),
    ],
    "SCR-0502": [lambda: diagnosis(a_claim(), "I10", "I10")],
    "SCR-0503": [lambda: diagnosis(a_claim(), "W0110XA", "I10")],
    "SCR-0504": [lambda: line(a_claim(), code="G046"), lambda: line(a_claim(), code="")],
    "SCR-0505": [lambda: line(a_claim(), code="G2012")],
    "SCR-0506": [
        lambda: line(a_claim(), pointers=()),
        lambda: line(a_claim(), pointers=(3,)),
        lambda: line(a_claim(), pointers=(1, 2, 1, 2, 1)),
    ],
    "SCR-0507": [
        lambda: line(a_claim(), modifiers=("5",)),
        lambda: line(a_claim(), modifiers=("25", "25")),
        lambda: line(a_claim(), modifiers=("A1", "A2", "A3", "A4", "A5")),
    ],
    "SCR-0508": [lambda: line(an_institutional_claim(), revenue_code="450")],
    "SCR-0601": [],
    "SCR-0602": [lambda: replace(a_claim(), charge=25_000, lines=(a_line(0), a_line(0, control="L9")))],
    "SCR-0603": [lambda: replace(a_claim(), lines=(a_line(0), a_line(1, control="L1")))],
    "SCR-0701": [
        lambda: a_claim(frequency="7"),
        lambda: a_claim(frequency="2"),
        lambda: a_claim(original_reference="PAYER1"),
    ],
}

CLEAN: list[Callable[[], Claim]] = [
    *(partial(a_claim, seed) for seed in range(1, 30)),
    lambda: an_institutional_claim(),
    lambda: secondary(a_claim()),
    lambda: a_claim(frequency="7", original_reference="PAYER1"),
    lambda: replace(a_claim(), charge=25_000, lines=(a_line(0), a_line(0, control="L9", modifiers=("76",)))),
    lambda: a_claim(accident=Accident(causes=("AA",), on=DAY, state="IL")),
    lambda: diagnosis(a_claim(on=date(2025, 9, 30), delay_reason="11"), "G35"),
    lambda: line(a_claim(on=TODAY - timedelta(days=100)), units="1.5"),
]
