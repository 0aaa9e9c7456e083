"""One stage of the floor in a process of its own: ``python -m tests.load.floor_stage JSON``. See floor.py.

It moves what a service moves for each claim: reads, makes and rewrites rows, says records, in transactions of the same
kind and number, sends them by a relay; takes files from a door, sends and fetches files, where its service does. It decodes
nothing and decides nothing; it seals and opens as often as its service, or in a bare run not at all.
"""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path

import asyncpg
import msgspec
import uvloop
import zstandard
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from shared.bus.sealer import Sealer
from shared.claim import uuid7
from tests.load.floor_bytes import PARTITIONS, Cargo, Frame
from tests.load.floor_doors import Mail, MailWork, http_door
from tests.load.moved import Moves
from tests.load.sampled import read

BATCH = 1000

TABLES = """
create table positions (topic text, part int, epoch bigint not null, next_offset bigint not null, primary key (topic, part));
create table states (id uuid primary key, version int not null, state text not null, document bytea not null,
  payer text not null, cents bigint not null, blind bytea not null, changed_at timestamptz not null default now())
  with (fillfactor = 80, toast_tuple_target = 8160);
create index states_blind on states (blind);
create table rows (id uuid not null, n int not null, word text not null, cents bigint not null, owner uuid not null,
  primary key (id, n));
create index rows_owner on rows (owner);
create table kept (id uuid primary key, content bytea not null);
create table said (id bigint generated always as identity primary key, public bytea not null, internal bytea not null);
create table unsent (id bigint primary key);
alter table states alter document set storage external;
alter table kept alter content set storage external;
alter table said alter public set storage external, alter internal set storage external;
"""
_MOVE = (
    "insert into positions values ($1, $2, 1, $3) on conflict (topic, part) do update set next_offset = excluded.next_offset"
    " where positions.epoch = 1"
)
_LOAD = "select id::text, version, document from states where id = any($1::uuid[]) order by id for update"
_MAKE = (
    "insert into states (id, version, state, document, payer, cents, blind)"
    " select id, 1, 'made', document, 'SBX01', 100, blind"
    " from unnest($1::uuid[], $2::bytea[], $3::bytea[]) as x (id, document, blind)"
)
_REWRITE = (
    "update states s set version = s.version + 1, state = 'moved', document = x.document, changed_at = now()"
    " from unnest($1::uuid[], $2::bytea[]) as x (id, document) where s.id = x.id"
)
_CHANGE = (
    "update states set version = version + 1, state = 'noted', changed_at = now() where id = any($1::uuid[])"
)
_TOUCH = "update rows r set cents = cents + 1 from unnest($1::uuid[]) as x (id) where r.id = x.id and r.n = 0"
_ROWS = "insert into rows select id, n, 'word', 100, id from unnest($1::uuid[], $2::int[]) as x (id, n)"
_KEEP = "insert into kept select * from unnest($1::uuid[], $2::bytea[])"
_SAY = (
    "with made as (insert into said (public, internal) values ($1, $2) returning id)"
    " insert into unsent select id from made"
)
_UNSENT = "select id, public, internal from said where id = any(array(select id from unsent order by id limit 16)) order by id"
_shrink, _restore = zstandard.ZstdCompressor(level=-3).compress, zstandard.ZstdDecompressor().decompress


class DoorWork(msgspec.Struct, frozen=True):
    """What comes through an HTTP door: files of so many claims each, answered with so many bytes."""

    port: int
    per_file: int
    answer: int


class Work(msgspec.Struct, frozen=True):
    """What a stage is told: its name, whose topics it reads, which of them brings its claims (or its door), what it moves.

    ``run`` is in front of the names of all topics.

    ``seals`` are the sealing keys (Sealer.parse), with which it seals and opens what it moves; without any it moves the
    sealed bytes of ``sample``, a file, as they are.
    """

    run: str
    name: str
    database: str
    bootstrap: str
    reads: list[str]
    brings: str
    claims: int
    door: DoorWork | None
    mail: MailWork | None
    seals: str
    moves: Moves
    sample: str


class Stage:
    """The stage at work."""

    def __init__(
        self, work: Work, pool: asyncpg.Pool, producer: AIOKafkaProducer, mail: Mail | None = None
    ) -> None:
        self._work = work
        self._pool = pool
        self._producer = producer
        self._mail = mail
        self._news = asyncio.Event()
        self._done = 0
        self._kept = 0.0
        sealer = Sealer.parse(work.seals) if work.seals else None
        self._cargo = Cargo(work.run, work.name, read(Path(work.sample)), work.moves, sealer)
        self._pack = msgspec.msgpack.Encoder().encode
        self._unpack = msgspec.msgpack.Decoder(list[Frame]).decode

    async def run(self, consumer: AIOKafkaConsumer, stopping: asyncio.Event) -> None:
        """Move all claims, say ``done`` when all is sent, and read on until stopped: others still talk."""
        working = [asyncio.create_task(self._relay())]
        if self._mail is not None:
            working.append(asyncio.create_task(self._correspond(self._mail)))
        finished = asyncio.gather(*working)
        finished.add_done_callback(lambda ended: _say("done" if ended.exception() is None else "failed"))
        while not stopping.is_set():
            polled = await consumer.getmany(timeout_ms=500, max_records=BATCH)
            if polled:
                await self._batch(polled)
        await finished

    async def post(self, file: bytes) -> bytes:
        """Take one file at the door."""
        assert self._work.door is not None
        await self._carry({}, [uuid7() for _ in range(self._work.door.per_file)])
        return bytes(self._work.door.answer)

    async def _correspond(self, mail: Mail) -> None:
        while not await mail.turn(last := self._done >= self._work.claims):  # noqa: ASYNC110 -- as a mailbox is polled
            await asyncio.sleep(0.05 if last else 0.25)
        await mail.close()

    async def _batch(self, polled: Mapping[TopicPartition, list]) -> None:  # type: ignore[type-arg]
        brings = f"{self._work.run}.{self._work.brings}"
        those = (r for p, s in polled.items() if p.topic == brings for r in s)
        keys = [key for r in those if (key := self._cargo.brought(r.key, r.value)) is not None]
        await self._carry({p: s[-1].offset + 1 for p, s in polled.items()}, keys)

    async def _carry(self, upto: Mapping[TopicPartition, int], keys: list[str]) -> None:
        rewritten = self._work.moves.rewritten
        passes = 1 + int(rewritten + 0.999)
        for turn in range(passes):
            async with self._pool.acquire() as connection, connection.transaction():
                if not turn:
                    await connection.executemany(_MOVE, [(p.topic, p.partition, n) for p, n in upto.items()])
                    await self._make(connection, keys)
                else:
                    await self._rewrite(connection, keys[: int(len(keys) * min(1, rewritten - turn + 1))])
                await self._say(connection, keys, turn, passes)
            self._news.set()
            if not keys:
                break
        self._done += len(keys)
        if self._mail is not None:
            self._mail.put(len(keys))

    async def _make(self, connection: asyncpg.Connection, keys: list[str]) -> None:
        if not keys:
            return
        await connection.fetch(_LOAD, keys)
        documents = self._cargo.documents(keys)
        await connection.execute(_MAKE, keys, documents, [os.urandom(32) for _ in keys])
        moves = self._work.moves
        numbered = islice(((key, n) for n in range(99) for key in keys), int(len(keys) * moves.rows_made))
        columns = list(zip(*numbered, strict=True))
        if columns:
            await connection.execute(_ROWS, list(columns[0]), list(columns[1]))
        self._kept += len(keys) * moves.kept
        files, self._kept = int(self._kept), self._kept % 1
        if files:
            contents = [os.urandom(moves.kept_bytes) for _ in range(files)]
            await connection.execute(_KEEP, [uuid7() for _ in contents], contents)
        again = int(len(keys) * moves.rows_rewritten)
        while again > 0:
            await connection.execute(_TOUCH, keys[:again])
            again -= len(keys)

    async def _rewrite(self, connection: asyncpg.Connection, keys: list[str]) -> None:
        """Lock, load, open and seal again as many documents as the service does, always the first; change other rows beside."""
        sealed = int(len(keys) * self._cargo.sealed_again)
        again, beside = keys[:sealed], keys[sealed:]
        if again:
            loaded = {row[0]: row[2] for row in await connection.fetch(_LOAD, again)}
            self._cargo.open(loaded.items())
            await connection.execute(_REWRITE, again, self._cargo.documents(again))
        if beside:
            await connection.execute(_CHANGE, beside)

    async def _say(self, connection: asyncpg.Connection, keys: list[str], turn: int, passes: int) -> None:
        if keys:
            public, internal = self._cargo.frames(keys, turn, passes)
            if internal or public:
                await connection.execute(_SAY, _shrink(self._pack(public)), _shrink(self._pack(internal)))

    async def _relay(self) -> None:
        async with self._pool.acquire() as connection:
            while True:
                self._news.clear()
                rows = await connection.fetch(_UNSENT)
                if not rows and self._done >= self._work.claims:
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
        for _, _, key, value, headers in frames:
            if batch.append(timestamp=None, key=key, value=value, headers=headers) is None:
                sent.append(await self._producer.send_batch(batch, topic, partition=part))
                batch = self._producer.create_batch()
                batch.append(timestamp=None, key=key, value=value, headers=headers)
        return [*sent, await self._producer.send_batch(batch, topic, partition=part)]


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def _told(stopping: asyncio.Event) -> None:
    await asyncio.to_thread(sys.stdin.readline)
    stopping.set()


@asynccontextmanager
async def _door(work: Work, stage: Stage) -> AsyncIterator[None]:
    if work.door is None:
        yield
        return
    async with http_door(work.door.port, stage.post):
        yield


async def _main(work: Work) -> None:
    producer = AIOKafkaProducer(
        bootstrap_servers=work.bootstrap, enable_idempotence=True, acks="all", max_batch_size=900_000,
        max_request_size=4 << 20, linger_ms=0,
    )  # fmt: skip
    consumer = AIOKafkaConsumer(
        bootstrap_servers=work.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest",
        fetch_max_wait_ms=500, max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip
    async with asyncpg.create_pool(work.database, min_size=2, max_size=6 if work.door else 2) as pool:
        await pool.execute(TABLES)
        await producer.start()
        await consumer.start()
        try:
            consumer.assign(
                [
                    TopicPartition(f"{work.run}.{name}", part)
                    for name in work.reads
                    for part in range(PARTITIONS)
                ]
            )
            stage = Stage(work, pool, producer, Mail(work.mail) if work.mail else None)
            async with _door(work, stage):
                _say("ready")
                await asyncio.to_thread(sys.stdin.readline)
                stopping = asyncio.Event()
                told = asyncio.create_task(_told(stopping))
                await stage.run(consumer, stopping)
                await told
        finally:
            await consumer.stop()
            await producer.stop()


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(_main(msgspec.json.decode(sys.argv[1], type=Work)))
