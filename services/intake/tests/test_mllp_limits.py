"""What bounds the MLLP door: slow senders and readers, half-open connections, memory, many connections at once."""

import asyncio

import pytest

from services.intake.doors.room import Room, Share
from services.intake.tests.door import Door, opened
from services.intake.tests.messages import dft
from services.intake.tests.talking import Sender, code_of, framed

real = pytest.mark.real
BIG = b"NTE|1||" + b"x" * 300_000 + b"\r"


async def test_there_is_room_for_as_much_as_the_limit_and_more_waits_its_turn() -> None:
    first, second = shares(100)
    await first.take(60)
    late = asyncio.ensure_future(second.take(60))
    await asyncio.sleep(0)
    assert not late.done()
    first.give(60)
    await late
    second.give(60)
    await first.take(100)


async def test_what_is_larger_than_all_room_is_let_in_alone() -> None:
    first, second = shares(100)
    await first.take(500)
    late = asyncio.ensure_future(second.take(1))
    await asyncio.sleep(0)
    assert not late.done()
    first.give(500)
    await late


async def test_when_all_that_hold_room_wait_for_more_the_first_of_them_goes_on_alone() -> None:
    first, second = shares(100)
    await first.take(50)
    await second.take(50)
    late = asyncio.ensure_future(second.take(10))
    await asyncio.sleep(0)
    for _ in range(5):
        await first.take(10)
    assert not late.done()
    first.give(100)
    await late


def shares(limit: int) -> tuple[Share, Share]:
    """Two shares of one room."""
    room = Room(limit)
    return Share(room), Share(room)


@real
async def test_messages_that_do_not_fit_into_memory_together_are_taken_one_after_another(
    postgres_url: str,
) -> None:
    async with opened(postgres_url, mllp_memory=400_000) as door:
        answers = await asyncio.gather(*(ask(door, n) for n in range(8)))
    assert answers == [("AA", f"M{n}") for n in range(8)]


async def ask(door: Door, number: int) -> tuple[str, str]:
    async with door.sender() as sender:
        return code_of(await sender.ask(dft(MSH_10=f"M{number}", PID_18=f"A{number}") + BIG))


@real
async def test_a_message_that_never_ends_gives_its_room_back(postgres_url: str) -> None:
    limits = {"mllp_memory": 310_000, "mllp_frame_seconds": 1.0}
    async with opened(postgres_url, **limits) as door, door.sender() as slow:
        await slow.send(b"\x0b" + BIG)
        assert await slow.hung_up() == b""
        assert await ask(door, 1) == ("AA", "M1")


@real
async def test_a_message_whose_bytes_drip_in_ends_the_connection_all_the_same(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_frame_seconds=1.0) as door, door.sender() as slow:
        await slow.send(b"\x0bMSH|")
        hung_up = asyncio.ensure_future(ended(slow))
        while not hung_up.done():
            slow.writer.write(b"x")
            await asyncio.wait({hung_up}, timeout=0.02)
        assert await hung_up == b""


async def ended(sender: Sender) -> bytes:
    """What comes until the connection ends, however it ends."""
    try:
        return await sender.hung_up()
    except ConnectionError:
        return b""


@real
async def test_a_sender_of_far_too_long_a_message_still_sees_its_answer(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_message_limit=100_000) as door, door.sender() as sender:
        await sender.send(b"\x0b" + dft(), *[b"x" * 2**20] * 20)
        assert code_of(await sender.answer()) == ("AR", "MSG1")


@real
async def test_a_sender_that_reads_no_answers_is_hung_up_on(postgres_url: str) -> None:
    """Each answer repeats a control id of a megabyte, so that a few fill what the network holds."""
    limits = {"mllp_answer_seconds": 0.3, "mllp_connections": 1}
    async with opened(postgres_url, **limits) as door, door.sender() as deaf:
        for number in range(24):
            await deaf.send(framed(dft(MSH_10=f"{number}" + "x" * 2**20, PID_18=f"A{number}")))
        assert await served(door) == ("AA", "MSG1")


async def served(door: Door) -> tuple[str, str]:
    """The answer to a message, as soon as the only connection is free again."""
    async with asyncio.timeout(60):
        while True:
            async with door.sender() as sender:
                try:
                    return code_of(await sender.ask(dft()))
                except (asyncio.IncompleteReadError, ConnectionError):
                    await asyncio.sleep(0.05)


@real
async def test_who_says_nothing_is_hung_up_on(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_idle_seconds=0.2) as door, door.sender() as silent:
        assert await silent.hung_up() == b""


@real
async def test_the_limit_of_bytes_outside_of_frames_can_be_set(postgres_url: str) -> None:
    async with opened(postgres_url, mllp_garbage_limit=10) as door, door.sender() as sender:
        await sender.send(b"more than ten bytes")
        assert await sender.hung_up() == b""


@real
async def test_three_hundred_connections_are_open_at_once_and_each_is_answered(postgres_url: str) -> None:
    count = 300
    async with opened(postgres_url, mllp_connections=count) as door:
        opened_ = [await asyncio.open_connection("127.0.0.1", door.ports[0]) for _ in range(count)]
        senders = [Sender(*each) for each in opened_]
        codes = await asyncio.gather(*(one(sender, n) for n, sender in enumerate(senders)))
        assert codes == [("AA", f"M{n}") for n in range(count)]
        async with door.sender() as another:
            assert await another.hung_up() == b""
        for sender in senders:
            sender.writer.close()


async def one(sender: Sender, number: int) -> tuple[str, str]:
    return code_of(await sender.ask(dft(MSH_10=f"M{number}", PID_18=f"A{number}")))
