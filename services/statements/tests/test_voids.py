"""What a void leaves of a patient's bill: nothing due, a corrected statement, a credit (claims-rules 3.8, 3.14)."""

from itertools import permutations
from typing import Any

import pytest

from services.statements.domain.account import ApplyCredit
from services.statements.domain.money import credit_of, kept_credit, remaining
from services.statements.page import render
from services.statements.tests.balances import claim_id, owing, taken_back, voided
from services.statements.tests.test_account import Life, kinds
from services.statements.tests.test_page import grades, text_of
from shared.bus.types import Refused
from shared.events import CreditOwed

APPLY = ApplyCredit(by="kim", reason="the patient asked for it")


def test_3_8_a_void_withdraws_the_bill_and_says_so_in_plain_words() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.pay(5000)
    life.tell(taken_back(owing(1, 7500)))
    (owed,) = life.tell(voided(1))
    assert isinstance(owed, CreditOwed)
    assert (owed.credit, owed.parts[0].claim) == (5000, claim_id(1))
    assert kinds(life.issue()) == ["StatementIssued", "AccountSettled"]
    statement = life.statements[-1]
    assert (statement.due, statement.by, statement.credit, statement.corrects) == (0, None, 5000, 1)
    text = text_of(render(statement))
    assert "You have nothing to pay" in text
    assert "This is a corrected statement." in text
    assert (
        "We took this bill back. You owe nothing for it. You paid us $50.00 for it. We owe you $50.00."
        in text
    )
    assert "Is this final? Yes. There is no bill any more." in text
    assert "What it cost and who pays" not in text


def test_the_words_of_a_withdrawn_bill_read_at_grade_six() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.pay(5000)
    life.tell(voided(1))
    life.issue()
    assert max(grades(life.statements[-1].visits[0].change)) <= 6


def test_a_void_that_is_heard_again_changes_nothing() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.pay(5000)
    life.tell(voided(1))
    before = life.state
    assert life.tell(voided(1)) == ()
    assert life.state == before


def test_a_void_of_a_bill_that_nobody_was_told_of_ends_without_a_statement() -> None:
    life = Life(owing(1, 7500))
    assert kinds(life.tell(voided(1))) == ["AccountSettled"]
    assert life.issue() == ()
    assert life.notes[claim_id(1)].state == "voided"


def test_a_void_of_a_claim_that_never_came_to_the_patient_is_no_news() -> None:
    life = Life(owing(1, 7500))
    before = life.state
    assert life.tell(voided(2)) == ()
    assert life.state == before


@pytest.mark.parametrize("order", list(permutations(("pay", "reverse", "void"))))
def test_a_payment_for_a_voided_claim_is_a_credit_in_whatever_order_it_comes(order: tuple[str, ...]) -> None:
    """A reversal after its void is no news; an order that cannot be is harmless."""
    life = Life(owing(1, 7500), owing(2, 3000))
    life.issue()
    what: dict[str, Any] = {"reverse": taken_back(owing(1, 7500)), "void": voided(1)}
    for step in order:
        if step == "pay":
            life.pay(7500, claim=claim_id(1))
        else:
            life.tell(what[step])
    assert life.state is not None
    assert (credit_of(life.state), kept_credit(life.state)) == (7500, 7500)
    assert remaining(life.state) == {claim_id(1): 0, claim_id(2): 3000}


def test_what_was_paid_on_a_voided_claim_pays_another_only_when_a_person_says_so() -> None:
    life = Life(owing(1, 7500), owing(2, 3000))
    life.issue()
    life.pay(7500)
    life.tell(voided(1))
    life.tell(owing(3, 1000))
    assert life.state is not None
    assert remaining(life.state)[claim_id(2)] == 3000
    assert kinds(life.tell(APPLY)) == ["AccountSettled"]
    assert sum(remaining(life.state).values()) == 0
    assert (credit_of(life.state), kept_credit(life.state)) == (3500, 0)
    assert [(a.cents, a.by) for a in life.state.applied] == [(7500, "kim")]
    with pytest.raises(Refused, match="No credit"):
        life.tell(APPLY)


def test_a_claim_that_is_billed_anew_after_its_void_has_its_payment_again() -> None:
    life = Life(owing(1, 7500))
    life.issue()
    life.pay(5000)
    life.tell(voided(1))
    life.tell(owing(1, 6000))
    assert life.state is not None
    assert remaining(life.state) == {claim_id(1): 1000}
    assert credit_of(life.state) == 0


def test_a_payment_that_names_another_claim_goes_there_before_any_credit_is_kept() -> None:
    life = Life(owing(1, 7500), owing(2, 3000))
    life.pay(5000, claim=claim_id(2))
    life.tell(voided(1))
    life.tell(owing(2, 5000))
    assert life.state is not None
    assert (credit_of(life.state), remaining(life.state)[claim_id(2)]) == (0, 0)
