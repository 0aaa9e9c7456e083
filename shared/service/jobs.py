"""What time makes a service do: jobs, each in one process at a time, retried with a growing pause when they fail."""

import asyncio
import hashlib
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from shared.bus.types import Tx
from shared.service.context import Context
from shared.service.database import Database
from shared.service.health import Check, Finding

LONGEST_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class Job:
    """Something done every ``every`` seconds of real time by one process of the service.

    ``run(ctx)`` finds its due rows by ``ctx.clock.now()``, with no transaction open while it talks to others. With
    ``again`` a run that returns how much it found is followed by another at once, until one finds nothing.
    """

    name: str
    every: float
    run: Callable[[Context[Any]], Awaitable[object]]
    again: bool = False


class Leases:
    """Session advisory locks on one connection of their own: who holds one does the job, everybody else waits.

    When that connection breaks the server frees the locks; a run in progress then ends unguarded, so a job's effects
    are rows that a second runner finds done.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._tx: Tx | None = None
        self._held: set[int] = set()

    async def hold(self, name: str) -> bool:
        """Take or keep the lease. False when another process has it. Raises the database's errors."""
        async with self._lock:
            key = key_of(name)
            tx = await self._connection()
            if key not in self._held and await self._take(tx, key):
                self._held.add(key)
            return key in self._held

    async def _take(self, tx: Tx, key: int) -> bool:
        answered = False
        try:
            taken: bool = await tx.driver.fetchval("SELECT pg_try_advisory_lock($1)", key)
            answered = True
        finally:
            if not answered:
                tx.driver.terminate()  # a connection that did not answer once is not asked again
        return taken

    async def _connection(self) -> Tx:
        if self._tx is not None and not self._tx.driver.is_closed():
            return self._tx
        self._held.clear()
        await self._stack.aclose()
        self._tx = await self._stack.enter_async_context(self._db.connect())
        return self._tx

    def forget(self) -> None:
        """Ask the server again next time, not the memory: after a failure the connection may be gone."""
        self._held.clear()

    async def close(self) -> None:
        """Give everything back. The connection is closed, not pooled: its locks would live on in the pool."""
        if self._tx is not None:
            await self._tx.connection.invalidate()
        await self._stack.aclose()
        self._tx = None


def key_of(name: str) -> int:
    """A job's lock: 63 bits of its name's hash. Databases are per service, so names need be unique only there."""
    return int.from_bytes(hashlib.sha256(f"job:{name}".encode()).digest()[:8], "big") >> 1


Failing = dict[str, int]
"""The jobs that fail -> how often in a row."""


def make_jobs_check(failing: Failing) -> Check:
    """Tells which jobs fail. Ready all the same: a payer's mailbox that is down must not take the service off the net."""

    async def check() -> Finding:
        return Finding(True, {"failing": ", ".join(f"{name} ({n})" for name, n in sorted(failing.items()))})

    return check


async def keep(
    job: Job, ctx: Context[Any], leases: Leases, stopping: asyncio.Event, failing: Failing | None = None
) -> None:
    """Run a job at its interval until ``stopping``. A run in progress is finished, not cancelled."""
    failures = 0
    book: Failing = {} if failing is None else failing
    while not stopping.is_set():
        found, error = await _outcome(_turn(job, ctx, leases))
        if error is None:
            failures = 0
            book.pop(job.name, None)
            pause = 0 if job.again and found else job.every
        else:
            failures += 1
            book[job.name] = failures
            leases.forget()
            pause = pause_after(failures, job.every)
            ctx.log.error(
                "job failed", job=job.name, attempt=failures, retry_in=round(pause, 1), exc_info=error
            )
        await waited(stopping, pause)


async def _turn(job: Job, ctx: Context[Any], leases: Leases) -> object:
    return await job.run(ctx) if await leases.hold(job.name) else None


async def attempt(work: Awaitable[object]) -> BaseException | None:
    """Run to the end and return what it raised. Cancelling the caller cancels the work and is not swallowed."""
    return (await _outcome(work))[1]


async def _outcome(work: Awaitable[object]) -> tuple[object, BaseException | None]:
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task})
    except asyncio.CancelledError:
        task.cancel()
        raise
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    return (None if error else task.result()), error


def pause_after(failures: int, every: float) -> float:
    """Seconds to wait after so many failures in a row: doubling from the interval (at least 1), with jitter."""
    return float(min(LONGEST_PAUSE, max(every, 1.0) * 2 ** min(failures, 10))) * random.uniform(0.7, 1.0)  # noqa: S311


async def waited(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event at most so long. True when it came."""
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True
