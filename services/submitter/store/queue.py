"""Which claims wait for a file, and which wait too long for an answer."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from shared.bus.types import Tx


class Waiting(NamedTuple):
    """How many claims of a payer and kind are queued, and since when the first and the last of them."""

    payer: str
    kind: str
    claims: int
    since: datetime
    last: datetime


class Carried(NamedTuple):
    """A claim in a submission: its id, the blind index of its number, its charge in cents."""

    claim: str
    number: bytes
    cents: int


async def waiting(tx: Tx) -> list[Waiting]:
    """What is queued, by payer and kind: one index-only scan of the queue."""
    rows = await tx.driver.fetch(
        "select payer, kind, count(*) as claims, min(since) as since, max(since) as last from claims"
        " where state = 'queued' and not parked group by payer, kind order by min(since)"
    )
    return [Waiting(**r) for r in rows]


async def take_queued(tx: Tx, payers: Collection[str], kind: str, limit: int) -> list[str]:
    """Lock and return up to ``limit`` queued claims of these payers, longest waiting first."""
    rows = await tx.driver.fetch(
        "select id from claims where state = 'queued' and not parked and kind = $2 and payer = any($1)"
        " order by since, id limit $3 for update skip locked",
        list(payers),
        kind,
        limit,
    )
    return [str(r["id"]) for r in rows]


async def overdue(tx: Tx, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Claims whose awaited answer is late: id and which answer, latest first."""
    rows = await tx.driver.fetch(
        "select id, awaiting from claims where due <= $1 and not parked order by due limit $2", now, limit
    )
    return [(str(r["id"]), r["awaiting"]) for r in rows]
