"""A real process, killed while messages come in: what was acknowledged is there once, what was not can be sent again (F12)."""

import asyncio
import os
import random
import socket
import subprocess
import sys
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from services.intake.tests.messages import dft
from services.intake.tests.talking import Sender, code_of
from shared.service.context import Blind
from shared.testing.app import BLIND_KEY, SEAL_KEYS
from shared.testing.fixtures import PROJECT

pytestmark = [pytest.mark.real, pytest.mark.slow]

KILLS = int(os.environ.get("CLAIMFLOW_INTAKE_KILLS", "2"))
SENDERS = 4
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Intake:
    """The service as a process of its own."""

    def __init__(self, database: str) -> None:
        self.port = free_port()
        settings = {
            "DATABASE_URL": database, "KAFKA_BOOTSTRAP": "memory", "SEAL_KEYS": SEAL_KEYS, "BLIND_KEY": BLIND_KEY,
            "HTTP_PORT": str(free_port()), "MLLP_PORT": str(self.port), "TOKENS": "{}",
        }  # fmt: skip
        self._env = {**os.environ, **{f"CLAIMFLOW_{name}": value for name, value in settings.items()}}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "services.intake.app"],
            cwd=PROJECT, env=self._env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    @asynccontextmanager
    async def sender(self) -> AsyncIterator[Sender]:
        """A connection, as soon as the port is open. Raises TimeoutError."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                    break
                except ConnectionError:
                    await asyncio.sleep(0.05)
        try:
            yield Sender(reader, writer)
        finally:
            writer.close()
            await asyncio.wait({asyncio.ensure_future(writer.wait_closed())}, timeout=5)


async def send_until(
    intake: Intake, name: str, enough: asyncio.Event, acknowledged: asyncio.Queue[str]
) -> None:
    """One hospital's sender: the next message only when this one was acknowledged; after a hang-up, the same one again."""
    number = 0
    while not enough.is_set():
        try:
            async with intake.sender() as sender:
                while not enough.is_set():
                    control = f"{name}-{number}"
                    answer = await sender.ask(dft(MSH_10=control, PID_18=control))
                    assert code_of(answer) == ("AA", control)
                    acknowledged.put_nowait(control)
                    number += 1
        except (ConnectionError, asyncio.IncompleteReadError):
            continue


async def test_what_was_acknowledged_is_there_exactly_once_whenever_the_process_was_killed(
    postgres_url: str,
) -> None:
    intake, enough = Intake(postgres_url), asyncio.Event()
    chance = random.Random(11)
    answers: asyncio.Queue[str] = asyncio.Queue()
    acknowledged: list[str] = []
    intake.start()
    senders = [asyncio.ensure_future(send_until(intake, f"S{n}", enough, answers)) for n in range(SENDERS)]
    try:
        for _ in range(KILLS):
            async with asyncio.timeout(PATIENCE):
                acknowledged += [await answers.get() for _ in range(chance.randint(2, 12))]
            intake.kill()
            intake.start()
        enough.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*senders)
        while not answers.empty():
            acknowledged.append(answers.get_nowait())
    finally:
        intake.kill()
        for sender in senders:
            sender.cancel()
    connection = await asyncpg.connect(postgres_url)
    messages = await connection.fetch("select identity, state, made from inbound")
    versions = await connection.fetch("select version from claim")
    events = await connection.fetchval("select (select count(*) from outbox) + (select count(*) from sent)")
    await connection.close()
    assert len(set(acknowledged)) == len(acknowledged)
    blind = Blind(b64decode(BLIND_KEY))
    assert {blind(f"hl7\x1fEPIC|SPRINGFIELD\x1f{control}") for control in acknowledged} <= {
        m["identity"] for m in messages
    }
    assert len({m["identity"] for m in messages}) == len(messages) == len(versions)
    assert {(m["state"], m["made"]) for m in messages} == {("accepted", 1)}
    assert {v["version"] for v in versions} == {1}
    assert len(acknowledged) <= len(messages) <= len(acknowledged) + SENDERS
    assert events > 0
