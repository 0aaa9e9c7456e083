"""What was said stays where it was written; only its number leaves the queue. Days are partitions."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest

from shared.bus import MemoryBroker, Tuning, archive
from shared.bus.broker import Broker
from shared.bus.records import Outgoing
from shared.bus.relay import KEPT, Relay
from shared.bus.trace import Untold
from shared.bus.types import Tx
from shared.tests.bus.stage import Stage, claims

WORDS = Outgoing()


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


async def _partitions(tx: Tx) -> list[str]:
    rows = await tx.driver.fetch(
        "select tableoid::regclass::text from said group by tableoid order by min(id)"
    )
    return [row[0] for row in rows]


async def _queued(tx: Tx) -> Sequence[int]:
    return await archive.oldest(tx, 100)


async def _aged(tx: Tx, days: int) -> None:
    """A day's partition of long ago, with one row that was sent and one that was not."""
    day = await archive.today(tx) - timedelta(days=days)
    await archive._make(tx, day)
    for _ in range(2):
        await tx.driver.execute(
            "insert into said (public, internal, made_at) values ('', '', $1::date + time '12:00')", day
        )
    await tx.driver.execute("insert into unsent (id) select max(id) from said")


async def test_a_row_that_was_sent_leaves_the_queue_and_stays_in_its_days_partition(stage: Stage) -> None:
    async with stage.spoken.connect() as tx:
        await archive.prepare(tx, 7)
        await archive.say(tx, WORDS)
        assert await _queued(tx) == [1]
        await archive.delete(tx, [1], 7)
        assert await _queued(tx) == []
        assert await tx.driver.fetchval("select count(*) from sent") == 1
        assert await _partitions(tx) == [f"said_{await archive.today(tx):%Y%m%d}"]


async def test_without_an_archive_nothing_is_left_of_a_row_that_was_sent(stage: Stage) -> None:
    async with stage.spoken.connect() as tx:
        await archive.prepare(tx, 0)
        await archive.say(tx, WORDS)
        await archive.delete(tx, [1], 0)
        assert (
            await tx.driver.fetchval("select (select count(*) from said) + (select count(*) from unsent)")
            == 0
        )


async def test_what_was_said_before_its_day_had_a_partition_is_sent_and_kept_all_the_same(
    stage: Stage,
) -> None:
    async with stage.spoken.connect() as tx:
        await archive.say(tx, WORDS)
        await archive.prepare(tx, 7)
        await archive.say(tx, WORDS)
        assert await _queued(tx) == [1, 2]
        assert await _partitions(tx) == ["said_rest"]


async def test_old_days_go_when_all_of_them_was_sent_and_not_before(stage: Stage) -> None:
    async with stage.spoken.connect() as tx:
        await _aged(tx, 9)
        await archive.prepare(tx, 7)
        assert await _queued(tx) == [2]
        assert await tx.driver.fetchval("select count(*) from said") == 2
        await archive.delete(tx, [2], 7)
        await archive.prepare(tx, 7)
        assert await tx.driver.fetchval("select count(*) from said") == 0


async def test_sending_again_queues_the_same_rows_in_their_order_and_copies_none(stage: Stage) -> None:
    async with stage.spoken.connect() as tx:
        for _ in range(3):
            await archive.say(tx, WORDS)
        await archive.delete(tx, [1, 2], 7)
        assert await archive.send_again(tx, 2) == 1
        assert await _queued(tx) == [2, 3]
        assert await tx.driver.fetchval("select count(*) from said") == 3


async def test_a_row_is_written_smaller_than_it_is_and_read_as_it_was(stage: Stage) -> None:
    frames = [frame for claim in claims(50) for frame in stage.frames(claim, 1, 2)]
    async with stage.spoken.connect() as tx:
        row = await archive.say(tx, Outgoing(internal=frames, public=frames))
        size = await tx.driver.fetchval("select octet_length(internal) from said")
        read = (await archive.read(tx, [row]))[row]
    plain = msgspec.msgpack.encode(frames)
    assert size < len(plain) / 2
    assert [msgspec.msgpack.encode(part) for part in (read.public, read.internal)] == [plain, plain]


async def test_a_streams_events_are_found_in_small_rows_and_in_those_from_before_rows_were_small(
    stage: Stage,
) -> None:
    old, new = claims(2)
    plain = [*stage.frames(old, 1, 2), *stage.frames(new, 3)]
    async with stage.spoken.begin() as tx:
        before = "insert into said (public, internal) values ($1, $2)"
        await tx.driver.execute(before, msgspec.msgpack.encode([]), msgspec.msgpack.encode(plain))
        sent = await archive.say(tx, Outgoing(internal=stage.frames(new, 4, first=2)))
        await archive.delete(tx, [sent], 7)
        assert await archive.send_again_about(tx, old, 2) == 1
        assert await archive.send_again_about(tx, new) == 2
        queued = await archive.read(tx, await archive.oldest(tx, 9))
    said = [(frame[2].decode(), dict(frame[4])["ver"]) for out in queued.values() for frame in out.internal]
    assert said == [(old, b"2"), (new, b"1"), (new, b"2")]


async def test_a_turn_of_the_relay_ends_after_some_thousand_records_however_many_rows_wait(
    stage: Stage,
) -> None:
    (claim,) = claims(1)
    large = Outgoing(internal=stage.frames(claim, 1) * KEPT)
    async with stage.spoken.begin() as tx:
        for out in (WORDS, large, large, WORDS):
            await archive.say(tx, out)
    relay = Relay(stage.spoken, MemoryBroker(), Tuning(), Untold())
    async with stage.spoken.connect() as tx:
        assert [await relay.turn(tx) for _ in range(4)] == [2, 1, 1, 0]
