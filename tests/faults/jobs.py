"""Kill the real submitter and the real remittance in the middle of their jobs, then ask the partner, the topics and the ledger.

``python -m tests.faults.jobs --kills 200``. Real processes, PostgreSQL, Kafka and the sandbox's SFTP server and payers.
``--seed`` repeats a schedule. Servers: DATABASE_URL and KAFKA_BOOTSTRAP, or of its own in a temporary folder.
"""

import asyncio
import logging
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import asyncpg
import structlog

from deploy.sandbox.folder import Folder
from deploy.sandbox.payer import Payers
from deploy.sandbox.server import serve
from deploy.sandbox.settings import SandboxSettings
from shared.bus import Sealer
from shared.bus.failpoints import POSTING, SUBMITTING
from shared.bus.records import Because, Frame, Writer
from shared.bus.topics import Topic
from shared.claim import Claim, uuid7
from shared.events import ClaimCleared
from shared.service.clock import SystemClock
from shared.service.database import Database
from shared.service.migrations import migrate
from shared.testing.app import SEAL_KEYS
from shared.testing.builders import a_claim
from shared.testing.servers.process import HOST
from tests.faults.crash import begin, databases, ended, servers, tell
from tests.faults.jobs_life import REMITTANCE, SUBMITTER, Place, live
from tests.faults.jobs_oracle import broken

RANDOM = "at random"
PATIENCE = 60.0
"""Seconds in which a failpoint must be reached; a life that does not reach it is killed where it stands."""
POINTS: Mapping[str, Sequence[str]] = {SUBMITTER: SUBMITTING, REMITTANCE: POSTING}
TOPICS = tuple(
    Topic(f"claims.{name}")
    for name in ("intake", "scrubber", "submitter", "remittance", "statements", "lifecycle")
)
PARTNER = "clearinghouse"


@dataclass
class Run:
    """One run: a place, the claims that were put in, and the lives that end in it."""

    place: Place
    rng: random.Random
    planted: str = ""
    claims: dict[str, Claim] = field(default_factory=dict)
    deaths: Counter[str] = field(default_factory=Counter)
    alone: list[str] = field(default_factory=list)
    """Last words of lives that ended by themselves: a supervisor would have begun another."""

    def __post_init__(self) -> None:
        self._last: list[BaseProcess] = []
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["tests.faults.jobs_life", "tests.faults.worker"])

    def spawn(self, name: str, failpoint: str = "") -> BaseProcess:
        """Begin a life of that service."""
        life = self._forks.Process(target=live, args=(self.place, name, failpoint, self.planted), daemon=True)
        life.start()
        return life

    async def feed(self, stopping: asyncio.Event) -> None:
        """Claims that were cleared, a few at a time, some of them told twice, as the scrubber's relay may."""
        outbound = await self.place.broker().outbound()
        try:
            while not stopping.is_set():
                some = [self._frame() for _ in range(self.rng.randint(1, 12))]
                await outbound.send([*some, *self.rng.sample(some, len(some) // 3)])
                await asyncio.sleep(0.4)
        finally:
            await outbound.stop()

    def _frame(self) -> Frame:
        claim = a_claim(len(self.claims) + 1, self.rng.choice(("SBX01", "SBX02")), self.rng.randint(1, 3))
        stream, clock = uuid7(), SystemClock()
        self.claims[stream] = claim
        cleared = ClaimCleared(claim=claim, rules="test")
        writer = Writer("scrubber", Sealer.parse(SEAL_KEYS))
        return writer.write(stream, 1, cleared, clock.now(), Because(stream.encode()))[0]

    async def die(self, name: str, ways: Sequence[str]) -> None:
        """One life of a service after another, each to its violent end; then one that is left alone."""
        for how in ways:
            while not await self._one_death(name, how):
                pass
            if self.deaths.total() % 20 == 0:
                _say(f"{self.deaths.total()} kills, {len(self.claims)} claims")
        self._last.append(self.spawn(name))

    async def _one_death(self, name: str, how: str) -> bool:
        """Whether it was killed: a life may end by itself as a service may, and is begun again, but not for ever."""
        life = self.spawn(
            name, "" if how == RANDOM else how if ":" in how else f"{how}:{self.rng.randint(1, 2)}"
        )
        await ended(life, self.rng.uniform(0.3, 3.0) if how == RANDOM else PATIENCE)
        if life.exitcode not in (None, -signal.SIGKILL):
            self.alone.append(_last_words(Path(self.place.log)))
            if len(self.alone) > 3:
                raise RuntimeError(f"lives of {name} end by themselves: {self.alone}")
            return False
        reached = how == RANDOM or life.exitcode is not None
        life.kill()
        await ended(life, 10)
        self.deaths[f"{name} {how}" if reached else f"{name} {RANDOM} (instead of {how})"] += 1
        return True

    async def settle(self, limit: float) -> None:
        """Wait with the last lives until every claim has its balance and nothing waits, or nothing moves any more."""
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < limit:  # however long it takes: late is not lost
            done, left = await self._progress()
            if done >= len(self.claims) and not left:
                break
            if done != seen:
                seen, since = done, time.monotonic()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)  # a repeat that is still on its way would be an effect too many
        for life in self._last:
            life.kill()
            await ended(life, 10)

    async def _progress(self) -> tuple[int, int]:
        """Claims with a balance, and what waits: outbox rows, files that are not posted or sent."""
        books = await _counts(
            self.place.urls[REMITTANCE],
            "select (select count(distinct claim) from journals where remittance is not null),"
            " (select count(*) from outbox) + (select count(*) from files where state not in ('posted', 'refused'))",
        )
        desk = await _counts(
            self.place.urls[SUBMITTER],
            "select 0, (select count(*) from outbox) + (select count(*) from submissions where phase <> 'sent')",
        )
        return books[0], books[1] + desk[1]


async def _counts(url: str, sql: str) -> tuple[int, int]:
    connection = await asyncpg.connect(url)
    try:
        row = await connection.fetchrow(sql)
        return row[0], row[1]
    finally:
        await connection.close()


@asynccontextmanager
async def _partner(folder: Path) -> AsyncIterator[int]:
    """The sandbox, its SFTP server and its payers. Yields the port."""
    settings = SandboxSettings(folder=folder, every=0.05, judges=False)
    payers = Payers(Folder(folder, [PARTNER]), settings, SystemClock())
    stopping = asyncio.Event()
    server = await serve(payers.folder, {PARTNER: "sandbox"}, HOST, 0, folder / "host_key", payers.news.set)
    working = asyncio.create_task(payers.run(stopping))
    async with server:
        yield server.get_port()
        stopping.set()
        await working


@asynccontextmanager
async def _feeding(run: Run) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    feeding = asyncio.create_task(run.feed(stopping))
    try:
        yield
    finally:
        stopping.set()
        await feeding


def schedule(kills: int, rng: random.Random) -> dict[str, list[str]]:
    """Deaths by service: each of its failpoints in turn, every fourth at a random instant, in any order."""
    deaths: dict[str, list[str]] = {}
    for name, share in ((REMITTANCE, kills // 3), (SUBMITTER, kills - kills // 3)):
        points = rng.sample(POINTS[name], len(POINTS[name]))
        deaths[name] = [RANDOM if n % 4 == 3 else points[(n - n // 4) % len(points)] for n in range(share)]
        rng.shuffle(deaths[name])
    return deaths


async def crash(
    urls: Mapping[str, str],
    bootstrap: str,
    folder: Path,
    deaths: Mapping[str, Sequence[str]],
    rng: random.Random,
    planted: str = "",
    settle: float = 60,
) -> tuple[Run, list[str]]:
    """Let both services die in each of these ways, at the same time. Returns the run and what the oracle found broken."""
    for name, url in urls.items():
        await _migrated(name, url)
    async with _partner(folder / "sandbox") as port:
        place = _place(urls, bootstrap, folder, port)
        await place.broker().create(TOPICS)
        run = Run(place, rng, planted)
        async with _feeding(run):
            await asyncio.gather(*(run.die(name, deaths.get(name, ())) for name in (SUBMITTER, REMITTANCE)))
        await run.settle(settle)
        return run, await broken(place, folder / "sandbox", run.claims)


async def _migrated(name: str, url: str) -> None:
    db = Database(url)
    try:
        await migrate(db, f"services/{name}/migrations")
    finally:
        await db.close()


def _place(urls: Mapping[str, str], bootstrap: str, folder: Path, port: int) -> Place:
    password, hosts = folder / "password", folder / "known_hosts"
    password.write_text("sandbox")
    key = (folder / "sandbox" / "host_key.pub").read_text().split()
    hosts.write_text(f"[{HOST}]:{port} {key[0]} {key[1]}\n")
    return Place(
        urls,
        bootstrap,
        f"jobs{os.urandom(4).hex()}.",
        port,
        str(password),
        str(hosts),
        str(folder / "lives.log"),
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _last_words(log: Path) -> str:
    return log.read_text().strip().rpartition("\n")[2] if log.exists() else ""


async def main(kills: int, seed: int) -> int:
    """A long run. Exit code 0 when nothing is broken."""
    folder = Path(tempfile.mkdtemp(prefix="claimflow-jobs-"))
    folder.chmod(0o755)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    began = time.monotonic()
    try:
        with servers(folder) as (url, bootstrap):
            made = await databases(url, f"jobs_{os.getpid()}")
            rng = random.Random(seed)
            _say(f"seed {seed}, {kills} kills")
            urls = {SUBMITTER: made[0], REMITTANCE: made[1]}
            run, found = await crash(urls, bootstrap, folder, schedule(kills, rng), rng)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tell(run.deaths, found)
    for words in run.alone:
        _say(f"  ended by itself: {words}")
    _say(
        f"{run.deaths.total()} kills, {len(run.claims)} claims, {len(found)} violations, seed {seed},"
        f" {time.monotonic() - began:.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    begin(main, __doc__, 60)
