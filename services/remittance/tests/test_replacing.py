"""Replacements and voids: what becomes of the payer's earlier decision (claims-rules 3.3, 3.8)."""

import pytest
from msgspec.structs import replace

from services.remittance.tests.paying import (
    Life,
    a_payment,
    an_835,
    reversed_payment,
    submitted,
    two_payers,
)
from services.remittance.tests.test_claim import kinds, one_line
from services.remittance.tests.test_posting import Desk, desk, migrations
from shared.claim import Claim
from shared.events import PatientBalanceAssigned, PaymentReversed
from shared.testing.builders import a_claim
from shared.x12.types import ClaimPayment, ProviderAdjustment

__all__ = ["desk", "migrations"]


def test_3_8_a_replacement_with_fewer_lines_finds_the_reversal_of_the_old_and_the_new_decision() -> None:
    whole = two_payers([10000, 4000, 3000])
    life = Life(replace(whole, coverages=whole.coverages[:1]))
    old = a_payment(life.claim, ["PR-1:1000", "CO-45:500", "PR-2:300"])
    life.pay(old)
    rest = life.claim.lines[1:]
    changed = replace(life.claim, lines=rest, charge=7000, frequency="7", original_reference="ICN1")
    life.tell(submitted(changed))
    assert kinds(life.pay(reversed_payment(old))) == ["PaymentReversed"]
    new = a_payment(changed, ["CO-45:500", "PR-2:300"], payer_claim_number="ICN2")
    assert kinds(life.pay(new)) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert life.accounts() == {"charges": -7000, "cash": 6200, "contractual": 500, "patient": 300}


def replaced_by(charge: int) -> tuple[Life, ClaimPayment, Claim]:
    """A claim of 100.00 of which 16.00 is the patient's, and its replacement with another charge out."""
    life = Life(one_line(10000))
    old = a_payment(life.claim, ["CO-45:2000 PR-2:1600"])
    life.pay(old)
    line = replace(life.claim.lines[0], charge=charge)
    new = replace(life.claim, charge=charge, lines=(line,), frequency="7", original_reference="ICN1")
    assert kinds(life.tell(submitted(new))) == []
    return life, old, new


@pytest.mark.parametrize("charge", [7000, 10000, 12000])
def test_3_14_the_old_decision_stands_while_a_replacement_is_out_whatever_its_charge(charge: int) -> None:
    life, _, _ = replaced_by(charge)
    assert life.state is not None
    assert life.accounts() == {"charges": -10000, "cash": 6400, "contractual": 2000, "patient": 1600}
    assert (life.state.held, life.state.balances.total, life.state.charged) == ((), 10000, 10000)
    assert life.state.outcome == "patient"


@pytest.mark.parametrize("charge", [7000, 10000, 12000])
def test_3_8_the_replacement_counts_when_the_old_decision_is_taken_back_in_whatever_order(
    charge: int,
) -> None:
    for reversal_first in (True, False):
        life, old, new = replaced_by(charge)
        back, decision = reversed_payment(old), a_payment(new, ["PR-2:500"], payer_claim_number="ICN2")
        first, second = (back, decision) if reversal_first else (decision, back)
        said = (*life.pay(first), *life.pay(second))
        assert kinds(said) == ["PaymentReversed", "ClaimPaid", "PatientBalanceAssigned"]
        assert isinstance(said[-1], PatientBalanceAssigned)
        assert (said[-1].charge, said[-1].patient_due) == (charge, 500)
        assert life.accounts() == {"charges": -charge, "cash": charge - 500, "patient": 500}


def test_3_3_a_replacement_whose_new_decision_comes_first_waits_in_suspense_for_the_reversal() -> None:
    life, _, new = replaced_by(7000)
    assert life.pay(a_payment(new, ["PR-2:500"], payer_claim_number="ICN2")) == ()
    assert life.state is not None
    assert [p.why for p in life.state.held] == ["already_decided"]
    assert life.accounts()["patient"] == 1600


def test_3_8_a_replacement_counts_when_its_own_payer_takes_back_and_the_next_payers_money_waits() -> None:
    claim = two_payers([10000])
    life = Life(claim)
    old = a_payment(claim, ["CO-45:2000 PR-2:1600"])
    life.pay(old)
    life.pay(a_payment(claim, ["OA-23:8400 PR-3:100"], "2"), "SBX07")
    new = replace(claim, charge=7000, lines=(replace(claim.lines[0], charge=7000),), frequency="7")
    life.tell(submitted(new))
    assert life.accounts()["patient"] == 100
    life.pay(reversed_payment(old))
    assert life.state is not None
    assert (life.state.charged, life.state.balances.open) == (7000, 7000)
    assert [(p.payer, p.why) for p in life.state.held] == [("SBX07", "earlier_payer_open")]
    assert life.accounts() == {"charges": -7000, "open": 7000, "cash": 1500, "suspense": -1500}


def test_3_8_a_void_that_follows_a_replacement_ends_at_zero() -> None:
    life, old, new = replaced_by(7000)
    life.tell(submitted(replace(new, frequency="8")))
    assert life.accounts()["patient"] == 1600
    assert kinds(life.pay(reversed_payment(old))) == ["PaymentReversed", "PatientBalanceAssigned"]
    assert life.accounts() == {}


def test_3_8_the_reversal_that_answers_a_void_leaves_nothing_on_any_account() -> None:
    life = Life(one_line(10000))
    payment = a_payment(life.claim, ["CO-45:2000 PR-2:1600"])
    life.pay(payment)
    life.tell(submitted(replace(life.claim, frequency="8", original_reference="ICN1")))
    assert life.accounts()["patient"] == 1600
    reversed_, voided = life.pay(reversed_payment(payment))
    assert isinstance(reversed_, PaymentReversed)
    assert isinstance(voided, PatientBalanceAssigned)
    assert (voided.voided, voided.patient_due, voided.charge, voided.shares) == (True, 0, 0, ())
    assert life.state is not None
    assert (life.state.outcome, life.accounts()) == ("voided", {})
    assert life.state.balances.total == 0


def test_3_8_a_void_is_told_once_whether_the_reversal_or_the_submission_is_heard_first() -> None:
    for reversal_first in (True, False):
        life = Life(one_line(10000))
        payment = a_payment(life.claim, ["CO-45:2000 PR-2:1600"])
        life.pay(payment)
        void = submitted(replace(life.claim, frequency="8", original_reference="ICN1"))
        said = life.pay(reversed_payment(payment)) if reversal_first else ()
        said += life.tell(void)
        said += () if reversal_first else life.pay(reversed_payment(payment))
        said += life.tell(void)
        assert kinds(said) == ["PaymentReversed", "PatientBalanceAssigned"]
        assert life.accounts() == {}


def test_3_8_a_claim_that_is_made_anew_after_its_void_bears_its_charge_again() -> None:
    life = Life(one_line(10000))
    payment = a_payment(life.claim, ["PR-2:1600"])
    life.pay(payment)
    life.tell(submitted(replace(life.claim, frequency="8")))
    life.pay(reversed_payment(payment))
    life.tell(submitted(life.claim))
    assert life.accounts() == {"open": 10000, "charges": -10000}


async def test_3_8_a_void_that_is_answered_by_a_reversal_leaves_no_cent_and_tells_that_no_bill_stands(
    desk: Desk,
) -> None:
    claim = a_claim()
    (claim_id,) = await desk.know(claim)
    first = a_payment(claim, ["CO-45:2500 PR-2:2000", ""])
    await desk.receive(an_835([first]), name="first")
    await desk.harness.hear("submitter", claim_id, submitted(replace(claim, frequency="8")))
    await desk.harness.quiet()
    # 3.4: BPR02 is never negative, what is taken back beyond it is carried forward
    carried = ProviderAdjustment(provider="1", fiscal=None, reason="FB", reference="T2", cents=-first.paid)
    taken = an_835([reversed_payment(first)], trace="T2", provider_adjustments=(carried,))
    for name in ("second", "again"):
        await desk.receive(taken, name=name)
    assert desk.kinds(claim_id) == [
        "ClaimPaid", "PatientBalanceAssigned", "PaymentReversed", "PatientBalanceAssigned",
    ]  # fmt: skip
    last = desk.harness.said(claim_id)[-1].event
    assert isinstance(last, PatientBalanceAssigned)
    assert (last.voided, last.patient_due) == (True, 0)
    assert await desk.ledger(claim_id) == {}
    assert (await desk.get(f"/claims/{claim_id}"))["state"] == "voided"
