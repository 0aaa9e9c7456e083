"""Feeds and originals: what came of each feed, who is silent, which originals are dropped, how a message is found again."""

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.intake.app import build
from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Arrival
from services.intake.domain.silence import silent_since
from services.intake.doors.watching import write
from services.intake.jobs import keep_originals
from services.intake.settings import IntakeSettings
from services.intake.store import originals, tallies
from services.intake.store.desk import Desk
from services.intake.tests.messages import AT, FEEDS, dft
from shared.claim import uuid7
from shared.testing.app import Harness, settings_for, started

pytestmark = pytest.mark.real
HOUR = timedelta(hours=1)


@pytest.fixture
async def intake(postgres_url: str) -> AsyncIterator[Harness]:
    async with started(build(settings_for(IntakeSettings, postgres_url, mllp_port=0))) as harness:
        yield harness


def arrival(raw: bytes, at: datetime = AT) -> Arrival:
    return Arrival(uuid7(), raw, at, read_hl7(raw, FEEDS, at))


async def figures(intake: Harness, name: str = "springfield") -> dict[str, Any]:
    rows = (await intake.http.get("/feeds")).json()["feeds"]
    return next(row for row in rows if row["name"] == name)


async def test_each_message_is_counted_once_before_and_after_the_figures_are_added_up(
    intake: Harness,
) -> None:
    desk = Desk(FEEDS)
    await desk.take(intake.ctx, arrival(dft(MSH_10="GOOD")))
    await desk.take(intake.ctx, arrival(dft(MSH_10="GOOD")))
    await desk.take(intake.ctx, arrival(dft(MSH_10="BAD", FT1_11="x")))
    before = await figures(intake)
    async with intake.ctx.db.begin() as tx:
        assert await tallies.roll_up(tx) == 3
    after = await figures(intake)
    for row in (before, after):
        assert [row[n] for n in ("received", "accepted", "refused", "repeats")] == [3, 1, 1, 1]
    async with intake.ctx.db.begin() as tx:
        assert await tallies.roll_up(tx) == 0


async def test_a_sender_that_no_feed_knows_has_a_row_of_its_own(intake: Harness) -> None:
    await Desk(FEEDS).take(intake.ctx, arrival(dft(MSH_4="ELSEWHERE")))
    assert (await figures(intake, ""))["refused"] == 1
    assert (await figures(intake))["received"] == 0


async def test_the_usual_gap_is_learnt_and_a_longer_silence_is_told(intake: Harness) -> None:
    desk = Desk(FEEDS)
    now = intake.ctx.clock.now()
    start = now - 10 * HOUR
    for number in range(8):
        await desk.take(intake.ctx, arrival(dft(MSH_10=f"M{number}"), start + number * HOUR))
        async with intake.ctx.db.begin() as tx:
            await tallies.roll_up(tx)
    row = await figures(intake)
    assert 0 < row["gap_seconds"] <= 3600
    assert row["silent_since"] is not None


@pytest.mark.parametrize(
    ("quiet", "gap", "silent"),
    [
        (timedelta(minutes=14), 1.0, False),
        (timedelta(minutes=16), 1.0, True),
        (3 * HOUR - timedelta(seconds=1), 3600.0, False),
        (3 * HOUR, 3600.0, True),
        (9 * HOUR, None, False),
    ],
)
def test_silence_is_three_usual_gaps_and_never_less_than_the_feed_says(
    quiet: timedelta, gap: float | None, silent: bool
) -> None:
    assert bool(silent_since(AT, gap, timedelta(minutes=15), AT + quiet)) is silent


async def test_what_a_process_sees_of_its_feeds_is_told_by_all_processes_together(intake: Harness) -> None:
    now = intake.ctx.clock.now()
    for _process in range(2):
        desk = Desk(FEEDS)
        desk.gauges.connected("springfield", 2)
        desk.gauges.waits("springfield", 1, now - HOUR)
        desk.gauges.answered("springfield", 2, 0.25)
        await write(intake.ctx, desk, uuid7())
    row = await figures(intake)
    assert (row["connections"], row["waiting"], row["p99_ms"]) == (4, 2, 250.0)
    assert datetime.fromisoformat(row["oldest_at"]) == now - HOUR


async def test_originals_are_dropped_by_the_month_and_the_message_stays_findable(intake: Harness) -> None:
    old = datetime(2020, 3, 31, tzinfo=AT.tzinfo)
    short = Feeds(replace(feed, retention_days=30) for feed in FEEDS.all)
    desk = Desk(short)
    taken = await desk.take(intake.ctx, arrival(dft(MSH_10="OLD"), old))
    young = await desk.take(intake.ctx, arrival(dft(MSH_10="YOUNG", PID_18="A2"), intake.ctx.clock.now()))
    assert await keep_originals(intake.ctx, desk) == ["springfield 2020-03"]
    assert await keep_originals(intake.ctx, desk) == []
    shown = (await intake.http.get(f"/inbox/{taken.message}")).json()
    assert (shown["original"], shown["state"]) == (None, "accepted")
    assert "MSA|AA|OLD" in shown["answer"]
    assert (await intake.http.post(f"/inbox/{taken.message}/replay")).status_code == 410
    assert (await intake.http.get(f"/inbox/{young.message}")).json()["original"] is not None
    repeat = await desk.take(intake.ctx, arrival(dft(MSH_10="OLD"), old))
    assert repeat.repeat
    late = await desk.take(intake.ctx, arrival(dft(MSH_10="LATE", PID_18="A3"), old))
    assert (await intake.http.get(f"/inbox/{late.message}")).json()["original"] is not None


async def test_a_month_that_somebody_else_dropped_is_made_again_for_who_still_stores_in_it(
    intake: Harness,
) -> None:
    desk = Desk(FEEDS)
    await desk.take(intake.ctx, arrival(dft(MSH_10="M1")))
    await originals.drop(intake.ctx.db, "springfield", originals.month_of(AT.date()))
    taken = await desk.take(intake.ctx, arrival(dft(MSH_10="M2", PID_18="A2")))
    assert (await intake.http.get(f"/inbox/{taken.message}")).json()["original"] is not None


def test_a_month_ends_where_the_next_begins() -> None:
    assert [originals.month_after(date(2026, m, 1)) for m in (1, 2, 12)] == [
        date(2026, 2, 1), date(2026, 3, 1), date(2027, 1, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"account": "A0000001"}, ["GOOD"]),
        ({"account": " a0000001 "}, ["GOOD"]),
        ({"record": "MRN001"}, ["OTHER", "GOOD"]),
        ({"record": "MRN001", "claim": "A0000002"}, ["OTHER"]),
        ({"account": "A9"}, []),
        ({"control": "OTHER"}, ["OTHER"]),
        ({"since": "2026-01-01T00:00:00Z", "feed": "springfield"}, ["OTHER", "GOOD"]),
        ({"until": "2026-01-01T00:00:00Z"}, []),
    ],
)
async def test_a_message_is_found_by_the_names_it_mentions(
    intake: Harness, asked: dict[str, str], found: list[str]
) -> None:
    desk = Desk(FEEDS)
    await desk.take(intake.ctx, arrival(dft(MSH_10="GOOD")))
    await desk.take(intake.ctx, arrival(dft(MSH_10="OTHER", PID_18="A0000002")))
    rows = (await intake.http.get("/inbox", params=asked)).json()["messages"]
    shown = [(await intake.http.get(f"/inbox/{row['id']}")).json()["control"] for row in rows]
    assert shown == found


async def test_a_refused_message_is_found_by_the_account_that_it_was_about(intake: Harness) -> None:
    taken = await Desk(FEEDS).take(intake.ctx, arrival(dft(MSH_10="BAD", FT1_11="x")))
    for asked in ({"account": "A0000001"}, {"record": "MRN001"}):
        (found,) = (await intake.http.get("/inbox", params={**asked, "state": "refused"})).json()["messages"]
        assert found["id"] == taken.message


async def test_a_preview_says_what_would_change_and_changes_nothing(intake: Harness) -> None:
    strict = Feeds(replace(feed, processing=("T",)) for feed in FEEDS.all)
    raw = dft(MSH_10="M1")
    refused = Arrival(uuid7(), raw, AT, read_hl7(raw, strict, AT))
    taken = await Desk(strict).take(intake.ctx, refused)
    wanted = {"messages": [taken.message]}
    told = (await intake.http.post("/inbox/replays", json=wanted)).json()
    assert (told["preview"], told["summary"]["changed"], told["summary"]["made"]) == (True, 1, 1)
    (change,) = told["changes"]
    assert (change["before"], change["after"], change["claims"]) == ("refused", "accepted", [["", "made"]])
    await intake.quiet()
    assert intake.said() == []
    assert (await intake.http.get(f"/inbox/{taken.message}")).json()["state"] == "refused"


async def test_a_replay_of_all_since_a_time_needs_a_reason_and_keeps_it(intake: Harness) -> None:
    strict = Feeds(replace(feed, processing=("T",)) for feed in FEEDS.all)
    desk = Desk(strict)
    for number in range(3):
        raw = dft(MSH_10=f"M{number}", PID_18=f"A{number}")
        await desk.take(intake.ctx, Arrival(uuid7(), raw, AT, read_hl7(raw, strict, AT)))
    wanted = {"since": (AT - HOUR).isoformat(), "state": "refused", "preview": False}
    assert (await intake.http.post("/inbox/replays", json=wanted)).status_code == 422
    told = (await intake.http.post("/inbox/replays", json={**wanted, "reason": "feed mended"})).json()
    assert told["summary"] == {
        "messages": 3, "changed": 3, "unchanged": 0, "failed": 0, "made": 3, "amended": 0, "duplicate": 0,
    }  # fmt: skip
    await intake.quiet()
    assert len(intake.said()) == 3
    again = (await intake.http.post("/inbox/replays", json={**wanted, "reason": "once more"})).json()
    assert again["summary"]["messages"] == 0
    shown = (await intake.http.get(f"/inbox/{told['changes'][0]['message']}")).json()
    assert [(r["who"], r["reason"], r["before"], r["after"]) for r in shown["replayed"]] == [
        ("test", "feed mended", "refused", "accepted")
    ]


async def test_a_selection_that_chooses_nothing_is_refused(intake: Harness) -> None:
    assert (await intake.http.post("/inbox/replays", json={})).status_code == 422
    assert (await intake.http.post("/inbox/replays", json={"messages": ["x"]})).status_code == 422
    told = (await intake.http.post("/inbox/replays", json={"messages": [uuid7()]})).json()
    assert len(told["missing"]) == 1
