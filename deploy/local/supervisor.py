"""Run processes: start them when what they need is ready, start a fallen one again, stop all in order."""

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from shared.testing.servers.process import ServerError, last_line

READY_WITHIN = 90.0
STOP_WITHIN = 15.0
LONGEST_PAUSE = 30.0
STEADY_AFTER = 30.0
"""A process that ran this long has earned a short pause again."""
TRIES = 20
MOST_STEPS = 19


async def stand_back(pid: int, steps: int) -> None:
    """Let others go before a process that was just started, where the system can. One that has ended is left alone.

    Its steps are added to those of whoever started it: they can be raised by anybody, and lowered by root alone. Linux weighs
    sessions against each other where it groups by them (autogroup), and processes by ``nice`` only within one.
    """
    with suppress(ProcessLookupError):
        steps = min(os.getpriority(os.PRIO_PROCESS, pid) + steps, MOST_STEPS)
        os.setpriority(os.PRIO_PROCESS, pid, steps)
    for _ in range(TRIES):
        try:
            _weigh_session(pid, steps)
        except BlockingIOError:  # the kernel takes one change in a tenth of a second
            await asyncio.sleep(0.1)
        except OSError:
            return
        else:
            return


def _weigh_session(pid: int, steps: int) -> None:
    Path(f"/proc/{pid}/autogroup").write_text(str(steps))


@dataclass
class Child:
    """One process: what to do before, what to run, when it is ready."""

    name: str
    command: Callable[[], list[str]]
    ready: Callable[[], Awaitable[bool]]
    log: Path
    env: Mapping[str, str] | None = None
    folder: Path | None = None
    prepare: Callable[[], None] | None = None
    after: Callable[[], Awaitable[None]] | None = None
    """What to do once it is ready, before others may use it (databases, topics)."""
    needs: Sequence[str] = ()
    stop_signal: signal.Signals = signal.SIGTERM
    stands_back: int = 0
    """Steps of ``nice`` by which it lets others go first where the processor is short."""
    state: str = "waiting"
    restarts: int = 0
    seconds: float = 0.0
    """From its own start to ready."""
    process: asyncio.subprocess.Process | None = None
    is_ready: asyncio.Event = field(default_factory=asyncio.Event)


class Supervisor:
    """Keeps children running until ``stop``. ``tell`` is called after every change of a child's state."""

    def __init__(self, children: Sequence[Child], tell: Callable[[Child], None]) -> None:
        self.children = {child.name: child for child in children}
        self.tell = tell
        self.stopping = False
        self._keepers: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Start all, each as soon as what it needs is ready; return when all are.

        Raises ServerError when one does not become ready; the others are left as they are, ``stop`` ends them.
        """
        for child in self.children.values():
            self._keepers[child.name] = asyncio.create_task(self._keep(child), name=child.name)
        ready = asyncio.create_task(self._all_ready())
        done, _ = await asyncio.wait({ready, *self._keepers.values()}, return_when=asyncio.FIRST_COMPLETED)
        if ready not in done:
            ready.cancel()
            await next(iter(done))  # a keeper only ends by raising

    async def _all_ready(self) -> None:
        for child in self.children.values():
            await child.is_ready.wait()

    async def failed(self) -> None:
        """Return never; raise when a keeper gives up."""
        await asyncio.gather(*self._keepers.values())

    async def stop(self) -> None:
        """Stop all: who needs others first, then those. A child that does not end in time is killed."""
        self.stopping = True
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        for rank in reversed(self._ranks()):
            await asyncio.gather(*(self._end(child) for child in rank))

    def snapshot(self) -> dict[str, dict[str, Any]]:
        """Every child's state, for the state file."""
        return {child.name: _told(child) for child in self.children.values()}

    def _ranks(self) -> list[list[Child]]:
        """Those that need nothing, those that need only them, and so on."""
        ranks: list[list[Child]] = []
        placed: set[str] = set()
        while len(placed) < len(self.children):
            rank = [
                child
                for child in self.children.values()
                if child.name not in placed and placed.issuperset(self._needs(child))
            ]
            if not rank:
                raise ValueError("the parts need each other in a circle")
            ranks.append(rank)
            placed.update(child.name for child in rank)
        return ranks

    def _needs(self, child: Child) -> list[str]:
        return [name for name in child.needs if name in self.children]

    async def _keep(self, child: Child) -> None:
        """Start it and start it again whenever it ends. The first start must succeed; later ones are tried for ever."""
        for name in self._needs(child):
            await self.children[name].is_ready.wait()
        pause = 0.5
        while True:
            began = time.monotonic()
            try:
                await self._start(child)
            except ServerError:
                if not child.restarts:
                    raise
            if child.process is not None:
                await child.process.wait()
            child.restarts += 1
            self._change(child, "fallen")
            pause = 0.5 if time.monotonic() - began > STEADY_AFTER else min(pause * 2, LONGEST_PAUSE)
            await asyncio.sleep(pause)

    async def _start(self, child: Child) -> None:
        began = time.monotonic()
        self._change(child, "starting")
        if child.prepare:
            await asyncio.to_thread(child.prepare)
        with child.log.open("ab") as log:
            child.process = await asyncio.create_subprocess_exec(
                *child.command(), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                env=child.env, cwd=child.folder, start_new_session=True,
            )  # fmt: skip
        if child.stands_back:
            await stand_back(child.process.pid, child.stands_back)
        self._change(child, "starting")
        await self._until_ready(child, began + READY_WITHIN)
        if child.after:
            await child.after()
        child.seconds = time.monotonic() - began
        self._change(child, "ready")
        child.is_ready.set()

    async def _until_ready(self, child: Child, deadline: float) -> None:
        assert child.process is not None
        while not await child.ready():
            if child.process.returncode is not None:
                raise ServerError(
                    f"{child.name} ended while starting: {last_line(child.log)} (log: {child.log})"
                )
            if time.monotonic() > deadline:
                raise ServerError(
                    f"{child.name} did not become ready in {READY_WITHIN:.0f} s (log: {child.log})"
                )
            await asyncio.sleep(0.1)

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None or process.returncode is not None:
            return
        self._change(child, "stopping")
        process.send_signal(child.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), STOP_WITHIN)
        except TimeoutError:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
        self._change(child, "stopped")

    def _change(self, child: Child, state: str) -> None:
        child.state = state
        self.tell(child)


def _told(child: Child) -> dict[str, Any]:
    running = child.process is not None and child.process.returncode is None
    return {
        "state": child.state,
        "pid": child.process.pid if running and child.process else None,
        "born": _born(child.process.pid) if running and child.process else None,
        "restarts": child.restarts,
        "seconds_to_ready": round(child.seconds, 2),
        "log": str(child.log),
    }


def _born(pid: int) -> float | None:
    """When that process started: with it, a reused number is told from the process that was meant."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        return None
