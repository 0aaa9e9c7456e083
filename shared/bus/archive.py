"""What was sent, kept by day for as long as the broker may have to be rebuilt from it."""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.bus.records import Frame, Outgoing, unpacked
from shared.bus.types import Tx

_MOVE = (
    "with gone as (delete from outbox where id = any($1::bigint[]) returning id, public, internal, made_at)"
    " insert into sent (id, public, internal, made_at) select id, public, internal, made_at from gone"
)


async def today(tx: Tx) -> date:
    """The database's day."""
    day: date = await tx.driver.fetchval("select current_date")
    return day


async def prepare(tx: Tx, days: int) -> None:
    """Make today's and tomorrow's partitions, and drop those that are older than ``days``."""
    if days <= 0:
        return
    now = await today(tx)
    for day in (now, now + timedelta(days=1)):
        after = day + timedelta(days=1)
        await tx.driver.execute(
            f"create table if not exists sent_{day:%Y%m%d} partition of sent"
            f" for values from ('{day}') to ('{after}')"
        )
    for name in await _partitions(tx):
        if name < f"sent_{now - timedelta(days=days):%Y%m%d}":
            await tx.driver.execute(f"drop table {name}")


async def _partitions(tx: Tx) -> list[str]:
    rows = await tx.driver.fetch(
        "select inhrelid::regclass::text from pg_inherits where inhparent = 'sent'::regclass"
    )
    return [row[0] for row in rows]


async def delete(tx: Tx, ids: Sequence[int], days: int) -> None:
    """Take acknowledged rows out of the outbox, into the archive where one is kept."""
    if days > 0:
        await tx.driver.execute(_MOVE, list(ids))
    else:
        await tx.driver.execute("delete from outbox where id = any($1::bigint[])", list(ids))


async def send_again(tx: Tx, since: int = 0) -> int:
    """Put archived rows from ``since`` on back into the outbox, in order: the broker was lost, or a consumer misses some.

    Consumers drop what they have by its version. Returns how many rows. ids start again at the outbox's end.
    """
    status = await tx.driver.execute(
        "insert into outbox (public, internal, made_at)"
        " select public, internal, made_at from sent where id >= $1 order by id",
        since,
    )
    return int(status.rpartition(" ")[2])


async def send_again_about(tx: Tx, stream: str, version: int = 1) -> int:
    """Put one stream's archived events from ``version`` on into the outbox, in order: what a consumer's gap asks for.

    Reads the whole archive, which is the price of rows that nobody looks into; gaps are rare. Returns how many events.
    """
    key = stream.encode()
    found: list[Frame] = []
    rows = tx.driver.cursor(
        "select internal from sent where position($1::bytea in internal) > 0 order by id", key
    )
    async for row in rows:
        frames = unpacked(row[0])
        found += [f for f in frames if f[2] == key and int(dict(f[4])["ver"]) >= version]
    if found:
        nothing, packed = Outgoing(internal=found).packed()
        await tx.driver.execute("insert into outbox (public, internal) values ($1, $2)", nothing, packed)
    return len(found)
