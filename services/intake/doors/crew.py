"""The door processes beside this one: started, given connections, started again when they fall, stopped."""

import asyncio
import pickle
import socket
import sys
import time
from collections import Counter
from contextlib import suppress

import structlog

from services.intake.domain.feed import Feeds
from services.intake.settings import IntakeSettings
from shared.service.health import Finding
from shared.service.jobs import waited

MODULE = "services.intake.door_process"
READY, ENDED = b"r", b"e"
"""What a door process says: it takes connections from now on; one of its connections has ended."""

READY_WITHIN = 30.0
"""Seconds that the ports wait for all to be ready. Later ones are given connections from then on."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY_AFTER = 30.0
"""Seconds after which a process that falls has earned a short pause again."""


class Crew:
    """All of them. ``settings`` and ``feeds`` are handed to each life, so that a later one cannot read other files anew."""

    def __init__(self, settings: IntakeSettings, feeds: Feeds) -> None:
        self._patience = settings.stop_seconds * 0.8  # what is left is for those who must be killed
        self._processes = [_Process(settings, feeds) for _ in range(settings.mllp_processes - 1)]
        self._keepers: list[asyncio.Task[None]] = []
        self._begun = not self._processes

    def __len__(self) -> int:
        """The connections that they serve."""
        return sum(one.open for one in self._processes)

    async def begin(self, log: structlog.stdlib.BoundLogger, stopping: asyncio.Event) -> None:
        """Start all, and wait until they are ready or ``stopping``."""
        self._keepers = [asyncio.create_task(one.keep(log, stopping)) for one in self._processes]
        if self._keepers:
            waits = [asyncio.create_task(one.ready.wait()) for one in self._processes]
            stopped = asyncio.create_task(stopping.wait())
            ready = asyncio.create_task(asyncio.wait(waits))
            await asyncio.wait({ready, stopped}, timeout=READY_WITHIN, return_when=asyncio.FIRST_COMPLETED)
            for task in (*waits, stopped, ready):
                task.cancel()
            self._begun = True

    def give(self, listener: int, connection: socket.socket, below: int) -> bool:
        """Hand a connection to the process with the fewest, if that has fewer than ``below``. False: it is still the caller's."""
        idlest = min((one for one in self._processes if one.ready.is_set()), key=_open, default=None)
        return idlest is not None and idlest.open < below and idlest.give(listener, connection)

    async def end(self) -> None:
        """Stop all: each answers what it has read. Who does not end in time is killed."""
        for one in self._processes:
            one.hang_up()
        if self._keepers:
            _, late = await asyncio.wait(self._keepers, timeout=self._patience)
            for keeper in late:
                keeper.cancel()
            await asyncio.wait(self._keepers)

    async def check(self) -> Finding:
        """For /readyz: how many door processes serve, this one included. Once begun, fewer than all are good all the same."""
        serving = 1 + sum(one.ready.is_set() for one in self._processes)
        figures = {"processes": serving, "of": 1 + len(self._processes), "handed": len(self)}
        return Finding(self._begun, figures)


class _Process:
    """One door process, life after life. ``open`` are the connections that it has and has not ended."""

    def __init__(self, settings: IntakeSettings, feeds: Feeds) -> None:
        self.open = 0
        self.ready = asyncio.Event()
        self._told = (settings, feeds)
        self._line: socket.socket | None = None

    async def keep(self, log: structlog.stdlib.BoundLogger, stopping: asyncio.Event) -> None:
        """Until ``stopping``: start it, and again when it ended by itself."""
        pause = SHORTEST_PAUSE
        while not stopping.is_set():
            began = time.monotonic()
            try:
                code = await self._live()
            except OSError as error:  # no memory, no file, no process left
                code = error.errno
            if not stopping.is_set():
                log.error("door process ended by itself", code=code, open=self.open)
            self.open = 0
            steady = time.monotonic() - began > STEADY_AFTER
            pause = SHORTEST_PAUSE if steady else min(pause * 2, LONGEST_PAUSE)
            await waited(stopping, pause)

    async def _live(self) -> int | None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            ours.setblocking(False)
            self._line = ours
            try:
                return await self._run(ours, theirs)
            finally:
                self.ready.clear()
                self._line = None

    async def _run(self, ours: socket.socket, theirs: socket.socket) -> int | None:
        handle = theirs.fileno()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", MODULE, str(handle), stdin=asyncio.subprocess.PIPE, pass_fds=[handle]
        )
        theirs.close()
        try:
            await asyncio.gather(process.communicate(pickle.dumps(self._told)), self._listen(ours))
        finally:
            if process.returncode is None:
                process.kill()
        return process.returncode

    async def _listen(self, line: socket.socket) -> None:
        """Hear what it says until it is gone."""
        loop = asyncio.get_running_loop()
        while said := await _heard(loop, line):
            words = Counter(said)
            self.open -= words[ENDED[0]]
            if words[READY[0]]:
                self.ready.set()

    def give(self, listener: int, connection: socket.socket) -> bool:
        """Hand it a connection. False when it does not take it: it is gone, or stuck."""
        assert self._line is not None
        try:
            socket.send_fds(self._line, [bytes([listener])], [connection.fileno()])
        except OSError:
            return False
        connection.close()
        self.open += 1
        return True

    def hang_up(self) -> None:
        """Tell it to stop."""
        self.ready.clear()
        if self._line is not None:
            with suppress(OSError):  # it is gone already
                self._line.shutdown(socket.SHUT_WR)


async def _heard(loop: asyncio.AbstractEventLoop, line: socket.socket) -> bytes:
    try:
        return await loop.sock_recv(line, 4096)
    except OSError:
        return b""


def _open(one: _Process) -> int:
    return one.open
