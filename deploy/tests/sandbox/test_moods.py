"""Every mood's money closes at line and claim level, and says what the mood's name says."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy.sandbox.moods import BY_PAYER, LATE, Answer, Mood, answer
from deploy.sandbox.reading import AskedClaim
from deploy.tests.sandbox.cases import DAY, asked
from shared.x12.proof import claim_closes
from shared.x12.types import ClaimPayment

PAYING = [mood for mood in get_args(Mood) if mood not in ("silent", "unbalanced")]
CHARGES = st.lists(st.integers(min_value=0, max_value=10_000_000), min_size=1, max_size=6)


def told(mood: Mood, claim: AskedClaim, known: bool = False) -> Answer:
    found = answer(mood, claim, "ICN1", DAY, known=known)
    assert found is not None
    return found


def money(mood: Mood, claim: AskedClaim) -> ClaimPayment:
    payment = told(mood, claim).payment
    assert payment is not None
    return payment


def taken(payment: ClaimPayment) -> dict[str, int]:
    sums: dict[str, int] = {}
    for service in payment.services:
        for adjustment in service.adjustments:
            key = f"{adjustment.group}{adjustment.reason}"
            sums[key] = sums.get(key, 0) + adjustment.cents
    return sums


@given(st.sampled_from(PAYING), CHARGES, st.one_of(st.none(), st.integers(min_value=0, max_value=10**7)))
def test_claims_rules_3_1_every_payment_closes_whatever_was_charged(
    mood: Mood, charges: list[int], earlier: int | None
) -> None:
    claim = asked("SBX01", *charges, member="C1", earlier=earlier)
    payment = money(mood, claim)
    assert claim_closes(payment)
    assert payment.charge == claim.charge
    assert payment.paid >= 0
    assert all(s.charge - sum(a.cents for a in s.adjustments) == s.paid for s in payment.services)
    assert payment.patient_responsibility == sum(
        cents for key, cents in taken(payment).items() if key.startswith("PR")
    )


def test_sbx01_takes_a_fifth_and_leaves_a_fifth_of_the_rest_to_the_patient() -> None:
    payment = money(BY_PAYER["SBX01"], asked("SBX01", 10_000))
    assert taken(payment) == {"CO45": 2_000, "PR2": 1_600}
    assert payment.paid == 6_400


def test_sbx02_pays_all_but_its_fifth() -> None:
    payment = money(BY_PAYER["SBX02"], asked("SBX02", 10_000))
    assert (taken(payment), payment.paid) == ({"CO45": 2_000}, 8_000)


def test_sbx03_denies_the_last_line_and_finds_a_deductible_open() -> None:
    payment = money(BY_PAYER["SBX03"], asked("SBX03", 10_000, 4_000, 700))
    assert taken(payment) == {"CO45": 2_800, "PR1": 5_000, "CO96": 700}
    assert payment.services[-1].paid == 0
    assert money("pays_partly", asked("SBX03", 10_000)).paid == 3_000


def test_sbx04_denies_everything_with_a_remark_that_says_why() -> None:
    payment = money(BY_PAYER["SBX04"], asked("SBX04"))
    assert (payment.paid, set(taken(payment))) == (0, {"CO16"})
    assert all(service.remarks and "MA130" not in service.remarks for service in payment.services)


def test_sbx05_rejects_until_the_member_id_is_corrected() -> None:
    rejected = told(BY_PAYER["SBX05"], asked("SBX05"))
    assert (rejected.accepted, rejected.payment) == (False, None)
    assert (rejected.statuses[0].category, rejected.statuses[0].action) == ("A7", "U")
    assert told(BY_PAYER["SBX05"], asked("SBX05", member="C00000001")).accepted


def test_sbx06_answers_five_days_late() -> None:
    assert told(BY_PAYER["SBX06"], asked("SBX06")).delay == LATE
    assert told("pays", asked()).delay.total_seconds() == 0


def test_claims_rules_3_6_sbx07_pays_what_is_left_and_reports_the_rest_as_oa_23() -> None:
    whole = money(BY_PAYER["SBX07"], asked("SBX07", 50_000, order="S", earlier=7_500))
    assert (whole.status, whole.paid, taken(whole)) == ("2", 7_500, {"OA23": 42_500})
    assert whole.patient_responsibility == 0
    by_line = asked("SBX07", 10_000, 5_000, order="S", earlier=0)
    lines = tuple(replace(line, left=left) for line, left in zip(by_line.lines, (1_600, 800), strict=True))
    payment = money("secondary", replace(by_line, lines=lines))
    assert [service.paid for service in payment.services] == [1_600, 800]


def test_a_claim_already_in_adjudication_is_denied_as_a_duplicate() -> None:
    payment = told("pays", asked(), known=True).payment
    assert payment is not None
    assert (payment.paid, set(taken(payment))) == (0, {"CO18"})


def test_a_silent_payer_says_nothing() -> None:
    assert answer("silent", asked(), "ICN1", DAY) is None


def test_an_unbalanced_payment_does_not_prove() -> None:
    assert not claim_closes(money("unbalanced", asked()))


@pytest.mark.parametrize("payer", [f"SBX0{n}" for n in range(1, 8)])
def test_every_payer_of_the_table_has_a_mood(payer: str) -> None:
    assert BY_PAYER[payer] in get_args(Mood)
