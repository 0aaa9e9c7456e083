"""Some of what the system moved, sealed as it lies and opened: the floor moves the same bytes, so that they shrink alike."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition

from deploy.local.place import Place
from shared.bus.records import PARTITIONS, Record, event_aad, heard
from shared.bus.sealer import Sealer
from shared.events import LIFECYCLE, topic_of
from tests.load.moved import DOCUMENTS, SERVICES

SAMPLE = 1000


class Said(msgspec.Struct, frozen=True, array_like=True):
    """One record: its value opened, as it was sent, its headers. A public one is never sealed."""

    plain: bytes
    sent: bytes
    headers: list[tuple[str, bytes]]


class Sample(msgspec.Struct, frozen=True):
    """One service's: (opened, sealed) documents, its own records, its public ones."""

    documents: list[tuple[bytes, bytes]] = []
    internal: list[Said] = []
    public: list[Said] = []


def sealer_of(place: Place) -> Sealer:
    """Opens what the services of this place sealed."""
    return Sealer.parse("1:" + (place.secrets / "seal_key").read_text())


async def sampled(
    databases: Mapping[str, asyncpg.Connection], bootstrap: str, sealer: Sealer
) -> dict[str, Sample]:
    """Up to SAMPLE of each kind of each service, from the midst of each topic, where all of them talk."""
    facts = await _records(bootstrap, LIFECYCLE, len(SERVICES) * 4 * SAMPLE)
    public: dict[str, list[Said]] = {name: [] for name in SERVICES}
    for record in facts:
        said = Said(record.value or b"", record.value or b"", list(record.headers))
        public.setdefault(dict(record.headers)["ce_source"].decode().rpartition("/")[2], []).append(said)
    return {
        name: Sample(
            documents=await _documents(databases[name], sealer),
            internal=[_opened(r, sealer) for r in await _records(bootstrap, topic_of(name), SAMPLE)],
            public=public[name][:SAMPLE],
        )
        for name in SERVICES
    }


def write(samples: Sample, path: Path) -> None:
    """For a stage's process. The claims are invented; the folder is the bench's own."""
    path.write_bytes(msgspec.msgpack.encode(samples))


def read(path: Path) -> Sample:
    """What ``write`` wrote."""
    return msgspec.msgpack.decode(path.read_bytes(), type=Sample)


def _opened(record: Record, sealer: Sealer) -> Said:
    head, value = heard(record), record.value or b""
    plain = sealer.open(value, event_aad(head.source, head.stream, head.version))
    return Said(plain, value, list(record.headers))


async def _documents(database: asyncpg.Connection, sealer: Sealer) -> list[tuple[bytes, bytes]]:
    """Of the table that has the most of them."""
    found: list[tuple[bytes, bytes]] = []
    for (table,) in await database.fetch(DOCUMENTS):
        rows = await database.fetch(
            f"select id::text, document from {table} where document is not null limit {SAMPLE}"
        )
        if len(rows) > len(found):
            found = [(sealer.open(doc, f"{table}/{key}".encode()), doc) for key, doc in rows]
    return found


async def _records(bootstrap: str, topic: str, count: int) -> Sequence[Record]:
    """Up to so many from the middle of each partition on, as many of each."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    found: list[Record] = []
    try:
        parts = [TopicPartition(topic, part) for part in range(PARTITIONS)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        for part, end in ends.items():
            start = end // 2
            consumer.seek(part, start)
            while start < min(end, end // 2 + count // PARTITIONS):
                polled = await consumer.getmany(part, timeout_ms=2000, max_records=count // PARTITIONS)
                found += (some := polled.get(part, []))
                start = some[-1].offset + 1 if some else end
    finally:
        await consumer.stop()
    return found
