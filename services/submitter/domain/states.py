"""Where a claim is on its way to its payer. The sealed document of the ``claims`` table is one of these."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Claim
from shared.events import Hop, Reason

Awaiting = Literal["", "999", "277CA", "835"]
"""The answer that is expected next."""


class About(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A claim that left us: what its answers are matched and judged by. The claim itself went out with ClaimSubmitted.

    ``hops`` are those that answered, in the order heard; ``overdue`` the answers already complained of;
    ``earlier`` the payers asked before this one; ``due`` when ``awaiting`` is late.
    """

    number: str
    payer: str
    charge: int
    kind: str
    frequency: str
    attempt: int
    submission: str
    route: str
    sent: datetime
    awaiting: Awaiting = ""
    due: datetime | None = None
    hops: tuple[Hop, ...] = ()
    overdue: tuple[Awaiting, ...] = ()
    earlier: tuple[str, ...] = ()


class Queued(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="queued"):
    """Cleared, and waiting for the next file to its payer."""

    claim: Claim
    since: datetime
    attempt: int = 1
    earlier: tuple[str, ...] = ()


class Building(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="building"):
    """Its bytes are in a submission that is not known to be in the mailbox yet. ``next`` came too late for it.

    Where the submission goes, and under which numbers, is said by its own row.

    ``stopped``: so did the word that it is not to be sent, which holds only if the submission is recalled.
    """

    claim: Claim
    submission: str
    since: datetime
    attempt: int = 1
    earlier: tuple[str, ...] = ()
    next: Claim | None = None
    stopped: bool = False


class Stopped(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="stopped"):
    """Taken out of the queue before it was in a file: it waits for the scrubber's word, which may never come."""

    claim: Claim
    attempt: int = 1
    earlier: tuple[str, ...] = ()


class Submitted(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="submitted"):
    """In the partner's mailbox, and no hop passed it on yet. ``next`` is a later version that waits for the decision."""

    about: About
    next: Claim | None = None


class Acknowledged(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="acknowledged"):
    """Some hop passed it on; the payer has not taken it yet."""

    about: About
    next: Claim | None = None


class Accepted(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="accepted"):
    """In the payer's adjudication. ``proof`` is the date that proves timely filing."""

    about: About
    payer_claim_number: str
    proof: date
    next: Claim | None = None


class Rejected(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="rejected"):
    """Refused before adjudication: a corrected claim comes back through the scrubber as a new one."""

    about: About
    hop: Hop
    reasons: tuple[Reason, ...]


class Answered(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag="answered"):
    """The payer decided, or took all back as a void asked it to; nothing is awaited any more."""

    about: About
    outcome: Literal["paid", "denied", "voided"]
    payer_claim_number: str = ""


Out = Submitted | Acknowledged | Accepted
"""Away, and not decided."""

AtHome = Queued | Building | Stopped
"""Not away: the claim itself is here."""

ClaimState = Queued | Building | Stopped | Submitted | Acknowledged | Accepted | Rejected | Answered


def name_of(state: ClaimState) -> str:
    """The state's name: the ``state`` column, and what people see."""
    return type(state).__name__.lower()


def payer_of(state: ClaimState) -> str:
    """The payer that the present attempt is billed to."""
    return state.claim.payer if isinstance(state, AtHome) else state.about.payer


def charge_of(state: ClaimState) -> int:
    """The claim's charge in cents."""
    return state.claim.charge if isinstance(state, AtHome) else state.about.charge
