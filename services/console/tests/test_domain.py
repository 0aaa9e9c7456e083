"""What the console makes of facts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.console.domain import STAGES, View, fold, stage_of, tallied
from services.console.words import step_words
from shared.events import BY_SOURCE
from shared.events.lifecycle import Fact, State

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
CLAIM = "0199a000-0000-7000-8000-000000000001"


def a_fact(what: str, state: str, after: int = 0, **more: Any) -> Fact:
    values = {"subject": CLAIM, "source": "intake", "stream": CLAIM, "version": 1, **more}
    return Fact(what=what, state=state, time=AT + timedelta(hours=after), **values)  # type: ignore[arg-type]


def folded(*facts: Fact) -> View:
    view: View | None = None
    for fact in facts:
        view = fold(view, fact)
    assert view is not None
    return view


RECEIVED = a_fact("ClaimReceived", "received", payer="SBX01", charge=10_000, door="hl7")
PAID = a_fact("ClaimPaid", "paid", 5, paid=6_400, contractual=2_000, patient=1_600, denied=0, charge=10_000)
BALANCE = a_fact(
    "PatientBalanceAssigned", "patient", 6, paid=6_400, contractual=2_000, patient=1_600, charge=10_000
)


def test_a_claim_is_where_its_last_fact_says_since_that_fact() -> None:
    view = folded(RECEIVED, a_fact("ClaimHeld", "held", 2, reasons=("SCR-0104",)))
    assert (view.state, view.since, view.reasons) == ("held", AT + timedelta(hours=2), ("SCR-0104",))
    assert (view.opened, view.payer, view.door) == (AT, "SBX01", "hl7")


def test_a_noted_fact_leaves_the_claim_and_its_reasons_where_they_are() -> None:
    held = a_fact("ClaimHeld", "held", 1, reasons=("SCR-0104",))
    view = folded(RECEIVED, held, a_fact("ClaimCorrected", "noted", 3))
    assert (view.state, view.since, view.reasons) == ("held", AT + timedelta(hours=1), ("SCR-0104",))
    assert view.seen == AT + timedelta(hours=3)


def test_the_same_state_again_does_not_make_the_claim_younger() -> None:
    view = folded(
        RECEIVED, a_fact("ClaimHeld", "held", 1), a_fact("ClaimHeld", "held", 9, reasons=("SCR-0301",))
    )
    assert (view.since, view.reasons) == (AT + timedelta(hours=1), ("SCR-0301",))


@pytest.mark.parametrize("late", ["ClaimAcknowledged", "AnswerOverdue"])
def test_an_early_hops_late_answer_does_not_take_a_paid_claim_back(late: str) -> None:
    state = {"ClaimAcknowledged": "acknowledged", "AnswerOverdue": "overdue"}[late]
    assert folded(RECEIVED, PAID, a_fact(late, state, 9)).state == "paid"


def test_what_waits_is_the_charge_until_a_payer_decides_then_the_rest_then_the_patients_part() -> None:
    assert folded(RECEIVED).stake == 10_000
    assert folded(RECEIVED, PAID).stake == 1_600
    assert folded(RECEIVED, PAID, BALANCE).stake == 1_600
    part = a_fact("PatientPaid", "noted", 7, paid=600)
    assert folded(RECEIVED, PAID, BALANCE, part).stake == 1_000
    assert folded(RECEIVED, PAID, BALANCE, a_fact("AccountSettled", "settled", 8)).stake == 0


def test_a_denied_claims_stake_is_what_was_denied() -> None:
    assert folded(RECEIVED, a_fact("ClaimDenied", "denied", 4, denied=9_000, charge=10_000)).stake == 9_000


def test_two_payers_add_up_and_a_reversal_takes_back() -> None:
    second = a_fact("ClaimPaid", "paid", 7, paid=1_000, contractual=0, patient=600, denied=0)
    assert folded(RECEIVED, PAID, second).money.paid == 7_400
    reversal = a_fact(
        "PaymentReversed", "reversed", 8, paid=-6_400, contractual=-2_000, patient=-1_600, charge=-10_000
    )
    view = folded(RECEIVED, PAID, reversal)
    assert (view.money.paid, view.money.charge, view.stake) == (0, 10_000, 10_000)


states = st.sampled_from(State.__args__)
facts = st.builds(a_fact, st.just("ClaimReceived"), states, st.integers(0, 99), charge=st.integers(0, 10**9))


@given(st.lists(facts, min_size=1, max_size=30))
def test_the_figures_of_all_states_always_sum_to_the_claims_there_are(walk: list[Fact]) -> None:
    sums: dict[str, list[int]] = {}
    view: View | None = None
    for fact in walk:
        after = fold(view, fact)
        for change in tallied([(view, after)]):
            found = sums.setdefault(change.state, [0, 0])
            found[0] += change.claims
            found[1] += change.stake
        view = after
    assert view is not None
    assert {state: tuple(both) for state, both in sums.items() if any(both)} == {view.state: (1, view.stake)}


def test_every_public_state_has_its_words_and_every_event_its_sentence() -> None:
    assert set(STAGES) == set(State.__args__) - {"noted"}
    said = {event.__name__ for known in BY_SOURCE.values() for event in known}
    for what in said - {"PayerFileReceived", "RemittanceReceived", "RemittanceQuarantined", "RemittancePosted",
                        "PaymentUnmatched"}:  # fmt: skip
        words = step_words(a_fact(what, "noted", paid=1, charge=2, patient=3, denied=4))
        assert words != what, f"{what} has no sentence"
        assert "{" not in words


def test_a_state_of_a_later_release_is_shown_by_its_name() -> None:
    assert stage_of("appealed").title == "appealed"
