"""What time makes intake do: add up figures, notice silence, make and drop the months of originals."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.intake.store import feeds, originals, tallies
from services.intake.store.desk import Desk
from shared.service.context import Context
from shared.service.jobs import Job


def jobs(desk: Desk) -> Sequence[Job]:
    """All of them, bound to the desk."""

    async def add_up(ctx: Context[Any]) -> None:
        async with ctx.db.begin() as tx:
            await tallies.roll_up(tx)

    async def listen_for_silence(ctx: Context[Any]) -> None:
        for row in await feeds.overview(ctx, desk.feeds):
            if row["silent_since"]:
                ctx.log.warning("feed is silent", feed=row["name"], since=row["silent_since"].isoformat())

    async def keep_months(ctx: Context[Any]) -> None:
        await keep_originals(ctx, desk)

    return (
        Job("add up tallies", 5, add_up),
        Job("listen for silence", 60, listen_for_silence),
        Job("keep months of originals", 3600, keep_months),
    )


async def keep_originals(ctx: Context[Any], desk: Desk) -> list[str]:
    """Make next month's partitions ahead, drop those whose last day is older than their feed keeps. Says what was dropped."""
    today = ctx.clock.now().date()
    names = [feed.name for feed in desk.feeds.all]
    ahead = (today, originals.month_after(today))
    await desk.partitions.have(ctx.db, [(name, day) for name in (*names, "") for day in ahead])
    dropped = []
    for feed in desk.feeds.all:
        before = today - timedelta(days=feed.retention_days)
        for month in await originals.expired(ctx.db, feed.name, before):
            await originals.drop(ctx.db, feed.name, month)
            desk.partitions.forget(feed.name, month)
            ctx.log.info("originals dropped", feed=feed.name, month=f"{month:%Y-%m}")
            dropped.append(f"{feed.name} {month:%Y-%m}")
    return dropped
