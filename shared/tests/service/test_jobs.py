"""Jobs: in one process at a time, again after a failure, finished at a stop."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, cast

import asyncpg
import pytest
import structlog

from shared.service.context import Context
from shared.service.database import Database
from shared.service.jobs import (
    LONGEST_PAUSE,
    Failing,
    Job,
    Leases,
    attempt,
    keep,
    make_jobs_check,
    pause_after,
)


@pytest.fixture
async def databases(postgres_url: str) -> AsyncIterator[list[Database]]:
    """Two processes' pools on one database."""
    made = [Database(postgres_url), Database(postgres_url)]
    yield made
    for db in made:
        await db.close()


def _context() -> Context[Any]:
    nothing = cast("Any", None)
    log = structlog.stdlib.get_logger("claimflow.test")
    return Context(nothing, nothing, nothing, nothing, nothing, nothing, log)


@pytest.mark.real
async def test_a_job_runs_in_one_process_until_that_one_lets_go(databases: list[Database]) -> None:
    one, other = Leases(databases[0]), Leases(databases[1])
    assert await one.hold("send")
    assert not await other.hold("send")
    assert await other.hold("poll"), "another job's lease is free"
    assert await one.hold("send"), "keeping it asks for nothing"
    await one.close()
    async with asyncio.timeout(60):
        while not await other.hold("send"):  # noqa: ASYNC110 - the server tells nobody
            await asyncio.sleep(0)
    await other.close()


@pytest.mark.real
async def test_a_lease_is_lost_with_its_connection_and_can_be_taken_again(databases: list[Database]) -> None:
    leases = Leases(databases[0])
    assert await leases.hold("send")
    async with databases[1].connect() as tx:
        await tx.driver.execute(
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND d.datname = current_database()"
        )
    async with asyncio.timeout(60):
        while (error := await attempt(_held(leases))) is not None:
            assert isinstance(error, (OSError, asyncpg.PostgresError, asyncpg.InternalClientError))
            await asyncio.sleep(0)
    await leases.close()


async def _held(leases: Leases) -> None:
    leases.forget()
    assert await leases.hold("send")


class _Always:
    """Leases that are always had."""

    async def hold(self, name: str) -> bool:
        return True

    def forget(self) -> None:
        pass


async def _kept(
    run: Callable[[Context[Any]], Awaitable[object]], until: asyncio.Event, failing: Failing | None = None
) -> None:
    job = Job("test", 0.001, run)
    stopping = asyncio.Event()
    task = asyncio.create_task(keep(job, _context(), cast("Leases", _Always()), stopping, failing))
    async with asyncio.timeout(60):
        await until.wait()
        stopping.set()
        await task


async def test_a_job_runs_again_and_again() -> None:
    runs, enough = 0, asyncio.Event()

    async def run(_ctx: Context[Any]) -> None:
        nonlocal runs
        runs += 1
        if runs == 3:
            enough.set()

    await _kept(run, enough)
    assert runs >= 3


async def test_a_job_that_found_work_looks_again_at_once_until_it_finds_none() -> None:
    left, drained = [3, 2, 1, 0], asyncio.Event()

    async def run(_ctx: Context[Any]) -> int:
        found = left.pop(0)
        if not left:
            drained.set()
        return found

    stopping = asyncio.Event()
    job = Job("test", 3600, run, again=True)
    task = asyncio.create_task(keep(job, _context(), cast("Leases", _Always()), stopping))
    async with asyncio.timeout(10):
        await drained.wait()
        stopping.set()
        await task
    assert left == []


async def test_a_job_that_fails_is_tried_again() -> None:
    runs, again = 0, asyncio.Event()

    async def run(_ctx: Context[Any]) -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise OSError("the payer is down")
        again.set()

    await _kept(run, again)
    assert runs >= 2


async def test_a_job_that_fails_is_told_of_until_it_succeeds_and_the_service_stays_ready() -> None:
    failing: Failing = {}
    told: list[str] = []
    enough = asyncio.Event()

    async def run(_ctx: Context[Any]) -> None:
        finding = await make_jobs_check(failing)()
        assert finding.ok
        told.append(str(finding.figures["failing"]))
        if len(told) == 1:
            raise OSError("the payer is down")
        if len(told) == 3:
            enough.set()

    await _kept(run, enough, failing)
    assert told[:3] == ["", "test (1)", ""]


async def test_a_stop_waits_for_the_run_in_progress() -> None:
    started, finished = asyncio.Event(), False

    async def run(_ctx: Context[Any]) -> None:
        nonlocal finished
        started.set()
        for _ in range(10):
            await asyncio.sleep(0)
        finished = True

    await _kept(run, started)
    assert finished


def test_the_pause_after_failures_grows_and_has_an_end() -> None:
    assert 1.4 <= pause_after(1, 0.1) <= 2
    assert pause_after(3, 0.1) >= 8 * 0.7
    assert pause_after(50, 5) <= LONGEST_PAUSE


async def test_cancelling_an_attempt_cancels_the_work() -> None:
    cancelled = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    task = asyncio.create_task(attempt(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(60):
        await cancelled.wait()
