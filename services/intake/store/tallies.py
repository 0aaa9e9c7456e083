"""Figures per feed: what came and what became of it, how often it comes, what is open now.

A batch of messages adds one row per feed to ``tally``, so that two processes never wait for each other; a job adds
those up by day (``feed_day``) and learns each feed's rhythm (``feed_rhythm``). What a process sees for itself
(connections, waiting messages, time to the answer) it writes to ``gauge`` every few seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from msgspec import Struct

from services.intake.domain.inbound import State
from shared.bus.types import Tx

WEIGHT = 0.05
"""How much a new gap moves the usual one."""

FRESH = timedelta(seconds=20)
"""A gauge that is older belongs to a process that is gone."""


class Came(Struct, frozen=True, gc=False):
    """One message of a batch, as it is counted. ``state`` None: it came again."""

    feed: str
    at: datetime
    state: State | None


class Gauge(Struct, frozen=True, kw_only=True, gc=False):
    """What one process sees of one feed now."""

    feed: str
    connections: int = 0
    waiting: int = 0
    oldest_at: datetime | None = None
    p99_ms: float | None = None


_COUNTS = ("received", "accepted", "refused", "kept", "repeats")
_TAKEN = {
    "accepted": "accepted",
    "partly": "accepted",
    "duplicate": "accepted",
    "refused": "refused",
    "kept": "kept",
}
_TALLY = ("text", "timestamptz", "timestamptz", *["int"] * len(_COUNTS))
_DUE = "delete from tally where id in (select id from tally order by id limit 10000 for update skip locked) returning *"
_DAY = """
insert into feed_day (feed, day, last_at, received, accepted, refused, kept, repeats)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (feed, day) do update set last_at = greatest(feed_day.last_at, excluded.last_at),
    received = feed_day.received + excluded.received, accepted = feed_day.accepted + excluded.accepted,
    refused = feed_day.refused + excluded.refused, kept = feed_day.kept + excluded.kept,
    repeats = feed_day.repeats + excluded.repeats"""
_RHYTHM = """
insert into feed_rhythm (feed, last_at, gap_seconds) values ($1, $2, $3)
on conflict (feed) do update set last_at = excluded.last_at, gap_seconds = excluded.gap_seconds"""
_GAUGE = """
insert into gauge (process, feed, at, connections, waiting, oldest_at, p99_ms)
select $1, f, $2, c, w, o, p from unnest($3::text[], $4::int[], $5::int[], $6::timestamptz[], $7::float8[]) as x (f, c, w, o, p)
on conflict (process, feed) do update set at = excluded.at, connections = excluded.connections,
    waiting = excluded.waiting, oldest_at = excluded.oldest_at, p99_ms = excluded.p99_ms"""
_FIGURES = """
with counted as (
    select feed, last_at, received, accepted, refused, kept, repeats from feed_day
    union all select feed, last_at, received, accepted, refused, kept, repeats from tally
), totals as (
    select feed, max(last_at) as last_at, sum(received)::int as received, sum(accepted)::int as accepted,
        sum(refused)::int as refused, sum(kept)::int as kept, sum(repeats)::int as repeats
    from counted group by feed
), now as (
    select feed, sum(connections)::int as connections, sum(waiting)::int as waiting, min(oldest_at) as oldest_at,
        max(p99_ms) as p99_ms
    from gauge where at > $1 group by feed
)
select feed, t.last_at, received, accepted, refused, kept, repeats, r.gap_seconds, connections, waiting, oldest_at, p99_ms
from totals t full join now using (feed) left join feed_rhythm r using (feed) order by feed"""


def insert_sql(first: int) -> str:
    """Count a batch: ``columns`` are its parameters, from that number on."""
    arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(_TALLY, first))
    names = ", ".join(("feed", "first_at", "last_at", *_COUNTS))
    return f"insert into tally ({names}) select * from unnest({arrays})"  # noqa: S608


def columns(came: Iterable[Came]) -> list[list[object]]:
    """The parameters of ``insert_sql``: one row per feed."""
    feeds: dict[str, list[Came]] = defaultdict(list)
    for one in came:
        feeds[one.feed].append(one)
    rows = [_row(feed, feeds[feed]) for feed in sorted(feeds)]
    return [list(column) for column in zip(*rows, strict=True)]


def _row(feed: str, came: Sequence[Came]) -> tuple[object, ...]:
    counts = dict.fromkeys(_COUNTS, 0)
    counts["received"] = len(came)
    for one in came:
        counts[_TAKEN[one.state] if one.state else "repeats"] += 1
    return feed, min(c.at for c in came), max(c.at for c in came), *counts.values()


async def roll_up(tx: Tx) -> int:
    """Add up what was counted since last time; the number of rows that were added up."""
    rows = sorted(await tx.driver.fetch(_DUE), key=lambda r: r["id"])
    days: dict[tuple[str, Any], list[Any]] = {}
    for row in rows:
        day = days.setdefault((row["feed"], row["last_at"].date()), [row["last_at"], *[0] * len(_COUNTS)])
        day[0] = max(day[0], row["last_at"])
        for at, name in enumerate(_COUNTS, 1):
            day[at] += row[name]
    for (feed, on), values in days.items():
        await tx.driver.execute(_DAY, feed, on, *values)
    await _learn(tx, rows)
    return len(rows)


async def _learn(tx: Tx, rows: Sequence[Any]) -> None:
    """Move each feed's usual gap between messages towards the gaps that were seen."""
    known = {
        r["feed"]: (r["last_at"], r["gap_seconds"])
        for r in await tx.driver.fetch("select * from feed_rhythm")
    }
    for row in rows:
        last, gap = known.get(row["feed"], (None, None))
        inner = (row["last_at"] - row["first_at"]).total_seconds() / max(row["received"] - 1, 1)
        seen = (row["first_at"] - last).total_seconds() if last else inner
        # a batch of many messages says more about the rhythm than the one gap before it
        new = (max(seen, 0.0) + inner * (row["received"] - 1)) / row["received"]
        moved = new if gap is None else gap + min(1.0, WEIGHT * row["received"]) * (new - gap)
        known[row["feed"]] = (max(row["last_at"], last or row["last_at"]), moved)
    for feed in sorted({row["feed"] for row in rows}):
        await tx.driver.execute(_RHYTHM, feed, *known[feed])


async def write_gauges(tx: Tx, process: str, at: datetime, gauges: Sequence[Gauge]) -> None:
    """What this process sees now."""
    columns = (
        [getattr(g, n) for g in gauges] for n in ("feed", "connections", "waiting", "oldest_at", "p99_ms")
    )
    await tx.driver.execute(_GAUGE, process, at, *columns)
    await tx.driver.execute("delete from gauge where at < $1", at - timedelta(days=1))


async def figures(tx: Tx, now: datetime) -> dict[str, dict[str, Any]]:
    """Each feed that ever sent something, or has a connection: its figures."""
    rows = await tx.driver.fetch(_FIGURES, now - FRESH)
    return {row["feed"]: dict(row) for row in rows}
