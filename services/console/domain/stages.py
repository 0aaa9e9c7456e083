"""The states of a claim in an operator's words: what it means, who acts next, until when."""

from datetime import timedelta
from typing import Literal

from msgspec import Struct

from shared.events.lifecycle import State

Turn = Literal["biller", "payer", "patient", "claimflow", "nobody"]


class Stage(Struct, frozen=True):
    """One state. ``within`` is the house's target for leaving it; None where nothing is left to do.

    Targets are ours, no payer's rule: they only mark what is slow. A date that a service knows goes before them.
    """

    state: State
    title: str
    means: str
    turn: Turn
    next: str
    within: timedelta | None = None


def _days(days: float) -> timedelta:
    return timedelta(days=days)


_ALL = (
    Stage("held", "Held", "A check found something that would be denied.", "biller", "Correct the claim", _days(2)),
    Stage("rejected", "Rejected", "The payer's side refused the file or the claim.", "biller",
          "Correct what the answer names", _days(2)),
    Stage("denied", "Denied", "The payer decided to pay nothing.", "biller",
          "Correct and resubmit, or appeal", _days(30)),
    Stage("overdue", "No answer", "An answer is late.", "biller", "Ask the payer", _days(1)),
    Stage("reversed", "Taken back", "The payer took its payment back.", "biller",
          "Wait for the new decision, or ask the payer", _days(14)),
    Stage("received", "Received", "It came in and is being checked.", "claimflow", "Check it", _days(1 / 24)),
    Stage("cleared", "Ready to send", "No rule has anything against it.", "claimflow",
          "Send it with the next file", _days(1 / 24)),
    Stage("submitted", "Sent", "It is in the payer's mailbox.", "payer", "Confirm that the file came", _days(1)),
    Stage("acknowledged", "Acknowledged", "The file came and was readable.", "payer", "Take the claim in", _days(2)),
    Stage("accepted", "With the payer", "The payer has it and decides.", "payer", "Decide and pay", _days(30)),
    Stage("paid", "Paid", "The payer decided; what is left is being worked out.", "claimflow",
          "Work out what the patient owes", _days(1)),
    Stage("patient", "With the patient", "Insurance is done; the patient has a bill.", "patient",
          "Pay the bill", _days(30)),
    Stage("settled", "Settled", "Nothing is open.", "nobody", "Nothing"),
    Stage("withdrawn", "Withdrawn", "Somebody decided not to send it.", "nobody", "Nothing"),
    Stage("cancelled", "Cancelled", "The hospital took it back.", "nobody", "Nothing"),
)  # fmt: skip

PART_DENIED = Stage(
    "denied", "Denied in part", "A payer paid some of it and refused the rest.", "biller",
    "Correct and resubmit the rest, or appeal",
)  # fmt: skip
"""No state of its own: money that a payer refused within claims that went on without it."""

STAGES = {stage.state: stage for stage in _ALL}
"""In the order of the screen: what needs a person first, then the way of a claim."""

OPEN_STATES = tuple(stage.state for stage in _ALL if stage.within is not None)


def stage_of(state: str) -> Stage:
    """The stage of a state; a later release's state is shown by its name."""
    found = STAGES.get(state)  # type: ignore[call-overload]
    return found or Stage(state, state, "", "claimflow", "")  # type: ignore[arg-type]
