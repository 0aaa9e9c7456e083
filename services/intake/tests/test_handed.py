"""What a door process says to the main one is heard, however late the main one listens."""

import asyncio
import socket

from services.intake.doors.crew import ENDED, READY
from services.intake.doors.handed import Words

MANY = 5000


async def test_no_end_of_a_connection_is_lost_when_the_main_process_listens_late() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for each in (ours, theirs):
            each.setblocking(False)
        words = Words(theirs)
        words.say(READY)
        for _ in range(MANY):
            words.say(ENDED)
        heard = b""
        async with asyncio.timeout(60):
            while len(heard) < MANY + 1:
                heard += await asyncio.get_running_loop().sock_recv(ours, 4096)
        words.end()
    assert heard == READY + ENDED * MANY


async def test_a_main_process_that_is_gone_is_told_nothing() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.setblocking(False)
        ours.close()
        words = Words(theirs)
        words.say(READY)
        words.say(ENDED)
        words.end()
