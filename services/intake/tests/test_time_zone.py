"""A feed's time zone: HL7 times without an offset are the hospital's, days stay the days that are written."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.intake.domain.feed import Feeds, latest_day
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.hl7.values import moment
from services.intake.jobs import bill_due
from services.intake.mappings import read_feed
from services.intake.settings import OWN_FEEDS
from services.intake.store.desk import Desk
from services.intake.tests.hospital import HOLDING, START, Telling
from services.intake.tests.messages import AT, FEED, TABLES, dft
from services.intake.tests.test_accounts_stored import journal, sent
from shared.testing.app import Harness

SPRINGFIELD = (OWN_FEEDS / "springfield.yaml").read_text()
CHICAGO = msgspec.structs.replace(FEED, time_zone="America/Chicago")


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("20261012233000", "2026-10-13T04:30:00+00:00"),  # summer: five hours behind
        ("20261212233000", "2026-12-13T05:30:00+00:00"),  # winter: six
        ("20261012233000-0700", "2026-10-13T06:30:00+00:00"),  # it says its own
        ("20261012233000+0000", "2026-10-12T23:30:00+00:00"),
        ("20261012", "2026-10-12T05:00:00+00:00"),
        ("10/12/2026", "2026-10-12T05:00:00+00:00"),
        ("20261101013000", "2026-11-01T06:30:00+00:00"),  # comes twice: the first of the two
    ],
)
def test_a_time_without_an_offset_is_the_feeds(written: str, hour: str) -> None:
    at = moment(written, CHICAGO.zone)
    assert at is not None
    assert at.astimezone(UTC).isoformat() == hour


def test_times_of_one_zone_are_in_the_order_in_which_they_were() -> None:
    before, after = moment("20261101013000-0600", CHICAGO.zone), moment("20261101015500", CHICAGO.zone)
    assert before is not None
    assert after is not None
    assert after < before


@pytest.mark.parametrize("zone", ["UTC", "America/Chicago", "Asia/Tokyo"])
def test_days_stay_the_days_that_are_written(zone: str) -> None:
    feeds = Feeds([msgspec.structs.replace(FEED, time_zone=zone)])
    raw = dft(MSH_7="20261012233000", EVN_2="20261012233000", FT1_4="20261012233000", PV1_45="20261012235900")
    (told,) = read_hl7(raw, feeds, AT + timedelta(days=2)).facts
    assert told.visit is not None
    assert (told.charges[0].line.first, told.visit.closed) == (date(2026, 10, 12), date(2026, 10, 12))
    assert told.at.date() == date(2026, 10, 12)


def test_what_happened_is_an_instant_of_the_feeds_zone() -> None:
    raw = dft(MSH_7="20261012120000", EVN_2="20261012113000")
    (told,) = read_hl7(raw, Feeds([CHICAGO]), AT).facts
    assert told.at == datetime(2026, 10, 12, 16, 30, tzinfo=UTC)
    assert told.sent == datetime(2026, 10, 12, 17, 0, tzinfo=UTC)


def test_a_discharge_without_a_time_is_on_the_hospitals_day_of_its_receipt() -> None:
    raw = dft(MSH_7="", EVN_1="A03", EVN_2="", MSH_9="ADT^A03", FT1=None, PV1_45="")
    received = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)
    (told,) = read_hl7(raw, Feeds([CHICAGO]), received).facts
    assert told.visit is not None
    assert told.visit.closed == date(2026, 10, 12)


@pytest.mark.parametrize("wrong", ["Chicago/America", "/etc/passwd", "../UTC", "''"])
def test_a_time_zone_that_nobody_knows_stops_the_start(wrong: str) -> None:
    text = SPRINGFIELD.replace("processing: [P]", f"time_zone: {wrong}\nprocessing: [P]")
    with pytest.raises(ValueError, match=r"springfield\.yaml.*time_zone is a name of the IANA database"):
        read_feed(text, "springfield.yaml", TABLES)


def test_the_latest_day_is_that_of_the_easternmost_feed() -> None:
    night = datetime(2026, 10, 13, 2, 0, tzinfo=UTC)
    tokyo = msgspec.structs.replace(FEED, time_zone="Asia/Tokyo")
    assert latest_day(Feeds([CHICAGO]), night) == date(2026, 10, 12)
    assert latest_day(Feeds([CHICAGO, tokyo]), night) == date(2026, 10, 13)
    assert latest_day(Feeds([]), night) == date(2026, 10, 13)


@pytest.mark.real
async def test_the_bill_hold_ends_at_the_hospitals_midnight(intake: Harness) -> None:
    here = msgspec.structs.replace(HOLDING, time_zone="America/Chicago")
    other = msgspec.structs.replace(FEED, name="elsewhere", facility="elsewhere", senders={})
    for feeds in (Feeds([here]), Feeds([here, other])):
        account = f"Z{len(feeds.all)}"
        await sent(intake, Desk(feeds), Telling(account).visit())
    midnight = datetime(START.year, START.month, START.day, 5, tzinfo=UTC) + timedelta(days=3)
    intake.clock.advance(midnight - timedelta(hours=1) - intake.clock.now())
    for feeds in (Feeds([here]), Feeds([here, other])):
        await bill_due(intake.ctx, feeds)
        assert await journal(intake) == []
    intake.clock.advance(timedelta(hours=1))
    assert await bill_due(intake.ctx, Feeds([here])) == 2
    assert await journal(intake) == ["ClaimReceived"] * 2
