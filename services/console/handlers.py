"""Reading claims.lifecycle: each batch is kept, folded into the views and counted, in one transaction with the positions."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn
from uuid import UUID

import msgspec
import structlog
from fastapi import APIRouter

from services.console import store
from services.console.domain import View, fold, tallied
from shared.bus import positions
from shared.bus.broker import Broker
from shared.bus.consumer import Consumer
from shared.bus.records import Record
from shared.bus.tuning import Tuning
from shared.bus.types import Aggregate, Cause, Done, Tx
from shared.events import LIFECYCLE
from shared.events.lifecycle import Fact
from shared.service import Database
from shared.service.health import Check, Finding

_log = structlog.stdlib.get_logger("claimflow.console")
_decode = msgspec.json.Decoder(Fact).decode


class Listener:
    """The console's end of the bus: it hears and says nothing. Has the shape of shared.service.service.Runtime."""

    def __init__(self, db: Database, broker: Broker, tuning: Tuning | None = None) -> None:
        self._db = db
        self._stopping = asyncio.Event()
        self._done = asyncio.Event()
        self._tuning = tuning or Tuning()
        inbound = broker.inbound((LIFECYCLE,), "claimflow.console")
        self.consumer = Consumer(db, inbound, self.hear, self.hear, self._tuning)

    async def hear(self, tx: Tx, records: Sequence[Record]) -> None:
        """Take one batch. A record that is no fact is noted and passed over: the console is nobody's source."""
        facts, strays = _facts(records)
        if strays:
            _log.warning("unreadable facts", count=len(strays))
            await store.note_unreadable(tx, strays)
        new = await store.keep(tx, facts) if facts else []
        claims = [fact for fact in new if fact.about == "claim"]
        if claims:
            await _apply(tx, claims)
        if len(claims) < len(new):
            await store.save_remittances(tx, [fact for fact in new if fact.about == "remittance"])

    async def start(self) -> None:
        """Nothing that can fail."""

    async def run(self) -> None:
        """Listen until ``stop``."""
        try:
            await self.consumer.run(self._stopping)
        finally:
            self._done.set()

    async def stop(self) -> None:
        """Finish the batch in hand and leave."""
        self._stopping.set()
        await self._done.wait()

    def figures(self) -> Mapping[str, object]:
        """How it goes."""
        return {
            "waiting_for": self.consumer.trouble,
            "partitions": len(self.consumer.held()),
            "batches": self.consumer.batches,
            "events": self.consumer.events,
        }

    def checks(self) -> dict[str, Check]:
        """Readiness: the broker answers, partitions are ours, and how far behind we are."""

        async def broker() -> Finding:
            return Finding(not self.consumer.trouble, {"waiting_for": self.consumer.trouble})

        async def assignment() -> Finding:
            held = self.consumer.held()
            ends = await self.consumer.inbound().ends(held) if held else {}
            async with self._db.connect() as tx:
                lag = await positions.lag(tx, ends)
            return Finding(bool(held), {"partitions": len(held), "lag": lag})

        return {"broker": broker, "assignment": assignment}

    def routers(self) -> Sequence[APIRouter]:
        """Nothing is parked here."""
        return ()

    async def ask(self, aggregate: Aggregate[Any, Any], causes: Sequence[Cause]) -> list[Done[Any]]:
        """The console decides nothing."""
        return self._nothing()

    async def ask_in(
        self, tx: Tx, aggregate: Aggregate[Any, Any], causes: Sequence[Cause]
    ) -> list[Done[Any]]:
        """The console decides nothing."""
        return self._nothing()

    async def ask_for(
        self, tx: Tx | None, aggregate: Aggregate[Any, Any], causes: Sequence[Cause], wanted: Any
    ) -> list[Done[Any]]:
        """The console decides nothing."""
        return self._nothing()

    def begin(self) -> NoReturn:
        """The console says nothing."""
        self._nothing()

    def _nothing(self) -> NoReturn:
        raise NotImplementedError("the console only listens")


def _facts(records: Sequence[Record]) -> tuple[list[Fact], list[tuple[str, int, int]]]:
    facts: list[Fact] = []
    strays: list[tuple[str, int, int]] = []
    for record in records:
        try:
            fact = _decode(record.value or b"")
            for identity in (fact.subject, fact.stream):
                UUID(identity)
            facts.append(fact)
        except ValueError:  # msgspec's errors are among them
            strays.append((record.topic, record.partition, record.offset))
    return facts, strays


async def _apply(tx: Tx, facts: Sequence[Fact]) -> None:
    before = await store.load(tx, {fact.subject for fact in facts})
    after: dict[str, View] = {}
    for fact in facts:
        after[fact.subject] = fold(after.get(fact.subject) or before.get(fact.subject), fact)
    changes = [(before.get(view.id), view) for view in after.values()]
    await store.save(tx, list(after.values()), tallied(changes))
