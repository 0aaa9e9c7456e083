"""Says which answers are late, once for each claim and answer."""

from typing import cast

from services.submitter import store
from services.submitter.domain.commands import Patience, Remind
from services.submitter.domain.states import Awaiting
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIMS
from shared.bus.types import Cause
from shared.service import Context

Ctx = Context[SubmitterSettings]
CHUNK = 1000
LOOKS_PER_RUN = 50


async def follow_up(ctx: Ctx, patience: Patience) -> int:
    """Complain of what is overdue and return how many complaints were made. Only files that may have some are looked at."""
    said = 0
    for _ in range(LOOKS_PER_RUN):
        async with ctx.db.connect() as tx:
            file = await store.next_follow_up(tx, ctx.clock.now())
        if file is None:
            break
        said += await _look(ctx, patience, file)
    return said


async def _look(ctx: Ctx, patience: Patience, file: str) -> int:
    now = ctx.clock.now()
    async with ctx.db.connect() as tx:
        late = await store.overdue(tx, file, now, CHUNK)
    causes = [
        Cause(claim, Remind(awaiting=cast("Awaiting", awaiting), patience=patience))
        for claim, awaiting in late
    ]
    done = await ctx.bus.ask(CLAIMS, causes)
    async with ctx.db.begin() as tx:
        await store.follow_up_later(tx, file, now, patience.syntax)
    return sum(len(one.events) for one in done)
