"""A server process that ends with its parent: start, wait until it answers, stop, kill, start again."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

HOST = "127.0.0.1"


class ServerError(Exception):
    """A server did not come up. The message says what it was, why as far as known, and where its log is."""


def free_port() -> int:
    """A TCP port on 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def tethered(command: list[str], last_signal: str = "KILL") -> list[str]:
    """The same command, told by the kernel with this signal when the process that starts it dies.

    Linux only (util-linux' ``setpriv``); elsewhere the command comes back unchanged and a watcher has to do it.
    """
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", last_signal, "--", *command] if setpriv else command


class Server(ABC):
    """One server in one folder on one port; the folder's data outlive a stop, the port stays the same."""

    name: str
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, port: int | None = None, *, last_signal: str = "KILL") -> None:
        self.folder = folder
        self.port = port or free_port()
        self.log = folder / f"{self.name}.log"
        self.last_signal = last_signal
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Make the folder ready for a first or a later start. Blocks for about a second the first time."""

    @abstractmethod
    def command(self) -> list[str]:
        """What to run, tethered."""

    @abstractmethod
    async def ready(self) -> bool:
        """Whether a client would be served now."""

    def answers(self) -> bool:
        """The same for a caller outside an event loop, or inside one that it may block."""
        with ThreadPoolExecutor(1) as pool:  # a thread of its own: the caller's may have a loop running
            return pool.submit(lambda: asyncio.run(self.ready())).result()

    def start(self, within: float = 60) -> Self:
        """Prepare, run and wait until it answers. Raises ServerError when it ends or ``within`` seconds pass."""
        self.prepare()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        self._wait(time.monotonic() + within)
        return self

    def stop(self, within: float = 20) -> None:
        """Ask it to end and wait; after ``within`` seconds it is killed."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(within)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it as a power cut would: SIGKILL to it and to all its children, and wait until they are gone.

        PostgreSQL's backends are in groups of their own; one that outlived it for a moment would keep the next server out.
        """
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGSTOP)  # it makes no more children
            children = psutil.Process(self.process.pid).children(recursive=True)
            os.killpg(self.process.pid, signal.SIGKILL)
            for child in children:
                with suppress(psutil.NoSuchProcess):
                    child.kill()
            self.process.wait()
            psutil.wait_procs(children, timeout=10)

    def __enter__(self) -> Self:
        return self if self.process else self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        self.stop()

    def _wait(self, deadline: float) -> None:
        while not self.answers():
            if self.process is None or self.process.poll() is not None:
                raise ServerError(
                    f"{self.name} ended while starting: {last_line(self.log)} (log: {self.log})"
                )
            if time.monotonic() > deadline:
                self.kill()
                raise ServerError(f"{self.name} did not answer in time (log: {self.log})")
            time.sleep(0.05)


def last_line(log: Path) -> str:
    """The last line of a log file that is not empty."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return next((line.strip() for line in reversed(lines) if line.strip()), "it logged nothing")


def listens(port: int) -> bool:
    """Whether something accepts connections on that port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((HOST, port)) == 0
