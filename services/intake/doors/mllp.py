"""The MLLP ports: connections are accepted here, and served by this process or by another door process."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.intake.doors.crew import Crew
from services.intake.doors.listening import Listener, accepted, bound, listeners_of
from services.intake.doors.serving import Ctx, Serving
from services.intake.store.desk import Desk


def mllp_door(
    desk: Desk, crew: Crew, listening: Callable[[int], None] = lambda port: None
) -> Callable[[Ctx, asyncio.Event], Awaitable[None]]:
    """The door for app.py. ``listening`` is told each port that is open, which matters when a setting says 0.

    Raises ValueError, from the start of the door, when a certificate cannot be used.
    """

    async def door(ctx: Ctx, stopping: asyncio.Event) -> None:
        await _Door(ctx, Serving(ctx, desk), crew, listeners_of(ctx.settings, desk.feeds)).run(
            stopping, listening
        )

    return door


@dataclass
class _Door:
    ctx: Ctx
    serving: Serving
    crew: Crew
    listeners: list[Listener]
    accepting: list[asyncio.Task[None]] = field(default_factory=list)

    async def run(self, stopping: asyncio.Event, listening: Callable[[int], None]) -> None:
        """Whoever connects while the other door processes start waits in the backlog: else all would end up here."""
        sockets = [bound(one, self.ctx.settings.mllp_host) for one in self.listeners]
        for opened in sockets:
            listening(opened.getsockname()[1])
        try:
            await self.crew.begin(self.ctx.log, stopping)
            self.accepting = [
                asyncio.create_task(self._accept(at, opened)) for at, opened in enumerate(sockets)
            ]
            await stopping.wait()
        finally:
            for task in self.accepting:
                task.cancel()
            if self.accepting:
                await asyncio.wait(self.accepting)
            for opened in sockets:
                opened.close()
            await asyncio.gather(self.serving.let_go(), self.crew.end())

    async def _accept(self, at: int, opened: socket.socket) -> None:
        while True:
            connection = await accepted(opened)
            open_ = len(self.serving) + len(self.crew)
            if open_ >= self.ctx.settings.mllp_connections:
                self.ctx.log.warning("mllp connection refused", open=open_)
                connection.close()
            elif not self.crew.give(at, connection, below=len(self.serving)):
                self.serving.begin(self.listeners[at], connection)
