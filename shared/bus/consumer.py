"""Poll, fence, fold, commit: one poll is one transaction over all partitions that it returned."""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from itertools import chain
from typing import Protocol

import structlog
from aiokafka.errors import KafkaError

from shared.bus import failpoints, positions
from shared.bus.broker import Inbound, Parts
from shared.bus.positions import Fenced, Position
from shared.bus.records import Part, Record
from shared.bus.tuning import Tuning
from shared.bus.types import Tx
from shared.bus.verdict import INFRASTRUCTURE, RIVALRY, Failed, attempt

_log = structlog.stdlib.get_logger("claimflow.consumer")

_PATIENCE = 8
"""Errors of the broker's client in a row after which it is replaced: some it remembers for ever."""

Batch = dict[Part, list[Record]]
Handle = Callable[[Tx, Sequence[Record]], Awaitable[None]]
"""What is done with a batch's records, in the transaction that moves the positions."""


class Opens(Protocol):
    """Where transactions come from (shared.service.database.Database)."""

    def begin(self) -> AbstractAsyncContextManager[Tx]:
        """Commit on a clean exit, roll back on any exception."""

    def connect(self) -> AbstractAsyncContextManager[Tx]:
        """A connection without a transaction."""


class Consumer:
    """One member of a service's group.

    ``handle`` gets a batch; ``isolate`` gets the same batch after ``handle`` raised something that is nobody's
    infrastructure, to find who is to blame. Infrastructure's errors are retried for ever. ``committed`` is called
    after each commit.
    """

    def __init__(
        self,
        db: Opens,
        inbound: Inbound,
        handle: Handle,
        isolate: Handle,
        tuning: Tuning,
        committed: Callable[[], None] | None = None,
    ) -> None:
        self._db = db
        self._inbound = inbound
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._handle = handle
        self._isolate = isolate
        self._tuning = tuning
        self._committed = committed
        self._failures = 0
        self._known: dict[Part, Position] = {}
        self._busy = asyncio.Lock()
        self._rate = 0.0
        self._polled = time.monotonic()
        self._told: dict[Part, int] = {}
        self._tell_at = 0.0
        self.trouble = ""
        """What infrastructure is being waited for, by its error's kind; empty when all is well."""
        self.batches = 0
        self.events = 0

    async def run(self, stopping: asyncio.Event) -> None:
        """Consume until told to stop. The batch in hand is finished and committed, then the group is left."""
        await self._retrying(self._join, stopping)
        try:
            while not stopping.is_set():
                await self._retrying(self._turn, stopping)
        finally:
            await self._leave()

    async def _join(self, stopping: asyncio.Event) -> None:
        await self._inbound.start(self._assigned, self._revoked)

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(3):
                await self._tell(force=True)
                await self._inbound.stop()
        except INFRASTRUCTURE as error:
            _log.warning("left without a word", error=type(error).__name__)

    async def _retrying(
        self, step: Callable[[asyncio.Event], Awaitable[None]], stopping: asyncio.Event
    ) -> None:
        """Until it succeeds or we stop: infrastructure's errors are waited out, and said once each time they change."""
        wait = self._tuning.retry_first
        while not stopping.is_set():
            failed = await self._tried(step, stopping)
            if not failed:
                break
            if failed != self.trouble:
                _log.error("waiting for infrastructure", error=failed)
            self.trouble = failed
            self._known.clear()
            await pause(wait, stopping)
            wait = min(wait * 2, self._tuning.retry_most)
        if self.trouble and not stopping.is_set():
            _log.info("infrastructure is back")
            self.trouble = ""

    async def _tried(self, step: Callable[[asyncio.Event], Awaitable[None]], stopping: asyncio.Event) -> str:
        try:
            await step(stopping)
        except Fenced:
            _log.warning("fenced")
            self._known.clear()
            await pause(self._tuning.fence_pause, stopping)
        except RIVALRY:
            self._known.clear()
        except INFRASTRUCTURE as error:
            self._failures += isinstance(error, KafkaError)
            return type(error).__name__
        else:
            self._failures = 0
        return ""

    async def _assigned(self, parts: Parts) -> None:
        _log.info("assigned", partitions=len(parts))

    async def _revoked(self, parts: Parts) -> None:
        """Let the batch in hand finish, so that its work is not done again; the fence holds either way."""
        try:
            async with asyncio.timeout(self._tuning.revoke_patience), self._busy:
                for part in parts:
                    self._known.pop(part, None)
        except TimeoutError:
            _log.warning("a batch outlived its partitions")

    async def _turn(self, stopping: asyncio.Event) -> None:
        if self._failures >= _PATIENCE:
            self._failures = 0
            await self._join(stopping)
        await self._own()
        batch = self._ours(await self._poll(stopping))
        if batch:
            async with self._busy:
                await self._apply(batch)
        await self._tell()

    async def _own(self) -> None:
        """Take what the group gave us and we do not hold yet, and read it from where the database says."""
        assigned = self._inbound.assignment()
        for lost in self._known.keys() - assigned:
            del self._known[lost]
        fresh = assigned - self._known.keys()
        if not fresh:
            return
        ends = await self._inbound.ends(fresh)
        async with self._busy, self._db.begin() as tx:
            taken = await positions.take(tx, ends, self._owner)
        for part, position in taken.items():
            if part in self._inbound.assignment():
                self._inbound.seek(part, position.offset)
                self._known[part] = position

    async def _poll(self, stopping: asyncio.Event) -> Batch:
        """What is there; when that is little and more is coming, wait a moment: small batches are what costs."""
        tuning = self._tuning
        batch: Batch = {p: list(r) for p, r in (await self._inbound.poll(tuning.batch, tuning.poll)).items()}
        count = sum(map(len, batch.values()))
        if 0 < count < min(tuning.linger_below, tuning.batch) and self._rate > tuning.linger_rate:
            await pause(tuning.linger, stopping)
            for part, more in (await self._inbound.poll(tuning.batch - count, 0)).items():
                batch.setdefault(part, []).extend(more)
                count += len(more)
        now = time.monotonic()
        passed, self._polled = max(now - self._polled, 1e-3), now
        weight = min(1.0, passed)
        self._rate += weight * (count / passed - self._rate)
        return batch

    def _ours(self, batch: Batch) -> Batch:
        """Only what follows on from a position that we hold; anything else is read again from there."""
        ours: Batch = {}
        for part, records in batch.items():
            position = self._known.get(part)
            if position is None or not records:
                continue
            if records[0].offset == position.offset:
                ours[part] = records
            else:
                del self._known[part]
        return ours

    async def _apply(self, batch: Batch) -> None:
        outcome = await attempt(self._transact(batch, self._handle))
        if isinstance(outcome, Failed):
            _log.warning("a batch failed, each claim by itself now", where=outcome.where)
            outcome = await attempt(self._transact(batch, self._isolate))
        if isinstance(outcome, Failed):
            raise Unapplied(outcome.where) from None

    async def _transact(self, batch: Batch, handle: Handle) -> None:
        upto = {part: records[-1].offset + 1 for part, records in batch.items()}
        if not upto.keys() <= self._known.keys():
            raise Fenced("revoked in between")
        failpoints.reach("consumer.before_fence")
        async with self._db.begin() as tx:
            await self._fence(tx, upto)
            failpoints.reach("consumer.after_fence")
            await handle(tx, list(chain.from_iterable(batch.values())))
            failpoints.reach("consumer.before_commit")
        failpoints.reach("consumer.after_commit")
        if self._committed is not None:
            self._committed()
        for part, offset in upto.items():
            if part in self._known:
                self._known[part].offset = offset
        self._told.update(upto)
        self.batches += 1
        self.events += sum(map(len, batch.values()))

    async def _fence(self, tx: Tx, upto: Mapping[Part, int]) -> None:
        await positions.move(tx, self._known, upto)

    async def _tell(self, force: bool = False) -> None:
        """Kafka's own offsets, for lag dashboards and autoscalers. Best effort, never read."""
        now = time.monotonic()
        if not self._told or not (force or now >= self._tell_at):
            return
        self._tell_at = now + self._tuning.kafka_commit
        failpoints.reach("consumer.before_kafka_commit")
        told, self._told = self._told, {}
        held = {part: offset for part, offset in told.items() if part in self._known}
        try:
            await self._inbound.commit(held)
        except INFRASTRUCTURE as error:
            _log.info("offsets not told to the broker", error=type(error).__name__)

    def held(self) -> dict[Part, int]:
        """The partitions that we own, with their next offsets."""
        return {part: position.offset for part, position in self._known.items()}

    def inbound(self) -> Inbound:
        """The group member, for the watchdog."""
        return self._inbound


class Unapplied(OSError):
    """A batch that failed even claim by claim: a defect of ours. Retried for ever, with an alarm, and nothing is lost."""


async def pause(seconds: float, stopping: asyncio.Event) -> bool:
    """Wait, or less when we are to stop. Returns whether we are."""
    try:
        async with asyncio.timeout(seconds):
            await stopping.wait()
    except TimeoutError:
        pass
    return stopping.is_set()
