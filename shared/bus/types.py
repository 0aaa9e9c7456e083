"""The seam between a service and the runtime: what a service writes, and what it is given."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

import asyncpg
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.deciding import Command, Decision, Intent, Known, Refused, Steps
from shared.events import Event

S = TypeVar("S")
K = TypeVar("K")
W = TypeVar("W")
K_co = TypeVar("K_co", covariant=True)


class Envelope(Struct, frozen=True, kw_only=True, gc=False):
    """One fact as it travels: who said it about which stream, as its how-manieth, and because of what.

    ``stream`` is the record key (claim id, remittance id, account id: a UUID, never patient data), ``version`` counts
    1, 2, 3 ... per (source, stream). ``id`` is a UUIDv7. ``correlation`` is the claim journey, ``causation``
    the id of the event that caused this one. ``traceparent`` is W3C text or empty.
    """

    id: str
    source: str
    stream: str
    version: int
    time: datetime
    event: Event
    correlation: str = ""
    causation: str = ""
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Tx:
    """One open transaction: SQLAlchemy's connection, and the asyncpg connection under it for set-based statements."""

    connection: AsyncConnection
    driver: asyncpg.Connection


class Cause(Struct, frozen=True, gc=False):
    """One thing to decide about: a heard event (``envelope`` set) or a command. ``stream`` is the aggregate's id.

    ``new``: that id was made up for this command just now, so nobody can have a row of it, and none is looked for.
    """

    stream: str
    what: Event | Command
    envelope: Envelope | None = None
    traceparent: str = ""
    new: bool = False


class Aggregate(Protocol[S, K]):
    """One kind of thing that a service decides about, with the table that keeps it.

    Every aggregate's table has the columns that ``shared.bus.states`` documents (id uuid, version, heard,
    state text, document bytea, changed_at) plus the promoted columns that ``promoted`` fills, in that order.
    """

    @property
    def table(self) -> str:
        """The name of its table."""

    @property
    def state_type(self) -> object:
        """What the sealed document decodes to: a Struct, or a union of tagged ones."""

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Promoted, PHI-free columns: (name, PostgreSQL type)."""

    def decide(self, state: S | None, what: Event | Command, known: Known[K]) -> Decision[S]:
        """Decide. Pure and synchronous. ``state`` is None for a stream not heard of before.

        Raises Refused for a command that is not allowed; any other exception parks a heard event, fails a command.
        """

    async def know(self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, S]) -> Mapping[str, K]:
        """Load the facts for a whole batch in as few statements as possible, keyed by stream."""

    def promoted(self, state: S) -> tuple[str, tuple[object, ...]]:
        """The state's name (the ``state`` column) and the promoted columns' values."""

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """Save the batch's intents, set-based, in the same transaction."""


@runtime_checkable
class CatchesUp(Protocol[S]):
    """An aggregate whose rows may be one step ahead of their documents (``StateTable.note``)."""

    def caught_up(self, state: S, noted: str) -> S:
        """The state after what was noted about it. Pure."""


@runtime_checkable
class TakesSteps(Protocol[S, K]):
    """An aggregate whose decisions are long and asked for by the thousand: each step is taken for many of them in a row."""

    def steps(self, state: S | None, what: Event | Command, known: Known[K]) -> Steps[S]:
        """``decide``, yielding between its steps. Raises what it raises."""


async def nothing(
    self: object, tx: Tx, causes: Sequence[Cause], states: Mapping[str, Any]
) -> Mapping[str, None]:
    """``know = nothing``: decisions need no facts. The bus then does not ask, and opens each state only to decide about it."""
    return {}


Key = Callable[[Envelope], str]
"""Which aggregate row an event is about, where that is not its own stream (an account, a guarantor)."""


@dataclass(frozen=True, slots=True)
class Hears(Generic[S, K]):
    """One line of a service's routing: these event types go to this aggregate.

    ``deaf`` names states (as ``promoted`` says them) in which ``decide`` answers each of these events with the state as
    it was: to a row that stands there they are what ignored types are, and are passed over unopened. A promise of
    the service's, to be held by a test of its ``decide``; with ``key``, or where a producer's events go to several
    aggregates, it is without effect.
    """

    events: tuple[type, ...]
    aggregate: Aggregate[S, K]
    key: Key | None = None
    deaf: tuple[str, ...] = ()


class Done(Struct, Generic[S], frozen=True, gc=False):
    """A command's outcome: the state after it, the events it caused (already in the outbox), or why it was refused."""

    stream: str
    state: S | None
    events: tuple[Event, ...] = ()
    refused: Refused | None = None


class Asks(Protocol):
    """How doors, APIs and jobs put commands to aggregates, with the same guarantees as heard events."""

    async def ask(self, aggregate: Aggregate[S, K], causes: Sequence[Cause]) -> list[Done[S]]:
        """Decide all causes in one transaction of its own and commit. One result per cause, in order."""

    async def ask_in(self, tx: Tx, aggregate: Aggregate[S, K], causes: Sequence[Cause]) -> list[Done[S]]:
        """The same inside the caller's transaction; the outbox row is written when it is left."""

    async def ask_for(
        self, tx: Tx | None, aggregate: Aggregate[S, K], causes: Sequence[Cause], wanted: Callable[[S], W]
    ) -> list[Done[W]]:
        """Like ``ask_in``, or ``ask`` without ``tx``, when something of each state is all that is wanted.

        For many causes at once: no state outlives its sealing, and none is held for the caller. Events are not told.
        """

    def begin(self) -> "Begin":
        """Open a transaction whose events go out in one outbox row."""


class Begin(Protocol):
    """``async with bus.begin() as tx:`` commits on a clean exit, rolls back on any exception."""

    def __aenter__(self) -> Awaitable[Tx]: ...

    def __aexit__(self, *exc: object) -> Awaitable[None]: ...


__all__ = [
    "Aggregate",
    "Asks",
    "Begin",
    "CatchesUp",
    "Cause",
    "Command",
    "Decision",
    "Done",
    "Envelope",
    "Hears",
    "Intent",
    "Key",
    "Known",
    "Refused",
    "Steps",
    "TakesSteps",
    "Tx",
]
