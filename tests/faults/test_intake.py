"""The intake crash test in short: processes and a database that are killed."""

import asyncio
import random
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import asyncpg
import psutil
import pytest

from services.intake.tests.messages import dft
from services.intake.tests.talking import code_of, framed
from shared.service.context import Blind
from shared.testing.app import BLIND_KEY
from shared.testing.servers.postgres import Postgres
from shared.testing.servers.process import HOST
from tests.faults.intake import BOTH, DATABASE, DOOR, PATIENCE, database, folders, kill
from tests.intake_process import IntakeProcess

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder of this test's own that PostgreSQL's user may enter."""
    yield from folders()


async def test_what_was_acknowledged_is_there_once_whatever_was_killed(folder: Path) -> None:
    with Postgres(folder / "postgres") as postgres:
        url = await database(postgres, "intake")
        journal, found = await kill([DATABASE, DOOR, BOTH], postgres, url, folder, random.Random(11))
    assert found == []
    assert len(journal.acknowledged) > 10
    assert journal.again > 0


async def test_a_stop_answers_what_was_read_and_leaves_no_process(folder: Path) -> None:
    with Postgres(folder / "postgres") as postgres:
        url = await database(postgres, "intake")
        acknowledged = await stopped(url, folder, "A", everybody=False)
        acknowledged += await stopped(url, folder, "B", everybody=True)
        connection = await asyncpg.connect(url)
        stored = await connection.fetch("select control from inbound")
        await connection.close()
    blind = Blind(b64decode(BLIND_KEY))
    assert {blind(control) for control in acknowledged} <= {row["control"] for row in stored}


async def stopped(url: str, folder: Path, name: str, *, everybody: bool) -> list[str]:
    """Stop intake under load, by its main process or all at once as a supervisor of groups does. What was acknowledged."""
    intake = IntakeProcess(url, folder / "intake.log", MLLP_PROCESSES="2").start()
    try:
        await intake.open()
        await intake.whole()
        others = intake.door_processes()
        flowing = [asyncio.Event() for _ in range(2)]
        sending = [asyncio.create_task(pipelined(intake, f"{name}{n}", one)) for n, one in enumerate(flowing)]
        for one in flowing:
            await asyncio.wait_for(one.wait(), PATIENCE)
        for other in others if everybody else ():
            other.terminate()
        assert await asyncio.to_thread(intake.stop) == 0
        assert (len(others), psutil.wait_procs(others, timeout=PATIENCE)[1]) == (1, [])
        answers = [answer for one in sending for answer in await one]
    finally:
        intake.kill()
    assert {verdict for verdict, _ in answers} == {"AA"}
    return [control for _, control in answers]


async def pipelined(intake: IntakeProcess, name: str, flowing: asyncio.Event) -> list[tuple[str, str]]:
    """Send many messages at once, and read answers until intake hangs up; ``flowing`` is set with the first."""
    reader, writer = await asyncio.open_connection(HOST, intake.port)
    messages = (dft(MSH_10=f"{name}-{n}", PID_18=f"{name}-{n}") for n in range(1000))
    writer.write(b"".join(map(framed, messages)))
    answers = []
    with suppress(OSError, asyncio.IncompleteReadError):  # what it has not read is lost when it hangs up
        while True:
            answers.append(code_of((await reader.readuntil(b"\x1c\r")).decode()))
            flowing.set()
    writer.close()
    return answers
