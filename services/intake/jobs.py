"""What time makes intake do: bill accounts, add up figures, notice silence, make and drop the months of originals."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from services.intake.domain.feed import Feeds, latest_day
from services.intake.store import feeds, originals, tallies, waiting
from services.intake.store.accounts import Accounts, due
from services.intake.store.desk import Desk
from services.intake.store.folding import Origin, bill, review
from services.intake.store.replays import Why, replay
from shared.bus.verdict import Failed, attempt
from shared.service.context import Context
from shared.service.jobs import Job

AT_ONCE = 200
"""Accounts billed in one transaction."""


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

    async def bill_accounts(ctx: Context[Any]) -> None:
        await bill_due(ctx, desk.feeds)

    async def file_late(ctx: Context[Any]) -> None:
        await file_what_waited(ctx, desk.feeds)

    return (
        Job("bill accounts", 1, bill_accounts),
        Job("file what waited", 30, file_late),
        Job("add up tallies", 5, add_up),
        Job("listen for silence", 60, listen_for_silence),
        Job("keep months of originals", 3600, keep_months),
    )


async def file_what_waited(ctx: Context[Any], feeds: Feeds) -> int:
    """Read the messages again whose claim was parked and is no more, oldest first, and say how many those were."""
    async with ctx.db.begin() as tx:
        messages = await waiting.due(tx, AT_ONCE)
    for message in (
        messages
    ):  # one by one, and taken from the queue last: the next of the same claim must not overtake it
        await replay(ctx, feeds, [message], Why("intake", "its claim was parked when it came"))
        async with ctx.db.begin() as tx:
            await waiting.done(tx, message)
    return len(messages)


async def bill_due(ctx: Context[Any], feeds: Feeds) -> int:
    """Bill every account whose bill hold is over by the service's clock, and say how many accounts that were.

    Safe in several processes at once, and when it dies in between: a batch is one transaction, and who is billed is due
    no more. An account that cannot be decided about is passed over until the next run, and the others are billed.
    """
    looked_at, passed = 0, list[str]()
    while True:
        outcome = await attempt(_bill(ctx, feeds, passed, AT_ONCE))
        if isinstance(outcome, Failed):
            outcome = await attempt(_bill(ctx, feeds, passed, 1))
        if isinstance(outcome, Failed):
            stuck = await _next(ctx, feeds, passed)
            ctx.log.error("account not billed", account=stuck, where=outcome.where)
            passed += [stuck]
            continue
        looked_at += outcome
        if not outcome:
            return looked_at


async def _next(ctx: Context[Any], feeds: Feeds, passed: list[str]) -> str:
    async with ctx.db.begin() as tx:
        return (await due(tx, latest_day(feeds, ctx.clock.now()), passed, 1))[0]


async def _bill(ctx: Context[Any], feeds: Feeds, passed: list[str], most: int) -> int:
    accounts = Accounts(feeds, ctx.blind, ctx.seal)
    async with ctx.bus.begin() as tx:
        ids = await due(tx, latest_day(feeds, ctx.clock.now()), passed, most)
        origin = Origin(ctx.clock.now())
        await bill(ctx.bus, tx, accounts, await review(ctx.bus, tx, accounts, ids, origin))
    if (
        len({feed.time_zone for feed in feeds.all}) > 1
    ):  # where it is still yesterday, who is looked at stays due
        passed += ids
    return len(ids)


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
