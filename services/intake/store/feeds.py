"""One row per feed: what came, what became of it, is it connected, is it silent."""

from datetime import datetime, timedelta
from typing import Any

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.silence import silent_since
from services.intake.store import sequences, tallies
from shared.service.context import Context

_NOTHING: dict[str, Any] = {
    "last_at": None, "received": 0, "accepted": 0, "refused": 0, "kept": 0, "repeats": 0,
    "gap_seconds": None, "connections": 0, "waiting": 0, "oldest_at": None, "p99_ms": None,
}  # fmt: skip
_KNOWN = tuple(_NOTHING)
_HELD = "select facility, count(*)::int from account where state = 'held' group by facility"


async def overview(ctx: Context, feeds: Feeds) -> list[dict[str, Any]]:
    """Every configured feed, then what came from senders that no feed knows (``name`` empty), if anything did."""
    now = ctx.clock.now()
    async with ctx.db.connect() as tx:
        figures = await tallies.figures(tx, now)
        expected = await sequences.numbers(tx)
        held = {row[0]: row[1] for row in await tx.driver.fetch(_HELD)}
    rows = [
        {
            **_row(feed, figures.pop(feed.name, {}), now),
            "held": held.get(feed.facility, 0),
            "sequence": expected.get(feed.name, []),
        }
        for feed in feeds.all
    ]
    return rows + [_row(None, {**figures[name], "feed": name}, now) for name in sorted(figures)]


def _row(feed: Feed | None, figures: dict[str, Any], now: datetime) -> dict[str, Any]:
    row = {name: figures.get(name) if figures.get(name) is not None else _NOTHING[name] for name in _KNOWN}
    least = timedelta(minutes=feed.silence_minutes) if feed else timedelta.max
    # senders without a feed have no rhythm that anybody expects
    silent = silent_since(row["last_at"], row["gap_seconds"], least, now) if feed else None
    return {
        "name": feed.name if feed else figures.get("feed", ""),
        "configured": feed is not None,
        "facility": feed.facility if feed else "",
        "doors": {door: list(senders) for door, senders in feed.senders.items()} if feed else {},
        **row,
        "silent_since": silent,
        "retention_days": feed.retention_days if feed else None,
    }
