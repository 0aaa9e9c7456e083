"""One claim's money, rule by rule (claims-rules 3.1 to 3.6, 3.14)."""

from itertools import permutations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.remittance.domain.claim import SetAside
from services.remittance.tests.paying import (
    Life,
    a_claim_level_payment,
    a_payment,
    reversed_payment,
    submitted,
    two_payers,
)
from shared.bus.types import Refused
from shared.claim import Claim
from shared.events import (
    ClaimDenied,
    ClaimPaid,
    PatientBalanceAssigned,
    PaymentReversed,
    SecondaryClaimPrepared,
)
from shared.testing.builders import a_claim
from shared.x12.types import ClaimPayment


def one_line(charge: int) -> Claim:
    claim = a_claim(lines=1)
    return replace(claim, charge=charge, lines=(replace(claim.lines[0], charge=charge),))


def kinds(events: object) -> list[str]:
    return [type(e).__name__ for e in events]  # type: ignore[attr-defined]


def test_3_1_the_golden_line_of_rfi_2442_is_split_into_paid_contract_and_patient() -> None:
    life = Life(one_line(15000))
    paid, balance = life.pay(a_payment(life.claim, ["CO-45:7500 PR-1:2500"]))
    assert isinstance(paid, ClaimPaid)
    assert (paid.paid, paid.contractual, paid.patient) == (5000, 7500, 2500)
    assert isinstance(balance, PatientBalanceAssigned)
    assert balance.patient_due == 2500
    assert life.whole() == {
        "paid": 5000, "contractual": 7500, "other": 0, "patient": 2500, "denied": 0, "open": 0,
    }  # fmt: skip


def test_3_2_zero_paid_is_no_denial_when_the_patient_owes_the_deductible() -> None:
    life = Life(one_line(10000))
    paid, balance = life.pay(a_payment(life.claim, ["PR-1:10000"]))
    assert isinstance(paid, ClaimPaid)
    assert balance.patient_due == 10000  # type: ignore[union-attr]


@pytest.mark.parametrize("reason", ["4", "16", "29", "50", "97", "109", "197"])
def test_3_5_co_with_a_denial_reason_is_work_and_no_write_off(reason: str) -> None:
    life = Life(one_line(10000))
    (denied,) = life.pay(a_payment(life.claim, [f"CO-{reason}:10000"]))
    assert isinstance(denied, ClaimDenied)
    assert denied.denied == 10000
    assert denied.words[0].startswith(f"CO-{reason}: ")
    assert life.whole()["contractual"] == 0


def test_3_2_status_4_without_a_better_reason_is_a_denial() -> None:
    life = Life(one_line(10000))
    assert kinds(life.pay(a_claim_level_payment(life.claim, "CO-45:10000", "4"))) == ["ClaimDenied"]


def test_3_5_a_denied_line_in_a_paid_claim_stays_visible_and_is_not_the_patients() -> None:
    life = Life(a_claim(lines=2))
    paid, balance = life.pay(a_payment(life.claim, ["CO-45:2500 PR-1:1000", "CO-96:43000"]))
    assert isinstance(paid, ClaimPaid)
    assert paid.denied == 43000
    assert isinstance(balance, PatientBalanceAssigned)
    assert (balance.patient_due, balance.other) == (1000, 43000)


@pytest.mark.parametrize("words", ["OA-18:500", "PI-94:500", "OA-23:500", "CO-253:500", "PI-16:500"])
def test_3_14_co_pi_and_oa_are_never_the_patients(words: str) -> None:
    life = Life(one_line(10000))
    life.pay(a_payment(life.claim, [words + " PR-2:700"]))
    balance = life.said[-1]
    assert isinstance(balance, PatientBalanceAssigned)
    assert balance.patient_due == 700


def test_3_13_the_patient_is_never_billed_because_the_claim_was_late() -> None:
    life = Life(one_line(10000))
    (denied,) = life.pay(a_payment(life.claim, ["PR-29:10000"]))
    assert isinstance(denied, ClaimDenied)
    assert life.whole()["patient"] == 0


def test_3_3_a_reversal_takes_everything_back_and_nothing_is_the_patients_until_it_is_decided_again() -> None:
    life = Life(a_claim(lines=2))
    payment = a_payment(life.claim, ["CO-45:2500 PR-1:1000", "CO-45:3000"])
    life.pay(payment)
    (back,) = life.pay(reversed_payment(payment))
    assert isinstance(back, PaymentReversed)
    assert back.paid == -payment.paid
    assert life.accounts() == {"open": life.claim.charge, "charges": -life.claim.charge}


def test_3_3_the_same_decision_after_a_reversal_is_told_again() -> None:
    life = Life(one_line(10000))
    payment = a_payment(life.claim, ["PR-1:1000"])
    life.pay(payment)
    life.pay(reversed_payment(payment))
    assert kinds(life.pay(payment)) == ["ClaimPaid", "PatientBalanceAssigned"]


def test_3_3_a_reversal_that_mirrors_no_posting_waits_in_suspense() -> None:
    life = Life(one_line(10000))
    life.pay(a_payment(life.claim, ["PR-1:1000"]))
    strange = reversed_payment(a_payment(life.claim, ["PR-1:1001"]))
    assert life.pay(strange) == ()
    assert life.state is not None
    assert [p.why for p in life.state.held] == ["reversal_without_posting"]
    assert life.accounts()["suspense"] == 8999
    assert life.whole()["paid"] == 9000


def test_3_3_a_legacy_cr_group_takes_a_decision_back_by_its_sums() -> None:
    life = Life(one_line(10000))
    life.pay(a_payment(life.claim, ["CO-45:2000 PR-2:1600"]))
    back = reversed_payment(a_payment(life.claim, ["CR-45:2000 CR-2:1600"]))
    assert kinds(life.pay(back)) == ["PaymentReversed"]
    assert life.whole()["open"] == 10000


def test_3_3_a_correction_before_its_reversal_waits_and_then_counts() -> None:
    life = Life(one_line(10000))
    first = a_payment(life.claim, ["CO-45:2000 PR-2:1600"])
    life.pay(first)
    assert life.pay(a_payment(life.claim, ["CO-45:1000 PR-2:500"])) == ()
    events = life.pay(reversed_payment(first))
    assert kinds(events) == ["PaymentReversed", "ClaimPaid", "PatientBalanceAssigned"]
    assert life.whole() == {
        "paid": 8500, "contractual": 1000, "other": 0, "patient": 500, "denied": 0, "open": 0,
    }  # fmt: skip


def test_3_2_a_claim_that_comes_back_in_several_parts_is_done_when_all_are_there() -> None:
    life = Life(a_claim(lines=2))
    one, two = life.claim.lines
    whole = a_payment(life.claim, ["PR-2:500", "PR-2:600"])
    first = replace(whole, services=whole.services[:1], charge=one.charge, paid=one.charge - 500)
    second = replace(whole, services=whole.services[1:], charge=two.charge, paid=two.charge - 600)
    assert kinds(life.pay(first)) == ["ClaimPaid"]
    assert kinds(life.pay(second)) == ["ClaimPaid", "PatientBalanceAssigned"]
    assert life.whole()["patient"] == 1100


@pytest.mark.parametrize("status", ["23", "25"])
def test_3_2_a_claim_that_was_passed_on_or_only_estimated_moves_no_money(status: str) -> None:
    life = Life(one_line(10000))
    assert life.pay(a_payment(life.claim, ["PR-1:10000"], status)) == ()
    assert life.whole()["open"] == 10000


def test_the_same_posting_again_changes_nothing() -> None:
    life = Life(one_line(10000))
    life.pay(a_payment(life.claim, ["PR-1:1000"]), remittance="R")
    before = (life.state, len(life.journals))
    assert life.pay(a_payment(life.claim, ["PR-1:1000"]), remittance="R") == ()
    assert (life.state, len(life.journals)) == before


def test_3_6_the_golden_secondary_of_rfi_1696_leaves_the_patient_nothing() -> None:
    life = Life(two_payers([50000]))
    paid, prepared = life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"]))
    assert isinstance(paid, ClaimPaid)
    assert paid.paid == 30000
    assert isinstance(prepared, SecondaryClaimPrepared)
    assert life.whole()["open"] == 7500
    life.tell(submitted(prepared.claim))
    second, balance = life.pay(a_payment(life.claim, ["OA-23:42500 CO-45:1000"], "2"), "SBX07")
    assert isinstance(second, ClaimPaid)
    assert (second.paid, second.contractual, second.other) == (6500, 1000, 0)
    assert isinstance(balance, PatientBalanceAssigned)
    assert balance.patient_due == 0
    assert life.whole() == {
        "paid": 36500, "contractual": 13500, "other": 0, "patient": 0, "denied": 0, "open": 0,
    }  # fmt: skip


def test_3_6_a_secondary_that_writes_the_primarys_share_off_again_is_held() -> None:
    life = Life(two_payers([50000]))
    life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"]))
    assert life.pay(a_payment(life.claim, ["CO-45:43500"], "2"), "SBX07") == ()
    assert life.state is not None
    assert [p.why for p in life.state.held] == ["more_than_open"]
    assert life.whole()["open"] == 7500


def test_3_6_a_secondarys_answer_before_the_primarys_waits_for_it() -> None:
    life = Life(two_payers([50000]))
    assert life.pay(a_payment(life.claim, ["OA-23:42500 CO-45:1000"], "2"), "SBX07") == ()
    events = life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"]))
    assert kinds(events) == ["ClaimPaid", "ClaimPaid", "PatientBalanceAssigned"]


def test_3_2_a_claim_that_the_payer_forwarded_is_not_billed_to_the_next_by_us() -> None:
    life = Life(two_payers([50000]))
    assert kinds(life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"], "19"))) == ["ClaimPaid"]
    events = life.pay(a_payment(life.claim, ["OA-23:42500 CO-45:1000"], "2"), "SBX07")
    assert kinds(events) == ["ClaimPaid", "PatientBalanceAssigned"]


def test_3_6_a_next_payer_is_not_asked_when_nothing_is_left() -> None:
    life = Life(two_payers([50000]))
    assert kinds(life.pay(a_payment(life.claim, ["CO-45:12500"]))) == ["ClaimPaid", "PatientBalanceAssigned"]


def test_3_6_when_the_primary_takes_back_the_secondarys_money_waits_with_it() -> None:
    life = Life(two_payers([50000]))
    first = a_payment(life.claim, ["CO-45:12500 PR-1:7500"])
    life.pay(first)
    life.pay(a_payment(life.claim, ["OA-23:42500 CO-45:1000"], "2"), "SBX07")
    life.pay(reversed_payment(first))
    assert life.whole()["open"] == 50000
    assert life.accounts()["suspense"] == -6500


def test_money_set_aside_by_hand_stays_in_suspense_and_holds_nothing_up() -> None:
    life = Life(one_line(10000))
    payment = a_payment(life.claim, ["PR-1:1000"])
    life.pay(payment)
    life.pay(payment)
    assert life.state is not None
    (held,) = life.state.held
    assert held.why == "already_decided"
    life.tell(SetAside(posting=held.id, by="biller", reason="paid twice"))
    assert life.state.held == ()
    assert life.accounts()["suspense"] == -9000
    with pytest.raises(Refused):
        life.tell(SetAside(posting=held.id, by="biller", reason="paid twice"))


def test_a_corrected_charge_is_in_the_ledger_before_any_payer_decided() -> None:
    life = Life(one_line(10000))
    life.tell(submitted(one_line(12000)))
    assert life.whole()["open"] == 12000
    assert sum(life.accounts().values()) == 0


def test_the_shares_of_a_balance_add_up_to_the_claim() -> None:
    life = Life(two_payers([50000, 20000]))
    life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500", "CO-45:5000 PR-2:3000"]))
    life.pay(a_claim_level_payment(life.claim, "OA-23:59500 PR-2:1500", "2"), "SBX07")
    balance = life.said[-1]
    assert isinstance(balance, PatientBalanceAssigned)
    assert balance.patient_due == 1500
    for total, name in (
        (balance.charge, "charge"), (balance.insurance_paid, "paid"), (balance.contractual, "contractual"),
        (balance.patient_due, "patient"), (balance.other, "other"),
    ):  # fmt: skip
        assert sum(getattr(share, name) for share in balance.shares) == total


def test_3_14_the_reasons_are_the_last_payers_also_when_its_answer_came_first() -> None:
    life = Life(two_payers([50000]))
    life.pay(a_payment(life.claim, ["OA-23:42500 PR-3:7500"], "2"), "SBX07")
    life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"]))
    balance = life.said[-1]
    assert isinstance(balance, PatientBalanceAssigned)
    assert [(a.reason, a.cents) for a in balance.shares[0].reasons] == [("3", 7500)]


def test_a_state_survives_its_encoding() -> None:
    life = Life(two_payers([50000]))
    life.pay(a_payment(life.claim, ["CO-45:12500 PR-1:7500"]))
    assert life.state is not None
    assert msgspec.json.decode(msgspec.json.encode(life.state), type=type(life.state)) == life.state


@st.composite
def answers(draw: st.DrawFn) -> tuple[Claim, list[tuple[ClaimPayment, str]]]:
    """A claim with two payers and what they say: decisions, reversals of them, corrections, odd ones, in any order."""
    charges = draw(st.lists(st.integers(1, 90_000), min_size=1, max_size=3))
    claim = two_payers(charges)
    codes = st.sampled_from(["CO-45", "PR-1", "PR-2", "CO-16", "OA-23", "PI-94", "CO-96", "PR-29", "OA-18"])
    made: list[tuple[ClaimPayment, str]] = []
    for _ in range(draw(st.integers(1, 4))):
        lines = []
        for charge in charges:
            cut = draw(st.integers(0, charge))
            lines.append(f"{draw(codes)}:{cut} {draw(codes)}:{draw(st.integers(0, charge - cut))}")
        payer, status = draw(
            st.sampled_from([("SBX01", "1"), ("SBX01", "19"), ("SBX07", "2"), ("SBX01", "4")])
        )
        payment = a_payment(claim, lines, status)
        made.append((payment, payer))
        if draw(st.booleans()):
            made.append((reversed_payment(payment), payer))
    return claim, draw(st.permutations(made))


@given(answers())
@settings(max_examples=150, deadline=None)
def test_i4_charge_is_paid_contractual_other_patient_denied_and_open_at_all_times(
    made: tuple[Claim, list[tuple[ClaimPayment, str]]],
) -> None:
    claim, payments = made
    life = Life(claim)
    for payment, payer in payments:
        life.pay(payment, payer)
        assert life.state is not None
        whole = life.whole()
        assert sum(whole.values()) == claim.charge
        assert whole == {name: getattr(life.state.balances, name) for name in whole}
        assert min(whole.values()) >= 0
        assert all(sum(e.cents for e in j.entries) == 0 for j in life.journals)
    assert life.accounts().get("cash", 0) == sum(p.paid for p, _ in payments)
    assert len({j.id for j in life.journals}) == len(life.journals)


@given(answers())
@settings(max_examples=60, deadline=None)
def test_3_3_decisions_that_were_all_taken_back_leave_the_claim_as_it_was(
    made: tuple[Claim, list[tuple[ClaimPayment, str]]],
) -> None:
    claim, payments = made
    life = Life(claim)
    for payment, payer in payments:
        if payment.status != "22":
            life.pay(payment, payer)
    for payment, payer in reversed(payments):
        if payment.status != "22":
            life.pay(reversed_payment(payment), payer)
    assert life.accounts() == {"open": claim.charge, "charges": -claim.charge}


def test_3_3_the_order_in_which_reversal_and_correction_come_does_not_matter() -> None:
    claim = one_line(10000)
    first = a_payment(claim, ["CO-45:2000 PR-2:1600"])
    correction = a_payment(claim, ["CO-45:1000 PR-2:500"])
    ends = set()
    for order in permutations([first, reversed_payment(first), correction]):
        life = Life(claim)
        for payment in order:
            life.pay(payment)
        assert isinstance(life.said[-1], PatientBalanceAssigned)
        ends.add(tuple(sorted(life.accounts().items())))
    assert len(ends) == 1


@st.composite
def corrected(draw: st.DrawFn) -> tuple[Claim, list[tuple[ClaimPayment, str]], list[int]]:
    """A primary that decides, takes it back and decides again, a secondary that decides; and another order of these."""
    charges = draw(st.lists(st.integers(1, 90_000), min_size=1, max_size=3))
    claim = two_payers(charges)

    def lines(first: str, second: str) -> list[str]:
        made = []
        for charge in charges:
            cut = draw(st.integers(0, charge))
            made.append(f"{first}:{cut} {second}:{draw(st.integers(0, charge - cut))}")
        return made

    original, correction = (a_payment(claim, lines("CO-45", "PR-1")) for _ in range(2))
    secondary = a_payment(claim, lines("OA-23", "PR-2"), "2")
    said = [
        (original, "SBX01"), (reversed_payment(original), "SBX01"), (correction, "SBX01"), (secondary, "SBX07"),
    ]  # fmt: skip
    return claim, said, draw(st.permutations(range(4)))


@given(corrected())
@settings(max_examples=100, deadline=None)
def test_3_3_and_3_6_whatever_order_answers_come_in_the_end_is_the_same(
    made: tuple[Claim, list[tuple[ClaimPayment, str]], list[int]],
) -> None:
    claim, said, order = made
    ends = []
    for places in (range(4), order):
        life = Life(claim)
        for place in places:
            life.pay(*said[place], remittance=f"R{place}")
        assert life.state is not None
        # a payer that moves nothing is no news: only the list of payers may lack it
        told = [
            replace(e, payers=(), payer_claim_numbers=())
            for e in life.said
            if isinstance(e, PatientBalanceAssigned)
        ]
        final = life.state.outcome == "patient" and not life.state.held
        ends.append((life.accounts(), life.state.balances, life.state.outcome, told[-1:] if final else final))
    assert ends[0] == ends[1]
