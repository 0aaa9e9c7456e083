"""Servers of the test's own, killed and started again in the middle: nothing is lost, nothing happens twice."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from shared.bus import MemoryBroker
from shared.bus.broker import Broker
from shared.bus.kafka import KafkaBroker
from shared.service.database import Database
from shared.testing.fixtures import NewDatabase
from shared.testing.servers.kafka import Kafka
from shared.testing.servers.postgres import Postgres
from shared.tests.bus.conftest import TOPICS
from shared.tests.bus.service import make_tables
from shared.tests.bus.stage import Stage, claims, each, running

Restart = Callable[[], Awaitable[None]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Outside pytest's own folders, which are closed to PostgreSQL's user."""
    made = Path(tempfile.mkdtemp(prefix="claimflow-restart-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(params=["memory", pytest.param("kafka", marks=[pytest.mark.real, pytest.mark.slow])])
async def mortal(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[tuple[Broker, Restart]]:
    """A broker, and how to kill it and start it again."""
    if request.param == "memory":
        memory = MemoryBroker()

        async def down_and_up() -> None:
            await memory.down()
            await asyncio.sleep(0)
            await memory.up()

        yield memory, down_and_up
        return
    server = await asyncio.to_thread(Kafka(folder / "kafka").start)

    async def restart() -> None:
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    kafka = KafkaBroker(server.bootstrap, session_ms=6000)
    await kafka.create(TOPICS)
    yield kafka, restart
    await asyncio.to_thread(server.kill)


async def test_a_broker_that_is_killed_and_comes_back_delays_and_changes_nothing(
    mortal: tuple[Broker, Restart], new_database: NewDatabase
) -> None:
    broker, restart = mortal
    databases = [Database(url) for url in (new_database(None), new_database(None))]
    for database in databases:
        await make_tables(str(database.url.render_as_string(hide_password=False)))
    stage, ids = Stage(broker, *databases), claims(20)
    speaker, listener = stage.speaker(), stage.listener()
    async with running(speaker, listener):
        await stage.say(speaker, ids, 1, 2)
        await stage.until(each(ids, 1, 2))
        restarting = asyncio.create_task(restart())
        await stage.say(speaker, ids, 3, 4)  # commits without a broker
        await restarting
        await stage.say(speaker, ids, 5)
        await stage.until(each(ids, 1, 2, 3, 4, 5))
    for database in databases:
        await database.close()


@pytest.mark.real
async def test_a_database_that_is_killed_and_comes_back_delays_and_changes_nothing(
    broker: Broker, folder: Path, new_database: NewDatabase
) -> None:
    server = await asyncio.to_thread(Postgres(folder / "postgres").start)
    try:
        urls = new_database(None), server.url
        for url in urls:
            await make_tables(url)
        databases = [Database(url) for url in urls]
        stage, ids = Stage(broker, *databases), claims(20)
        speaker, listener = stage.speaker(), stage.listener()
        async with running(speaker, listener):
            await stage.say(speaker, ids, 1, 2)
            await stage.until(each(ids, 1, 2))
            await asyncio.to_thread(server.kill)
            await stage.say(speaker, ids, 3, 4)
            await asyncio.to_thread(server.start)
            await stage.until(each(ids, 1, 2, 3, 4))
        for database in databases:
            await database.close()
    finally:
        await asyncio.to_thread(server.kill)
