"""The whole system for flow tests: real PostgreSQL, real Kafka, five services, console and sandbox, as a child process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from deploy.local.client import Client
from deploy.local.place import PROJECT, Place

T = TypeVar("T")
COMMAND = Path(sys.executable).parent / "claimflow"
UP_WITHIN = 180.0


@dataclass
class System:
    """A system that runs in a folder of its own."""

    place: Place
    process: subprocess.Popen[bytes]

    def state(self) -> dict[str, Any]:
        """What the supervisor publishes."""
        return self.place.state()

    def client(self, caller: str = "biller") -> Client:
        """Talk to it as that caller."""
        return Client(self.place, caller)

    def pid(self, name: str) -> int | None:
        """The process id of a part now."""
        pid: int | None = self.state()["processes"][name]["pid"]
        return pid

    def ready(self, name: str) -> bool:
        """Whether the supervisor has seen this part ready."""
        return bool(self.state()["processes"][name]["state"] == "ready")

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run the ``claimflow`` command against it."""
        return subprocess.run(
            [str(COMMAND), *words],
            env=_env(self.place.folder),
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def stop(self) -> int:
        """Ctrl-C; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


def start(folder: Path) -> System:
    """Start it and wait until everything is ready. Raises RuntimeError with the command's last words when it does not come up."""
    folder.chmod(0o711)  # PostgreSQL runs as another user and must be able to pass through
    log = folder / "up.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [str(COMMAND), "up", "--quiet"],
            env=_env(folder),
            cwd=PROJECT,
            stdout=out,
            stderr=out,
        )
    system = System(Place(folder), process)
    deadline = time.monotonic() + UP_WITHIN
    while not _up(system):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            raise RuntimeError(f"the system did not come up: {log.read_text()[-2000:]}")
        time.sleep(0.2)
    return system


def until(what: Callable[[], T], within: float = 60.0) -> T:
    """Wait until ``what`` gives something true and return it. Raises TimeoutError."""
    deadline = time.monotonic() + within
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come true in time")
        time.sleep(0.2)


def _up(system: System) -> bool:
    try:
        processes = system.state().get("processes", {})
    except json.JSONDecodeError:
        return False
    return bool(processes) and all(told["state"] == "ready" for told in processes.values())


def _env(folder: Path) -> dict[str, str]:
    return {**os.environ, "CLAIMFLOW_LOCAL": str(folder), "COLUMNS": "200", "NO_COLOR": "1"}
