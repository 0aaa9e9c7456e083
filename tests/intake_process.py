"""Intake as a process of its own, for the bench and the crash test: started, killed, started again on the same ports."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx
import psutil

from services.intake.app import build
from services.intake.doors.crew import MODULE
from shared.service.auth import hash_of
from shared.testing.app import BLIND_KEY, SEAL_KEYS, TOKEN
from shared.testing.fixtures import PROJECT
from shared.testing.servers.process import HOST, free_port, last_line, tethered

GRANTS = f'{{"sender": {{"sha256": "{hash_of(TOKEN)}", "scopes": ["claims:write", "inbox:read"]}}}}'
PATIENCE = 240.0


class IntakeProcess:
    """The service on a database that is there, with a broker inside itself; ``log`` is where it writes."""

    def __init__(self, database: str, log: Path, **settings: str) -> None:
        self.port, self.http_port = free_port(), free_port()
        self.log = log
        merged = {
            "DATABASE_URL": database, "KAFKA_BOOTSTRAP": "memory", "SEAL_KEYS": SEAL_KEYS, "BLIND_KEY": BLIND_KEY,
            "HTTP_PORT": str(self.http_port), "MLLP_PORT": str(self.port), "TOKENS": GRANTS, "LOG_LEVEL": "WARNING",
        } | settings  # fmt: skip
        self._env = {**os.environ, **{f"CLAIMFLOW_{name}": value for name, value in merged.items()}}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Of the life that runs."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether a life runs; one that ended by itself does not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> Self:
        """Begin a life. It ends with whoever started it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                tethered([sys.executable, "-m", build.__module__]),
                cwd=PROJECT, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        return self

    def door_processes(self) -> list[psutil.Process]:
        """Its other door processes that run now."""
        return [one for one in psutil.Process(self.pid).children(recursive=True) if MODULE in one.cmdline()]

    async def whole(self) -> None:
        """Wait until every door process is ready. Raises TimeoutError."""
        headers = {"authorization": f"Bearer {TOKEN}"}
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(base_url=f"http://{HOST}:{self.http_port}", headers=headers) as http,
        ):
            while True:
                doors = (await http.get("/readyz")).json()["checks"]["doors"]
                if doors["processes"] == doors["of"]:
                    return
                await asyncio.sleep(0.05)

    def stop(self) -> int:
        """Ask it to end, and wait. Its exit code."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(PATIENCE)

    def kill(self) -> None:
        """End it as the kernel's out-of-memory killer would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def open(self) -> None:
        """Wait until its MLLP port answers. Raises RuntimeError when it ended instead."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                _, writer = await asyncio.open_connection(HOST, self.port)
            except ConnectionError:
                if not self.alive or time.monotonic() > until:
                    raise RuntimeError(f"intake did not come up: {last_line(self.log)}") from None
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
