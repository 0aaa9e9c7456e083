"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
"""A Monday; where tests begin unless they say otherwise."""


class FixedClock:
    """Time as the test wants it. Has the shape of ``shared.service.clock.Clock``."""

    def __init__(self, at: datetime = NOON) -> None:
        self._now = at

    def now(self) -> datetime:
        """The instant it was set to, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move ahead by ``by`` and return the new instant."""
        self._now += by
        return self._now
