"""One service's runtime: consumer, relay, parking, watchdog, and a way to ask."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter

from shared.bus import archive, positions, verdict
from shared.bus.asking import Asking, Transaction, write_outbox
from shared.bus.broker import Broker
from shared.bus.consumer import Consumer, Opens, pause
from shared.bus.deciding import Decider
from shared.bus.folding import Folded, Folding
from shared.bus.parking import ParkingLot
from shared.bus.records import Reader, Record, Writer
from shared.bus.relay import Relay
from shared.bus.routes import Routes
from shared.bus.sealer import Sealer
from shared.bus.trace import Tells, Untold
from shared.bus.tuning import Tuning
from shared.bus.types import Aggregate, Cause, Done, Hears, Tx
from shared.bus.verdict import INFRASTRUCTURE, Failed
from shared.bus.watchdog import Watchdog

S = TypeVar("S")
K = TypeVar("K")
W = TypeVar("W")

_log = structlog.stdlib.get_logger("claimflow.bus")


class Bus:
    """A service's runtime. ``now`` is the clock of decisions; ``hears`` may be empty (a service that only speaks).

    ``tell`` is where spans and figures go. ``ask``, ``ask_in`` and ``begin`` need only the database; events flow
    while ``run`` runs.
    """

    def __init__(
        self,
        source: str,
        db: Opens,
        broker: Broker,
        sealer: Sealer,
        now: Callable[[], datetime],
        hears: Sequence[Hears[Any, Any]] = (),
        tuning: Tuning | None = None,
        tell: Tells | None = None,
    ) -> None:
        self.source = source
        self.tuning = tuning or Tuning()
        self._db = db
        self._broker = broker
        self._wrote = False
        self._stopping = asyncio.Event()
        self._done = asyncio.Event()
        self.routes = Routes(hears)
        self.tell = tell or Untold()
        self._decider = decider = Decider(sealer, Writer(source, sealer), self.tell)
        self.relay = Relay(db, broker, self.tuning, self.tell)
        self.folding = Folding(source, self.routes, Reader(sealer), decider, now)
        self.asking = Asking(db, self.routes, decider, now, self.relay)
        self.parking = ParkingLot(self.folding, self.asking)
        self.consumer = self._consumer()

    def _consumer(self) -> Consumer | None:
        topics = self.routes.topics()
        if not topics:
            return None
        inbound = self._broker.inbound(topics, f"claimflow.{self.source}")
        return Consumer(self._db, inbound, self.handle, self.isolate, self.tuning, self._after_commit)

    def tell_to(self, tell: Tells) -> None:
        """Send spans and figures there from now on."""
        self.tell = self._decider.tell = self.relay.tell = tell

    def begin(self) -> Transaction:
        """``async with bus.begin() as tx:`` commits on a clean exit; its events go out in one outbox row."""
        return self.asking.begin()

    async def ask_in(self, tx: Tx, aggregate: Aggregate[S, K], causes: Sequence[Cause]) -> list[Done[S]]:
        """Decide in a transaction of ``begin``. One result per cause, in order; a refused one changed nothing."""
        return await self.asking.ask_in(tx, aggregate, causes)

    async def ask_for(
        self, tx: Tx | None, aggregate: Aggregate[S, K], causes: Sequence[Cause], wanted: Callable[[S], W]
    ) -> list[Done[W]]:
        """Ask in ``tx``, or as ``ask`` does, when of each state something is all that is wanted; events are not told either."""
        if tx is None:
            return await self._tried(lambda own: self.asking.ask_for(own, aggregate, causes, wanted))
        return await self.asking.ask_for(tx, aggregate, causes, wanted)

    async def ask(self, aggregate: Aggregate[S, K], causes: Sequence[Cause]) -> list[Done[S]]:
        """Decide in a transaction of its own, committed on return. Tried again when others were at the same rows."""
        return await self._tried(lambda tx: self.ask_in(tx, aggregate, causes))

    async def _tried(self, work: Callable[[Tx], Awaitable[W]]) -> W:
        for _ in range(_TRIES - 1):
            try:
                return await self._once(work)
            except verdict.RIVALRY:
                await asyncio.sleep(0)
        return await self._once(work)

    async def _once(self, work: Callable[[Tx], Awaitable[W]]) -> W:
        async with self.begin() as tx:
            return await work(tx)

    async def handle(self, tx: Tx, records: Sequence[Record]) -> None:
        """Fold a batch and write its outbox row."""
        began = time.perf_counter()
        folded = await self.folding.fold(tx, records)
        self._tell(len(records), folded, time.perf_counter() - began)
        if folded.parked:
            _log.warning(
                "parked", events=len(folded.parked), reasons=sorted({p.reason for p in folded.parked})
            )
        self._wrote = await write_outbox(tx, folded.said, self.relay) or self._wrote

    def _after_commit(self) -> None:
        if self._wrote:
            self._wrote = False
            self.relay.wake()

    def _tell(self, records: int, folded: Folded, seconds: float) -> None:
        """A batch's figures, once for all its events."""
        about = {"messaging.system": "kafka", "messaging.consumer.group.name": f"claimflow.{self.source}"}
        self.tell.count("messaging.client.consumed.messages", records, about)
        self.tell.measure("messaging.process.duration", seconds, about)
        if folded.repeated:
            self.tell.count("claimflow.bus.repeated", folded.repeated, about)
        if folded.parked:
            self.tell.count("claimflow.bus.parked", len(folded.parked), about)

    async def isolate(self, tx: Tx, records: Sequence[Record]) -> None:
        """Fold each stream by itself; of one that fails, each event: the culprit is parked, the rest queues behind."""
        streams: dict[bytes | None, list[Record]] = {}
        for record in records:
            streams.setdefault(record.key, []).append(record)
        for group in streams.values():
            if isinstance(await verdict.attempt(self._savepoint(tx, group)), Failed):
                for record in group:
                    await self._alone(tx, record)

    async def _alone(self, tx: Tx, record: Record) -> None:
        outcome = await verdict.attempt(self._savepoint(tx, [record]))
        if isinstance(outcome, Failed):
            await self.folding.fold(tx, [record], doomed=outcome.where)
            _log.warning("parked", events=1, where=outcome.where)

    async def _savepoint(self, tx: Tx, group: Sequence[Record]) -> None:
        async with tx.driver.transaction():
            await self.handle(tx, group)

    async def resend(self, stream: str | None = None, version: int = 1, since: int = 0) -> int:
        """Send archived events again: one stream's from ``version`` on, or all outbox rows from ``since`` on.

        Harmless at any time: consumers drop what they have. Returns how many events, or rows.
        """
        async with self._db.begin() as tx:
            again = (
                archive.send_again(tx, since)
                if stream is None
                else archive.send_again_about(tx, stream, version)
            )
            count = await again
        self.relay.wake()
        return count

    async def rewind(self) -> int:
        """Read everything that is heard again from the start of its topics. Returns how many partitions."""
        if self.consumer is None:
            return 0
        async with self._db.begin() as tx:
            return await positions.rewind(tx, self.consumer.inbound().topics)

    async def start(self) -> None:
        """Nothing that can fail: connecting is retried for ever by ``run``."""

    async def run(self) -> None:
        """Consume and relay until ``stop``. Raises only for a defect of ours, or when there is no progress."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self.relay.run(self._stopping))
                if self.consumer is not None:
                    tasks.create_task(self.consumer.run(self._stopping))
                    tasks.create_task(self._heal())
                    tasks.create_task(Watchdog(self._db, self.consumer, self.tuning).run(self._stopping))
        finally:
            self._done.set()

    async def _heal(self) -> None:
        while not await pause(self.tuning.heal_every, self._stopping):
            try:
                await self.parking.heal()
            except INFRASTRUCTURE as error:
                _log.info("gaps not looked at", error=type(error).__name__)

    async def stop(self) -> None:
        """Stop fetching, finish the batch in hand, commit, leave."""
        self._stopping.set()
        await self._done.wait()

    def figures(self) -> Mapping[str, object]:
        """What a dashboard asks: rows relayed, events and batches consumed, partitions held, what is waited for."""
        mine = self.consumer
        return {
            "relaying": self.relay.active,
            "rows": self.relay.rows,
            "waiting_for": self.relay.trouble or (mine.trouble if mine else ""),
            "partitions": len(mine.held()) if mine else 0,
            "batches": mine.batches if mine else 0,
            "events": mine.events if mine else 0,
        }

    def routers(self) -> Sequence[APIRouter]:
        """The parking API, and the one that fills a gap or a lost broker again."""
        from shared.bus.parking_api import parking_router  # HTTP is not needed to consume
        from shared.bus.resend_api import resend_router

        return (parking_router(self.parking), resend_router(self))


_TRIES = 5
