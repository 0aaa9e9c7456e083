"""What time it is: real time, moved ahead by a file where a demonstration wants days to pass."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol


class Clock(Protocol):
    """Where a service's time comes from. Domain code gets times as values and never a clock."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class SystemClock:
    """Real time plus the offset in seconds that ``file`` holds, read again at most every 0.2 seconds.

    A file that is absent or holds no number means no offset: a clock never stops a service.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._offset = timedelta()
        self._read_at = float("-inf")

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        if self._file is not None and time.monotonic() - self._read_at >= 0.2:
            self._offset = _offset(self._file)
            self._read_at = time.monotonic()
        return datetime.now(UTC) + self._offset


def _offset(file: Path) -> timedelta:
    try:
        return timedelta(seconds=float(file.read_text("ascii").strip() or 0))
    except (OSError, ValueError, OverflowError):
        return timedelta()


def move_ahead(file: Path, by: timedelta) -> timedelta:
    """Add ``by`` to the offset in ``file``, atomically, and return the new offset. Time never goes back.

    Raises ValueError for a negative step: due dates and ages would become nonsense.
    """
    if by < timedelta():
        raise ValueError("a clock only moves ahead")
    offset = _offset(file) + by
    written = file.with_suffix(".tmp")
    written.write_text(str(offset.total_seconds()), "ascii")
    written.replace(file)
    return offset
