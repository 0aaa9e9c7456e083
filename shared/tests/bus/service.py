"""A small service for the runtime's tests: a tally per claim, written with real events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from shared.bus import Cause, StateTable, Tuning, Tx, tables
from shared.deciding import Command, Decision, Intent, Known, Refused, Steps
from shared.events import ClaimCancelled, ClaimWithdrawn, Event, PatientMerged
from shared.service.database import Database

KEYS = {1: bytes(32)}
QUICK = Tuning(
    poll=0.02,
    retry_first=0.02,
    retry_most=0.2,
    fence_pause=0.05,
    relay_poll=0.02,
    heal_every=0.05,
    relay_standby=0.05,
)


class Tally(Struct, frozen=True):
    """What a claim's events came to: the charges of those heard, in order, and how many intents were asked for."""

    charges: tuple[int, ...] = ()

    @property
    def cents(self) -> int:
        return sum(self.charges)


class Note(Command, frozen=True):
    """Add a charge by hand. A negative one is refused."""

    cents: int


class Print(Intent, frozen=True):
    """Print something."""

    cents: int


@dataclass
class Tallies:
    """Heard: ClaimCancelled with a charge. Says ClaimWithdrawn for each. ``broken`` charges raise until they are mended."""

    table: str = "tallies"
    state_type: Any = Tally
    columns: tuple[tuple[str, str], ...] = (("cents", "bigint"),)
    broken: set[int] = field(default_factory=set)
    unknowable: set[int] = field(default_factory=set)
    batches: list[int] = field(default_factory=list)

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        if isinstance(what, Note) and what.cents < 0:
            raise Refused("negative", "a charge is not negative")
        cents = what.cents if isinstance(what, Note) else what.charge
        if cents in self.broken:
            raise ZeroDivisionError(f"charge {cents}")
        said = ClaimWithdrawn(by="test", reason="tallied", payer="SBX01", charge=cents)
        return Decision(Tally((*(state or Tally()).charges, cents)), (said,), (Print(cents),))

    async def know(self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, Tally]) -> Mapping[str, None]:
        self.batches.append(len(causes))
        if any(getattr(c.what, "charge", None) in self.unknowable for c in causes):
            raise ZeroDivisionError("know")
        return {}

    def promoted(self, state: Tally) -> tuple[str, tuple[object, ...]]:
        return "tallied", (state.cents,)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        await tx.driver.executemany(
            "insert into prints (claim, cents) values ($1, $2)",
            [(stream, intent.cents) for stream, intent in intents if isinstance(intent, Print)],
        )


@dataclass
class Stepping(Tallies):
    """Decides in two steps; ``taken`` are the steps in the order in which they were taken, with the charge."""

    taken: list[tuple[int, int]] = field(default_factory=list)

    def steps(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Steps[Tally]:
        assert isinstance(what, Note)
        for step in (1, 2):
            self.taken.append((step, what.cents))
            yield
        return self.decide(state, what, known)


class Speaker(Tallies):
    """Says ClaimCancelled for each Note, and an event that nobody listens to."""

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        assert isinstance(what, Note)
        ignored = PatientMerged(kept="a", retired="b", facility="c", message="d")
        tally = Tally((*(state or Tally()).charges, what.cents))
        return Decision(tally, (cancelled(what.cents), ignored))


async def make_tables(url: str) -> None:
    """All tables of the small service."""
    db = Database(url)
    try:
        async with db.begin() as tx:
            for statement in (*tables.DDL, *StateTable.of(Tallies()).ddl()):
                await tx.driver.execute(statement)
            await tx.driver.execute("create table prints (id bigserial primary key, claim uuid, cents int)")
    finally:
        await db.close()


def cancelled(charge: int) -> ClaimCancelled:
    """The event that is heard: small, and with an amount."""
    return ClaimCancelled(reason="test", message="m", payer="SBX01", charge=charge)
