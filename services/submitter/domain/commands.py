"""What jobs ask of a claim."""

from datetime import date, datetime, timedelta
from typing import Literal

from msgspec import Struct

from services.submitter.domain.states import Awaiting
from shared.deciding import Command
from shared.events import Controls, Hop, Reason


class Patience(Struct, frozen=True, kw_only=True):
    """How long each answer may take, from the upload (999, 277CA) and from the payer's acceptance (835)."""

    syntax: timedelta = timedelta(hours=1)
    claim: timedelta = timedelta(days=2)
    money: timedelta = timedelta(days=30)


class Unwritable(Command, frozen=True, kw_only=True):
    """The claim cannot be written as an 837: give it back with the reason."""

    route: str
    reasons: tuple[Reason, ...]


class MarkSent(Command, frozen=True, kw_only=True):
    """The submission is in the mailbox of the partner ``route``, under these control numbers."""

    submission: str
    route: str
    controls: Controls
    at: datetime
    patience: Patience


class Recall(Command, frozen=True, kw_only=True):
    """The submission was taken back before it was sent: queue the claim again."""

    submission: str


class Hear(Command, frozen=True, kw_only=True):
    """A hop answered about the claim as it stood in ``submission``.

    ``verdict``: ``passed`` on, ``accepted`` into adjudication, ``rejected``.
    """

    submission: str
    hop: Hop
    verdict: Literal["passed", "accepted", "rejected"]
    patience: Patience
    payer_claim_number: str = ""
    proof: date | None = None
    reasons: tuple[Reason, ...] = ()


class Report(Command, frozen=True, kw_only=True):
    """A 277 said where the claim is."""

    submission: str
    category: str
    status: str
    payer_claim_number: str = ""
    on: date | None = None


class Remind(Command, frozen=True, kw_only=True):
    """The time that ``awaiting`` is given may be over."""

    awaiting: Awaiting
    patience: Patience
