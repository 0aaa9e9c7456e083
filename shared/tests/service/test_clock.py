"""The clock: real time plus what a demonstration's file says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.service.clock import SystemClock, move_ahead


def test_moving_the_clock_ahead_adds_up_and_is_seen_by_a_new_reader(tmp_path: Path) -> None:
    file = tmp_path / "clock"
    move_ahead(file, timedelta(days=1))
    assert move_ahead(file, timedelta(days=2)) == timedelta(days=3)
    ahead = SystemClock(file).now() - datetime.now(UTC)
    assert timedelta(days=3, seconds=-5) < ahead < timedelta(days=3, seconds=5)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ahead"):
        move_ahead(tmp_path / "clock", timedelta(seconds=-1))


@pytest.mark.parametrize("content", ["", "soon", "1e999", "\xff"])
def test_a_file_that_holds_no_number_means_real_time(tmp_path: Path, content: str) -> None:
    file = tmp_path / "clock"
    file.write_text(content, "latin-1")
    assert abs(SystemClock(file).now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_missing_file_means_real_time_in_utc(tmp_path: Path) -> None:
    assert SystemClock(tmp_path / "none").now().tzinfo is UTC
