"""What was said, one row for each transaction, kept by day: the outbox's queue is only the numbers of what is not sent yet.

A row is written once. Sending takes its number out of ``unsent``; the row stays where it is as the archive, for as long as
the broker may have to be rebuilt from it, and goes with its day's partition. ``outbox`` and ``sent`` are views for people.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.bus.records import Frame, Outgoing, unpacked
from shared.bus.types import Tx

_SAY = (
    "with made as (insert into said (public, internal) values ($1, $2) returning id)"
    " insert into unsent (id) select id from made returning id"
)
# a number in the text, not a parameter: what a parameter limits is planned anew at each turn of the relay
_OLDEST = "select id from unsent order by id limit {}"
_READ = "select id, public, internal from said where id = any($1::bigint[])"
_DONE = "delete from unsent where id = any($1::bigint[])"
_GONE = f"with done as ({_DONE}) delete from said where id = any($1::bigint[])"  # noqa: S608
_PARTITION = "said_{:%Y%m%d}"


async def say(tx: Tx, out: Outgoing) -> int:
    """Write what a transaction says: after its row locks, so that for each claim the order of ids is that of commits.

    Returns the row's id.
    """
    made: int = await tx.driver.fetchval(_SAY, *out.packed())
    return made


async def oldest(tx: Tx, limit: int) -> list[int]:
    """The ids of the first rows that are not sent yet, in order."""
    return [row[0] for row in await tx.driver.fetch(_OLDEST.format(limit))]


async def read(tx: Tx, ids: Sequence[int]) -> dict[int, Outgoing]:
    """What these rows say."""
    rows = await tx.driver.fetch(_READ, ids) if ids else ()
    return {row[0]: Outgoing(unpacked(row[1]), unpacked(row[2])) for row in rows}


async def today(tx: Tx) -> date:
    """The database's day."""
    day: date = await tx.driver.fetchval("select current_date")
    return day


async def prepare(tx: Tx, days: int) -> None:
    """Make today's and tomorrow's partitions, and drop what is older than ``days`` and sent."""
    if days <= 0:
        return
    now = await today(tx)
    known = await _partitions(tx)
    for day in (now, now + timedelta(days=1)):
        if _PARTITION.format(day) not in known:
            await _make(tx, day)
    oldest_kept = now - timedelta(days=days)
    for name in known:
        if "said_2" < name < _PARTITION.format(oldest_kept) and await _is_sent(tx, name):
            await tx.driver.execute(f"drop table {name}")
    await tx.driver.execute(
        "delete from said_rest r where made_at < $1::date and not exists (select from unsent u where u.id = r.id)",
        oldest_kept,
    )


async def _make(tx: Tx, day: date) -> None:
    """Unless rows of that day are in the rest already: then they stay there together."""
    after = day + timedelta(days=1)
    async with tx.driver.transaction():
        await tx.driver.execute("lock table said in access exclusive mode")
        if await tx.driver.fetchval(
            "select exists (select from said_rest where made_at >= $1::date and made_at < $2::date)",
            day,
            after,
        ):
            return
        await tx.driver.execute(
            f"create table if not exists {_PARTITION.format(day)} partition of said"
            f" for values from ('{day}') to ('{after}')"
        )


async def _is_sent(tx: Tx, partition: str) -> bool:
    sql = f"select not exists (select from unsent u join {partition} s on s.id = u.id)"  # noqa: S608
    return bool(await tx.driver.fetchval(sql))


async def _partitions(tx: Tx) -> list[str]:
    rows = await tx.driver.fetch(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'said'::regclass"
    )
    return [row[0] for row in rows]


async def delete(tx: Tx, ids: Sequence[int], days: int) -> None:
    """Take acknowledged rows out of the queue, and out of the database where no archive is kept."""
    await tx.driver.execute(_DONE if days > 0 else _GONE, list(ids))


async def send_again(tx: Tx, since: int = 0) -> int:
    """Queue archived rows from ``since`` on again, in order: the broker was lost, or a consumer misses some.

    Consumers drop what they have by its version. Returns how many rows.
    """
    status = await tx.driver.execute(
        "insert into unsent (id) select id from said where id >= $1 on conflict do nothing", since
    )
    return int(status.rpartition(" ")[2])


async def send_again_about(tx: Tx, stream: str, version: int = 1) -> int:
    """Say one stream's archived events from ``version`` on again, in order: what a consumer's gap asks for.

    Reads the whole archive, which is the price of rows that nobody looks into; gaps are rare. Returns how many events.
    """
    key = stream.encode()
    found: list[Frame] = []
    async for row in tx.driver.cursor("select internal from sent order by id"):
        frames = unpacked(row[0], about=key)
        found += [f for f in frames if f[2] == key and int(dict(f[4])["ver"]) >= version]
    if found:
        await say(tx, Outgoing(internal=found))
    return len(found)
