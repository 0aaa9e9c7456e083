"""Find claims for money in suspense: its 835 came before the claim was known here."""

from services.remittance import store
from services.remittance.settings import RemittanceSettings
from services.remittance.store import Tables
from shared.bus.states import Conflict
from shared.service import Context

AT_ONCE = 500


async def match_suspense(tables: Tables, ctx: Context[RemittanceSettings]) -> int:
    """Post what waits for claims that have arrived since, and say how many payments that were. Raises Conflict."""
    async with ctx.bus.begin() as tx:
        waiting = await store.matchable(tx, ctx.seal, AT_ONCE)
        if waiting:
            now = ctx.clock.now()
            words = "the claim arrived"
            if await store.release(ctx.bus, tables, tx, waiting, "claim number", words, now):
                raise Conflict("a claim was parked meanwhile")
    return len(waiting)
