"""Send what the outbox holds, in order, until the broker has acknowledged it; only then delete it."""

import asyncio
import time
from collections.abc import Sequence
from itertools import chain

import structlog

from shared.bus import archive, failpoints
from shared.bus.broker import Broker, Outbound
from shared.bus.consumer import Opens, pause
from shared.bus.records import Outgoing
from shared.bus.trace import Tells
from shared.bus.tuning import Tuning
from shared.bus.types import Tx
from shared.bus.verdict import INFRASTRUCTURE

_log = structlog.stdlib.get_logger("claimflow.relay")

LOCK = 0x636C61696D  # "claim": one relay for each database
"""The advisory lock's key."""

KEPT = 4000
"""Records of rows not sent yet that are kept in memory, so that they need not be read back: some 5 MB. A turn ends at as many."""


class Relay:
    """One service's relay. Any number of processes may run one; the holder of the database's advisory lock works.

    A second one that sends the same (a holder whose connection broke while it was sending) does no harm: each sends a run of
    records that skips nothing, so the first copies are in order, and consumers drop the later ones by their versions.
    """

    def __init__(self, db: Opens, broker: Broker, tuning: Tuning, tell: Tells) -> None:
        self._db = db
        self._broker = broker
        self._tuning = tuning
        self.tell = tell
        self._outbound: Outbound | None = None
        self._news = asyncio.Event()
        self._kept: dict[int, Outgoing] = {}
        self.active = False
        self.trouble = ""
        self.rows = 0

    def keep(self, row: int, out: Outgoing) -> None:
        """Remember what an outbox row of this process says. Only a hint: what is sent is what ``unsent`` names once committed.

        A database that crashed may give a number again that no commit carried: so whatever was remembered goes with the
        connection under the lock, which does not outlive the crash, and a number said again replaces what it said before.
        """
        self._kept.pop(row, None)
        if self.active and len(out) + sum(map(len, self._kept.values())) <= KEPT:
            self._kept[row] = out

    def wake(self) -> None:
        """There is something to send: called after each commit that wrote an outbox row."""
        self._news.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Relay until told to stop. Infrastructure's errors drop the producer and are waited out."""
        wait = self._tuning.retry_first
        while not stopping.is_set():
            try:
                await self._serve(stopping)
                wait = self._tuning.retry_first
            except INFRASTRUCTURE as error:
                if self.trouble != type(error).__name__:
                    _log.error("waiting for infrastructure", error=type(error).__name__)
                self.trouble = type(error).__name__
                await pause(wait, stopping)
                wait = min(wait * 2, self._tuning.retry_most)
            finally:
                self.active = False
                self._kept.clear()
                await self._drop()

    async def _serve(self, stopping: asyncio.Event) -> None:
        """With the lock held: one connection holds the lock, reads and deletes, so losing one is losing all."""
        async with self._db.connect() as tx:
            if not await tx.driver.fetchval("select pg_try_advisory_lock($1)", LOCK):
                await pause(self._tuning.relay_standby, stopping)
                return
            clean = False
            try:
                await self._drain(tx, stopping)
                await tx.driver.execute("select pg_advisory_unlock_all()")
                clean = True
            finally:
                if not clean:  # a connection in doubt goes, and its lock with it
                    tx.driver.terminate()
                    await tx.connection.invalidate()

    async def _drain(self, tx: Tx, stopping: asyncio.Event) -> None:
        await archive.prepare(tx, self._tuning.archive_days)
        self.active = True
        until = time.monotonic() + 600  # then the lock is taken again, and a new day's archive made
        while not stopping.is_set() and time.monotonic() < until:
            self._news.clear()
            sent = await self.turn(tx)
            if sent:
                self.trouble = ""
            if not sent:  # what has come since then is news
                await self._wait(stopping)

    async def _wait(self, stopping: asyncio.Event) -> None:
        waits = {asyncio.ensure_future(self._news.wait()), asyncio.ensure_future(stopping.wait())}
        _, pending = await asyncio.wait(
            waits, timeout=self._tuning.relay_poll, return_when=asyncio.FIRST_COMPLETED
        )
        for waiting in pending:
            waiting.cancel()

    async def turn(self, tx: Tx) -> int:
        """Send the oldest rows and delete them: as many as make some thousand records. Returns how many."""
        rows = await self._rows(tx, await archive.oldest(tx, self._tuning.relay_rows))
        if not rows:
            return 0
        ids = list(rows)
        failpoints.reach("relay.after_read")
        await self.send(list(rows.values()))
        failpoints.reach("relay.before_delete")
        await archive.delete(tx, ids, self._tuning.archive_days)
        failpoints.reach("relay.after_delete")
        self._kept = {row: out for row, out in self._kept.items() if row > ids[-1]}
        self.rows += len(ids)
        return len(ids)

    async def _rows(self, tx: Tx, ids: Sequence[int]) -> dict[int, Outgoing]:
        """The first of these rows: from memory what this process said a moment ago, from the archive what others did.

        One row has the records of a whole batch, or of several files: all sixteen at once were 60 MB of a slow broker's sender.
        """
        rows: dict[int, Outgoing] = {}
        records = 0
        for row in ids:
            rows[row] = self._kept.get(row) or (await archive.read(tx, [row]))[row]
            records += len(rows[row])
            if records >= KEPT:
                break
        return rows

    async def send(self, rows: Sequence[Outgoing]) -> None:
        """Send rows: all their public records first, so that nobody reacts to what the public does not know yet."""
        if self._outbound is None:
            self._outbound = await self._broker.outbound()
        public = list(chain.from_iterable(row.public for row in rows))
        internal = list(chain.from_iterable(row.internal for row in rows))
        began = time.perf_counter()
        async with asyncio.timeout(self._tuning.send_limit):
            await self._outbound.send(public)
            failpoints.reach("relay.after_public")
            await self._outbound.send(internal)
        failpoints.reach("relay.after_send")
        about = {"messaging.system": "kafka", "messaging.operation.name": "send"}
        self.tell.count("messaging.client.sent.messages", len(public) + len(internal), about)
        self.tell.measure("messaging.client.operation.duration", time.perf_counter() - began, about)

    async def _drop(self) -> None:
        """A producer that failed once is not trusted again: the next one starts from the outbox."""
        outbound, self._outbound = self._outbound, None
        if outbound is not None:
            await outbound.stop()
