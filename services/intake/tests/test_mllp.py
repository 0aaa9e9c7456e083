"""The MLLP door with real sockets: framing, acknowledgments, duplicates, limits, answers only after the commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from services.intake.tests.door import Door, opened
from services.intake.tests.messages import dft
from services.intake.tests.talking import code_of, errors_of, framed
from shared.events import ClaimAmended, ClaimReceived
from shared.testing.app import Harness

pytestmark = pytest.mark.real


@pytest.fixture
async def door(postgres_url: str) -> AsyncIterator[Door]:
    """Intake with the usual limits."""
    async with opened(postgres_url) as one:
        yield one


async def test_a_charge_message_is_acknowledged_and_becomes_a_claim(door: Door) -> None:
    async with door.sender() as sender:
        answer = await sender.ask(dft())
    assert code_of(answer) == ("AA", "MSG1")
    assert answer.split("\r")[0].split("|")[2:6] == ["CLAIMFLOW", "HUB", "EPIC", "SPRINGFIELD"]
    await door.harness.quiet()
    (said,) = door.harness.said()
    assert isinstance(said.event, ClaimReceived)
    assert (said.event.claim.number, said.event.claim.charge) == ("A0000001", 17200)
    assert len(said.traceparent) == 55


async def test_a_message_in_single_bytes_is_one_message(door: Door) -> None:
    async with door.sender() as sender:
        await sender.send(*(bytes([b]) for b in framed(dft())))
        assert code_of(await sender.answer()) == ("AA", "MSG1")


async def test_several_messages_in_one_packet_are_answered_in_order(door: Door) -> None:
    messages = [dft(MSH_10=f"M{n}", PID_18=f"A{n}") for n in range(20)]
    async with door.sender() as sender:
        await sender.send(b"".join(map(framed, messages)))
        assert [code_of(await sender.answer()) for _ in messages] == [("AA", f"M{n}") for n in range(20)]
    assert len(await door.inbox(state="accepted")) == 20


async def test_bytes_outside_of_frames_are_skipped(door: Door) -> None:
    async with door.sender() as sender:
        await sender.send(b"\r\nhello\r\n" + framed(dft()) + b"junk")
        assert code_of(await sender.answer()) == ("AA", "MSG1")
        await sender.send(b"more junk", framed(dft(MSH_10="M2")))
        assert code_of(await sender.answer()) == ("AA", "M2")


async def test_whoever_sends_no_frames_at_all_is_hung_up_on(door: Door) -> None:
    async with door.sender() as sender:
        await sender.send(b"GET / HTTP/1.1\r\n" * 8000)
        assert await sender.hung_up() == b""
    assert await door.inbox() == []


async def test_a_message_whose_end_is_missing_is_refused_and_the_next_one_taken(door: Door) -> None:
    async with door.sender() as sender:
        await sender.send(b"\x0b" + dft(MSH_10="CUT", IN1=None), framed(dft()))
        assert code_of(await sender.answer()) == ("AE", "CUT")
        assert code_of(await sender.answer()) == ("AA", "MSG1")
    assert [m["kind"] for m in await door.inbox(state="refused")] == ["DFT^P03"]


async def test_a_message_that_is_not_ended_before_the_sender_hangs_up_leaves_nothing(door: Door) -> None:
    async with door.sender() as sender:
        await sender.send(framed(dft()))
        await sender.answer()
        await sender.send(framed(dft(MSH_10="HALF"))[:-20])
    async with door.sender() as sender:
        assert code_of(await sender.ask(dft(MSH_10="M3"))) == ("AA", "M3")
    assert len(await door.inbox()) == 2


@pytest.mark.parametrize(
    "message", [b"", b"hello", b"MSH", b"MSH|", b"\xff\xfe\x00", b"PID|1||X", b"MSH|^~\\&"]
)
async def test_what_is_no_hl7_is_rejected_and_kept(door: Door, message: bytes) -> None:
    async with door.sender() as sender:
        assert code_of(await sender.ask(message))[0] in ("AE", "AR")
        assert code_of(await sender.ask(dft())) == ("AA", "MSG1")
    (kept,) = await door.inbox(state="refused")
    shown = (await door.harness.http.get(f"/inbox/{kept['id']}")).json()
    assert shown["original"] == message.decode("utf-8", "replace")


async def test_a_message_of_ten_megabytes_is_taken(door: Door) -> None:
    note = b"NTE|1||" + b"x" * (10 * 2**20) + b"\r"
    async with door.sender() as sender:
        assert code_of(await sender.ask(dft() + note)) == ("AA", "MSG1")
    (kept,) = await door.inbox()
    assert len((await door.harness.http.get(f"/inbox/{kept['id']}")).json()["original"]) > 10 * 2**20


async def test_a_message_beyond_the_limit_is_rejected_and_the_connection_closed(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_message_limit=100_000) as door, door.sender() as sender:
        await sender.send(b"\x0b" + dft() + b"NTE|1||" + b"x" * 200_000)
        assert code_of(await sender.answer()) == ("AR", "MSG1")
        assert await sender.hung_up() == b""


async def test_one_connection_too_many_is_closed(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_connections=1) as door, door.sender() as first:
        assert code_of(await first.ask(dft())) == ("AA", "MSG1")
        async with door.sender() as second:
            assert await second.hung_up() == b""
        assert code_of(await first.ask(dft(MSH_10="M2"))) == ("AA", "M2")


async def test_a_message_that_is_begun_and_not_continued_ends_the_connection(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_frame_seconds=0.2) as door, door.sender() as sender:
        await sender.send(b"\x0bMSH|")
        assert await sender.hung_up() == b""


async def test_the_same_message_again_gets_the_stored_answer_and_makes_nothing(door: Door) -> None:
    async with door.sender() as sender:
        first = await sender.ask(dft())
        assert await sender.ask(dft()) == first
        await sender.send(framed(dft()) * 3)
        assert [await sender.answer() for _ in range(3)] == [first] * 3
    await door.harness.quiet()
    assert len(door.harness.said()) == 1
    (kept,) = await door.inbox()
    assert kept["repeats"] == 4


async def test_a_control_id_with_another_content_is_kept_and_flagged(door: Door) -> None:
    async with door.sender() as sender:
        await sender.ask(dft())
        answer = await sender.ask(dft(PID_18="A0000002"))
    assert code_of(answer) == ("AA", "MSG1")
    assert errors_of(answer) == [("MSH^1^10^1", "205")]
    assert [m["conflict"] for m in await door.inbox(control="MSG1")] == [True, False]
    await door.harness.quiet()
    assert len(door.harness.said()) == 2


async def test_a_refused_message_may_be_mended_and_sent_again_under_its_control_id(door: Door) -> None:
    async with door.sender() as sender:
        assert code_of(await sender.ask(dft(FT1_11="x"))) == ("AE", "MSG1")
        answer = await sender.ask(dft())
    assert (code_of(answer), errors_of(answer)) == (("AA", "MSG1"), [])
    assert [m["conflict"] for m in await door.inbox(control="MSG1")] == [False, False]


async def test_the_same_account_with_other_charges_amends_its_claim(door: Door) -> None:
    async with door.sender() as sender:
        await sender.ask(dft())
        await sender.ask(dft(MSH_7="20261012120100", MSH_10="M2", FT1_11="130.00"))
        await sender.ask(dft(MSH_7="20261012120200", MSH_10="M3", FT1_11="130.00"))
    await door.harness.quiet()
    received, amended = door.harness.said()
    assert received.stream == amended.stream
    assert isinstance(amended.event, ClaimAmended)
    assert [m["state"] for m in await door.inbox()] == ["duplicate", "accepted", "accepted"]


async def test_a_charge_that_cannot_be_read_is_answered_with_its_place_and_kept(door: Door) -> None:
    async with door.sender() as sender:
        answer = await sender.ask(dft(FT1_11="abc"))
    assert code_of(answer) == ("AE", "MSG1")
    assert errors_of(answer) == [("FT1^1^11^1", "102")]
    await door.harness.quiet()
    assert door.harness.said() == []
    (kept,) = await door.inbox(state="refused")
    assert kept["refused"] == 1


async def test_messages_of_many_connections_share_transactions(door: Door) -> None:
    async def one(number: int) -> tuple[str, str]:
        async with door.sender() as sender:
            return code_of(await sender.ask(dft(MSH_10=f"M{number}", PID_18=f"A{number}")))

    codes = await asyncio.gather(*(one(n) for n in range(60)))
    assert codes == [("AA", f"M{n}") for n in range(60)]
    async with door.harness.ctx.db.connect() as tx:
        transactions = await tx.driver.fetchval("select count(distinct xmin::text) from inbound")
    assert transactions < 60
    await door.harness.quiet()
    assert len({each.stream for each in door.harness.said()}) == 60


async def test_without_a_database_there_is_no_acknowledgment_and_the_message_can_be_sent_again(
    door: Door,
) -> None:
    async with door.sender() as sender:
        await sender.ask(dft())
        async with away(door.harness):
            await sender.send(framed(dft(MSH_10="M2", PID_18="A2")))
            assert await sender.hung_up() == b""
    async with door.sender() as sender:
        assert code_of(await sender.ask(dft(MSH_10="M2", PID_18="A2"))) == ("AA", "M2")
    await door.harness.quiet()
    assert len(door.harness.said()) == 2


@asynccontextmanager
async def away(harness: Harness) -> AsyncIterator[None]:
    """The inbound table is away: every transaction fails, as with a database that is down."""
    async with harness.ctx.db.connect() as tx:
        await tx.driver.execute("alter table inbound rename to away")
        yield
        await tx.driver.execute("alter table away rename to inbound")


async def test_an_answer_that_was_given_is_in_the_database(door: Door) -> None:
    async with door.sender() as sender:
        for number in range(5):
            await sender.ask(dft(MSH_10=f"M{number}", PID_18=f"A{number}"))
            assert len(await door.inbox(control=f"M{number}")) == 1
