"""Parked events: list, replay, dismiss. Functions; the HTTP API and the command line stand on them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg
import msgspec
from msgspec import Struct

from shared.bus.asking import Asking
from shared.bus.folding import Folded, Folding, Queue
from shared.bus.item import Parking as Trouble
from shared.bus.records import Headers
from shared.bus.states import Conflict
from shared.bus.types import Tx
from shared.bus.verdict import RIVALRY

_unpack = msgspec.msgpack.Decoder(list[tuple[str, bytes]]).decode
_COLUMNS = (
    "id, aggregate, row, source, stream, version, type, topic, part, off, key, headers, value, reason, detail"
)
_SHOWN = (
    "id, aggregate, row::text, source, stream::text, version, type, topic, part, off, reason, detail, trace, attempts,"
    " parked_at, closed_at, closed_by, closed_why"
)


class Shown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One parked event, without its content. ``row`` is the aggregate that waits, ``stream`` what the event is about."""

    id: int
    aggregate: str
    row: str | None
    source: str
    stream: str | None
    version: int
    type: str
    topic: str
    part: int
    off: int
    reason: str
    detail: str
    trace: str
    attempts: int
    parked_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    closed_why: str | None = None


class Outcome(Struct, frozen=True):
    """What a replay came to: events done with, events still parked, and why the first of them is."""

    settled: int
    left: int
    reason: str = ""
    detail: str = ""


class NotParked(LookupError):
    """No open parked event has that id."""


class NotFirst(ValueError):
    """Something before it on its claim is parked too: that one goes first."""


@dataclass(frozen=True, slots=True)
class _Record:
    """A parked record, as it was read from the broker."""

    id: int
    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class ParkingLot:
    """One service's parked events."""

    def __init__(self, folding: Folding, asking: Asking) -> None:
        self._folding = folding
        self._asking = asking

    async def shown(self, after: int = 0, limit: int = 100, closed: bool = False) -> list[Shown]:
        """Parked events in their order, from ``after`` on."""
        async with self._asking.begin() as tx:
            rows = await tx.driver.fetch(
                f"select {_SHOWN} from parked where id > $1 and (closed_at is null or $3)"  # noqa: S608
                " order by id limit $2",
                after,
                limit,
                closed,
            )
        return [Shown(**dict(row)) for row in rows]

    async def counted(self) -> int:
        """How many events are parked."""
        async with self._asking.begin() as tx:
            count: int = await tx.driver.fetchval("select count(*) from parked where closed_at is null")
        return count

    async def replay(self, parked_id: int) -> Outcome:
        """Decide the whole queue that this one stands in again, as far as it goes. Raises NotParked."""
        return await self._tried(parked_id, None)

    async def dismiss(self, parked_id: int, by: str, why: str) -> Outcome:
        """Pass this one over as if nobody listened to it, and go on with what stands behind. Raises NotParked, NotFirst."""
        return await self._tried(parked_id, (by, why))

    async def _tried(self, parked_id: int, dismissed: tuple[str, str] | None) -> Outcome:
        """Again when the consumer, or another replay, was at the same rows."""
        for _ in range(4):
            try:
                return await self._once(parked_id, dismissed)
            except RIVALRY:
                await asyncio.sleep(0)
        return await self._once(parked_id, dismissed)

    async def _once(self, parked_id: int, dismissed: tuple[str, str] | None) -> Outcome:
        async with self._asking.begin() as tx:
            return await self._again(tx, parked_id, dismissed)

    async def heal(self, limit: int = 20) -> int:
        """Replay the queues that wait for a missing event. Returns how many events came free."""
        async with self._asking.begin() as tx:
            waiting = await tx.driver.fetch(_GAPS, limit)
        freed = 0
        for row in waiting:
            try:
                freed += (await self.replay(row[0])).settled
            except (NotParked, *RIVALRY):  # freed by an earlier one's queue, or busy just now
                continue
        return freed

    async def _again(self, tx: Tx, parked_id: int, dismissed: tuple[str, str] | None) -> Outcome:
        found = await self._queue(tx, parked_id)
        records = _in_order(found)
        chosen = next((r for r in records if r.id == parked_id), None) if dismissed else None
        folded = await self._folding.fold(tx, records, queue=Queue(chosen))
        waiting = {id(p.record) for p in folded.parked}
        now = await tx.driver.fetch(_QUEUE, parked_id)
        if [row["id"] for row in now] != [row["id"] for row in found]:
            raise Conflict("the queue is another by now")
        if dismissed and chosen is not None:
            stray = any(p.record is chosen and p.item is None for p in folded.parked)
            await _close(tx, parked_id, stray or id(chosen) not in waiting, *dismissed)
        settled = [r.id for r in records if id(r) not in waiting and r is not chosen]
        await tx.driver.execute("delete from parked where id = any($1::bigint[])", settled)
        await _mark(tx, folded)
        self._asking.say(tx, folded.said)
        left = [p for p in folded.parked if p.record is not chosen]
        return Outcome(len(settled), len(left), *((left[0].reason, left[0].detail) if left else ()))

    async def _queue(self, tx: Tx, parked_id: int) -> list[asyncpg.Record]:
        """All that hangs together: what waits for the same aggregates or stands on the same streams."""
        rows: list[asyncpg.Record] = await tx.driver.fetch(_QUEUE, parked_id)
        if not rows:
            raise NotParked(parked_id)
        return rows


_GAPS = """
select min(id) from parked p where closed_at is null and reason = 'gap'
    and not exists (select from parked q where q.closed_at is null and q.source = p.source and q.stream = p.stream
        and q.reason not in ('gap', 'behind'))
group by aggregate, row, stream order by min(attempts), 1 limit $1"""
"""Streams that wait for a missing event and for nothing that a person has to look at."""

_QUEUE = f"""
with recursive together (id, aggregate, row, source, stream) as (
    select id, aggregate, row, source, stream from parked where id = $1 and closed_at is null
    union
    select p.id, p.aggregate, p.row, p.source, p.stream from parked p join together t
        on (p.aggregate = t.aggregate and p.row = t.row) or (p.source = t.source and p.stream = t.stream)
    where p.closed_at is null)
select {_COLUMNS} from parked where id in (select id from together) order by id"""  # noqa: S608


def _in_order(found: Sequence[asyncpg.Record]) -> list[_Record]:
    """Order of arrival, but each stream's own events by version: what was missing comes to its place."""
    by_stream: dict[tuple[str, object], list[asyncpg.Record]] = {}
    for row in found:
        by_stream.setdefault((row["source"], row["stream"]), []).append(row)
    waiting = {key: iter(sorted(rows, key=_version)) for key, rows in by_stream.items()}
    return [_record(next(waiting[row["source"], row["stream"]])) for row in found]


def _version(row: Mapping[str, int]) -> tuple[int, int]:
    return row["version"], row["id"]


def _record(row: asyncpg.Record) -> _Record:
    return _Record(
        row["id"], row["topic"], row["part"], row["off"], row["key"], row["value"], _unpack(row["headers"])
    )


async def _close(tx: Tx, parked_id: int, passed: bool, by: str, why: str) -> None:
    if not passed:
        raise NotFirst(parked_id)
    await tx.driver.execute(
        "update parked set closed_at = now(), closed_by = $2, closed_why = $3 where id = $1",
        parked_id,
        by,
        why,
    )


async def _mark(tx: Tx, folded: Folded) -> None:
    """Write down why those that stay, stay."""
    left: list[Trouble] = [p for p in folded.parked if isinstance(p.record, _Record)]
    if left:
        await tx.driver.execute(
            "update parked p set reason = x.reason, detail = x.detail, attempts = attempts + 1"
            " from unnest($1::bigint[], $2::text[], $3::text[]) as x (id, reason, detail)"
            " where p.id = x.id and p.closed_at is null",
            [p.record.id for p in left if isinstance(p.record, _Record)],
            [p.reason for p in left],
            [p.detail for p in left],
        )
