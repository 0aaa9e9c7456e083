"""Says which answers are late, once for each claim and answer."""

from typing import cast

from services.submitter import store
from services.submitter.domain.commands import Patience, Remind
from services.submitter.domain.states import Awaiting
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIMS
from shared.bus.types import Cause
from shared.service import Context

CHUNK = 1000
CHUNKS_PER_RUN = 20


async def follow_up(ctx: Context[SubmitterSettings], patience: Patience) -> int:
    """Complain of what is overdue and return how many complaints were made."""
    said = 0
    for _ in range(CHUNKS_PER_RUN):
        async with ctx.db.connect() as tx:
            late = await store.overdue(tx, ctx.clock.now(), CHUNK)
        if not late:
            break
        causes = [
            Cause(claim, Remind(awaiting=cast("Awaiting", awaiting), patience=patience))
            for claim, awaiting in late
        ]
        said += sum(len(done.events) for done in await ctx.bus.ask(CLAIMS, causes))
    return said
