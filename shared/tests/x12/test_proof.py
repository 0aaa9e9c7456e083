"""The three-level proof, rule by rule (claims-rules 3.1 to 3.4, 3.6, 3.10; each RFI that they name)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.claim import Adjustment, Amount
from shared.tests.x12.payments import cas, clp, era, plb, svc
from shared.x12.proof import (
    interest,
    left_open,
    net_by_reference,
    patient_share,
    prior_payers_share,
    prove,
    unmirrored,
)
from shared.x12.types import ClaimPayment, Imbalance, Remittance

GOLDEN = svc(150, 50, "CO45 75, PR1 25")


def short(found: tuple[Imbalance, ...]) -> list[tuple[str, str, int, int]]:
    return [(i.level, i.place, i.expected, i.found) for i in found]


# ------------------------------------------------------------------ 3.1


def test_rule_3_1_line_golden_rfi_2442_charge_150_is_paid_50_plus_co45_75_plus_pr1_25():
    assert prove(era(50, clp(150, 50, "", GOLDEN, patient=25))) == ()


def test_rule_3_1_line_says_the_line_the_expected_and_the_found_cents():
    wrong = msgspec.structs.replace(GOLDEN, paid=5100, segment=17)
    (line, *_) = prove(era(51, clp(150, 51, "", wrong)))
    assert (line.level, line.element, line.place, line.segment) == (
        "line",
        "SVC03",
        "2000/2100[1]/2110[1]/SVC03",
        17,
    )
    assert (line.expected, line.found, line.delta) == (5000, 5100, 100)


def test_rule_3_1_claim_takes_adjustments_of_both_levels_once_rfi_358_rfi_2570():
    assert prove(era(40, clp(150, 40, "CO45 10", GOLDEN))) == ()
    repeated = clp(150, 50, "CO45 75", GOLDEN)
    assert short(prove(era(50, repeated))) == [("claim", "2000/2100[1]/CLP04", -2500, 5000)]


def test_rule_3_1_transaction_is_the_sum_of_claims_less_the_provider_adjustments():
    claims = (clp(150, 50, "", GOLDEN), clp(200, 120, "CO45 80"))
    assert prove(era(160, *claims, plbs=(plb("WO", "ICN0", 10),))) == ()
    assert short(prove(era(170, *claims, plbs=(plb("WO", "ICN0", 10),)))) == [
        ("transaction", "BPR02", 16000, 17000)
    ]


def test_rule_3_1_an_unbalanced_line_does_not_hide_a_second_one_nor_the_other_levels():
    bad = svc(100, 90, "CO45 20")
    worse = svc(10, 10, "PR3 5")
    found = prove(era(1, clp(260, 150, "", GOLDEN, bad, worse), clp(10, 9)))
    assert short(found) == [
        ("line", "2000/2100[1]/2110[2]/SVC03", 8000, 9000),
        ("line", "2000/2100[1]/2110[3]/SVC03", 500, 1000),
        ("claim", "2000/2100[1]/CLP04", 13500, 15000),
        ("claim", "2000/2100[2]/CLP04", 1000, 900),
        ("transaction", "BPR02", 15900, 100),
    ]


def test_rule_3_1_amounts_quantities_and_clp05_take_no_part_rfi_2601_rfi_2548():
    odd = clp(150, 50, "CO45 100", patient=77, amounts=(Amount("AU", 99999), Amount("I", 1)))
    assert prove(era(50, odd)) == ()


def test_rule_3_1_allowed_above_the_charge_is_a_negative_94_rfi_626():
    assert prove(era(120, clp(100, 120, "", svc(100, 120, "OA94 -20")))) == ()


def test_rule_3_1_a_negative_co_144_incentive_is_legal():
    assert prove(era(101, clp(100, 101, "", svc(100, 101, "CO144 -1")))) == ()


def test_rule_3_1_inpatient_claims_may_come_without_lines_rfi_2348():
    assert prove(era(138, clp(211, 138, "CO45 73"))) == ()


def test_rule_3_1_a_negative_net_is_carried_by_fb_and_bpr02_stays_zero_rfi_222():
    reversal = clp(-150, -50, "CO45 -75, PR1 -25", status="22")
    assert prove(era(0, reversal, plbs=(plb("FB", "TRACE1", -50),))) == ()


# ------------------------------------------------------------------ 3.2


def test_rule_3_2_a_wholly_denied_claim_is_still_processed_as_primary_rfi_1423_rfi_1079():
    assert prove(era(0, clp(34, 0, "", svc(12, 0, "CO29 12"), svc(22, 0, "CO29 22"), status="1"))) == ()


def test_rule_3_2_a_predetermination_carries_no_money():
    assert prove(era(0, clp(500, 0, "OA101 500", status="25"))) == ()


def test_rule_3_2_one_claim_may_return_as_several_clp_rfi_137_rfi_1956():
    first = clp(100, 80, "", svc(100, 80, "CO45 20", "L1"), icn="ICN1")
    second = clp(50, 40, "", svc(50, 40, "CO45 10", "L2"), icn="ICN2")
    assert first.number == second.number
    assert prove(era(120, first, second)) == ()


# ------------------------------------------------------------------ 3.3


def mirror(claim: ClaimPayment) -> ClaimPayment:
    return msgspec.structs.replace(
        claim,
        status="22",
        charge=-claim.charge,
        paid=-claim.paid,
        patient_responsibility=0,
        adjustments=negated(claim.adjustments),
        services=tuple(
            msgspec.structs.replace(s, charge=-s.charge, paid=-s.paid, adjustments=negated(s.adjustments))
            for s in claim.services
        ),
    )


def negated(adjustments: tuple[Adjustment, ...]) -> tuple[Adjustment, ...]:
    return tuple(msgspec.structs.replace(a, cents=-a.cents) for a in adjustments)


def test_rule_3_3_a_reversal_negates_every_amount_with_its_group_and_reason_rfi_1147_rfi_2442():
    original = clp(150, 50, "", GOLDEN, patient=25)
    assert unmirrored(original, mirror(original)) == ()
    assert prove(era(0, mirror(original), plbs=(plb("FB", "TRACE1", -50),))) == ()


def test_rule_3_3_a_reversal_without_its_adjustments_is_not_compliant_rfi_1429():
    original = clp(150, 50, "CO45 75, PR1 25")
    bare = clp(-150, -50, "", status="22")
    assert [i.level for i in prove(era(0, bare, plbs=(plb("FB", "T", -50),)))] == ["claim"]
    assert {i.element for i in unmirrored(original, bare)} == {"CAS*CO*45", "CAS*PR*1"}


def test_rule_3_3_a_reversal_under_another_reason_is_found_on_both_accounts():
    original = clp(150, 50, "", GOLDEN)
    other = mirror(clp(150, 50, "", svc(150, 50, "CO45 70, CO97 5, PR1 25")))
    assert [(i.element, i.expected, i.found) for i in unmirrored(original, other)] == [
        ("CAS*CO*45", -7500, -7000),
        ("CAS*CO*97", 0, -500),
    ]


def test_rule_3_3_the_old_group_cr_is_taken_for_the_group_it_replaces_rfi_1147():
    original = clp(150, 50, "CO45 75, PR1 25")
    legacy = clp(-150, -50, "CR45 -75, CR1 -25", status="22")
    assert unmirrored(original, legacy) == ()


def test_rule_3_3_reversal_and_correction_may_stand_in_either_order_rfi_791():
    reversal = clp(-150, -50, "CO45 -100", status="22")
    correction = clp(150, 60, "CO45 90")
    assert prove(era(10, reversal, correction)) == ()
    assert prove(era(10, correction, reversal)) == ()


def test_rule_3_3_delayed_recoupment_gives_the_money_back_first_and_takes_it_later_rfi_227():
    reversal = clp(-150, -50, "CO45 -100", status="22")
    assert prove(era(0, reversal, plbs=(plb("WO", "CLAIM1", -50),))) == ()
    later = clp(100, 80, "CO45 20")
    assert prove(era(30, later, plbs=(plb("WO", "CLAIM1", 50),))) == ()


# ------------------------------------------------------------------ 3.4


def test_rule_3_4_an_authorized_return_nets_to_zero_rfi_1976():
    pairs = (plb("WO", "ICN1", 50), plb("72", "ICN1", -50))
    assert net_by_reference(pairs) == {("WO", "ICN1"): 0}
    assert prove(era(80, clp(100, 80, "CO45 20"), plbs=pairs)) == ()


def test_rule_3_4_a_forwarded_balance_comes_back_positive_in_a_later_835_rfi_222_rfi_738():
    assert prove(era(30, clp(100, 80, "CO45 20"), plbs=(plb("FB", "TRACE1", 50),))) == ()


def test_rule_3_4_interest_of_the_claims_and_of_l6_are_two_views_of_one_amount_rfi_2202():
    claim = clp(100, 80, "CO45 20", amounts=(Amount("I", 150),))
    paid = era(81.5, claim, plbs=(plb("L6", "CLAIM1", -1.5),))
    assert prove(paid) == ()
    assert interest(paid) == (150, 150)


# ------------------------------------------------------------------ 3.6


def test_rule_3_6_golden_rfi_1696_medicare_then_medicaid_leaves_the_patient_nothing():
    medicare = clp(500, 300, "CO45 125, PR1 75", patient=75)
    assert prove(era(300, medicare)) == ()
    after = left_open(50000, medicare)
    assert after == patient_share(medicare) == 7500
    medicaid = clp(500, 65, "OA23 425, CO45 10", status="2")
    assert prove(era(65, medicaid)) == ()
    assert prior_payers_share(medicaid) == 42500
    assert left_open(after, medicaid) == 0


def test_rule_3_6_the_bad_form_of_rfi_1696_balances_and_is_caught_by_its_negative_balance():
    bad = clp(500, 65, "CO45 435", status="2")
    assert prove(era(65, bad)) == ()
    assert left_open(7500, bad) == -42500


def test_rule_3_6_oa_23_may_stand_at_both_levels_rfi_2570():
    claim = clp(500, 65, "OA23 400", svc(500, 465, "OA23 25, CO45 10"), status="2")
    assert prior_payers_share(claim) == 42500
    assert prove(era(65, claim)) == ()


@pytest.mark.parametrize(("charge", "paid", "adjusted"), [(137, 47.28, "CO45 77.86, PR2 11.86")])
def test_rule_3_6_the_published_cob_line_closes(charge: float, paid: float, adjusted: str):
    assert prove(era(paid, clp(charge, paid, "", svc(charge, paid, adjusted)))) == ()


# ------------------------------------------------------------------ 3.10


def test_rule_3_10_an_unbundled_line_returns_as_two_that_close_each_rfi_498_rfi_1684():
    first = msgspec.structs.replace(svc(100, 60, "CO45 40", "L1", "G0008"), submitted_code="G0463")
    second = msgspec.structs.replace(svc(0, 10, "CO94 -10", "L1", "G0009"), submitted_code="G0463")
    assert prove(era(70, clp(100, 70, "", first, second))) == ()


# ------------------------------------------------------------- any claim

money = st.integers(-10_000_000, 10_000_000)
adjusted = st.lists(money, max_size=6).map(
    lambda amounts: tuple(Adjustment(group="CO", reason="45", cents=a) for a in amounts)
)


@st.composite
def balanced(draw: st.DrawFn) -> Remittance:
    claims = []
    for _ in range(draw(st.integers(0, 4))):
        lines = []
        for _ in range(draw(st.integers(0, 4))):
            reasons, charge = draw(adjusted), draw(money)
            paid = charge - sum(a.cents for a in reasons)
            lines.append(msgspec.structs.replace(svc(0, 0), charge=charge, paid=paid, adjustments=reasons))
        own, charge = draw(adjusted), draw(money)
        off = sum(a.cents for line in lines for a in line.adjustments) + sum(a.cents for a in own)
        claims.append(
            msgspec.structs.replace(
                clp(0, 0), charge=charge, paid=charge - off, adjustments=own, services=tuple(lines)
            )
        )
    pairs = tuple(
        msgspec.structs.replace(plb("CS", "X", 0), cents=c) for c in draw(st.lists(money, max_size=3))
    )
    total = sum(c.paid for c in claims) - sum(p.cents for p in pairs)
    return msgspec.structs.replace(era(0), paid=total, claims=tuple(claims), provider_adjustments=pairs)


@given(balanced())
def test_whatever_balances_is_proved(remittance: Remittance):
    assert prove(remittance) == ()


@given(balanced(), st.integers(1, 10_000), st.data())
def test_one_changed_payment_is_found_where_it_stands(
    remittance: Remittance, delta: int, data: st.DataObject
):
    places = [
        (c, s) for c, claim in enumerate(remittance.claims) for s in [None, *range(len(claim.services))]
    ]
    if not places:
        return
    at, line = data.draw(st.sampled_from(places))
    claim = remittance.claims[at]
    if line is None:
        changed = msgspec.structs.replace(claim, paid=claim.paid + delta)
        expected = [("claim", at), ("transaction", None)]
    else:
        lines = list(claim.services)
        lines[line] = msgspec.structs.replace(lines[line], paid=lines[line].paid + delta)
        changed = msgspec.structs.replace(claim, services=tuple(lines))
        expected = [("line", at)]
    claims = (*remittance.claims[:at], changed, *remittance.claims[at + 1 :])
    found = prove(msgspec.structs.replace(remittance, claims=claims))
    assert [i.level for i in found] == [level for level, _ in expected]
    assert abs(found[0].delta) == delta
    assert f"2100[{at + 1}]" in found[0].place


@given(balanced())
def test_original_and_mirrored_reversal_sum_to_zero_on_every_account(remittance: Remittance):
    for claim in remittance.claims:
        assert unmirrored(claim, mirror(claim)) == ()


def test_the_builder_reads_dollars():
    assert cas("CO45 75.5, PR1 -2") == (
        Adjustment(group="CO", reason="45", cents=7550),
        Adjustment(group="PR", reason="1", cents=-200),
    )
