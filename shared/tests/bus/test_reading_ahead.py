"""What a Kafka consumer takes before it is asked: enough to go on with, and no more however much waits."""

import os
import tracemalloc
from collections.abc import Iterator

import pytest

from shared.bus.broker import Parts
from shared.bus.kafka import FETCHED, KafkaBroker, KafkaInbound
from shared.bus.records import LARGEST_RECORD, PARTITIONS, Frame
from shared.bus.topics import Topic

pytestmark = pytest.mark.real

VALUE = 64 * 1024
EACH = 48
"""Records of a partition: three times what may be taken of it ahead."""


@pytest.fixture
def broker(kafka_bootstrap: str) -> KafkaBroker:
    """Topics and groups of this test's own."""
    return KafkaBroker(kafka_bootstrap, session_ms=6000, prefix=f"t{os.urandom(4).hex()}.")


@pytest.fixture
def traced() -> Iterator[None]:
    """Every allocation is counted."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


async def test_a_consumer_that_is_far_behind_holds_a_bounded_part_of_what_waits(
    broker: KafkaBroker, traced: None
) -> None:
    await _said(broker, [_frame(n % PARTITIONS, VALUE) for n in range(PARTITIONS * EACH)])
    inbound = await _joined(broker)
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    read = await _read(inbound, PARTITIONS * EACH)
    _, peak = tracemalloc.get_traced_memory()
    await inbound.stop()
    assert len(read) == PARTITIONS * EACH
    assert peak - before < 2 * PARTITIONS * FETCHED < sum(read)


async def test_the_largest_records_are_read_one_behind_the_other(broker: KafkaBroker) -> None:
    sizes = [100, LARGEST_RECORD, LARGEST_RECORD, 100, LARGEST_RECORD]
    await _said(broker, [_frame(part, size) for size in sizes for part in (0, 1, 2)])
    inbound = await _joined(broker)
    read = await _read(inbound, 3 * len(sizes))
    await inbound.stop()
    assert sorted(read) == sorted(3 * sizes)


def _frame(partition: int, size: int) -> Frame:
    return ("claims.intake", partition, b"key", bytes(size), [])


async def _said(broker: KafkaBroker, frames: list[Frame]) -> None:
    await broker.create([Topic("claims.intake")])
    outbound = await broker.outbound()
    for at in range(0, len(frames), 3):
        await outbound.send(frames[at : at + 3])
    await outbound.stop()


async def _joined(broker: KafkaBroker) -> KafkaInbound:
    inbound = broker.inbound(["claims.intake"], "intake")
    await inbound.start(_nothing, _nothing)
    return inbound


async def _nothing(parts: Parts) -> None:
    """Nothing is kept of what was assigned: reading begins at the beginning."""


async def _read(inbound: KafkaInbound, count: int) -> list[int]:
    """The sizes of so many values, a few records at a poll."""
    sizes: list[int] = []
    while len(sizes) < count:
        for records in (await inbound.poll(8, 1.0)).values():
            sizes += [len(record.value or b"") for record in records]
    return sizes
