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

        def ended(task: asyncio.Task[None]) -> None:
            _say(line, ENDED)

        def taken() -> None:
            handed = _taken(line)
            if handed is None:
                stopping.set()
            else:
                listener, connection = handed
                serving.begin(listeners[listener], connection).add_done_callback(ended)

        loop = asyncio.get_running_loop()
        loop.add_reader(line, taken)
        _say(line, READY)
        try:
            await stopping.wait()
        finally:
            loop.remove_reader(line)
            await serving.let_go()

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


def _say(line: socket.socket, word: bytes) -> None:
    """A main process that is gone hears nothing, and needs to hear nothing."""
    try:
        line.send(word)
    except OSError:
        return
