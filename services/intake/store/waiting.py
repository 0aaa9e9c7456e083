"""Messages whose claim is parked: kept in the order they came, and read again once somebody has seen to the claim.

The sender is told that the message was taken, which is true; what it says of the claim is done later, and never before
what an earlier message said of it.
"""

from collections.abc import Iterable, Sequence

from shared.bus.types import Tx

_ADD = (
    "insert into waiting (claim, message) select * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing"
)
_FIRST = """
select distinct on (claim) claim, message from waiting where claim = any($1::uuid[]) order by claim, message"""
_DUE = """
select distinct message from waiting w join claim c on c.id = w.claim where not c.parked order by message limit $1"""

_DONE = """
delete from waiting w using claim c where w.message = $1::uuid and c.id = w.claim and not c.parked"""


async def first(tx: Tx, claims: Iterable[str]) -> dict[str, str]:
    """The oldest message that waits for each of these claims: any later one queues behind it."""
    rows = await tx.driver.fetch(_FIRST, list(claims))
    return {str(row[0]): str(row[1]) for row in rows}


async def add(tx: Tx, pairs: Sequence[tuple[str, str]]) -> None:
    """Let these messages wait: ``(claim, message)``."""
    if pairs:
        await tx.driver.execute(_ADD, *map(list, zip(*pairs, strict=True)))


async def due(tx: Tx, limit: int) -> list[str]:
    """Messages whose claim is parked no more, oldest first."""
    return [str(row[0]) for row in await tx.driver.fetch(_DUE, limit)]


async def done(tx: Tx, message: str) -> None:
    """It waits no more, unless one of its claims is parked again."""
    await tx.driver.execute(_DONE, message)
