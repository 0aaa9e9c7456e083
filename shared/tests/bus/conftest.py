"""Two databases and a broker of either kind for each test."""

import os
from collections.abc import AsyncIterator

import pytest

from shared.bus import MemoryBroker
from shared.bus.broker import Broker
from shared.bus.kafka import KafkaBroker
from shared.bus.topics import Topic
from shared.service.database import Database
from shared.testing.fixtures import NewDatabase
from shared.tests.bus.service import make_tables
from shared.tests.bus.stage import Stage

TOPICS = tuple(Topic(name) for name in ("claims.intake", "claims.scrubber", "claims.lifecycle"))


@pytest.fixture(params=["memory", pytest.param("kafka", marks=pytest.mark.real)])
async def broker(request: pytest.FixtureRequest) -> Broker:
    """Both kinds, one after the other; on Kafka with names of this test's own."""
    if request.param == "memory":
        made: Broker = MemoryBroker()
    else:
        bootstrap = request.getfixturevalue("kafka_bootstrap")
        made = KafkaBroker(bootstrap, session_ms=6000, prefix=f"t{os.urandom(4).hex()}.")
    await made.create(TOPICS)
    return made


@pytest.fixture
async def stage(broker: Broker, new_database: NewDatabase) -> AsyncIterator[Stage]:
    """Both services, not running yet."""
    urls = new_database(None), new_database(None)
    databases = []
    for url in urls:
        await make_tables(url)
        databases.append(Database(url))
    yield Stage(broker, *databases)
    for database in databases:
        await database.close()
