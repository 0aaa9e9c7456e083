"""Kill the system at every failpoint and at random instants, then ask the oracle.

``python -m tests.faults.crash --kills 1000``. Each life is a process with all three services' consumers and relays;
the input goes on while it lives and dies. ``--seed`` repeats a schedule. Servers: DATABASE_URL and KAFKA_BOOTSTRAP,
or of its own in a temporary folder.
"""

import argparse
import asyncio
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

import asyncpg

from shared.bus import Bus, Cause
from shared.bus.failpoints import NAMES
from shared.claim import uuid7
from shared.testing.servers.kafka import Kafka
from shared.testing.servers.postgres import Postgres
from shared.tests.bus.service import Note, Speaker
from tests.faults.oracle import Journal, broken
from tests.faults.worker import live
from tests.faults.world import World, buses

RANDOM = "at random"
FROZEN = "frozen"
PATIENCE = 8.0
"""Seconds in which a failpoint must be reached; a life that does not reach it is killed where it stands."""
CLAIMS = 40


class Run:
    """One run: a world, its journal, and the lives that end in it."""

    def __init__(self, world: World, journal: Journal, rng: random.Random, planted: str = "") -> None:
        self.world = world
        self.journal = journal
        self.deaths: Counter[str] = Counter()
        self._rng = rng
        self._planted = planted
        self._claims = [uuid7() for _ in range(CLAIMS)]
        self._forks = multiprocessing.get_context("forkserver")
        self._forks.set_forkserver_preload(["tests.faults.worker"])
        self._cents = 0

    def spawn(self, failpoint: str = "") -> BaseProcess:
        """Begin a life."""
        life = self._forks.Process(target=live, args=(self.world, failpoint, self._planted), daemon=True)
        life.start()
        return life

    async def feed(self, bus: Bus, stopping: asyncio.Event) -> None:
        """Input, all the time: a few claims get an amount each, in one transaction."""
        while not stopping.is_set():
            some = sorted(self._rng.sample(self._claims, 8))
            self._cents += 1
            self.journal.write(some, self._cents)
            await bus.ask(Speaker(), [Cause(claim, Note(self._cents)) for claim in some])
            self.journal.ok(some, self._cents)
            await asyncio.sleep(0.03)

    async def one_death(self, how: str) -> None:
        """One life from its start to its violent end."""
        if how in (RANDOM, FROZEN):
            life = self.spawn()
            await asyncio.sleep(self._rng.uniform(0.2, 3.0))
            if how == FROZEN:
                await self._freeze(life)
        else:
            life = self.spawn(f"{how}:{self._rng.randint(1, 3)}")
            await ended(life, PATIENCE)
            how = how if life.exitcode is not None else f"{RANDOM} (instead of {how})"
        life.kill()
        await ended(life, 10)
        self.deaths[how] += 1

    async def _freeze(self, life: BaseProcess) -> None:
        """Stopped for longer than its session: another takes over, then the zombie wakes up beside it."""
        assert life.pid is not None
        os.kill(life.pid, signal.SIGSTOP)
        heir = self.spawn()
        await asyncio.sleep(2.5)
        os.kill(life.pid, signal.SIGCONT)
        await asyncio.sleep(1)
        heir.kill()
        await ended(heir, 10)

    async def settle(self, limit: float) -> None:
        """A last life that is left alone until all effects are there, or nothing moves any more."""
        life = self.spawn()
        seen, since = -1, time.monotonic()
        while time.monotonic() - since < limit / 3:  # however long it takes: late is not lost
            done, left = await self._effects()
            if done >= 2 * self.journal.count and not left:
                break
            if done != seen:
                seen, since = done, time.monotonic()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)  # a repeat that is still on its way would be an effect too many
        life.kill()
        await ended(life, 10)

    async def _effects(self) -> tuple[int, int]:
        done = left = 0
        for url in self.world.urls:
            connection = await asyncpg.connect(url)
            try:
                done += await connection.fetchval("select count(*) from prints")
                left += await connection.fetchval("select count(*) from outbox")
            finally:
                await connection.close()
        return done, left


async def ended(life: BaseProcess, within: float) -> None:
    until = time.monotonic() + within
    while life.is_alive() and time.monotonic() < until:  # noqa: ASYNC110 - a process sets no event
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _feeding(run: Run) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    speaker = buses(run.world)[0]
    feeding = asyncio.create_task(run.feed(speaker, stopping))
    try:
        yield
    finally:
        stopping.set()
        await feeding
        await speaker._db.close()  # type: ignore[attr-defined]


def schedule(kills: int, rng: random.Random) -> list[str]:
    """Every failpoint in turn; every fourth death at a random instant, every sixteenth a freeze."""
    ways = [
        FROZEN if n % 16 == 15 else RANDOM if n % 4 == 3 else NAMES[(n - n // 4) % len(NAMES)]
        for n in range(kills)
    ]
    rng.shuffle(ways)
    return ways


async def crash(
    world: World,
    folder: Path,
    deaths: Sequence[str],
    rng: random.Random,
    planted: str = "",
    settle: float = 60,
) -> tuple[Run, list[str]]:
    """Let the system die in each of these ways. Returns the run and what the oracle found broken."""
    await world.make()
    run = Run(world, Journal(folder / "journal"), rng, planted)
    began = time.monotonic()
    async with _feeding(run):
        for n, how in enumerate(deaths, 1):
            await run.one_death(how)
            if n % 20 == 0:
                _say(
                    f"{n} of {len(deaths)} kills, {run.journal.count} inputs, {time.monotonic() - began:.0f} s"
                )
    await run.settle(settle)
    return run, await broken(run.journal, world)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def tell(deaths: Mapping[str, int], found: Sequence[str]) -> None:
    """Print how often each way of dying was taken, and what is broken, most frequent first."""
    for how, count in sorted(deaths.items()):
        _say(f"  {count:5} {how}")
    for words, count in Counter(found).most_common(20):
        _say(f"  BROKEN {count} x {words}")


def begin(main: Callable[[int, int], Coroutine[object, object, int]], words: str | None, kills: int) -> None:
    """Read ``--kills`` and ``--seed`` and end the process with what ``main`` says."""
    parser = argparse.ArgumentParser(description=words)
    parser.add_argument("--kills", type=int, default=kills)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    given = parser.parse_args()
    sys.exit(asyncio.run(main(given.kills, given.seed)))


@contextmanager
def servers(folder: Path) -> Iterator[tuple[str, str]]:
    """The addresses of a PostgreSQL and a Kafka: given, or started here."""
    url, bootstrap = os.environ.get("DATABASE_URL"), os.environ.get("KAFKA_BOOTSTRAP")
    if url and bootstrap:
        yield url, bootstrap
        return
    with Postgres(folder / "postgres") as postgres, Kafka(folder / "kafka") as kafka:
        yield postgres.url, kafka.bootstrap


async def databases(url: str, name: str) -> tuple[str, str, str]:
    """Three fresh databases."""
    connection = await asyncpg.connect(url)
    made = []
    try:
        for n in range(3):
            await connection.execute(f"create database {name}_{n}")
            made.append(f"{url.rpartition('/')[0]}/{name}_{n}")
    finally:
        await connection.close()
    return made[0], made[1], made[2]


async def main(kills: int, seed: int) -> int:
    """A long run. Exit code 0 when nothing is broken."""
    folder = Path(tempfile.mkdtemp(prefix="claimflow-crash-"))
    folder.chmod(0o755)
    try:
        with servers(folder) as (url, bootstrap):
            name = f"crash_{os.getpid()}"
            world = World(await databases(url, name), bootstrap, f"{name}.")
            rng = random.Random(seed)
            _say(f"seed {seed}, {kills} kills")
            run, found = await crash(world, folder, schedule(kills, rng), rng)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    tell(run.deaths, found)
    _say(
        f"{sum(run.deaths.values())} kills, {run.journal.count} inputs, {len(found)} violations, seed {seed}"
    )
    return 1 if found else 0


if __name__ == "__main__":
    begin(main, __doc__, 100)
