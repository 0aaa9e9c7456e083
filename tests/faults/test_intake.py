"""The intake crash test in short: a process and a database that are killed, and a database that is away."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.testing.servers.postgres import Postgres
from tests.faults.intake import BOTH, DATABASE, database, folders, kill

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of this test's own that PostgreSQL's user may enter."""
    yield from folders()


async def test_what_was_acknowledged_is_there_once_whatever_was_killed(folder: Path) -> None:
    with Postgres(folder / "postgres") as postgres:
        url = await database(postgres, "intake")
        journal, found = await kill([DATABASE, BOTH], postgres, url, folder, random.Random(11))
    assert found == []
    assert len(journal.acknowledged) > 10
    assert journal.again > 0
