"""What must be true in the end, judged from the input alone: nothing lost, nothing twice, in order, cents in = cents out."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition

from tests.faults.world import STAGES, World


@dataclass
class Journal:
    """Every input, written down before it is sent; ``ok`` when its transaction was committed."""

    path: Path
    inputs: dict[str, list[int]] = field(default_factory=dict)

    def write(self, claims: list[str], cents: int) -> None:
        """Before sending."""
        with self.path.open("a") as out:
            out.write(json.dumps([claims, cents]) + "\n")

    def ok(self, claims: list[str], cents: int) -> None:
        """After the commit."""
        for claim in claims:
            self.inputs.setdefault(claim, []).append(cents)

    @property
    def count(self) -> int:
        """Inputs that were committed."""
        return sum(map(len, self.inputs.values()))


async def broken(journal: Journal, world: World) -> list[str]:
    """Every violated invariant, in words; none when all is well."""
    found: list[str] = []
    for stage, url in list(zip(STAGES, world.urls, strict=True))[1:]:
        connection = await asyncpg.connect(url)
        try:
            found += [
                f"{stage}: {words}"
                async for words in _stage(connection, journal, 2 if stage == "scrubber" else 1)
            ]
        finally:
            await connection.close()
    return found + [words async for words in _topics(journal, world)]


async def _stage(connection: asyncpg.Connection, journal: Journal, said_per_input: int):
    effects: dict[str, list[int]] = {}
    for row in await connection.fetch("select claim, cents from prints order by id"):
        effects.setdefault(str(row[0]), []).append(row[1])
    for words in _compare(journal.inputs, effects):
        yield words
    rows = await connection.fetch(
        "select id, t.version, cents, greatest((select max(h) from unnest(heard) h),"
        " (select max(c.version) from cursors c where c.stream = t.id)) as heard from tallies t"
    )
    states = {str(row["id"]): row for row in rows}
    for claim, cents in journal.inputs.items():
        row, n = states.get(claim), len(cents)
        if row is None:
            yield "NoLoss: a claim has no state"
        elif row["version"] != n or row["heard"] != n * said_per_input:
            yield f"Versions: {row['version']} said and {row['heard']} heard of {n} inputs"
        elif row["cents"] != sum(cents):
            yield "Money: a claim's cents differ"
    if parked := await connection.fetchval("select count(*) from parked where closed_at is null"):
        yield f"Parked: {parked} events, and none was bad"
    if left := await connection.fetchval("select count(*) from outbox"):
        yield f"NoLoss: {left} outbox rows were never sent"
    total = await connection.fetchval("select coalesce(sum(cents), 0) from prints")
    if total != sum(map(sum, journal.inputs.values())):
        yield "Money: cents in are not cents out"


def _compare(inputs: Mapping[str, list[int]], effects: Mapping[str, list[int]]) -> Iterator[str]:
    for claim, cents in inputs.items():
        did = effects.get(claim, [])
        if did == cents:
            continue
        if len(did) < len(cents):
            yield f"NoLoss: {len(cents) - len(did)} effects of a claim are missing"
        elif len(did) > len(cents):
            yield f"Once: {len(did) - len(cents)} effects of a claim are too many"
        else:
            yield "Order: a claim's effects are in another order"
    if effects.keys() - inputs.keys():
        yield "Once: effects for claims that never were"


async def _topics(journal: Journal, world: World):
    """On each topic, the first copies of a claim's events are versions 1..n in order, and copies are copies."""
    for stage, per_input in zip(STAGES, (2, 1, 1), strict=True):
        seen: dict[str, list[bytes]] = {}
        for key, version, identity in await _read(world, f"{world.prefix}claims.{stage}"):
            ids = seen.setdefault(key, [])
            if version == len(ids) + 1:
                ids.append(identity)
            elif version > len(ids):
                yield f"{stage}: Order: version {version} was sent when {len(ids)} were there"
                break
            elif ids[version - 1] != identity:
                yield f"{stage}: Once: two events have one version"
        for claim, cents in journal.inputs.items():
            if len(seen.get(claim, ())) != len(cents) * per_input:
                yield f"{stage}: NoLoss: {len(seen.get(claim, ()))} events sent of {len(cents) * per_input}"


async def _read(world: World, topic: str) -> list[tuple[str, int, bytes]]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=world.bootstrap, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        parts = [TopicPartition(topic, n) for n in range(12)]
        consumer.assign(parts)
        ends = await consumer.end_offsets(parts)
        await consumer.seek_to_beginning(*parts)
        records: list[tuple[str, int, bytes]] = []
        wanted = sum(ends.values())
        while len(records) < wanted:
            for batch in (await consumer.getmany(timeout_ms=500)).values():
                for record in batch:
                    headers = dict(record.headers)
                    records.append((record.key.decode(), int(headers["ver"]), headers["ce_id"]))
        return records
    finally:
        await consumer.stop()
