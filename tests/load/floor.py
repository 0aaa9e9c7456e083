"""The floor: the same bytes through the same topics and rows as a claim's life, with no decode and no logic.

Five stages in one process. Each stage reads a batch, writes for each record an inbox row, a state row and
an outbox row in one transaction, sends, and deletes what was acknowledged: what a plain transactional outbox costs
on this machine today. The bench divides by it.
"""

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.claim import uuid7

STAGES = 5
PARTITIONS = 12
BATCH = 1000
_TABLES = """
create table inbox{n} (claim uuid primary key, seen timestamptz not null default now());
create table state{n} (claim uuid primary key, version int not null, state text not null, document bytea not null);
create table outbox{n} (id bigint generated always as identity primary key, part int not null, claim uuid not null,
  payload bytea not null);
alter table state{n} alter document set storage external;
alter table outbox{n} alter payload set storage external;
"""


@dataclass(frozen=True, slots=True)
class Floor:
    """What a run of the floor gave."""

    claims: int
    seconds: float
    mean_batch: float

    @property
    def per_second(self) -> float:
        """Claims per second through all five stages."""
        return self.claims / self.seconds


async def run_floor(database: str, bootstrap: str, claims: int, payload: int, run: str = "") -> Floor:
    """Prefill the first topic with ``claims`` records of ``payload`` random bytes and drain all stages.

    ``database`` is a plain ``postgresql://`` URL of an empty database.
    """
    topics = [f"floor{run}.{n}" for n in range(STAGES + 1)]
    await _make_topics(bootstrap, topics)
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap, enable_idempotence=True, acks="all", max_batch_size=1 << 20, linger_ms=0
    )
    await producer.start()
    pool = await asyncpg.create_pool(database, min_size=STAGES, max_size=STAGES)
    try:
        for n in range(STAGES):
            await pool.execute(_TABLES.format(n=n))
        await _prefill(producer, topics[0], claims, payload)
        batches: list[int] = []
        began = time.monotonic()
        async with asyncio.TaskGroup() as stages:
            for n in range(STAGES):
                stages.create_task(
                    _stage(n, pool, bootstrap, producer, topics[n], topics[n + 1], claims, batches)
                )
        return Floor(claims, time.monotonic() - began, sum(batches) / len(batches))
    finally:
        await pool.close()
        await producer.stop()


async def _make_topics(bootstrap: str, topics: Sequence[str]) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, PARTITIONS, 1) for name in topics])
    finally:
        await admin.close()


async def _prefill(producer: AIOKafkaProducer, topic: str, claims: int, payload: int) -> None:
    waiting = []
    for n in range(claims):
        key = uuid7().encode()
        waiting.append(await producer.send(topic, os.urandom(payload), key=key, partition=n % PARTITIONS))
        if len(waiting) == BATCH:
            await asyncio.gather(*waiting)
            waiting.clear()
    await asyncio.gather(*waiting)


async def _stage(
    n: int,
    pool: asyncpg.Pool,
    bootstrap: str,
    producer: AIOKafkaProducer,
    source: str,
    target: str,
    claims: int,
    batches: list[int],
) -> None:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=50,
        max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip
    await consumer.start()
    try:
        consumer.assign([TopicPartition(source, part) for part in range(PARTITIONS)])
        done = 0
        while done < claims:
            polled = await consumer.getmany(timeout_ms=50, max_records=BATCH)
            records = [record for part in polled.values() for record in part]
            if records:
                await _apply(n, pool, producer, target, records)
                done += len(records)
                batches.append(len(records))
    finally:
        await consumer.stop()


async def _apply(
    n: int, pool: asyncpg.Pool, producer: AIOKafkaProducer, target: str, records: Sequence
) -> None:  # type: ignore[type-arg]
    ids = [record.key.decode() for record in records]
    payloads = [record.value for record in records]
    parts = [record.partition for record in records]
    async with pool.acquire() as connection:
        async with connection.transaction():
            await connection.execute(
                f"insert into inbox{n} (claim) select * from unnest($1::uuid[]) on conflict do nothing", ids
            )
            await connection.execute(
                f"insert into state{n} select x, 1, 'done', y from unnest($1::uuid[], $2::bytea[]) as t(x, y)"
                " on conflict (claim) do update set version = excluded.version, document = excluded.document",
                ids,
                payloads,
            )
            await connection.execute(
                f"insert into outbox{n} (part, claim, payload) select * from unnest($1::int[], $2::uuid[], $3::bytea[])",
                parts,
                ids,
                payloads,
            )
        rows = await connection.fetch(f"select id, part, claim, payload from outbox{n} order by id")
        sent = [
            await producer.send(target, row[3], key=str(row[2]).encode(), partition=row[1]) for row in rows
        ]
        await asyncio.gather(*sent)
        await connection.execute(f"delete from outbox{n} where id <= $1", rows[-1][0])
