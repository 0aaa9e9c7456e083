"""The claim's decider, by tables: state before, what is heard or asked, state after, what is said."""

from datetime import date, timedelta
from itertools import permutations

import msgspec
import pytest
from msgspec.structs import replace

from services.submitter.domain.commands import Recall, Remind, Report, Unwritable
from services.submitter.domain.states import Answered, Building, ClaimState, Queued, Submitted, name_of
from services.submitter.store import CLAIMS
from services.submitter.tests.cases import (
    ACCEPTED,
    ACKNOWLEDGED,
    ANSWERED,
    BUILDING,
    CONTROLS,
    FILE,
    NOW,
    PATIENCE,
    QUEUED,
    REJECTED,
    STOPPED,
    SUBMITTED,
    WHY,
    build,
    cleared,
    denied,
    hear,
    held,
    paid,
    sent,
    taken_back,
    told,
    void,
)
from shared.deciding import Command, Refused
from shared.events import AnswerOverdue, ClaimRejected, ClaimSubmitted, Event
from shared.testing.builders import a_claim

OTHER = "0192f5a0-0000-7000-8000-000000000002"

TABLE = [
    # before, what, after, said
    (None, cleared(), "queued", []),
    (QUEUED, cleared(), "queued", []),
    (QUEUED, held(), "stopped", ["ClaimStopped"]),
    (QUEUED, void(), "stopped", ["ClaimStopped"]),
    (STOPPED, held(), "stopped", []),
    (STOPPED, void(), "stopped", ["ClaimStopped"]),
    (STOPPED, cleared(), "queued", []),
    (STOPPED, paid(), "stopped", []),
    (STOPPED, taken_back(), "stopped", []),
    (STOPPED, hear("syntax"), "stopped", []),
    (BUILDING, held(), "building", []),
    (SUBMITTED, held(), "submitted", []),
    (REJECTED, held(), "rejected", []),
    (ANSWERED, held(), "answered", []),
    (ANSWERED, void(), "queued", []),
    (BUILDING, sent(), "submitted", ["ClaimSubmitted"]),
    (BUILDING, Recall(submission=FILE), "queued", []),
    (SUBMITTED, sent(), "submitted", []),
    (SUBMITTED, hear("interchange"), "acknowledged", ["ClaimAcknowledged"]),
    (SUBMITTED, hear("syntax"), "acknowledged", ["ClaimAcknowledged"]),
    (ACKNOWLEDGED, hear("syntax"), "acknowledged", []),
    (ACKNOWLEDGED, hear("interchange"), "acknowledged", []),
    (ACKNOWLEDGED, hear("clearinghouse"), "acknowledged", ["ClaimAcknowledged"]),
    (ACKNOWLEDGED, hear("payer", "accepted"), "accepted", ["ClaimAccepted"]),
    (SUBMITTED, hear("payer", "accepted"), "accepted", ["ClaimAccepted"]),
    (ACCEPTED, hear("payer", "accepted"), "accepted", []),
    (ACCEPTED, hear("syntax"), "accepted", []),
    (SUBMITTED, hear("interchange", "rejected"), "rejected", ["ClaimRejected"]),
    (SUBMITTED, hear("syntax", "rejected"), "rejected", ["ClaimRejected"]),
    (ACKNOWLEDGED, hear("payer", "rejected"), "rejected", ["ClaimRejected"]),
    (ACCEPTED, hear("payer", "rejected"), "rejected", ["ClaimRejected"]),
    (ACCEPTED, hear("syntax", "rejected"), "accepted", []),
    (REJECTED, hear("clearinghouse", "rejected"), "rejected", []),
    (REJECTED, hear("payer", "accepted"), "rejected", []),
    (ANSWERED, hear("payer", "accepted"), "answered", []),
    (SUBMITTED, hear("syntax", file=OTHER), "submitted", []),
    (ACCEPTED, paid(), "answered", []),
    (ACCEPTED, denied(), "answered", []),
    (SUBMITTED, paid(), "answered", []),
    (ANSWERED, denied(), "answered", []),
    (QUEUED, paid(), "queued", []),
    (REJECTED, cleared(), "queued", []),
    (ANSWERED, cleared(), "queued", []),
    (SUBMITTED, cleared(), "submitted", []),
    (BUILDING, cleared(), "building", []),
    (ACCEPTED, Report(submission=FILE, category="P1", status="0"), "accepted", ["ClaimStatusReported"]),
    (ACCEPTED, Report(submission=OTHER, category="P1", status="0"), "accepted", []),
]


@pytest.mark.parametrize(("before", "what", "after", "said"), TABLE)
def test_what_is_heard_moves_a_claim_forward_once(
    before: ClaimState | None, what: Event | Command, after: str, said: list[str]
) -> None:
    decision = told(before, what)
    assert name_of(decision.state) == after
    assert [type(event).__name__ for event in decision.events] == said


@pytest.mark.parametrize(
    ("before", "what", "code"),
    [
        (BUILDING, sent(OTHER), "other_submission"),
        (BUILDING, Recall(submission=OTHER), "not_in_this_file"),
        (SUBMITTED, Recall(submission=FILE), "not_in_this_file"),
        (BUILDING, hear("syntax"), "not_sent"),
        (ACCEPTED, Unwritable(route="north", reasons=WHY), "not_queued"),
        (STOPPED, Unwritable(route="north", reasons=WHY), "not_queued"),
        (None, sent(), "unknown_claim"),
    ],
)
def test_a_command_that_the_state_does_not_allow_is_refused(
    before: ClaimState | None, what: Command, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        told(before, what)
    assert refused.value.code == code


def test_claims_rules_3_7_the_end_does_not_depend_on_the_order_in_which_hops_are_heard() -> None:
    answers = (hear("interchange"), hear("syntax"), hear("clearinghouse"), hear("payer", "accepted"))
    ends = set()
    for order in permutations(answers):
        twice = [answer for answer in order for _ in range(2)]
        decision = told(SUBMITTED, *twice)
        ends.add((name_of(decision.state), frozenset(decision.state.about.hops)))  # type: ignore[union-attr]
    assert ends == {("accepted", frozenset(("interchange", "syntax", "clearinghouse", "payer")))}


def test_claims_rules_3_7_a_rejected_claim_comes_again_as_the_next_attempt() -> None:
    again = told(REJECTED, cleared(), build(OTHER), sent(OTHER))
    (said,) = again.events
    assert isinstance(said, ClaimSubmitted)
    assert said.attempt == 2
    assert said.file == OTHER
    late = told(again.state, hear("payer", "rejected", file=FILE))
    assert (name_of(late.state), late.events) == ("submitted", ())


def test_claims_rules_3_8_a_version_made_while_the_claim_is_away_replaces_it_after_the_decision() -> None:
    newer = a_claim(lines=3)
    waiting = told(ACCEPTED, cleared(newer))
    decision = told(waiting.state, paid())
    assert isinstance(decision.state, Queued)
    assert decision.state.claim.frequency == "7"
    assert decision.state.claim.original_reference == "ICN1"
    assert len(decision.state.claim.lines) == 3
    assert decision.state.attempt == 2


def test_a_version_made_while_the_claim_is_away_is_forgotten_when_it_is_rejected_and_corrected_anyway() -> (
    None
):
    decision = told(ACKNOWLEDGED, cleared(a_claim(lines=3)), hear("payer", "rejected"))
    assert name_of(decision.state) == "rejected"


def test_a_secondary_claim_goes_out_although_the_first_payers_decision_is_heard_only_afterwards() -> None:
    secondary = told(ACCEPTED, cleared(a_claim(payer="SBX07")))
    assert isinstance(secondary.state, Queued)
    away = told(secondary.state, build(OTHER), sent(OTHER))
    assert isinstance(away.state, Submitted)
    late = told(away.state, paid("SBX01"))
    assert name_of(late.state) == "submitted"
    assert name_of(told(late.state, paid("SBX07")).state) == "answered"


def test_a_rejection_keeps_the_reasons_and_says_them() -> None:
    decision = told(ACKNOWLEDGED, hear("clearinghouse", "rejected"))
    (said,) = decision.events
    assert isinstance(said, ClaimRejected)
    assert (said.hop, said.reasons, said.payer) == ("clearinghouse", WHY, "SBX01")


def test_an_acceptance_without_a_date_is_proved_by_the_day_it_was_heard() -> None:
    assert told(SUBMITTED, hear("payer", "accepted")).state.proof == NOW.date()  # type: ignore[union-attr]
    dated = told(SUBMITTED, hear("payer", "accepted", proof=date(2026, 10, 1)))
    assert dated.state.proof == date(2026, 10, 1)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("before", "awaiting", "after", "hop"),
    [
        (SUBMITTED, "999", timedelta(hours=1), "syntax"),
        (ACKNOWLEDGED, "277CA", timedelta(days=2), "clearinghouse"),
        (told(ACKNOWLEDGED, hear("clearinghouse")).state, "277CA", timedelta(days=2), "payer"),
        (ACCEPTED, "835", timedelta(days=30), "payer"),
    ],
)
def test_each_answer_is_missed_once_when_its_time_is_over(
    before: ClaimState, awaiting: str, after: timedelta, hop: str
) -> None:
    remind = Remind(awaiting=awaiting, patience=PATIENCE)  # type: ignore[arg-type]
    assert told(before, remind, now=NOW + after - timedelta(seconds=1)).events == ()
    late = told(before, remind, now=NOW + after)
    assert [event.hop for event in late.events if isinstance(event, AnswerOverdue)] == [hop]
    assert told(late.state, remind, now=NOW + after).events == ()


def test_a_missing_999_does_not_hide_a_missing_277ca() -> None:
    far = NOW + timedelta(days=60)
    state: ClaimState = SUBMITTED
    said = []
    for awaiting in ("999", "277CA", "835", "835"):
        decision = told(state, Remind(awaiting=awaiting, patience=PATIENCE), now=far)  # type: ignore[arg-type]
        state = decision.state
        said += [event.hop for event in decision.events]  # type: ignore[union-attr]
    assert said == ["syntax", "clearinghouse", "payer"]


def test_a_claim_that_cannot_be_written_is_given_back() -> None:
    decision = told(QUEUED, Unwritable(route="north", reasons=WHY))
    assert name_of(decision.state) == "rejected"
    assert [type(event) for event in decision.events] == [ClaimRejected]
    assert name_of(told(decision.state, cleared()).state) == "queued"


@pytest.mark.parametrize("state", [QUEUED, BUILDING, SUBMITTED, ACKNOWLEDGED, ACCEPTED, REJECTED, ANSWERED])
def test_every_state_survives_its_document(state: ClaimState) -> None:
    assert msgspec.json.decode(msgspec.json.encode(state), type=ClaimState) == state


def test_a_building_document_of_before_adr_0116_is_read_without_its_route_and_numbers() -> None:
    document = {
        **msgspec.to_builtins(BUILDING),
        "route": "north",
        "controls": msgspec.to_builtins(CONTROLS),
    }
    assert msgspec.json.decode(msgspec.json.encode(document), type=ClaimState) == BUILDING


def test_a_queued_claim_of_which_a_file_is_noted_is_in_it_and_its_columns_stay_but_for_since() -> None:
    for queued in (QUEUED, told(REJECTED, cleared()).state):
        building = CLAIMS.caught_up(queued, FILE)
        assert isinstance(building, Building)
        assert (building.submission, building.attempt) == (FILE, getattr(queued, "attempt", 0))
        columns = dict(zip([name for name, _ in CLAIMS.columns], CLAIMS.promoted(queued)[1], strict=True))
        assert CLAIMS.promoted(building) == ("building", tuple({**columns, "since": None}.values()))


@pytest.mark.parametrize("state", [BUILDING, STOPPED, SUBMITTED, ACCEPTED, REJECTED, ANSWERED])
def test_a_file_that_is_noted_of_a_claim_that_is_not_queued_is_an_error(state: ClaimState) -> None:
    with pytest.raises(ValueError, match=name_of(state)):
        CLAIMS.caught_up(state, FILE)


def test_3_8_a_reversal_answers_a_void_and_nothing_else() -> None:
    void = replace(a_claim(), frequency="8", original_reference="ICN1")
    away = told(told(ANSWERED, cleared(void), build(OTHER), sent(OTHER)).state, taken_back()).state
    assert isinstance(away, Answered)
    assert away.outcome == "voided"
    assert told(ACCEPTED, taken_back()).state == ACCEPTED
    assert told(ANSWERED, taken_back()).state == ANSWERED


def test_3_8_what_was_made_while_a_void_was_away_goes_out_as_a_new_claim() -> None:
    void = replace(a_claim(), frequency="8", original_reference="ICN1")
    later = replace(a_claim(), frequency="7", original_reference="ICN1")
    state = told(ANSWERED, cleared(void), build(OTHER), sent(OTHER), cleared(later), taken_back()).state
    assert isinstance(state, Queued)
    assert (state.claim.frequency, state.claim.original_reference, state.attempt) == ("1", "", 3)


def test_3_8_a_claim_that_is_cancelled_in_a_file_is_stopped_when_the_file_is_recalled_and_else_goes_out() -> (
    None
):
    late = told(BUILDING, held())
    assert late.events == ()
    recalled = told(late.state, Recall(submission=FILE))
    assert (name_of(recalled.state), [type(e).__name__ for e in recalled.events]) == (
        "stopped",
        ["ClaimStopped"],
    )
    assert name_of(told(late.state, sent()).state) == "submitted"


def test_a_claim_that_is_cleared_again_as_it_is_in_the_file_has_no_later_version() -> None:
    back = told(BUILDING, held(), cleared()).state
    assert back == BUILDING
    assert name_of(told(back, Recall(submission=FILE)).state) == "queued"


def test_3_8_a_later_version_that_waits_is_dropped_when_the_claim_is_cancelled() -> None:
    other = replace(a_claim(), medical_record="MRN2")
    for away in (SUBMITTED, ACKNOWLEDGED, ACCEPTED):
        assert name_of(told(away, cleared(other), paid()).state) == "queued"
        assert name_of(told(away, cleared(other), held(), paid()).state) == "answered"


def test_3_8_a_void_in_the_queue_of_a_replacement_or_of_a_next_payers_claim_goes_out() -> None:
    """The payer has an earlier version, which is to be taken back."""
    replacement = cleared(replace(a_claim(), frequency="7", original_reference="ICN1"))
    both = a_claim().coverages * 2
    for queued in (replacement, cleared(replace(a_claim(), coverages=both, billed=1))):
        after = told(ANSWERED, queued, void()).state
        assert isinstance(after, Queued)
        assert after.claim.frequency == "8"
