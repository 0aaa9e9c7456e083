"""Where a consumer stands, in the service's own database: the only truth about offsets, and the fence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.bus.records import Part
from shared.bus.types import Tx


@dataclass(slots=True)
class Position:
    """One partition as its owner knows it."""

    epoch: int
    offset: int


class Fenced(Exception):
    """Somebody else took a partition, or moved its position: nothing of this batch counts."""


_ADD = (
    "insert into positions (topic, part, epoch, next_offset, owner)"
    " select x.topic, x.part, 0, x.first, '' from unnest($1::text[], $2::int[], $3::bigint[]) as x (topic, part, first)"
    " on conflict do nothing"
)
_TAKE = (
    "with mine as (select topic, part from positions join unnest($1::text[], $2::int[]) as k (topic, part)"
    " using (topic, part) order by topic, part for update of positions)"
    " update positions p set epoch = p.epoch + 1, owner = $5, moved_at = now(),"
    " next_offset = case when p.next_offset between x.first and x.last then p.next_offset else x.first end"
    " from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) as x (topic, part, first, last)"
    " join mine using (topic, part) where p.topic = x.topic and p.part = x.part"
    " returning p.topic, p.part, p.epoch, p.next_offset"
)
_MOVE = (
    "update positions p set next_offset = x.upto, moved_at = now()"
    " from unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])"
    " as x (topic, part, epoch, since, upto)"
    " where p.topic = x.topic and p.part = x.part and p.epoch = x.epoch and p.next_offset = x.since"
)


async def take(tx: Tx, ends: Mapping[Part, tuple[int, int]], owner: str) -> dict[Part, Position]:
    """Become the owner: a new epoch fences whoever had it. ``ends`` are the first and next offsets of each log.

    A position outside its log (the broker was wiped or cut) goes to the log's start: versions drop what is repeated.
    """
    parts = sorted(ends)
    keys = [part.topic for part in parts], [part.partition for part in parts]
    first, last = [ends[part][0] for part in parts], [ends[part][1] for part in parts]
    await tx.driver.execute(_ADD, *keys, first)
    rows = await tx.driver.fetch(_TAKE, *keys, first, last, owner)
    return {Part(r[0], r[1]): Position(r[2], r[3]) for r in rows}


async def move(tx: Tx, known: Mapping[Part, Position], upto: Mapping[Part, int]) -> None:
    """Move all of them on, or raise Fenced. The first statement of a batch: it waits for a rival owner's commit."""
    parts = sorted(upto)
    status = await tx.driver.execute(
        _MOVE,
        [part.topic for part in parts],
        [part.partition for part in parts],
        [known[part].epoch for part in parts],
        [known[part].offset for part in parts],
        [upto[part] for part in parts],
    )
    if int(status.rpartition(" ")[2]) != len(parts):
        raise Fenced(f"{len(parts)} partitions, {status}")


async def lag(tx: Tx, ends: Mapping[Part, tuple[int, int]]) -> int:
    """Events between the stored positions and the ends of the logs."""
    known = await all_stored(tx, {part.topic for part in ends})
    return sum(max(0, last - known.get(part, first)) for part, (first, last) in ends.items())


async def all_stored(tx: Tx, topics: Iterable[str]) -> dict[Part, int]:
    """The next offsets of every partition of these topics that anybody of the service ever took."""
    rows = await tx.driver.fetch(
        "select topic, part, next_offset from positions where topic = any($1::text[])", list(topics)
    )
    return {Part(r[0], r[1]): r[2] for r in rows}


async def rewind(tx: Tx, topics: Iterable[str]) -> int:
    """Read these topics again from their starts; versions drop what is known. Fences who reads them now. Returns partitions."""
    status = await tx.driver.execute(
        "update positions set next_offset = 0, epoch = epoch + 1 where topic = any($1::text[])", list(topics)
    )
    return int(status.rpartition(" ")[2])
