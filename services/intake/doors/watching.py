"""What this process sees of its feeds, written down every few seconds for whoever looks at all processes together."""

import asyncio
from collections.abc import Awaitable, Callable

from services.intake.settings import IntakeSettings
from services.intake.store import tallies
from services.intake.store.desk import TROUBLE, Desk
from shared.claim import uuid7
from shared.service.context import Context
from shared.service.jobs import waited

EVERY = 5.0


def watching_door(desk: Desk) -> Callable[[Context[IntakeSettings], asyncio.Event], Awaitable[None]]:
    """The door for app.py: it lets nobody in, it looks."""

    async def watch(ctx: Context[IntakeSettings], stopping: asyncio.Event) -> None:
        process = uuid7()
        while not await waited(stopping, EVERY):
            await write(ctx, desk, process)

    return watch


async def write(ctx: Context[IntakeSettings], desk: Desk, process: str) -> None:
    """Write them down once. A database that is away is told elsewhere; the next turn writes again."""
    try:
        async with ctx.db.begin() as tx:
            await tallies.write_gauges(tx, process, ctx.clock.now(), desk.gauges.read())
    except TROUBLE as error:
        ctx.log.warning("gauges not written", kind=type(error).__name__)
