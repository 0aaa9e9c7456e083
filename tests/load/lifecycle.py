"""The whole life of claims, with all services in their own processes: what it costs, how fast it goes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
from aiokafka import AIOKafkaConsumer

from deploy.local import keys
from deploy.local.machine import Machine, running
from deploy.local.place import PROJECT, Place
from deploy.local.stack import PARTS, SERVERS, SERVICES, Part
from shared.events import LIFECYCLE
from shared.events.lifecycle import Fact
from tests.load import feeding
from tests.load.floor import Moved
from tests.load.meters import Meter, Reading
from tests.load.moved import Counts, Files, Wires, counted, moves
from tests.load.sampled import sampled, sealer_of

FOLDER = PROJECT / ".bench"


@dataclass(frozen=True, slots=True)
class Run:
    """One measured stretch: readings before and after, claims that went all the way, wall seconds, outbox rows and events."""

    claims: int
    seconds: float
    before: Reading
    after: Reading
    events: int
    batches: int
    latencies: tuple[float, ...] = ()

    @property
    def per_second(self) -> float:
        """Claims per second from the first byte in to the last balance assigned."""
        return self.claims / self.seconds

    @property
    def mean_batch(self) -> float:
        """Events per committed transaction that said any."""
        return self.events / max(self.batches, 1)


class Bench:
    """A running system with its meters."""

    def __init__(self, machine: Machine, databases: dict[str, asyncpg.Connection]) -> None:
        self.machine = machine
        self._databases = databases
        self._next = 1
        self._posted = self._replied = Files(0, 0)
        self._day = datetime.now(UTC).date() - timedelta(days=7)
        self.meter = Meter(_roots(machine), databases["intake"])

    async def backlog(self, count: int) -> Run:
        """Put ``count`` claims in as fast as the door takes them and wait until the last one's balance is assigned."""
        made = feeding.files(self._reserve(count), count, self._day)
        async with self._measuring(count) as run, self._client() as http:
            replied, _ = await asyncio.gather(feeding.send_files(http, made), self._finished(run.target))
        self._posted, self._replied = Files(len(made), sum(map(len, made))), Files(len(made), replied)
        return await run.result()

    async def paced(self, rate: float, seconds: float) -> Run:
        """Send single claims evenly and take the time from each one's receipt to its 837 being in the mailbox."""
        count = int(rate * seconds)
        made = [msgspec.json.encode(c) for c in feeding.claims(self._reserve(count), count, self._day)]
        watch = Latencies(self.machine.bootstrap)
        async with watch.reading(), self._measuring(count) as run, self._client() as http:
            await feeding.send_evenly(http, made, rate)
            run.stop()
            await self._finished(run.target)
        return replace(await run.result(), latencies=watch.seconds())

    def _reserve(self, count: int) -> int:
        first, self._next = self._next, self._next + count
        return first

    def _client(self) -> httpx.AsyncClient:
        token = keys.token(self.machine.place, "ehr")
        return httpx.AsyncClient(
            base_url=self.machine.urls["intake"],
            headers={"Authorization": f"Bearer {token}"},
            timeout=120,
            limits=httpx.Limits(max_connections=64),
        )

    async def moved(self) -> Counts:
        """Rows and records of all services and files of partners so far."""
        return await counted(self._databases, self.machine.bootstrap, self.machine.files["sandbox_folder"])

    async def moves(self, before: Counts, claims: int) -> Moved:
        """What each of the claims since ``before`` moved: what the floor has to move too."""
        after = await self.moved()
        wires = Wires(
            claims,
            posted=self._posted,
            replied=self._replied,
            sent=after.sent.since(before.sent),
            answers=after.answers.since(before.answers),
        )
        bootstrap = self.machine.bootstrap
        return Moved(
            await moves(before, after, claims, self._databases, bootstrap),
            await sampled(self._databases, bootstrap, sealer_of(self.machine.place)),
            wires,
        )

    @contextmanager
    def still(self) -> Iterator[None]:
        """Let all but PostgreSQL and Kafka stand still while the block runs: idle services take 4 % of the machine."""
        ours = [pid for name, pids in self.meter.roots.items() if name not in SERVERS for pid in pids]
        try:
            for pid in ours:
                os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in ours:
                os.kill(pid, signal.SIGCONT)

    async def done(self) -> int:
        """How many claims have their balance assigned, as statements has heard."""
        return int(await self._databases["statements"].fetchval(DONE))

    async def _finished(self, target: int) -> None:
        first = last = await self.done()
        moved = time.monotonic()
        while (now := await self.done()) < target:
            if now != last:
                last, moved = now, time.monotonic()
            if time.monotonic() - moved > 120:
                raise RuntimeError(f"nothing moves: {now} of {target} claims are done")
            await self.meter.read()
            near = now - first > 0.9 * (target - first)
            await asyncio.sleep(0.1 if near else 1.0)  # a look takes CPU from what is looked at

    async def counts(self) -> tuple[int, int]:
        """Events said on claims so far and transactions that said them, over the five services."""
        events = batches = 0
        for database in self._databases.values():
            batches += int(await database.fetchval("select coalesce(max(last_value), 0) from said_id") or 0)
            for (table,) in await database.fetch(AGGREGATES):
                events += int(await database.fetchval(f"select coalesce(sum(version), 0) from {table}"))
        return events, batches

    @asynccontextmanager
    async def _measuring(self, count: int) -> AsyncIterator["Measuring"]:
        measuring = Measuring(self, count, await self.done() + count)
        await measuring.begin()
        yield measuring


class Measuring:
    """Readings around one stretch."""

    def __init__(self, bench: Bench, count: int, target: int) -> None:
        self._bench = bench
        self._count = count
        self.target = target
        self._seconds = 0.0

    async def begin(self) -> None:
        """Take the first readings."""
        self._counts = await self._bench.counts()
        self._before = await self._bench.meter.read()
        self._began = time.monotonic()

    def stop(self) -> None:
        """End the stretch's wall time here (a paced run's share of CPU is of the time in which claims came)."""
        self._seconds = time.monotonic() - self._began

    async def result(self) -> Run:
        """Take the last readings."""
        seconds = self._seconds or time.monotonic() - self._began
        after = await self._bench.meter.read()
        events, batches = await self._bench.counts()
        return Run(
            self._count, seconds, self._before, after, events - self._counts[0], batches - self._counts[1]
        )


class Latencies:
    """Listens to the public facts: from ClaimReceived to ClaimSubmitted, by the services' own clocks."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._received: dict[str, datetime] = {}
        self._ready: dict[str, datetime] = {}

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Listen while the block runs, from the topic's end on."""
        consumer = AIOKafkaConsumer(
            LIFECYCLE, bootstrap_servers=self._bootstrap, auto_offset_reset="latest", enable_auto_commit=False
        )
        await consumer.start()
        listening = asyncio.create_task(self._listen(consumer))
        try:
            yield
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await consumer.stop()

    async def _listen(self, consumer: AIOKafkaConsumer) -> None:
        decode = msgspec.json.Decoder(Fact).decode
        async for record in consumer:
            fact = decode(record.value)
            if fact.what == "ClaimReceived":
                self._received[fact.subject] = fact.time
            elif fact.what == "ClaimSubmitted":
                self._ready.setdefault(fact.subject, fact.time)

    def seconds(self) -> tuple[float, ...]:
        """Sorted seconds of the claims whose both ends were seen."""
        both = self._received.keys() & self._ready.keys()
        return tuple(sorted((self._ready[c] - self._received[c]).total_seconds() for c in both))


DONE = "select count(*) from claims"
AGGREGATES = """
select table_name from information_schema.columns where table_schema = 'public' and column_name in ('version', 'heard')
group by table_name having count(*) = 2"""


@asynccontextmanager
async def system(folder: Path = FOLDER) -> AsyncIterator[Bench]:
    """The five services and the sandbox on real PostgreSQL and Kafka, without the console, on a fresh folder."""
    place = Place(folder)
    if folder.exists():
        place.reset()
    async with running(place, {}, lambda _: None, _parts()) as machine:
        databases = {
            part.database: await asyncpg.connect(machine.address_of(part.database))
            for part in SERVICES
            if part.name != "console"
        }
        try:
            yield Bench(machine, databases)
        finally:
            for connection in databases.values():
                await connection.close()


def _parts() -> list[Part]:
    """All but the console. The sandbox judges nothing here: what a payer's own machine does is no cost of the system."""
    parts = [part for part in PARTS if part.name != "console"]
    quick = {"SANDBOX_JUDGES": "0"}
    return [replace(p, settings={**p.settings, **quick}) if p.name == "sandbox" else p for p in parts]


def _roots(machine: Machine) -> dict[str, Any]:
    """Process ids by kind: each service on its own, PostgreSQL, Kafka, the sandbox."""
    found = {}
    for name, told in machine.supervisor.snapshot().items():
        if told["pid"] is not None:
            found[name] = [told["pid"]]
    return found
