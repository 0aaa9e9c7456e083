"""The MLLP server: many connections, each answered in order, every answer only after the commit."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from services.intake.domain.hl7.reading import read_broken, read_hl7, read_too_long
from services.intake.domain.inbound import Arrival, Result
from services.intake.doors.framing import Framer, NotMllpError, TooLongError
from services.intake.settings import IntakeSettings
from services.intake.store.batch import Taken
from services.intake.store.desk import Desk, NotStoredError
from shared.claim import uuid7
from shared.service.context import Context
from shared.service.traces import make

CHUNK = 256 * 1024
HANG_UP_SECONDS = 2.0
Answers = asyncio.Queue[asyncio.Task[Taken] | bytes | None]


def mllp_door(
    desk: Desk, listening: Callable[[int], None] = lambda port: None
) -> Callable[[Context[IntakeSettings], asyncio.Event], Awaitable[None]]:
    """The door for app.py. ``listening`` is told the port, which matters when the settings say 0."""

    async def door(ctx: Context[IntakeSettings], stopping: asyncio.Event) -> None:
        await _Server(ctx, desk, stopping).run(listening)

    return door


@dataclass
class _Server:
    ctx: Context[IntakeSettings]
    desk: Desk
    stopping: asyncio.Event
    open: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self, listening: Callable[[int], None]) -> None:
        settings = self.ctx.settings
        server = await asyncio.start_server(self._accept, settings.mllp_host, settings.mllp_port)
        listening(server.sockets[0].getsockname()[1])
        await self.stopping.wait()
        server.close()
        if self.open:  # each sees the event too, answers what it has read, and hangs up
            await asyncio.wait(self.open)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(self.open) >= self.ctx.settings.mllp_connections:
            self.ctx.log.warning("mllp connection refused", open=len(self.open))
            await _hang_up(writer)
            return
        self.open.add(task)
        try:
            await _Connection(self.ctx, self.desk, reader, writer).serve(self.stopping)
        finally:
            self.open.discard(task)


class _Connection:
    """One sender. Reading and answering are two tasks, so that several messages wait for one commit."""

    def __init__(
        self,
        ctx: Context[IntakeSettings],
        desk: Desk,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._ctx = ctx
        self._desk = desk
        self._reader = reader
        self._writer = writer
        self._framer = Framer(ctx.settings.mllp_message_limit)
        self._answers: Answers = asyncio.Queue(ctx.settings.mllp_waiting)
        self._feed: str | None = None

    async def serve(self, stopping: asyncio.Event) -> None:
        """Until the sender hangs up, breaks the rules, cannot be answered, or we stop."""
        try:
            await self._serve(stopping)
        finally:
            if self._feed is not None:
                self._desk.gauges.connected(self._feed, -1)

    async def _serve(self, stopping: asyncio.Event) -> None:
        answering = asyncio.create_task(self._answer())
        reading = asyncio.create_task(self._read())
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({reading, answering, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        reading.cancel()
        await asyncio.wait({reading})
        await self._finish(answering)
        await _hang_up(self._writer)

    async def _finish(self, answering: asyncio.Task[None]) -> None:
        """Answer what was read, for as long as a stop may take."""
        while not answering.done() and self._answers.full():
            await asyncio.wait({answering}, timeout=0.05)
        if not answering.done():
            self._answers.put_nowait(None)
        await asyncio.wait({answering}, timeout=self._ctx.settings.stop_seconds / 2)
        answering.cancel()

    async def _read(self) -> None:
        try:
            while data := await self._chunk():
                for raw, whole in self._framer.feed(data):
                    await self._take(raw, whole)
        except TooLongError as error:
            at = self._ctx.clock.now()
            await self._answers.put(read_too_long(error.head, at).reply(Result(message=uuid7())).body)
        except (NotMllpError, TimeoutError, ConnectionError) as error:
            self._ctx.log.warning("mllp connection ended", kind=type(error).__name__)

    async def _chunk(self) -> bytes:
        settings = self._ctx.settings
        patience = settings.mllp_frame_seconds if self._framer.inside else settings.mllp_idle_seconds
        async with asyncio.timeout(patience):
            return await self._reader.read(CHUNK)

    async def _take(self, raw: bytes, whole: bool) -> None:
        at = self._ctx.clock.now()
        reading = read_hl7(raw, self._desk.feeds, at) if whole else read_broken(raw, self._desk.feeds, at)
        if self._feed is None:  # a connection is its first message's feed's
            self._feed = reading.feed
            self._desk.gauges.connected(reading.feed, 1)
        arrival = Arrival(uuid7(), raw, at, reading, make(self._ctx.settings.trace_share))
        taking = asyncio.create_task(self._desk.take(self._ctx, arrival))
        taking.add_done_callback(_looked_at)
        await self._answers.put(taking)

    async def _answer(self) -> None:
        """Answer in the order of arrival. What is not stored is not answered, and nothing behind it either."""
        while (answer := await self._answers.get()) is not None:
            try:
                self._writer.write(answer if isinstance(answer, bytes) else (await answer).answer.body)
                await self._writer.drain()
            except (NotStoredError, ConnectionError):
                return


def _looked_at(taking: asyncio.Task[Taken]) -> None:
    """A message behind one that was not stored is not waited for; that it failed too is known already."""
    if not taking.cancelled():
        taking.exception()


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Close, and give the peer a moment to read what is left; who does not read is cut off."""
    writer.close()
    try:
        async with asyncio.timeout(HANG_UP_SECONDS):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()
