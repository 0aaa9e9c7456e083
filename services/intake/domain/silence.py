"""When a feed is quiet for longer than it should be."""

from datetime import datetime, timedelta

GAPS = 3
"""So many usual gaps without a message are a silence."""


def silent_since(
    last: datetime | None, gap_seconds: float | None, least: timedelta, now: datetime
) -> datetime | None:
    """Since when the feed should have said something; None while all is well, or nothing is known of its rhythm."""
    if last is None or gap_seconds is None:
        return None
    expected = last + max(timedelta(seconds=GAPS * gap_seconds), least)
    return expected if now >= expected else None
