"""The connections that this process serves: each answered in order, every answer only after the commit."""

import asyncio
import socket
from dataclasses import dataclass

from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.reading import read_broken, read_hl7, read_too_long
from services.intake.domain.inbound import Arrival, Result
from services.intake.doors.framing import Framer, NotMllpError, TooLongError
from services.intake.doors.listening import Listener, streams
from services.intake.doors.room import Room, Share
from services.intake.settings import IntakeSettings
from services.intake.store.batch import Taken
from services.intake.store.desk import Desk, NotStoredError
from shared.claim import uuid7
from shared.service.context import Context
from shared.service.traces import make

CHUNK = 256 * 1024
HANG_UP_SECONDS = 2.0
Ctx = Context[IntakeSettings]
Answer = asyncio.Future[Taken] | bytes | None
"""A message that waits for its commit, an answer that waits for nothing, or the end."""


class Serving:
    """Serves connections until it lets them go. The memory that they may take is shared among the door processes."""

    def __init__(self, ctx: Ctx, desk: Desk) -> None:
        self._ctx = ctx
        self._desk = desk
        self._room = Room(ctx.settings.mllp_memory // ctx.settings.mllp_processes)
        self._open: dict[asyncio.Task[None], _Connection | None] = {}

    def __len__(self) -> int:
        return len(self._open)

    def begin(self, listener: Listener, connection: socket.socket) -> asyncio.Task[None]:
        """Serve a connection that was accepted at that port. The task ends with it."""
        task = asyncio.create_task(self._serve(listener, connection))
        self._open[task] = None
        task.add_done_callback(self._open.pop)
        return task

    async def let_go(self) -> None:
        """Each connection answers what it has read, and hangs up."""
        for task, connection in self._open.items():
            if connection is None:
                task.cancel()
            else:
                connection.stop()
        if self._open:
            await asyncio.wait(list(self._open))

    async def _serve(self, listener: Listener, connection: socket.socket) -> None:
        settings = self._ctx.settings
        try:
            reader, writer = await streams(connection, listener.tls, settings.mllp_handshake_seconds)
        except (OSError, TimeoutError) as error:
            self._ctx.log.warning("mllp handshake failed", port=listener.port.port, kind=type(error).__name__)
            return
        if listener.admits(writer):
            one = _Connection(self._ctx, self._desk, listener.feeds, Share(self._room), reader, writer)
            task = asyncio.current_task()
            assert task is not None
            self._open[task] = one
            await one.serve()
        else:
            self._ctx.log.warning("mllp certificate of another name", port=listener.port.port)
        await _hang_up(writer)


@dataclass
class _Connection:
    """One sender. Reading and answering are two tasks, so that several messages wait for one commit."""

    ctx: Ctx
    desk: Desk
    feeds: Feeds
    share: Share
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def __post_init__(self) -> None:
        settings = self.ctx.settings
        self._framer = Framer(settings.mllp_message_limit, settings.mllp_garbage_limit)
        self._answers: asyncio.Queue[tuple[Answer, int]] = asyncio.Queue(settings.mllp_waiting)
        self._reading: asyncio.Task[None] | None = None
        self._feed: str | None = None
        self._deadline: float | None = None
        self._now = asyncio.get_running_loop().time

    def stop(self) -> None:
        """Read no more."""
        if self._reading is not None:
            self._reading.cancel()

    async def serve(self) -> None:
        """Until the sender hangs up, breaks the rules, cannot be answered, or we stop."""
        try:
            await self._serve()
        finally:
            self.share.give(self.share.held)
            if self._feed is not None:
                self.desk.gauges.connected(self._feed, -1)

    async def _serve(self) -> None:
        answering = asyncio.create_task(self._answer())
        self._reading = asyncio.create_task(self._read())
        await asyncio.wait({self._reading, answering}, return_when=asyncio.FIRST_COMPLETED)
        self._reading.cancel()
        await asyncio.wait({self._reading})
        await self._finish(answering)

    async def _finish(self, answering: asyncio.Task[None]) -> None:
        """Answer what was read, for as long as a stop may take."""
        while not answering.done() and self._answers.full():
            await asyncio.wait({answering}, timeout=0.05)
        if not answering.done():
            self._answers.put_nowait((None, 0))
        await asyncio.wait({answering}, timeout=self.ctx.settings.stop_seconds / 2)
        answering.cancel()

    async def _read(self) -> None:
        try:
            while data := await self._chunk():
                await self._hold(len(data))
                found = self._framer.feed(data)
                self._mark(bool(found))
                for raw, whole in found:
                    await self._take(raw, whole)
                if not self._framer.inside and self._answers.empty():
                    self.share.give(self.share.held)  # what was skipped between frames
        except TooLongError as error:
            at = self.ctx.clock.now()
            await self._answers.put((read_too_long(error.head, at).reply(Result(message=uuid7())).body, 0))
            await self._pass_over()
        except (NotMllpError, TimeoutError, OSError) as error:
            self.ctx.log.warning("mllp connection ended", kind=type(error).__name__)

    async def _chunk(self) -> bytes:
        """What comes next. Raises TimeoutError when nothing does, or when a message that has begun takes too long."""
        until = self._deadline or self._now() + self.ctx.settings.mllp_idle_seconds
        async with asyncio.timeout_at(until):
            return await self.reader.read(CHUNK)

    def _mark(self, ended: bool) -> None:
        """A message that has begun must end in time, however slowly its bytes come."""
        if ended or not self._framer.inside:
            self._deadline = None
        if self._framer.inside and self._deadline is None:
            self._deadline = self._now() + self.ctx.settings.mllp_frame_seconds

    async def _hold(self, size: int) -> None:
        """Wait for room, which is not the sender's fault. It comes: who holds some is answered, or runs out of time."""
        began = self._now()
        await self.share.take(size)
        if self._deadline is not None:
            self._deadline += self._now() - began

    async def _pass_over(self) -> None:
        """Read on for a moment without keeping anything: a sender that is cut off while it sends sees no answer."""
        try:
            async with asyncio.timeout(HANG_UP_SECONDS):
                while await self.reader.read(CHUNK):
                    pass
        except (TimeoutError, OSError):
            return

    async def _take(self, raw: bytes, whole: bool) -> None:
        at = self.ctx.clock.now()
        reading = read_hl7(raw, self.feeds, at) if whole else read_broken(raw, self.feeds, at)
        if self._feed is None:  # a connection is its first message's feed's
            self._feed = reading.feed
            self.desk.gauges.connected(reading.feed, 1)
        arrival = Arrival(uuid7(), raw, at, reading, make(self.ctx.settings.trace_share))
        await self._answers.put((self.desk.hand_in(self.ctx, arrival), len(raw)))

    async def _answer(self) -> None:
        """Answer in the order of arrival. What is not stored is not answered, and nothing behind it either."""
        while True:
            answer, size = await self._answers.get()
            if answer is None:
                return
            try:
                self.writer.write(answer if isinstance(answer, bytes) else (await answer).answer.body)
                self.share.give(size)
                if self.writer.transport.get_write_buffer_size():
                    async with asyncio.timeout(self.ctx.settings.mllp_answer_seconds):
                        await self.writer.drain()
            except (NotStoredError, TimeoutError, OSError):
                return


async def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Close, and give the peer a moment to read what is left; who does not read is cut off."""
    writer.close()
    try:
        async with asyncio.timeout(HANG_UP_SECONDS):
            await writer.wait_closed()
    except (TimeoutError, OSError):
        writer.transport.abort()
