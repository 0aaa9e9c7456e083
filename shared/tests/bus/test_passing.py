"""Events that nobody listens to move a cursor and nothing else; what stands in their way is seen all the same."""

import pytest

from shared.bus import MemoryBroker
from shared.bus.broker import Broker
from shared.bus.records import Frame
from shared.events import PatientMerged
from shared.tests.bus.stage import Stage, claims, running

IGNORED = PatientMerged(kept="a", retired="b", facility="c", message="d")


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


def _ignored(stage: Stage, claim: str, *versions: int) -> list[Frame]:
    return [stage.frame(claim, version, IGNORED) for version in versions]


async def _row(stage: Stage, claim: str) -> tuple[int, int, int]:
    """The row's revision, what it has heard of intake, and what was passed over."""
    async with stage.heard.connect() as tx:
        row = await tx.driver.fetchrow(
            "select revision, heard[1], (select coalesce(max(version), 0) from cursors where stream = t.id)"
            " from tallies t where id = $1",
            claim,
        )
    return tuple(row)


async def test_ignored_events_write_no_row_and_the_next_relevant_one_fits_behind_them(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.nothing_new(listener, 1)
        await stage.send(stage.frames(claim, 5, first=2))
        await stage.until({claim: [5]})
        revision, heard, _ = await _row(stage, claim)
        assert heard == 2
        await stage.send(_ignored(stage, claim, 3))
        await stage.nothing_new(listener, 3)
        assert await _row(stage, claim) == (revision, 2, 3)
        await stage.send(stage.frames(claim, 6, first=4))
        await stage.until({claim: [5, 6]})
        assert await listener.parking.counted() == 0


async def test_a_stream_that_is_only_ignored_never_touches_the_row_of_another_producers_claim(
    stage: Stage,
) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.send(_ignored(stage, claim, 2, 3))
        await stage.nothing_new(listener, 3)
    async with stage.heard.connect() as tx:
        assert await tx.driver.fetchval("select count(*) from tallies") == 0
        assert await tx.driver.fetchval("select version from cursors where stream = $1", claim) == 3


async def test_repeats_of_what_was_passed_over_are_dropped_also_as_events_that_are_heard_by_now(
    stage: Stage,
) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1, 2))
        await stage.send(_ignored(stage, claim, 1, 2))
        await stage.send(stage.frames(claim, 7, first=2))  # as if a later release listened to it
        await stage.send(stage.frames(claim, 8, first=3))
        await stage.until({claim: [8]})
        assert await listener.parking.counted() == 0


async def test_a_gap_before_an_ignored_event_is_parked_until_it_is_filled(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(stage.frames(claim, 1, first=1))
        await stage.until({claim: [1]})
        await stage.send(_ignored(stage, claim, 3))
        assert [why for _, why, _ in await stage.parked(listener, 1)] == ["gap"]
        await stage.send(stage.frames(claim, 2, first=2))
        await stage.until({claim: [1, 2]})
        await stage.parked(listener, 0)


async def test_an_ignored_event_of_a_parked_claim_queues_behind_it(stage: Stage) -> None:
    stage.tallies.broken.add(13)
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.send(stage.frames(claim, 13, first=2))
        await stage.parked(listener, 1)
        await stage.send(_ignored(stage, claim, 3))
        assert [why for _, why, _ in await stage.parked(listener, 2)] == ["decision", "behind"]
        stage.tallies.broken.clear()
        first = (await listener.parking.shown())[0].id
        assert (await listener.parking.replay(first)).left == 0
        await stage.send(stage.frames(claim, 14, first=4))
        await stage.until({claim: [13, 14]})
