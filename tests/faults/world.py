"""The small system that is killed again and again: intake speaks, the scrubber tallies and speaks, the submitter tallies."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from shared.bus import Bus, Hears, Sealer, StateTable, Tuning, archive, failpoints, positions, tables
from shared.bus.consumer import Consumer, Handle
from shared.bus.folding import Folding
from shared.bus.item import Item
from shared.bus.kafka import KafkaBroker
from shared.bus.records import Part, Record
from shared.bus.relay import Relay
from shared.bus.topics import Topic
from shared.bus.types import Tx
from shared.deciding import Command, Decision, Known
from shared.events import ClaimAcknowledged, ClaimCancelled, ClaimWithdrawn, Event
from shared.service.database import Database
from shared.tests.bus.service import KEYS, Tallies, Tally

STAGES = ("intake", "scrubber", "submitter")
TOPICS = tuple(Topic(f"claims.{name}") for name in (*STAGES, "lifecycle"))
QUICK = Tuning(poll=0.1, retry_first=0.05, retry_most=0.5, fence_pause=0.2, relay_poll=0.05, heal_every=0.5,
               relay_standby=0.1, kafka_commit=0.05, batch=200)  # fmt: skip


@dataclass(frozen=True)
class World:
    """Where everything is: one database per stage, topics under a prefix of this run's own."""

    urls: tuple[str, str, str]
    bootstrap: str
    prefix: str

    def broker(self) -> KafkaBroker:
        """Dead members are noticed after a second."""
        return KafkaBroker(self.bootstrap, session_ms=1000, prefix=self.prefix)

    def databases(self) -> tuple[Database, ...]:
        """A pool per stage."""
        return tuple(Database(url) for url in self.urls)

    async def make(self) -> None:
        """Tables and topics."""
        for url in self.urls:
            await make_tables(url)
        await self.broker().create(TOPICS)


class Acknowledging(Tallies):
    """The same tally, told in the submitter's words."""

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        made = super().decide(state, what, known)
        said = ClaimAcknowledged(hop="syntax", route="test", payer="SBX01", charge=made.state.charges[-1])
        return Decision(made.state, (said,), made.intents)


async def make_tables(url: str) -> None:
    """The runtime's tables, the tally and its effects."""
    connection = await asyncpg.connect(url)
    try:
        for statement in (*tables.DDL, *StateTable.of(Tallies()).ddl()):
            await connection.execute(statement)
        await connection.execute("create table prints (id bigserial primary key, claim uuid, cents int)")
    finally:
        await connection.close()


def buses(world: World, planted: str = "") -> list[Bus]:
    """All three services' runtimes, healthy or with one planted bug."""
    hears = ((), (Hears((ClaimCancelled,), Tallies()),), (Hears((ClaimWithdrawn,), Acknowledging()),))
    made = []
    for name, db, heard in zip(STAGES, world.databases(), hears, strict=True):
        kind = PLANTED[planted]
        made.append(kind(name, db, world.broker(), Sealer(KEYS), _now, heard, QUICK))
    return made


def _now() -> datetime:
    return datetime.now(UTC)


class NoVersionCheck(Bus):
    """Planted: every record counts as the next one, repeats too."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.folding.__class__ = _Trusting


class _Trusting(Folding):
    def fits(self, item: Item, last: int) -> int:
        return 0


class PositionFirst(Bus):
    """Planted: the position is committed before the effects."""

    def _consumer(self) -> Consumer | None:
        topics = self.routes.topics()
        if not topics:
            return None
        inbound = self._broker.inbound(topics, f"claimflow.{self.source}")
        return _Hasty(self._db, inbound, self.handle, self.isolate, self.tuning, self._after_commit)


class _Hasty(Consumer):
    async def _transact(self, batch: Mapping[Part, list[Record]], handle: Handle) -> None:
        upto = {part: records[-1].offset + 1 for part, records in batch.items()}
        async with self._db.begin() as tx:
            await positions.move(tx, self._known, upto)
        failpoints.reach("consumer.after_fence")
        for part, offset in upto.items():
            self._known[part].offset = offset
        async with self._db.begin() as tx:
            await handle(tx, [record for records in batch.values() for record in records])
        self.events += sum(map(len, batch.values()))


class DeleteFirst(Bus):
    """Planted: the outbox row is deleted before the broker has it."""

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.relay.__class__ = _Forgetful


class _Forgetful(Relay):
    async def turn(self, tx: Tx) -> int:
        ids = await archive.oldest(tx, 16)
        if ids:
            rows = await archive.read(tx, ids)
            await archive.delete(tx, ids, 0)
            failpoints.reach("relay.after_delete")
            await self.send([rows[row] for row in ids])
        return len(ids)


PLANTED: Mapping[str, type[Bus]] = {
    "": Bus,
    "no version check": NoVersionCheck,
    "position before effects": PositionFirst,
    "delete before ack": DeleteFirst,
}


async def run_all(world: World, planted: str) -> None:
    """Run the whole system until this process ends."""
    await asyncio.gather(*(bus.run() for bus in buses(world, planted)))
