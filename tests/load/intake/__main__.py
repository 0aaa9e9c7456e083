"""``python -m tests.load.intake``: intake's doors on a durable PostgreSQL. Prints a table and one JSON object; asserts nothing.

Intake with its broker inside and so many door processes as ``--processes`` says, one PostgreSQL, and the senders in this
process: all share the machine's cores, so what each costs a message is shown. Every answer that is counted came after its
commit; ``python-hl7`` parses and acknowledges only.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import asyncpg
import uvloop

from shared.service.database import Database
from shared.service.migrations import migrate
from shared.testing.fixtures import PROJECT
from shared.testing.servers.postgres import Postgres
from shared.testing.servers.process import free_port, listens, tethered
from tests.intake_process import IntakeProcess
from tests.load.intake.requests import BATCH, batches, messages, resources
from tests.load.intake.senders import Request, Tally, acknowledged, answered, send
from tests.load.meters import Meter, Reading

WARM_UP = 1.5


@dataclass(frozen=True)
class Course:
    """One line of the table: what is sent to which door over how many connections; ``each``: units in one request."""

    name: str
    connections: int
    requests: Callable[[], Iterator[Request]]
    whole: Callable[[bytes], bool]
    http: bool = False
    each: int = 1


COURSES = (
    Course("MLLP, ACK after commit", 1, messages, acknowledged),
    Course("MLLP, ACK after commit", 8, messages, acknowledged),
    Course("MLLP, ACK after commit", 64, messages, acknowledged),
    Course("FHIR Claim one by one", 32, resources, answered, http=True),
    Course("JSON claims in batches of 100", 4, batches, answered, http=True, each=BATCH),
)


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=8.0, help="of each line, warm-up not counted")
    parser.add_argument("--only", default="", help="only lines whose name has this in it")
    parser.add_argument("--connections", type=int, default=0, help="only lines with so many connections")
    parser.add_argument("--processes", type=int, default=2, help="CLAIMFLOW_MLLP_PROCESSES")
    print(json.dumps(uvloop.run(_bench(parser.parse_args()))))


async def _bench(asked: argparse.Namespace) -> list[dict[str, object]]:
    def wanted(name: str, connections: int) -> bool:
        return asked.only in name and asked.connections in (0, connections)

    print(
        f"{'':32}{'conns':>6}{'per s':>9}{'p50 ms':>9}{'p99 ms':>9}{'us intake':>11}{'us pg':>8}{'us sender':>11}{'wrong':>7}"
    )
    with tempfile.TemporaryDirectory(prefix="claimflow-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with Postgres(folder / "postgres") as postgres:
            lines = [
                await _course(c, postgres, folder, asked) for c in COURSES if wanted(c.name, c.connections)
            ]
        lines += [await _rival(n, asked.seconds) for n in (1, 64) if wanted("python-hl7", n)]
    return lines


async def _course(
    course: Course, postgres: Postgres, folder: Path, asked: argparse.Namespace
) -> dict[str, object]:
    """A database and a process of its own for each line, so that none pays for what another has stored."""
    database = await _database(postgres)
    intake = IntakeProcess(database, folder / "intake.log", MLLP_PROCESSES=str(asked.processes)).start()
    try:
        await intake.open()
        await intake.whole()
        assert postgres.process is not None
        meter = Meter({"intake": [intake.pid], "postgres": [postgres.process.pid]})
        port = intake.http_port if course.http else intake.port
        return await _measured(
            course.name, course.connections, course.each, asked.seconds, meter, partial(_sent, port, course)
        )
    finally:
        intake.kill()


async def _sent(port: int, course: Course, seconds: float) -> Tally:
    return await send(port, course.connections, seconds, course.requests(), course.whole)


async def _rival(connections: int, seconds: float) -> dict[str, object]:
    port = free_port()
    command = tethered([sys.executable, "-m", "tests.load.intake.rival", str(port)])
    process = subprocess.Popen(command, cwd=PROJECT)  # noqa: ASYNC220 - it returns at once
    try:
        while not listens(port):  # noqa: ASYNC110 - a process sets no event
            await asyncio.sleep(0.05)
        course = Course("python-hl7's server, no storage", connections, messages, acknowledged)
        meter = Meter({"intake": [process.pid]})
        return await _measured(course.name, connections, 1, seconds, meter, partial(_sent, port, course))
    finally:
        process.kill()
        process.wait()


Sends = Callable[[float], "asyncio.Future[Tally]"]


async def _measured(
    name: str, connections: int, each: int, seconds: float, meter: Meter, sends: Callable
) -> dict[str, object]:  # type: ignore[type-arg]
    await sends(WARM_UP)
    before, began = await meter.read(), time.process_time()
    tally: Tally = await sends(seconds)
    sender = time.process_time() - began
    line = _line(name, connections, each, seconds, tally, before, await meter.read(), sender)
    _show(line)
    return line


def _line(
    name: str,
    connections: int,
    each: int,
    seconds: float,
    tally: Tally,
    before: Reading,
    after: Reading,
    sender: float,
) -> dict[str, object]:
    took = sorted(tally.seconds)
    count = len(took) * each
    return {
        "name": name,
        "connections": connections,
        "per_second": round(count / seconds),
        "p50_ms": round(took[len(took) // 2] * 1000, 2),
        "p99_ms": round(took[int(len(took) * 0.99)] * 1000, 2),
        "cpu_us": {
            kind: round((after.cpu[kind] - before.cpu.get(kind, 0)) * 1e6 / count, 1)
            for kind in sorted(after.cpu)
        }
        | {"sender": round(sender * 1e6 / count, 1)},
        "wrong": tally.wrong,
    }


def _show(line: Mapping[str, object]) -> None:
    cpu = line["cpu_us"]
    assert isinstance(cpu, dict)
    print(
        f"{line['name']:32}{line['connections']:>6}{line['per_second']:>9,}{line['p50_ms']:>9}{line['p99_ms']:>9}"
        f"{cpu['intake']:>11}{cpu.get('postgres', 0):>8}{cpu['sender']:>11}{line['wrong']:>7}",
        flush=True,
    )


async def _database(postgres: Postgres) -> str:
    name = f"bench_{os.urandom(4).hex()}"
    connection = await asyncpg.connect(postgres.url)
    await connection.execute(f"create database {name}")
    await connection.close()
    url = postgres.address(name)
    db = Database(url)
    await migrate(db, "services/intake/migrations")
    await db.close()
    return url


if __name__ == "__main__":
    main()
