"""The originals of messages, sealed: one partition per feed and month, so that what is too old is dropped and not deleted.

A month's partition is dropped when its last day is older than the feed's ``retention_days``. The message's row stays:
it holds no patient data, and still answers a repeat.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import asyncpg
from msgspec import Struct

from shared.bus.sealer import Sealer
from shared.bus.types import Tx
from shared.service.database import Database


class Body(Struct, frozen=True, gc=False):
    """One sealed original: whose feed, the day of its receipt, its message's id."""

    feed: str
    day: date
    id: str
    sealed: bytes


COUNT = 4


def insert_sql(first: int) -> str:
    """Store a batch whose partitions are there: ``columns`` are its parameters, from that number on."""
    a, b, c, d = range(first, first + COUNT)
    return (
        "insert into original (feed, day, id, body)"  # noqa: S608
        f" select * from unnest(${a}::text[], ${b}::date[], ${c}::uuid[], ${d}::bytea[])"
    )


_LEAVES = """
select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = to_regclass($1)"""


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return month_of(month + timedelta(days=31))


class Partitions:
    """Which partitions are known to be there. They are made ahead by a job, and at need by whoever stores a message."""

    def __init__(self) -> None:
        self._known: set[tuple[str, date]] = set()

    async def have(self, db: Database, wanted: Iterable[tuple[str, date]]) -> None:
        """Make the partitions of these feeds and days that are not there, each in a short transaction of its own."""
        missing = {(feed, month_of(day)) for feed, day in wanted} - self._known
        for feed, month in sorted(missing):
            async with db.begin() as tx:
                await _make(tx, feed, month)
            self._known.add((feed, month))

    def forget(self, feed: str, month: date) -> None:
        """It was dropped."""
        self._known.discard((feed, month))


def columns(bodies: Sequence[Body]) -> list[list[object]]:
    """The parameters of ``insert_sql``."""
    return [[getattr(b, name) for b in bodies] for name in ("feed", "day", "id", "sealed")]


async def expired(db: Database, feed: str, before: date) -> list[date]:
    """The months of a feed whose every day is before that day."""
    async with db.connect() as tx:
        rows = await tx.driver.fetch(_LEAVES, table_of(feed))
    months = [date.fromisoformat(row[0][-6:-2] + "-" + row[0][-2:] + "-01") for row in rows]
    return sorted(month for month in months if month_after(month) <= before)


async def drop(db: Database, feed: str, month: date) -> None:
    """Drop a month of a feed's originals. Dropping it again is nothing."""
    async with db.begin() as tx:
        await tx.driver.execute(f"drop table if exists {table_of(feed)}_{month:%Y%m}")


def table_of(feed: str) -> str:
    """The partition of a feed. Its name is configuration that may hold anything, so the table is named by a hash."""
    return f"original_{hashlib.sha256(feed.encode()).hexdigest()[:12]}"


async def _make(tx: Tx, feed: str, month: date) -> None:
    # one maker at a time: two that create the same table at once fail with an error that looks like a collision
    await tx.driver.execute("select pg_advisory_xact_lock(hashtext('intake originals'))")
    parent, literal = table_of(feed), feed.replace("'", "''")
    first, after = f"{month:%Y-%m-%d}", f"{month_after(month):%Y-%m-%d}"
    await _create(tx, parent, f"partition of original for values in ('{literal}') partition by range (day)")
    leaf = f"{parent}_{month:%Y%m}"
    bounds = f"partition of {parent} for values from ('{first}') to ('{after}')"
    # sealed bytes do not compress: trying costs a fifth of an insert
    if await _create(tx, leaf, f"{bounds} with (toast_tuple_target = 8160)"):
        await tx.driver.execute(f"alter table {leaf} alter body set storage external")


async def _create(tx: Tx, table: str, rest: str) -> bool:
    if await tx.driver.fetchval("select to_regclass($1)", table) is not None:
        return False
    await tx.driver.execute(f"create table {table} {rest}")
    return True


def seal_body(seal: Sealer, id: str, raw: bytes) -> bytes:  # noqa: A002
    """The original, sealed to its row in pieces, each behind its length: a sealer bounds what it opens."""
    pieces = (raw[at : at + _PIECE] for at in range(0, len(raw) or 1, _PIECE))
    sealed = (seal.seal(piece, _aad(id, place)) for place, piece in enumerate(pieces))
    return b"".join(len(piece).to_bytes(4, "big") + piece for piece in sealed)


def open_body(seal: Sealer, id: str, sealed: bytes) -> bytes:  # noqa: A002
    """The original, byte for byte."""
    raw, at, place = b"", 0, 0
    while at < len(sealed):
        end = at + 4 + int.from_bytes(sealed[at : at + 4], "big")
        raw += seal.open(sealed[at + 4 : end], _aad(id, place))
        at, place = end, place + 1
    return raw


def _aad(id: str, place: int) -> bytes:  # noqa: A002
    return f"inbound/{id}/body/{place}".encode()


_PIECE = 4 * 2**20
MISSING = asyncpg.CheckViolationError
"""What PostgreSQL raises for a row that no partition takes: somebody dropped it after we knew it."""
