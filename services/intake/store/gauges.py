"""What one process sees of each feed: open connections, messages that wait for their commit, time from arrival to answer."""

from collections import Counter, defaultdict, deque
from datetime import datetime

from services.intake.store.tallies import Gauge

REMEMBERED = 1000
"""So many answers of a feed make its p99."""


class Gauges:
    """Kept in memory, written down every few seconds."""

    def __init__(self) -> None:
        self._connections: Counter[str] = Counter()
        self._waiting: defaultdict[str, dict[int, datetime]] = defaultdict(dict)
        self._seconds: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=REMEMBERED))

    def connected(self, feed: str, change: int) -> None:
        """A connection of that feed came (1) or went (-1)."""
        self._connections[feed] += change

    def waits(self, feed: str, ticket: int, since: datetime) -> None:
        """A message waits for its commit."""
        self._waiting[feed][ticket] = since

    def answered(self, feed: str, ticket: int, seconds: float | None) -> None:
        """It waits no more; ``seconds`` from arrival to answer, None when it could not be stored."""
        self._waiting[feed].pop(ticket, None)
        if seconds is not None:
            self._seconds[feed].append(seconds)

    def read(self) -> list[Gauge]:
        """All of it, by feed."""
        feeds = sorted({*self._connections, *self._waiting, *self._seconds})
        return [
            Gauge(
                feed=feed,
                connections=self._connections[feed],
                waiting=len(self._waiting[feed]),
                oldest_at=min(self._waiting[feed].values(), default=None),
                p99_ms=_p99(self._seconds[feed]),
            )
            for feed in feeds
        ]


def _p99(seconds: deque[float]) -> float | None:
    if not seconds:
        return None
    return round(sorted(seconds)[min(len(seconds) - 1, int(len(seconds) * 0.99))] * 1000, 2)
