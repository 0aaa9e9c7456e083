"""The scrubber's decisions, case by case."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from services.scrubber.codes import load_book
from services.scrubber.domain import Correct, Replace, Rescrub, Scrubbing, Withdraw, decide, proposed
from services.scrubber.rules import Facts
from services.scrubber.tests.cases import TODAY, billing
from shared import events as e
from shared.deciding import Command, Decision, Known, Refused
from shared.testing.builders import a_claim, an_npi

BOOK = load_book()
WRONG_NPI = "1234567890"
STREAM = "018f0000-0000-7000-8000-000000000001"


def known() -> Known[Facts]:
    facts = Facts(today=TODAY, book=BOOK, fingerprint=b"f")
    return Known(now=datetime(2026, 11, 1, tzinfo=UTC), stream=STREAM, facts=facts)


def received(claim: Any) -> e.ClaimReceived:
    return e.ClaimReceived(claim=claim, door="json", message="m", received=known().now)


def said(decision: Decision[Scrubbing]) -> list[str]:
    return [type(v).__name__ for v in decision.events]


def run(*steps: e.Event | Command) -> Decision[Scrubbing]:
    state: Scrubbing | None = None
    for step in steps:
        decision = decide(state, step, known())
        state = decision.state
    return decision


def change(place: str, after: object) -> Correct:
    text = "" if after is None else msgspec.json.encode(after).decode()
    return Correct(changes=(e.Change(place=place, after=text),), by="biller", reason="typing error")


HELD = received(billing(a_claim(), npi=WRONG_NPI))
REJECTED = e.ClaimRejected(
    hop="payer",
    reasons=(e.Reason(code="A7", status="164", words="The payer does not know this member."),),
    route="r",
    payer="SBX05",
    charge=1,
)


def test_a_clean_claim_is_cleared_as_it_came() -> None:
    claim = a_claim()
    decision = run(received(claim))
    assert said(decision) == ["ClaimCleared"]
    assert decision.events[0].claim == claim  # type: ignore[union-attr]
    assert decision.state.state == "cleared"


def test_a_claim_with_a_wrong_digit_is_held_and_says_where() -> None:
    decision = run(HELD)
    assert said(decision) == ["ClaimHeld"]
    assert [f.place for f in decision.events[0].findings] == ["/billing/npi"]  # type: ignore[union-attr]


def test_a_corrected_claim_is_scrubbed_again_and_cleared() -> None:
    decision = run(HELD, change("/billing/npi", an_npi(10_001)))
    assert said(decision) == ["ClaimCorrected", "ClaimCleared"]
    told = decision.events[0]
    assert isinstance(told, e.ClaimCorrected)
    assert told.changes[0].before == f'"{WRONG_NPI}"'


def test_a_correction_that_mends_nothing_leaves_the_claim_held() -> None:
    assert said(run(HELD, change("/billing/npi", "1111111111"))) == ["ClaimCorrected", "ClaimHeld"]


@pytest.mark.parametrize(
    "correction",
    [
        change("/lines/9/charge", 5),
        change("/charge", "a lot"),
        change("charge", 5),
        change("/number/x", 5),
        Correct(changes=(e.Change(place="/charge", after="{"),), by="b", reason="r"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_with_its_place(correction: Correct) -> None:
    state = run(HELD).state
    with pytest.raises(Refused, match=r"charge|number|there is no such place|slash"):
        decide(state, correction, known())


def test_a_line_can_be_removed_and_added() -> None:
    claim = a_claim(lines=3)
    state = run(received(msgspec.structs.replace(claim, charge=claim.charge - claim.lines[2].charge))).state
    assert said(decide(state, change("/lines/2", None), known())) == ["ClaimCorrected", "ClaimCleared"]


def test_a_cleared_claim_cannot_be_corrected_here() -> None:
    with pytest.raises(Refused) as refused:
        decide(run(received(a_claim())).state, change("/charge", 5), known())
    assert refused.value.code == "not_held"


def test_a_replacement_must_be_the_same_claim() -> None:
    whole = Replace(claim=a_claim(), by="b", reason="r")
    assert said(run(HELD, whole)) == ["ClaimCorrected", "ClaimCleared"]
    with pytest.raises(Refused):
        run(HELD, Replace(claim=a_claim(2), by="b", reason="r"))


def test_a_withdrawn_claim_is_told_and_stays_withdrawn() -> None:
    decision = run(HELD, Withdraw(by="b", reason="same visit", duplicate_of=STREAM))
    assert said(decision) == ["ClaimWithdrawn"]
    with pytest.raises(Refused):
        decide(decision.state, Rescrub(), known())


def test_claims_rules_3_7_a_rejected_claim_is_held_with_the_payers_reasons() -> None:
    decision = run(received(a_claim()), REJECTED)
    assert said(decision) == ["ClaimHeld"]
    assert [f.rule for f in decision.state.findings] == ["REJ-A7-164"]


def test_claims_rules_3_8_a_rejected_and_corrected_claim_goes_out_as_new() -> None:
    decision = run(received(a_claim()), REJECTED, change("/coverages/0/subscriber/member_id", "C00000001"))
    cleared = decision.events[-1]
    assert isinstance(cleared, e.ClaimCleared)
    assert cleared.claim.frequency == "1"


def test_a_claim_cancelled_before_it_was_sent_is_gone_and_after_it_was_sent_is_held() -> None:
    cancelled = e.ClaimCancelled(reason="visit did not happen", message="m")
    assert run(HELD, cancelled).state.state == "cancelled"
    late = run(received(a_claim()), cancelled)
    assert said(late) == ["ClaimHeld"]
    assert late.state.findings[0].rule == "SCR-0902"


def test_a_change_after_sending_is_held_for_a_replacement_and_before_sending_is_scrubbed() -> None:
    amended = e.ClaimAmended(claim=a_claim(), reason="late charge", door="hl7", message="m")
    assert run(received(a_claim()), amended).state.findings[0].rule == "SCR-0901"
    assert said(run(HELD, amended)) == ["ClaimCleared"]


def test_facts_are_loaded_for_the_claim_that_will_be_scrubbed() -> None:
    state = run(HELD).state
    fixed = proposed(state, change("/billing/npi", an_npi(10_001)))
    assert fixed is not None
    assert fixed.billing.npi == an_npi(10_001)
    assert proposed(state, change("/nowhere/1/x/y", 1)) is not fixed
    assert proposed(state, Withdraw(by="b", reason="r")) is None


def test_a_replacement_or_void_that_intake_sends_after_the_payers_decision_is_scrubbed_and_goes_out() -> None:
    for frequency in ("7", "8"):
        claim = msgspec.structs.replace(a_claim(), frequency=frequency, original_reference="ICN1")
        amended = e.ClaimAmended(claim=claim, reason="late charge", door="hl7", message="m")
        decision = run(received(a_claim()), amended)
        assert said(decision) == ["ClaimCleared"]
        assert decision.state.claim.frequency == frequency


def test_what_the_hospital_changes_after_a_rejection_is_scrubbed_as_a_new_version() -> None:
    claim = msgspec.structs.replace(a_claim(), medical_record="MRN2")
    amended = e.ClaimAmended(claim=claim, reason="late charge", door="hl7", message="m")
    assert said(run(received(a_claim()), REJECTED, amended)) == ["ClaimCleared"]
    cancelled = e.ClaimCancelled(reason="cancelled", message="m")
    assert run(received(a_claim()), REJECTED, cancelled).state.state == "cancelled"


def test_3_8_a_void_that_the_payer_answered_is_cancelled_and_not_held() -> None:
    void = e.ClaimAmended(
        claim=msgspec.structs.replace(a_claim(), frequency="8", original_reference="ICN1"),
        reason="r", door="hl7", message="m",
    )  # fmt: skip
    told = run(received(a_claim()), void, e.ClaimCancelled(reason="voided", message=""))
    assert told.state.state == "cancelled"
    assert told.events == ()


CANCELLED = e.ClaimCancelled(reason="visit did not happen", message="m")
STOPPED = e.ClaimStopped(payer="SBX05", charge=1)


def test_3_8_a_claim_that_was_still_in_the_queue_when_it_was_cancelled_is_withdrawn() -> None:
    decision = run(received(a_claim()), CANCELLED, STOPPED)
    assert said(decision) == ["ClaimWithdrawn"]
    assert (decision.state.state, decision.state.sent, decision.state.fingerprint) == (
        "withdrawn",
        False,
        b"",
    )
    assert said(decide(decision.state, STOPPED, known())) == []


def test_3_8_a_void_of_a_claim_that_was_still_in_the_queue_withdraws_it() -> None:
    void = msgspec.structs.replace(a_claim(), frequency="8", original_reference="ICN1")
    amended = e.ClaimAmended(claim=void, reason="r", door="x12", message="m")
    assert said(run(received(a_claim()), amended, STOPPED)) == ["ClaimWithdrawn"]


def test_3_8_a_claim_that_was_changed_in_the_queue_goes_out_as_it_is_now() -> None:
    changed = msgspec.structs.replace(a_claim(), medical_record="MRN2")
    amended = e.ClaimAmended(claim=changed, reason="late charge", door="hl7", message="m")
    decision = run(received(a_claim()), amended, STOPPED)
    assert said(decision) == ["ClaimCleared"]
    assert decision.state.claim == changed
    wrong = e.ClaimAmended(claim=billing(changed, npi=WRONG_NPI), reason="r", door="hl7", message="m")
    assert said(run(received(a_claim()), wrong, STOPPED)) == ["ClaimHeld"]


def test_a_claim_that_was_cleared_again_before_it_was_heard_to_be_stopped_stays_cleared() -> None:
    decision = run(received(a_claim()), CANCELLED, received(a_claim()), STOPPED)
    assert (said(decision), decision.state.state, decision.state.sent) == ([], "cleared", True)


def test_a_claim_that_a_biller_works_on_when_it_is_stopped_may_be_changed_by_the_hospital_again() -> None:
    amended = e.ClaimAmended(claim=a_claim(), reason="late charge", door="hl7", message="m")
    worked_on = run(received(a_claim()), amended, change("/billing/npi", WRONG_NPI), STOPPED)
    assert (said(worked_on), worked_on.state.state, worked_on.state.sent) == ([], "held", False)
