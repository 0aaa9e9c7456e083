"""Money leaves suspense: posted to its claim and noted, in one transaction. Used by the job and by the API."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from services.remittance.domain.transaction import MatchUnmatched
from services.remittance.store.aggregates import Tables
from services.remittance.store.suspense import Waiting, mark_matched
from shared.bus.types import Asks, Cause, Refused, Tx


async def release(
    bus: Asks, tables: Tables, tx: Tx, waiting: Sequence[Waiting], by: str, why: str, now: datetime
) -> Refused | None:
    """Post payments from suspense to the claims that they name, in a transaction of ``bus.begin()``.

    Rows are locked as posting does it: remittances, then claims. Returns why a claim does not take its payment (unknown, or
    parked); the caller then rolls back.
    """
    found: dict[str, set[str]] = {}
    for each in waiting:
        found.setdefault(each.remittance, set()).add(each.posting)
    told = [Cause(r, MatchUnmatched(postings=frozenset(postings))) for r, postings in found.items()]
    await bus.ask_in(tx, tables.remittances, told)
    causes = [Cause(w.claim, replace(w.command, unmatched=True)) for w in waiting]
    done = await bus.ask_in(tx, tables.claims, causes)
    refused = next((d.refused for d in done if d.refused), None)
    if refused is None:
        await mark_matched(tx, {w.posting: w.claim for w in waiting}, by, why, now)
    return refused
