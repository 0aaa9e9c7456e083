"""Which line and which payer an answer is about (claims-rules 3.2, 3.10), and the next payer's claim (3.6)."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.remittance.domain.coordination import secondary_claim
from services.remittance.domain.matching import coverage_of, match_lines
from services.remittance.domain.reasons import DENIALS, account_of, words_of
from services.remittance.tests.paying import (
    Life,
    a_claim_level_payment,
    a_payment,
    a_service,
    cas,
    two_payers,
)
from shared.claim import Claim, Person
from shared.events import SecondaryClaimPrepared
from shared.testing.builders import a_claim, a_coverage, a_line
from shared.x12.types import ServicePayment


def found(claim: Claim, *services: ServicePayment) -> list[tuple[int, str]]:
    payment = replace(a_payment(claim), services=services)
    return [(line.line, line.how) for line in match_lines(claim, payment)]


CLAIM = a_claim(lines=3)
ONE, TWO, THREE = CLAIM.lines


def test_3_10_the_line_control_comes_first_even_when_the_payer_changed_the_code() -> None:
    assert found(CLAIM, a_service(ONE.charge, code="A9999", control="L2")) == [(2, "6R")]


def test_3_10_without_a_control_code_modifiers_day_and_charge_find_the_line() -> None:
    assert found(CLAIM, a_service(TWO.charge, code=TWO.code, first=TWO.first)) == [(2, "code")]


def test_3_10_lines_that_are_alike_are_taken_one_after_the_other() -> None:
    twins = replace(CLAIM, lines=(ONE, replace(ONE, control="L9")))
    same = a_service(ONE.charge, code=ONE.code, first=ONE.first)
    assert found(twins, same, same) == [(1, "code"), (2, "code")]


def test_3_10_a_modifier_that_the_payer_dropped_does_not_lose_the_line() -> None:
    claim = replace(CLAIM, lines=(replace(ONE, modifiers=("25",)), TWO))
    assert found(claim, a_service(ONE.charge, code=ONE.code, first=ONE.first)) == [
        (1, "code without modifiers")
    ]


def test_3_10_svc06_names_what_we_billed_when_it_was_paid_under_another_code() -> None:
    paid = a_service(500, code="A9999", submitted_code=THREE.code, first=THREE.first)
    assert found(CLAIM, paid) == [(3, "SVC06")]


def test_3_10_nothing_is_guessed() -> None:
    strange = a_service(ONE.charge + 1, code=ONE.code, first=ONE.first)
    tie = replace(CLAIM, lines=(replace(ONE, modifiers=("25",)), replace(ONE, modifiers=("59",))))
    assert found(CLAIM, strange) == [(0, "none")]
    assert found(tie, a_service(ONE.charge, code=ONE.code, first=ONE.first)) == [(0, "none")]


def test_3_10_a_line_by_revenue_code_is_found_by_it() -> None:
    claim = replace(CLAIM, lines=(replace(ONE, code="", revenue_code="0450"),))
    assert found(claim, a_service(ONE.charge, code="0450", code_kind="NU")) == [(1, "code")]


@pytest.mark.parametrize(
    ("payer", "status", "place"),
    [
        ("SBX01", "1", 0),
        ("SBX07", "2", 1),
        ("SBX07", "1", 1),
        ("OTHER", "1", 0),
        ("OTHER", "20", 1),
        ("OTHER", "4", 0),
    ],
)
def test_3_2_the_payer_is_known_by_its_id_else_by_its_turn(payer: str, status: str, place: int) -> None:
    assert coverage_of(two_payers(), payer, status) == place


def test_3_2_two_plans_of_one_payer_are_told_apart_by_their_turn() -> None:
    claim = replace(CLAIM, coverages=(a_coverage("SBX01"), a_coverage("SBX01", order="S")))
    assert [coverage_of(claim, "SBX01", status) for status in ("1", "2")] == [0, 1]


@pytest.mark.parametrize(
    ("code", "first", "account"),
    [
        ("CO-45", True, "contractual"), ("CO-253", True, "contractual"), ("CO-16", True, "denied"),
        ("CO-97", True, "denied"), ("OA-18", True, "denied"), ("PI-16", True, "denied"), ("PI-94", True, "other"),
        ("OA-94", True, "other"), ("OA-23", True, "other"), ("OA-23", False, None), ("PR-1", True, "patient"),
        ("PR-96", True, "patient"), ("PR-29", True, "denied"), ("CO-144", True, "contractual"),
    ],
)  # fmt: skip
def test_3_5_where_an_adjustment_goes(code: str, first: bool, account: str | None) -> None:
    (adjustment,) = cas(f"{code}:100")
    assert account_of(adjustment, first_payer=first) == account


def test_3_5_every_denial_has_plain_words_of_its_own() -> None:
    assert all(d.words.endswith(".") and len(d.words) > 15 for d in DENIALS.values())
    assert len({d.words for d in DENIALS.values()}) == len(DENIALS)
    assert words_of(cas("CO-45:1 CO-16:2 PR-1:3 CO-16:4")) == (
        "CO-16: The claim lacks something or has an error; the remark codes say what.",
    )


# ------------------------------------------------------------------ the second payer's claim


def equations(claim: Claim, place: int) -> None:
    """The four equations of an 837 for a second payer (claims-rules 3.6), about the payer at ``place``."""
    prior = claim.coverages[place].prior
    assert prior is not None
    assert prior.paid is not None
    payer = claim.coverages[place].payer.id
    own = sum(a.cents for a in prior.adjustments)
    decisions = [d for line in claim.lines for d in line.decisions if d.payer_id == payer]
    by_line = sum(a.cents for d in decisions for a in d.adjustments)
    assert claim.charge == sum(line.charge for line in claim.lines), "a"
    assert claim.charge == prior.paid + own + by_line, "b"
    if decisions:
        assert prior.paid == sum(d.paid for d in decisions) - own, "c"
        for line in claim.lines:
            mine = [d for d in line.decisions if d.payer_id == payer]
            assert line.charge == sum(d.paid + sum(a.cents for a in d.adjustments) for d in mine), "d"


@given(
    st.lists(
        st.tuples(st.integers(1, 50_000), st.integers(0, 100), st.integers(0, 100)), min_size=1, max_size=5
    )
)
@settings(max_examples=100, deadline=None)
def test_3_6_the_four_equations_hold_for_every_balanced_835(lines: list[tuple[int, int, int]]) -> None:
    claim = two_payers([charge for charge, _, _ in lines])
    words = []
    for charge, contract, patient in lines:
        off = charge * contract // 100
        words.append(f"CO-45:{off} PR-2:{(charge - off) * patient // 100 + (1 if charge > off else 0)}")
    life = Life(claim)
    life.pay(a_payment(claim, words))
    prepared = [e.claim for e in life.said if isinstance(e, SecondaryClaimPrepared)]
    for made in prepared:
        equations(made, 0)
        assert (made.billed, made.payer, made.frequency) == (1, "SBX07", "1")


def test_3_6_reasons_go_word_for_word_with_the_day_and_what_is_left() -> None:
    life = Life(two_payers([13700]))
    life.pay(a_payment(life.claim, ["CO-45:7786 PR-2:1186"]))
    prepared = life.said[-1]
    assert isinstance(prepared, SecondaryClaimPrepared)
    (line,), prior = prepared.claim.lines, prepared.claim.coverages[0].prior
    assert prior is not None
    assert (prior.paid, prior.remaining, prior.adjustments) == (4728, 1186, ())
    assert prior.control_number == "ICN1"
    (decision,) = line.decisions
    assert (decision.paid, decision.adjustments) == (4728, cas("CO-45:7786 PR-2:1186"))
    assert decision.on is not None
    equations(prepared.claim, 0)


def test_3_6_a_decision_for_the_whole_claim_stays_at_the_claim() -> None:
    life = Life(two_payers([50000, 20000]))
    life.pay(a_claim_level_payment(life.claim, "CO-45:12500 PR-1:7500"))
    prepared = life.said[-1]
    assert isinstance(prepared, SecondaryClaimPrepared)
    assert not any(line.decisions for line in prepared.claim.lines)
    equations(prepared.claim, 0)


def test_3_6_an_unbundled_line_becomes_one_decision() -> None:
    claim = two_payers([10000])
    services = (
        a_service(6000, "CO-45:1000 PR-2:500", code="G0463", control="L1"),
        a_service(4000, "CO-45:500", code="G0008", control="L1"),
    )
    payment = replace(a_payment(claim), services=services, charge=10000, paid=8000)
    life = Life(claim)
    life.pay(payment)
    prepared = life.said[-1]
    assert isinstance(prepared, SecondaryClaimPrepared)
    (decision,) = prepared.claim.lines[0].decisions
    assert (decision.paid, decision.adjustments) == (8000, cas("CO-45:1500 PR-2:500"))
    equations(prepared.claim, 0)


def test_3_6_the_third_payer_gets_both_decisions() -> None:
    claim = two_payers([50000])
    claim = replace(claim, coverages=(*claim.coverages, a_coverage("SBX06", order="T")))
    life = Life(claim)
    life.pay(a_payment(claim, ["CO-45:12500 PR-1:7500"]))
    life.pay(a_payment(claim, ["OA-23:42500 PR-2:2500"], "2"), "SBX07")
    prepared = life.said[-1]
    assert isinstance(prepared, SecondaryClaimPrepared)
    assert prepared.claim.payer == "SBX06"
    assert [d.payer_id for d in prepared.claim.lines[0].decisions] == ["SBX01", "SBX07"]
    equations(prepared.claim, 0)
    equations(prepared.claim, 1)


def test_3_6_the_patient_is_named_apart_when_another_is_the_next_payers_member() -> None:
    spouse = a_coverage("SBX07", 2, order="S", relationship="01")
    claim = replace(a_claim(1), coverages=(a_coverage("SBX01", 1), spouse))
    made = secondary_claim(claim, 1, [])
    assert isinstance(made.patient, Person)
    assert made.who == claim.who
    assert replace(spouse, relationship="18") != spouse
    assert secondary_claim(two_payers(), 1, []).patient is None


def test_a_line_without_a_charge_needs_no_decision() -> None:
    claim = two_payers([50000])
    claim = replace(claim, lines=(*claim.lines, a_line(1, charge=0, control="L2")))
    life = Life(claim)
    life.pay(a_payment(claim, ["CO-45:12500 PR-1:7500"]))
    assert isinstance(life.said[-1], SecondaryClaimPrepared)


def test_a_payment_of_a_payer_before_the_first_that_we_billed_waits_in_suspense_and_stops_nothing_else() -> (
    None
):
    claim = replace(two_payers((10_000,)), billed=1)
    life = Life(claim)
    life.pay(a_payment(claim, ["CO-45:2000 PR-2:500"]), payer="SBX01")
    life.pay(a_payment(claim, ["CO-45:2000 PR-2:500"], status="2"), payer="SBX07")
    assert life.state is not None
    assert [(p.booked, p.why) for p in life.state.postings] == [
        ("suspense", "unknown_coverage"),
        ("claim", ""),
    ]
    assert life.accounts()["suspense"] == -7500
    assert life.accounts()["patient"] == 500
