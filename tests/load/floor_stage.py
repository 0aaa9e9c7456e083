"""One stage of the floor in a process of its own: ``python -m tests.load.floor_stage JSON``. See floor.py.

It moves what a service moves for each claim: reads, makes and rewrites rows, says records, in transactions of the same
kind and number, sends them by a relay. It decodes nothing, decides nothing, encrypts nothing.
"""

import asyncio
import gc
import os
import sys
import zlib
from collections.abc import Iterable, Sequence
from itertools import islice

import asyncpg
import msgspec
import uvloop
import zstandard
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

PARTITIONS = 12
BATCH = 1000
FACTS = "floor.facts"
ON = b"\x01"
"""First byte of a record that goes on to the next stage; the others are only read there."""
HEADERS = [("ce_id", b"0" * 36), ("ce_type", b"0" * 14), ("ver", b"1")]

TABLES = """
create table positions (topic text, part int, epoch bigint not null, next_offset bigint not null, primary key (topic, part));
create table states (id uuid primary key, version int not null, state text not null, document bytea not null,
  payer text not null, cents bigint not null, blind bytea not null, changed_at timestamptz not null default now())
  with (fillfactor = 80, toast_tuple_target = 8160);
create index states_blind on states (blind);
create table rows (id uuid not null, n int not null, word text not null, cents bigint not null, owner uuid not null,
  primary key (id, n));
create index rows_owner on rows (owner);
create table said (id bigint generated always as identity primary key, public bytea not null, internal bytea not null);
create table unsent (id bigint primary key);
alter table states alter document set storage external;
alter table said alter public set storage external, alter internal set storage external;
"""
_MOVE = (
    "insert into positions values ($1, $2, 1, $3) on conflict (topic, part) do update set next_offset = excluded.next_offset"
    " where positions.epoch = 1"
)
_LOAD = "select id, version, document from states where id = any($1::uuid[]) order by id for update"
_MAKE = (
    "insert into states (id, version, state, document, payer, cents, blind)"
    " select id, 1, 'made', document, 'SBX01', 100, blind"
    " from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as x (id, document, blind)"
)
_REWRITE = (
    "update states s set version = s.version + 1, state = 'moved', document = x.document, changed_at = now()"
    " from unnest($1::uuid[], $2::bytea[]) as x (id, document) where s.id = x.id"
)
_TOUCH = "update rows r set cents = cents + 1 from unnest($1::uuid[]) as x (id) where r.id = x.id and r.n = 0"
_ROWS = "insert into rows select id, n, 'word', 100, id from unnest($1::uuid[], $2::int[]) as x (id, n)"
_SAY = (
    "with made as (insert into said (public, internal) values ($1, $2) returning id)"
    " insert into unsent select id from made"
)
_UNSENT = "select id, public, internal from said where id = any(array(select id from unsent order by id limit 16)) order by id"
_shrink, _restore = zstandard.ZstdCompressor(level=-3).compress, zstandard.ZstdDecompressor().decompress
KEY_BYTES = 30
"""What is left of a compressed record's key and frame; what else it has in the outbox is random."""
Frame = tuple[str, int, bytes, bytes]


class Work(msgspec.Struct, frozen=True):
    """What a stage is told: what it reads (the first topic brings its claims), what it moves for each (moved.Moves)."""

    database: str
    bootstrap: str
    reads: list[str]
    says: str
    claims: int
    made: float
    rewritten: float
    rows_made: float
    rows_rewritten: float
    internal: float
    public: float
    document: int
    internal_bytes: int
    public_bytes: int
    said_bytes: int


class Stage:
    """The stage at work."""

    def __init__(self, work: Work, pool: asyncpg.Pool, producer: AIOKafkaProducer) -> None:
        self._work = work
        self._pool = pool
        self._producer = producer
        self._news = asyncio.Event()
        self._done = 0
        self._noise = os.urandom(1 << 16)
        self._pack = msgspec.msgpack.Encoder().encode
        self._unpack = msgspec.msgpack.Decoder(list[Frame]).decode

    async def run(self, consumer: AIOKafkaConsumer, stopping: asyncio.Event) -> None:
        """Move all claims, say ``done`` when all is sent, and read on until stopped: others still talk."""
        relaying = asyncio.create_task(self._relay())
        while not stopping.is_set():
            polled = await consumer.getmany(timeout_ms=500, max_records=BATCH)
            if polled:
                await self._batch(polled)
        await relaying

    async def _batch(self, polled: dict[TopicPartition, list]) -> None:  # type: ignore[type-arg]
        keys = [
            r.key.decode()
            for p, s in polled.items()
            if p.topic == self._work.reads[0]
            for r in s
            if r.value[:1] == ON
        ]
        documents = [self._noise[n : n + self._work.document] for n in range(len(keys))]
        work, passes = self._work, 1 + int(self._work.rewritten + 0.999)
        for turn in range(passes):
            async with self._pool.acquire() as connection, connection.transaction():
                if not turn:
                    await connection.executemany(
                        _MOVE, [(p.topic, p.partition, r[-1].offset + 1) for p, r in polled.items()]
                    )
                    await self._make(connection, keys, documents)
                else:
                    some = int(len(keys) * min(1, work.rewritten - turn + 1))
                    await connection.fetch(_LOAD, keys[:some])
                    await connection.execute(_REWRITE, keys[:some], documents[:some])
                await self._say(connection, keys, turn, passes)
            self._news.set()
            if not keys:
                break
        self._done += len(keys)

    async def _make(self, connection: asyncpg.Connection, keys: list[str], documents: list[bytes]) -> None:
        if not keys:
            return
        await connection.fetch(_LOAD, keys)
        await connection.execute(_MAKE, keys, documents, [os.urandom(32) for _ in keys])
        more = int(len(keys) * self._work.rows_made)
        numbered = islice(((key, n) for n in range(99) for key in keys), more)
        columns = list(zip(*numbered, strict=True))
        if columns:
            await connection.execute(_ROWS, list(columns[0]), list(columns[1]))
        again = int(len(keys) * self._work.rows_rewritten)
        while again > 0:
            await connection.execute(_TOUCH, keys[:again])
            again -= len(keys)

    async def _say(self, connection: asyncpg.Connection, keys: list[str], turn: int, passes: int) -> None:
        """This pass's share of what is said: the record that goes on in the last one."""
        work = self._work
        internal = self._frames(work.says, keys, work.internal, work.internal_bytes, turn, passes)
        public = self._frames(FACTS, keys, work.public, work.public_bytes, turn, passes)
        if internal or public:
            await connection.execute(_SAY, _shrink(self._pack(public)), _shrink(self._pack(internal)))

    def _frames(
        self, topic: str, keys: list[str], each: float, size: int, turn: int, passes: int
    ) -> list[Frame]:
        total = int(len(keys) * each + 0.5)
        start, end = total * turn // passes, total * (turn + 1) // passes
        body = max(1, size - 90)
        fresh = min(body, max(1, self._work.said_bytes - KEY_BYTES))
        frames = []
        for n in range(start, end):
            key = keys[n % len(keys)].encode()
            goes_on = ON if n >= total - len(keys) else b"\x00"
            value = goes_on + os.urandom(fresh - 1) + bytes(body - fresh)
            frames.append((topic, zlib.crc32(key) % PARTITIONS, key, value))
        return frames

    async def _relay(self) -> None:
        async with self._pool.acquire() as connection:
            while True:
                self._news.clear()
                rows = await connection.fetch(_UNSENT)
                if not rows and self._done >= self._work.claims:
                    _say("done")
                    return
                if not rows:
                    await asyncio.wait([asyncio.ensure_future(self._news.wait())], timeout=0.25)
                    continue
                for column in (1, 2):
                    await self._send([frame for row in rows for frame in self._unpack(_restore(row[column]))])
                await connection.execute(
                    "delete from unsent where id = any($1::bigint[])", [row[0] for row in rows]
                )

    async def _send(self, frames: Sequence[Frame]) -> None:
        parts: dict[tuple[str, int], list[Frame]] = {}
        for frame in frames:
            parts.setdefault(frame[:2], []).append(frame)
        sent = [
            future
            for (topic, part), those in parts.items()
            for future in await self._batches(topic, part, those)
        ]
        await asyncio.gather(*sent)

    async def _batches(self, topic: str, part: int, frames: Iterable[Frame]) -> list[asyncio.Future[object]]:
        sent, batch = [], self._producer.create_batch()
        for _, _, key, value in frames:
            if batch.append(timestamp=None, key=key, value=value, headers=HEADERS) is None:
                sent.append(await self._producer.send_batch(batch, topic, partition=part))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=HEADERS)
        return [*sent, await self._producer.send_batch(batch, topic, partition=part)]


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def _told(stopping: asyncio.Event) -> None:
    await asyncio.to_thread(sys.stdin.readline)
    stopping.set()


async def _main(work: Work) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=work.bootstrap, enable_idempotence=True, acks="all", max_batch_size=900_000,
        max_request_size=4 << 20, linger_ms=0,
    )  # fmt: skip
    consumer = AIOKafkaConsumer(
        bootstrap_servers=work.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest",
        fetch_max_wait_ms=500, max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip
    async with asyncpg.create_pool(work.database, min_size=2, max_size=2) as pool:
        await pool.execute(TABLES)
        await producer.start()
        await consumer.start()
        try:
            consumer.assign(
                [TopicPartition(topic, part) for topic in work.reads for part in range(PARTITIONS)]
            )
            _say("ready")
            await asyncio.to_thread(sys.stdin.readline)
            stopping = asyncio.Event()
            told = asyncio.create_task(_told(stopping))
            await Stage(work, pool, producer).run(consumer, stopping)
            await told
        finally:
            await consumer.stop()
            await producer.stop()


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(_main(msgspec.json.decode(sys.argv[1], type=Work)))
