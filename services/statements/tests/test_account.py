"""A guarantor's account, rule by rule (claims-rules 3.14; features G)."""

from datetime import date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.statements.domain.account import (
    ApplyCredit,
    IssueStatement,
    KeepStatement,
    NoteClaim,
    RecordPayment,
    Terms,
    decide_account,
)
from services.statements.domain.money import credit_of, kept_credit, paid_by_claim, remaining
from services.statements.domain.statement import Office, Statement
from services.statements.domain.states import AccountState
from services.statements.tests.balances import (
    a_balance,
    a_share,
    claim_id,
    owing,
    pr,
    taken_back,
    voided,
    without_address,
)
from shared.bus.types import Known, Refused
from shared.events import (
    AccountSettled,
    CreditOwed,
    Event,
    PatientPaid,
    StatementHeld,
    StatementIssued,
)
from shared.testing.clock import NOON

OFFICE = Office(
    name="Synthetic General Hospital",
    phone="(555) 555-0100",
    hours="Monday to Friday, 8 am to 5 pm",
    pay_url="https://pay.example.org",
    dispute_url="",
    assistance_phone="(555) 555-0199",
    assistance_url="https://example.org/help",
)
TERMS = Terms(gather=timedelta(days=1), days_to_pay=30, office=OFFICE)
ACCOUNT = "00000000-0000-5000-8000-000000000001"


class Life:
    """One account's decisions in a row."""

    def __init__(self, *balances: Event) -> None:
        self.now: datetime = NOON
        self.state: AccountState | None = None
        self.statements: list[Statement] = []
        self.notes: dict[str, NoteClaim] = {}
        self.payments = 0
        for balance in balances:
            self.tell(balance)

    def tell(self, what: Any) -> tuple[Event, ...]:
        decision = decide_account(self.state, what, Known(self.now, ACCOUNT, TERMS))
        self.state = decision.state
        self.statements += [i.statement for i in decision.intents if isinstance(i, KeepStatement)]
        self.notes |= {i.claim: i for i in decision.intents if isinstance(i, NoteClaim)}
        return decision.events

    def issue(self) -> tuple[Event, ...]:
        self.now += timedelta(days=1)
        return self.tell(IssueStatement())

    def pay(self, cents: int, payment: str = "", claim: str = "") -> tuple[Event, ...]:
        self.payments += 1
        return self.tell(
            RecordPayment(
                id=payment or f"p{self.payments}", cents=cents, method="card", on=self.now.date(), claim=claim
            )
        )


def kinds(events: tuple[Event, ...]) -> list[str]:
    return [type(e).__name__ for e in events]


def test_one_statement_covers_all_claims_of_a_guarantor_after_the_time_to_gather() -> None:
    life = Life(owing(1, 2500), owing(2, 400))
    assert life.state is not None
    assert life.state.issue_at == NOON + timedelta(days=1)
    (issued,) = life.issue()
    assert isinstance(issued, StatementIssued)
    assert (issued.due, issued.by) == (2900, date(2026, 4, 2))
    assert [p.cents for p in issued.parts] == [2500, 400]
    assert life.state.issue_at is None


def test_a_later_claim_does_not_put_the_statement_off() -> None:
    life = Life(owing(1, 2500))
    life.now += timedelta(hours=20)
    life.tell(owing(2, 400))
    assert life.state is not None
    assert life.state.issue_at == NOON + timedelta(days=1)


def test_nothing_to_pay_is_said_and_ends_the_claim() -> None:
    life = Life(owing(1, 0))
    issued, settled = life.issue()
    assert isinstance(issued, StatementIssued)
    assert (issued.due, issued.by) == (0, None)
    assert isinstance(settled, AccountSettled)


def test_the_same_balance_again_makes_no_second_statement() -> None:
    life = Life(owing(1, 2500))
    life.issue()
    assert life.tell(owing(1, 2500)) == ()
    assert life.issue() == ()


def test_a_payment_settles_the_oldest_care_first() -> None:
    life = Life(owing(1, 2500, first=date(2026, 2, 9)), owing(2, 400, first=date(2026, 1, 3)))
    life.issue()
    paid, settled = life.pay(1000)
    assert isinstance(paid, PatientPaid)
    assert {p.claim: p.cents for p in paid.parts} == {claim_id(2): 400, claim_id(1): 600}
    assert isinstance(settled, AccountSettled)
    assert [p.claim for p in settled.parts] == [claim_id(2)]


def test_a_payment_can_name_the_claim_it_is_for() -> None:
    life = Life(owing(1, 2500, first=date(2026, 2, 9)), owing(2, 400, first=date(2026, 1, 3)))
    paid, *_ = life.pay(1000, claim=claim_id(1))
    assert isinstance(paid, PatientPaid)
    assert [(p.claim, p.cents) for p in paid.parts] == [(claim_id(1), 1000)]


def test_a_claim_that_was_paid_before_its_statement_ends_settled() -> None:
    life = Life(owing(1, 2500))
    assert kinds(life.pay(2500)) == ["PatientPaid", "AccountSettled"]
    assert kinds(life.issue()) == ["StatementIssued", "AccountSettled"]


def test_the_same_payment_again_is_no_second_payment() -> None:
    life = Life(owing(1, 2500))
    assert kinds(life.pay(1000, "same")) == ["PatientPaid"]
    assert life.pay(1000, "same") == ()
    with pytest.raises(Refused) as refused:
        life.pay(1001, "same")
    assert refused.value.code == "key_reused"


def test_a_payment_beyond_what_is_due_is_owed_back() -> None:
    life = Life(owing(1, 2500))
    paid, settled, credit = life.pay(3000)
    assert isinstance(paid, PatientPaid)
    assert sum(p.cents for p in paid.parts) == 3000
    assert isinstance(settled, AccountSettled)
    assert isinstance(credit, CreditOwed)
    assert credit.credit == 500


def test_a_reversal_stops_the_bill_and_the_new_decision_makes_a_corrected_statement() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    (held,) = life.tell(taken_back(owing(1, 7500)))
    assert isinstance(held, StatementHeld)
    assert (held.reason, held.parts[0].cents) == ("payer_open", 7500)
    assert life.state is not None
    assert remaining(life.state) == {claim_id(1): 0}
    life.tell(owing(1, 2500))
    (issued,) = life.issue()
    assert isinstance(issued, StatementIssued)
    assert issued.due == 2500
    corrected = life.statements[-1]
    assert corrected.corrects == 1
    assert corrected.visits[0].change == (
        "Your plan decided again. Your part of this visit was $75.00. It is now $25.00."
    )


def test_a_reversal_before_the_statement_stops_it() -> None:
    life = Life(owing(1, 7500))
    life.tell(taken_back(owing(1, 7500)))
    assert life.issue() == ()
    assert life.statements == []


def test_a_lower_second_decision_after_payment_is_owed_back() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.pay(7500)
    life.tell(taken_back(owing(1, 7500)))
    (credit,) = life.tell(owing(1, 2500))
    assert isinstance(credit, CreditOwed)
    assert credit.credit == 5000
    issued, settled = life.issue()
    assert kinds((issued, settled)) == ["StatementIssued", "AccountSettled"]
    assert life.statements[-1].credit == 5000


def test_the_same_decision_again_after_a_reversal_ends_the_claim_again_without_another_bill() -> None:
    life = Life(owing(1, 2500))
    life.issue()
    life.pay(2500)
    life.tell(taken_back(owing(1, 2500)))
    assert kinds(life.tell(owing(1, 2500))) == ["AccountSettled"]
    assert life.issue() == ()


def test_a_reversal_of_a_claim_that_is_on_no_statement_is_no_news() -> None:
    life = Life()
    assert life.tell(taken_back(owing(1, 2500))) == ()
    assert life.issue() == ()


@pytest.mark.parametrize("reasons", ["999:2500", ""])
def test_an_amount_without_words_for_its_reason_is_not_billed(reasons: str) -> None:
    strange = a_balance(1, replace(a_share(10000, 5000, "1:2500"), reasons=pr(reasons)))
    life = Life(strange, owing(2, 400))
    held, issued = life.issue()
    assert isinstance(held, StatementHeld)
    assert held.reason == "unknown_reason"
    assert isinstance(issued, StatementIssued)
    assert issued.due == 400
    assert life.state is not None
    assert life.state.issue_at == life.now + timedelta(days=1)
    assert life.issue() == ()


def test_a_statement_without_an_address_waits() -> None:
    life = Life(without_address(owing(1, 2500)))
    (held,) = life.issue()
    assert isinstance(held, StatementHeld)
    assert held.reason == "no_address"
    life.tell(owing(1, 2500))
    assert kinds(life.issue()) == ["StatementIssued"]


def test_amounts_that_are_not_the_patients_are_never_asked_for() -> None:
    balance = a_balance(1, a_share(10000, 5000, "1:2500", other=1500))
    life = Life(balance)
    life.issue()
    (visit,) = life.statements[0].visits
    assert (visit.charge, visit.discount, visit.plan, visit.you) == (10000, 2500, 5000, 2500)
    assert visit.items[0].note == "$15.00: Your plan did not pay this part. You do not owe it."
    assert life.statements[0].due == 2500


def test_how_a_claim_stands_is_noted_in_one_word() -> None:
    life = Life(owing(1, 2500))
    words = [life.notes[claim_id(1)].state]
    life.issue()
    words.append(life.notes[claim_id(1)].state)
    life.tell(taken_back(owing(1, 2500)))
    words.append(life.notes[claim_id(1)].state)
    life.tell(owing(1, 2500))
    life.pay(2500)
    words.append(life.notes[claim_id(1)].state)
    assert words == ["assigned", "billed", "payer_open", "settled"]


def test_a_payment_for_an_account_that_is_not_there_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        Life().pay(100)
    assert refused.value.code == "unknown_account"


def test_a_state_survives_its_encoding() -> None:
    life = Life(owing(1, 2500), owing(2, 0))
    life.issue()
    life.pay(3000)
    assert msgspec.json.decode(msgspec.json.encode(life.state), type=AccountState) == life.state


def test_what_a_payer_says_is_less_than_nothing_of_the_patient_is_owed_back_before_any_payment() -> None:
    life = Life(a_balance(1, patient_due=-500))
    assert life.state is not None
    assert (remaining(life.state), credit_of(life.state)) == ({claim_id(1): 0}, 500)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("owe"), st.integers(1, 4), st.integers(0, 9000)),
        st.tuples(st.just("back"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("void"), st.integers(1, 4), st.just(0)),
        st.tuples(st.just("apply"), st.just(0), st.just(0)),
        st.tuples(st.just("pay"), st.integers(0, 4), st.integers(1, 9000)),
        st.tuples(st.just("issue"), st.just(0), st.just(0)),
    ),
    max_size=20,
)


@given(steps)
@settings(max_examples=150, deadline=None)
def test_every_cent_paid_is_on_a_claim_or_owed_back_and_no_claim_owes_less_than_nothing(
    made: list[tuple[str, int, int]],
) -> None:
    life = Life(owing(1, 100))
    paid = 0
    for kind, number, cents in made:
        if kind == "owe":
            life.tell(owing(number, cents))
        elif kind == "back":
            life.tell(taken_back(owing(number, 0)))
        elif kind == "void":
            life.tell(voided(number))
        elif kind == "apply" and life.state and kept_credit(life.state):
            life.tell(ApplyCredit(by="kim", reason="the patient asked for it"))
        elif kind == "issue":
            life.issue()
        elif kind == "pay":
            known = {c.claim for c in life.state.claims} if life.state else set()
            claim = claim_id(number) if claim_id(number) in known else ""
            life.pay(cents, claim=claim)
            paid += cents
        assert life.state is not None
        left, credit = remaining(life.state), credit_of(life.state)
        assert min(left.values()) >= 0
        assert 0 <= kept_credit(life.state) <= credit
        by_claim = paid_by_claim(life.state)
        assert sum(by_claim.values()) + credit == paid
        for c in life.state.claims:
            assert left[c.claim] == (0 if c.open else c.balance.patient_due - by_claim[c.claim])
            assert life.notes[c.claim].left == left[c.claim]
    assert all(s.due == sum(v.you - v.paid for v in s.visits) for s in life.statements)
    assert all(s.due >= 0 for s in life.statements)
