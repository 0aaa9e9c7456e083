"""The door of a door process: it serves the connections that the main process accepted and hands over (crew.py)."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from services.intake.doors.crew import ENDED, READY
from services.intake.doors.listening import listeners_of
from services.intake.doors.serving import Ctx, Serving
from services.intake.store.desk import Desk


def handed_door(desk: Desk, line: socket.socket) -> Callable[[Ctx, asyncio.Event], Awaitable[None]]:
    """The door for door_process.py. The end of ``line`` sets ``stopping``: the main process stops, or is gone."""

    async def door(ctx: Ctx, stopping: asyncio.Event) -> None:
        serving, listeners = Serving(ctx, desk), listeners_of(ctx.settings, desk.feeds)
        line.setblocking(False)
        words = Words(line)

        def ended(task: asyncio.Task[None]) -> None:
            words.say(ENDED)

        def taken() -> None:
            handed = _taken(line)
            if handed is None:
                stopping.set()
            else:
                listener, connection = handed
                serving.begin(listeners[listener], connection).add_done_callback(ended)

        loop = asyncio.get_running_loop()
        loop.add_reader(line, taken)
        words.say(READY)
        try:
            await stopping.wait()
        finally:
            loop.remove_reader(line)
            await serving.let_go()
            words.end()

    return door


def _taken(line: socket.socket) -> tuple[int, socket.socket] | None:
    """The next connection and the place of its port; None at the end of the line."""
    try:
        at, handles, _, _ = socket.recv_fds(line, 1, 1)
    except ConnectionError:
        return None
    if not handles:
        return None
    connection = socket.socket(fileno=handles[0])
    connection.setblocking(False)
    return at[0], connection


class Words:
    """What is said to the main process. A full line keeps none back: a lost end would count its connection for ever."""

    def __init__(self, line: socket.socket) -> None:
        self._line, self._owed = line, b""

    def say(self, word: bytes) -> None:
        """Say it behind what is still to be said, now or when the line takes it."""
        self._owed += word
        self._go_on()

    def end(self) -> None:
        """Say no more: with its process the main process forgets its connections."""
        asyncio.get_running_loop().remove_writer(self._line)

    def _go_on(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            self._owed = self._owed[self._line.send(self._owed) :]
        except BlockingIOError:
            loop.add_writer(self._line, self._go_on)
            return
        except OSError:
            self._owed = b""  # a main process that is gone needs to hear nothing
        if self._owed:
            loop.add_writer(self._line, self._go_on)
        else:
            loop.remove_writer(self._line)
