"""What a claim moved on its way, counted where it lies: rows of each service's database, bytes said, records, partners' files."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

SERVICES = ("intake", "scrubber", "submitter", "remittance", "statements")
FACTS = "claims.lifecycle"
SAMPLE = 2000


@dataclass(frozen=True, slots=True)
class Moves:
    """One service's share of one claim: rows with a sealed document, other rows, records said, bytes of each of them.

    ``seals``: how often its sealer sealed something. ``said_bytes``: of a record in the outbox, where its row is written
    smaller than what is sent. ``kept``: rows with a file or a piece of one at rest, and the bytes of each.
    """

    made: float
    rewritten: float
    seals: float
    rows_made: float
    rows_rewritten: float
    internal: float
    public: float
    document: int
    internal_bytes: int
    public_bytes: int
    said_bytes: int
    kept: float
    kept_bytes: int

    def as_dict(self) -> dict[str, float]:
        """For the printed result."""
        return {name: round(value, 4) for name, value in asdict(self).items()}


class Files(NamedTuple):
    """How many files, or pieces of files, and their bytes together."""

    count: int
    bytes: int

    def since(self, before: "Files") -> "Files":
        """What has come since."""
        return Files(self.count - before.count, self.bytes - before.bytes)


@dataclass(frozen=True, slots=True)
class Wires:
    """What went over the wires for a run's claims: files posted and their answers, files sent to payers and what these sent."""

    claims: int
    posted: Files
    replied: Files
    sent: Files
    answers: Files


@dataclass(frozen=True, slots=True)
class Counts:
    """Totals so far by service: rows made and rewritten (with a document, then others), records said, their outbox's bytes."""

    rows: Mapping[str, tuple[int, int, int, int]]
    seals: Mapping[str, int]
    said: Mapping[str, int]
    internal: Mapping[str, int]
    public: Mapping[str, int]
    kept: Mapping[str, Files]
    sent: Files
    answers: Files


DOCUMENTS = """
select table_name from information_schema.columns
where table_schema = 'public' and column_name in ('document', 'heard', 'version')
group by table_name having count(*) = 3"""
_ROWS = f"""
with counted as (
    select n_tup_ins as made, n_tup_upd as rewritten, relname in ({DOCUMENTS}) as wide from pg_stat_user_tables
    where relname !~ '^(said|unsent|positions|alembic)')
select coalesce(sum(made) filter (where wide), 0)::bigint, coalesce(sum(rewritten) filter (where wide), 0)::bigint,
    coalesce(sum(made) filter (where not wide), 0)::bigint, coalesce(sum(rewritten) filter (where not wide), 0)::bigint
from counted"""

_SAID = "select coalesce(sum(octet_length(public) + octet_length(internal)), 0)::bigint from said"
_KEPT = {
    "intake": ("original", "body"),
    "submitter": ("contents", "sealed"),
    "remittance": ("file_parts", "content"),
}
"""Where a service keeps files, and in which column."""


async def counted(databases: Mapping[str, asyncpg.Connection], bootstrap: str, partner: Path) -> Counts:
    """Totals of now. ``partner`` is the sandbox's folder. Waits for the servers' own statistics, which come a second late."""
    await asyncio.sleep(1.5)
    rows = {name: tuple(await databases[name].fetchrow(_ROWS)) for name in SERVICES}
    seals = {name: await _sealed(databases[name]) for name in SERVICES}
    said = {name: int(await databases[name].fetchval(_SAID)) for name in SERVICES}
    internal = {name: await _length(bootstrap, f"claims.{name}") for name in SERVICES}
    public = await _facts(bootstrap)
    kept = {name: await _kept(databases[name], *place) for name, place in _KEPT.items()}
    sent, answers = _files(partner.glob("taken/*/*.837")), _files(partner.glob("mailboxes/*/archive/*"))
    return Counts(rows, seals, said, internal, public, kept, sent, answers)


async def _sealed(database: asyncpg.Connection) -> int:
    """How often a service's sealer sealed: what is sealed holds its counter (shared.bus.sealer), and this is the last one."""
    last = "0"
    for (table,) in await database.fetch(DOCUMENTS):
        sql = f"select max(encode(substring(document from 20 for 8), 'hex')) from {table}"
        last = max(last, await database.fetchval(sql) or "0")
    return int(last, 16)


async def _kept(database: asyncpg.Connection, table: str, column: str) -> Files:
    sql = f"select count(*), coalesce(sum(octet_length({column})), 0)::bigint from {table}"
    return Files(*await database.fetchrow(sql))


def _files(paths: Iterable[Path]) -> Files:
    sizes = [path.stat().st_size for path in paths]
    return Files(len(sizes), sum(sizes))


async def moves(
    before: Counts, after: Counts, claims: int, databases: Mapping[str, asyncpg.Connection], bootstrap: str
) -> dict[str, Moves]:
    """What one of ``claims`` claims moved between two counts, by service."""
    found = {}
    fact_bytes = await _mean_bytes(bootstrap, FACTS)
    for name in SERVICES:
        rows = [(b - a) / claims for a, b in zip(before.rows[name], after.rows[name], strict=True)]
        internal = after.internal[name] - before.internal[name]
        public = after.public.get(name, 0) - before.public.get(name, 0)
        kept = after.kept[name].since(before.kept[name]) if name in after.kept else Files(0, 0)
        made, rewritten, rows_made, rows_rewritten = rows
        found[name] = Moves(
            made=made,
            rewritten=rewritten,
            seals=(after.seals[name] - before.seals[name]) / claims,
            rows_made=rows_made,
            rows_rewritten=rows_rewritten,
            internal=internal / claims,
            public=public / claims,
            document=await _document(databases[name]),
            internal_bytes=await _mean_bytes(bootstrap, f"claims.{name}"),
            public_bytes=fact_bytes,
            said_bytes=(after.said[name] - before.said[name]) // max(internal + public, 1),
            kept=kept.count / claims,
            kept_bytes=kept.bytes // max(kept.count, 1),
        )
    return found


async def _document(database: asyncpg.Connection) -> int:
    sizes = []
    for (table,) in await database.fetch(DOCUMENTS):
        sql = f"select avg(octet_length(document))::int, count(*) from (select document from {table} limit {SAMPLE}) t"
        mean, rows = await database.fetchrow(sql)
        sizes.append((rows, mean or 0))
    return int(max(sizes)[1]) if sizes else 0


async def _ends(consumer: AIOKafkaConsumer, topic: str) -> dict[TopicPartition, int]:
    parts = [TopicPartition(topic, part) for part in consumer.partitions_for_topic(topic) or ()]
    ends: dict[TopicPartition, int] = await consumer.end_offsets(parts)
    return ends


async def _length(bootstrap: str, topic: str) -> int:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        return sum((await _ends(consumer, topic)).values())
    finally:
        await consumer.stop()


async def _mean_bytes(bootstrap: str, topic: str) -> int:
    """Mean bytes of a record, key, value and headers together."""
    sizes = []
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        polled = await consumer.getmany(timeout_ms=2000, max_records=SAMPLE)
    finally:
        await consumer.stop()
    for records in polled.values():
        for record in records:
            headers = sum(len(name) + len(value) for name, value in record.headers)
            sizes.append(len(record.key) + len(record.value) + headers)
    return sum(sizes) // len(sizes) if sizes else 0


async def _facts(bootstrap: str) -> dict[str, int]:
    """Facts so far by the service that said them."""
    found: dict[str, int] = {}
    consumer = AIOKafkaConsumer(FACTS, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    try:
        left = sum((await _ends(consumer, FACTS)).values())
        while left > 0:
            polled = await consumer.getmany(timeout_ms=2000, max_records=10_000)
            for records in polled.values():
                left -= len(records)
                for record in records:
                    name = dict(record.headers)["ce_source"].decode().rpartition("/")[2]
                    found[name] = found.get(name, 0) + 1
    finally:
        await consumer.stop()
    return found
