"""The crash test in short, and the test of the test: three planted bugs that it must find."""

import os
import random
from pathlib import Path

import pytest

from shared.bus.failpoints import NAMES
from shared.testing.fixtures import NewDatabase
from tests.faults.crash import FROZEN, RANDOM, crash
from tests.faults.world import World

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
def world(new_database: NewDatabase, kafka_bootstrap: str) -> World:
    """Three fresh databases and topics of this test's own."""
    urls = new_database(None), new_database(None), new_database(None)
    return World(urls, kafka_bootstrap, f"crash{os.urandom(4).hex()}.")


async def test_a_system_killed_at_every_failpoint_loses_nothing_and_does_nothing_twice(
    world: World, tmp_path: Path
) -> None:
    rng = random.Random(7)
    deaths = rng.sample([*NAMES, RANDOM, FROZEN], len(NAMES) + 2)
    run, found = await crash(world, tmp_path, deaths, rng)
    assert found == []
    assert run.deaths.total() == len(deaths)
    assert run.journal.count > 100


@pytest.mark.parametrize(
    ("planted", "death", "broken"),
    [
        ("no version check", "relay.before_delete", "Once"),
        ("position before effects", "consumer.after_fence", "NoLoss"),
        ("delete before ack", "relay.after_delete", "NoLoss"),
    ],
)
async def test_the_crash_test_finds_a_planted_bug(
    world: World, tmp_path: Path, planted: str, death: str, broken: str
) -> None:
    _, found = await crash(world, tmp_path, [death] * 3, random.Random(7), planted, settle=9)
    assert any(broken in words for words in found), sorted(set(found))[:10]
