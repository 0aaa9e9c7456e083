"""Kill intake, a door process of it and its database at random under load, then ask the senders.

``python -m tests.faults.intake --kills 200``

The senders are the oracle. Each writes down what it is about to send, sends the same message until it is acknowledged, and
then takes the next: so what was acknowledged must be there exactly once, and what was not, at most once.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
import msgspec
import psutil

from services.intake.tests.messages import dft
from services.intake.tests.talking import Sender, code_of
from shared.claim.checking import write_claim
from shared.service.context import Blind
from shared.service.database import Database
from shared.service.migrations import migrate
from shared.testing.app import BLIND_KEY, TOKEN
from shared.testing.builders import a_claim
from shared.testing.servers.postgres import Postgres
from shared.testing.servers.process import HOST
from tests.faults.crash import begin, tell
from tests.intake_process import IntakeProcess

INTAKE, DOOR, DATABASE, BOTH = "intake", "door process", "database", "intake and database"
PROCESSES = 2
PATIENCE = 240.0
PAUSE = 0.2


@dataclass
class Journal:
    """What the senders know: identities that were sent, and those that were acknowledged, each written down first."""

    path: Path
    sent: list[str] = field(default_factory=list)
    acknowledged: list[str] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    again: int = 0

    def send(self, identity: str) -> None:
        """Before the first byte."""
        with self.path.open("a") as out:
            out.write(json.dumps(identity) + "\n")
        self.sent.append(identity)


class Hospital:
    """Senders at two doors, until they are told to stop."""

    def __init__(self, intake: IntakeProcess, journal: Journal, senders: int) -> None:
        self.stopping = asyncio.Event()
        self._intake = intake
        self._journal = journal
        self._senders = senders

    async def run(self) -> None:
        """All senders together: three of four speak MLLP, the others JSON."""
        async with asyncio.TaskGroup() as group:
            for number in range(self._senders):
                group.create_task(self._http(f"H{number}") if number % 4 == 3 else self._mllp(f"S{number}"))

    async def _mllp(self, name: str) -> None:
        number = 0
        while not self.stopping.is_set():
            control = f"{name}-{number}"
            message = dft(MSH_10=control, PID_18=control)
            self._journal.send(f"hl7\x1fEPIC|SPRINGFIELD\x1f{control}")
            if await self._until_acknowledged(message, control):
                self._journal.acknowledged.append(f"hl7\x1fEPIC|SPRINGFIELD\x1f{control}")
            number += 1

    async def _until_acknowledged(self, message: bytes, control: str) -> bool:
        """Send it on one connection after another. False when told to stop before an answer came."""
        while True:
            try:
                reader, writer = await asyncio.open_connection(HOST, self._intake.port)
                try:
                    answer = code_of(await Sender(reader, writer).ask(message))
                finally:
                    writer.close()
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                self._journal.again += 1
                if self.stopping.is_set():
                    return False
                await asyncio.sleep(PAUSE)
                continue
            if answer != ("AA", control):
                self._journal.wrong[f"MLLP {answer[0]}"] += 1
            return True

    async def _http(self, name: str) -> None:
        number = 0
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
        async with httpx.AsyncClient(
            base_url=f"http://{HOST}:{self._intake.http_port}", headers=headers
        ) as http:
            while not self.stopping.is_set():
                key = f"{name}-{number}"
                self._journal.send(f"json\x1fsender\x1f{key}")
                body = write_claim(msgspec.structs.replace(a_claim(number), number=key))
                if await self._until_taken(http, key, body):
                    self._journal.acknowledged.append(f"json\x1fsender\x1f{key}")
                number += 1

    async def _until_taken(self, http: httpx.AsyncClient, key: str, body: bytes) -> bool:
        while True:
            try:
                answer = await http.post(
                    "/claims", content=body, headers={"idempotency-key": key}, timeout=20
                )
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code == httpx.codes.ACCEPTED:
                return True
            if answer is not None and (answer.status_code != 503 or "retry-after" not in answer.headers):
                self._journal.wrong[f"HTTP {answer.status_code}"] += 1
            self._journal.again += 1
            if self.stopping.is_set():
                return False
            await asyncio.sleep(PAUSE)


async def kill(
    ways: Sequence[str], postgres: Postgres, url: str, folder: Path, rng: random.Random, senders: int = 8
) -> tuple[Journal, list[str]]:
    """Let intake and its database die in each of these ways under load. Returns the journal and what is broken."""
    journal = Journal(folder / "journal")
    intake = IntakeProcess(url, folder / "intake.log", MLLP_PROCESSES=str(PROCESSES)).start()
    hospital = Hospital(intake, journal, senders)
    await intake.open()
    running = asyncio.create_task(hospital.run())
    try:
        for number, way in enumerate(ways, 1):
            await _flow(journal, running, rng)
            await _die(way, intake, postgres)
            if number % 20 == 0:
                _say(f"{number} of {len(ways)} kills, {len(journal.acknowledged)} acknowledged")
        await _flow(journal, running, rng)
        hospital.stopping.set()
        async with asyncio.timeout(PATIENCE):
            await running
        others = intake.door_processes()
    finally:
        running.cancel()
        await asyncio.wait({running})
        intake.kill()
    _, left = await asyncio.to_thread(psutil.wait_procs, others, PATIENCE)
    orphans = [f"Processes: {len(left)} outlive their main process"] if left else []
    return journal, orphans + [words async for words in broken(journal, url)]


async def _flow(journal: Journal, running: asyncio.Task[None], rng: random.Random) -> None:
    """Wait until a few more were acknowledged, then for a moment: the next death meets work at any point of its way."""
    enough = len(journal.acknowledged) + rng.randint(4, 40)
    until = time.monotonic() + PATIENCE
    while len(journal.acknowledged) < enough:
        if running.done() or time.monotonic() > until:
            raise RuntimeError(f"nothing flows any more: {len(journal.acknowledged)} acknowledged")
        await asyncio.sleep(0.01)
    await asyncio.sleep(rng.uniform(0, 0.1))


async def _die(way: str, intake: IntakeProcess, postgres: Postgres) -> None:
    if way in (DATABASE, BOTH):
        postgres.kill()
    if way in (INTAKE, BOTH):
        intake.kill()
    if way == DOOR:
        for one in intake.door_processes():  # none while the last one that was killed is started again
            one.kill()
    if way in (DATABASE, BOTH):
        await asyncio.to_thread(postgres.start)
    if way in (INTAKE, BOTH) or not intake.alive:  # whoever supervises it starts it again
        intake.start()


async def broken(journal: Journal, url: str):  # type: ignore[no-untyped-def]
    """Every violated promise, in words."""
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("select identity, made from inbound")
        versions = [row[0] for row in await connection.fetch("select version from claim")]
    finally:
        await connection.close()
    blind = Blind(b64decode(BLIND_KEY))
    stored = Counter(row["identity"] for row in rows)
    for identity in journal.acknowledged:
        if stored[blind(identity)] != 1:
            yield f"Once: an acknowledged message is there {stored[blind(identity)]} times"
    if strangers := stored.keys() - {blind(identity) for identity in journal.sent}:
        yield f"Once: {len(strangers)} messages that nobody sent"
    if twice := sum(1 for count in stored.values() if count > 1):
        yield f"Once: {twice} messages are there twice"
    if len(versions) != len(rows) or set(versions) != {1} or {row["made"] for row in rows} != {1}:
        yield f"Claims: {len(versions)} claims of {len(rows)} messages, versions {sorted(set(versions))[:5]}"
    for words, count in journal.wrong.items():
        yield f"Answer: {count} x {words}"


def ways(kills: int, rng: random.Random) -> list[str]:
    """A third of the deaths are intake's, a third the database's, the others a door process's or both at once."""
    return [rng.choice((INTAKE, INTAKE, DOOR, DATABASE, DATABASE, BOTH)) for _ in range(kills)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def database(postgres: Postgres, name: str) -> str:
    """A database with intake's tables."""
    connection = await asyncpg.connect(postgres.url)
    await connection.execute(f"create database {name}")
    await connection.close()
    db = Database(postgres.address(name))
    await migrate(db, "services/intake/migrations")
    await db.close()
    return postgres.address(name)


def folders() -> Iterator[Path]:
    """A folder that PostgreSQL's user may enter, while it is needed."""
    with tempfile.TemporaryDirectory(prefix="claimflow-kill-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


async def main(kills: int, seed: int) -> int:
    """A long run. Exit code 0 when nothing is broken."""
    rng = random.Random(seed)
    planned = ways(kills, rng)
    for folder in folders():
        with Postgres(folder / "postgres") as postgres:
            journal, found = await kill(planned, postgres, await database(postgres, "intake"), folder, rng)
    tell({}, found)
    deaths = ", ".join(f"{count} {way}" for way, count in sorted(Counter(planned).items()))
    _say(
        f"{kills} kills ({deaths}), {len(journal.sent)} sent, {len(journal.acknowledged)} acknowledged,"
        f" {journal.again} sent again, {len(found)} violations, seed {seed}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    begin(main, __doc__, 100)
