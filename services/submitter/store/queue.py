"""Which claims wait for a file."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from services.submitter.domain.states import Queued
from services.submitter.store.aggregates import CLAIM_TABLE
from shared.bus.sealer import Sealer
from shared.bus.types import Tx
from shared.claim import Claim

_QUEUED = "since between '-infinity' and 'infinity' and not parked"
"""A range, and not "is not null": of that a young table's statistics say that all claims are it, and all would be read."""


class Waiting(NamedTuple):
    """How many claims of a payer and kind are queued, and since when the first and the last of them."""

    payer: str
    kind: str
    claims: int
    since: datetime
    last: datetime


async def waiting(tx: Tx) -> list[Waiting]:
    """What is queued, by payer and kind: the queue's index and what it points to."""
    rows = await tx.driver.fetch(
        "select payer, kind, count(*) as claims, min(since) as since, max(since) as last from claims"  # noqa: S608
        f" where {_QUEUED} group by payer, kind order by min(since)"
    )
    return [Waiting(**r) for r in rows]


async def take_queued(
    tx: Tx, seal: Sealer, payers: Collection[str], kind: str, limit: int
) -> list[tuple[str, Claim]]:
    """Lock up to ``limit`` queued claims of these payers, longest waiting first, and return them with their ids."""
    rows = await CLAIM_TABLE.take(
        tx,
        f"{_QUEUED} and kind = $2 and payer = any($1) and state = 'queued'"
        " order by since, claims.id limit $3",
        list(payers),
        kind,
        limit,
    )
    states = [(one, CLAIM_TABLE.open(row, seal)) for one, row in rows.items()]
    return [(one, state.claim) for one, state in states if isinstance(state, Queued)]


async def put_in_file(tx: Tx, claims: Sequence[str], submission: str, now: datetime) -> None:
    """Note for claims taken in this transaction that they are in a file: none of their documents is written (ADR 0116)."""
    await CLAIM_TABLE.note(tx, claims, submission, "building", now, "since")
