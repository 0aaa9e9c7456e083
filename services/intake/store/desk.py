"""Group commit: messages of all doors and connections that arrive while one transaction runs go into the next.

Under load the next one also waits a moment for those who were just answered (0117).

Nobody gets an answer before the transaction that holds the message is committed; if it fails, nobody gets one.
"""

import asyncio
import time
from collections import deque
from itertools import count
from typing import NamedTuple

import asyncpg
from sqlalchemy.exc import SQLAlchemyError

from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Arrival
from services.intake.store.batch import Taken, store_batch
from services.intake.store.gauges import Gauges
from services.intake.store.inbound import Collision
from services.intake.store.originals import MISSING, Partitions
from shared.bus.states import Conflict
from shared.bus.verdict import Failed, attempt
from shared.service.context import Context
from shared.service.jobs import waited

RACES = (Collision, Conflict, asyncpg.UniqueViolationError, asyncpg.TransactionRollbackError)
"""Somebody else was faster with a row of the batch: do it again, and see what they wrote."""

TROUBLE = (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, OSError, TimeoutError)
"""The database does not take it now."""

TRIES = 6

GATHERING = 0.003
"""Seconds that a transaction waits at most for those who were just answered together to send again."""


class _Waiting(NamedTuple):
    """A message that waits for its commit since ``began``; ``ticket`` is its number among those that wait."""

    ctx: Context
    arrival: Arrival
    done: asyncio.Future[Taken]
    ticket: int
    began: float


class NotStoredError(Exception):
    """The message is not stored, so it must not be answered as if it were. Its text is a kind, never a value."""


class Desk:
    """Where all doors hand in what they read. ``most`` messages and ``most_bytes`` bounds one transaction."""

    def __init__(self, feeds: Feeds, most: int = 200, most_bytes: int = 16 * 1024 * 1024) -> None:
        self.feeds = feeds
        self.transactions = 0
        self.gauges = Gauges()
        self.partitions = Partitions()
        self._tickets = count()
        self._most = most
        self._most_bytes = most_bytes
        self._waiting: deque[_Waiting] = deque()
        self._clerk: asyncio.Task[None] | None = None
        self._gathered = asyncio.Event()
        self._enough = 1

    async def take(self, ctx: Context, arrival: Arrival) -> Taken:
        """Store a message, file its claims, and return once that is committed. Raises NotStoredError."""
        return await self.hand_in(ctx, arrival)

    def hand_in(self, ctx: Context, arrival: Arrival) -> asyncio.Future[Taken]:
        """The same for who has more to do meanwhile."""
        done: asyncio.Future[Taken] = asyncio.get_running_loop().create_future()
        ticket = next(self._tickets)
        self._waiting.append(_Waiting(ctx, arrival, done, ticket, time.monotonic()))
        if self._clerk is None or self._clerk.done():
            self._clerk = asyncio.create_task(self._work(), name="intake desk")
        if len(self._waiting) >= self._enough:
            self._gathered.set()
        self.gauges.waits(arrival.reading.feed, ticket, arrival.received)
        return done

    async def _work(self) -> None:
        """Until nobody waits: all that wait are one transaction."""
        while self._waiting:
            batch = self._next()
            try:
                await self._settle(batch)
            finally:  # also when the clerk is cancelled: nobody may wait for ever
                self._fail(batch, "stopped")
            if len(batch) > 1:
                await self._gather(len(batch))

    async def _gather(self, answered: int) -> None:
        """Wait for those who were just answered: one transaction for all costs less than two with half of them each."""
        self._enough = min(len(self._waiting) + answered, self._most)
        self._gathered.clear()
        if len(self._waiting) < self._enough:
            await waited(self._gathered, GATHERING)

    async def _settle(self, batch: list[_Waiting]) -> None:
        """Commit a batch. What fails by itself and not for want of a database is tried again one by one: one may be the cause."""
        ctx = batch[0].ctx
        try:
            taken = await attempt(self._commit(ctx, [one.arrival for one in batch]))
        except TROUBLE as error:
            ctx.log.error("messages not stored", messages=len(batch), kind=type(error).__name__)
            self._fail(batch, type(error).__name__)
            return
        if not isinstance(taken, Failed):
            self._answer(batch, taken)
        elif len(batch) > 1:
            for one_alone in batch:
                await self._settle([one_alone])
        else:
            ctx.log.error("message not stored", door=batch[0].arrival.reading.door, where=taken.where)
            self._fail(batch, taken.where)

    def _answer(self, batch: list[_Waiting], taken: list[Taken]) -> None:
        now = time.monotonic()
        for waiting, one in zip(batch, taken, strict=True):
            answered = not waiting.done.done()  # whoever asked may have hung up
            if answered:
                waiting.done.set_result(one)
            seconds = now - waiting.began if answered else None
            self.gauges.answered(waiting.arrival.reading.feed, waiting.ticket, seconds)

    def _fail(self, batch: list[_Waiting], kind: str) -> None:
        for waiting in batch:
            self.gauges.answered(waiting.arrival.reading.feed, waiting.ticket, None)
            if not waiting.done.done():
                waiting.done.set_exception(NotStoredError(kind))
                waiting.done.exception()  # looked at: whoever asked may ask no more

    def _next(self) -> list[_Waiting]:
        batch = [self._waiting.popleft()]
        size = len(batch[0].arrival.raw)
        while self._waiting and len(batch) < self._most:
            size += len(self._waiting[0].arrival.raw)
            if size > self._most_bytes:
                break
            batch.append(self._waiting.popleft())
        return batch

    async def _commit(self, ctx: Context, arrivals: list[Arrival]) -> list[Taken]:
        for _ in range(TRIES):
            await self.partitions.have(ctx.db, {(a.reading.feed, a.received.date()) for a in arrivals})
            try:
                async with ctx.bus.begin() as tx:
                    taken = await store_batch(ctx, tx, arrivals, self.feeds)
            except MISSING:
                self.partitions = Partitions()
                continue
            except RACES:
                continue
            self.transactions += 1
            return taken
        raise TimeoutError("too many races")
