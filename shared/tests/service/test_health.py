"""Health: every check with its figure, none that hangs, none that talks."""

import asyncio

from shared.service.health import Finding, examine


async def _good() -> Finding:
    return Finding(True, {"lag": 0})


async def _bad() -> Finding:
    return Finding(False, {"lag": 9000})


async def _raises() -> Finding:
    raise OSError(111, "connect to db.hospital.example as app:hunter2")


async def _hangs() -> Finding:
    await asyncio.Event().wait()
    raise AssertionError


async def test_ready_when_every_check_is_good() -> None:
    ready, reports = await examine({"broker": _good, "relay": _good})
    assert ready
    assert {name: (r["ok"], r["lag"]) for name, r in reports.items()} == {
        "broker": (True, 0),
        "relay": (True, 0),
    }  # type: ignore[index]


async def test_one_bad_check_makes_it_not_ready_and_the_others_are_still_told() -> None:
    ready, reports = await examine({"broker": _good, "relay": _bad})
    assert not ready
    assert [r["ok"] for r in reports.values()] == [True, False]  # type: ignore[index]


async def test_a_check_that_raises_or_hangs_is_bad_and_says_the_kind_only() -> None:
    ready, reports = await examine({"database": _raises, "broker": _hangs}, patience=0.05)
    assert not ready
    assert "hunter2" not in str(reports)
    assert reports["database"]["error"] == "ConnectionRefusedError[errno 111]"  # type: ignore[index]
    assert reports["broker"]["error"] == "no answer in time"  # type: ignore[index]
