"""Start one service inside a test: a real PostgreSQL, the memory broker, a clock that stands still, an HTTP client.

    service = build(settings_for(ScrubberSettings, postgres_url))
    async with started(service) as harness:
        await harness.hear("intake", claim_id, ClaimReceived(...))
        await harness.quiet()
        assert (await harness.http.get("/held")).json() ...
        assert [type(each.event) for each in harness.said()] == [ClaimHeld]

Jobs and doors do not run by themselves: ``await harness.job("send")`` runs one once.
"""

import asyncio
from base64 import b64encode
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from shared.bus.bus import Bus
from shared.bus.memory import MemoryBroker
from shared.bus.records import Because, Part, Reader, Writer, heard
from shared.bus.sealer import Sealer
from shared.bus.tuning import Tuning
from shared.bus.types import Envelope
from shared.events import Event, topic_of
from shared.service.auth import hash_of
from shared.service.clock import Clock
from shared.service.context import Context
from shared.service.database import Database
from shared.service.health import Check
from shared.service.service import Assembled, Service, assembled
from shared.service.settings import Grant, ServiceSettings
from shared.service.wiring import bus_checks
from shared.testing.clock import FixedClock

Cfg = TypeVar("Cfg", bound=ServiceSettings)

TOKEN = "a-token-for-tests"  # noqa: S105
SCOPES = frozenset(
    {
        "claims:read",
        "claims:write",
        "parked:write",
        "remittances:read",
        "statements:read",
        "payments:write",
        "inbox:read",
        "inbox:write",
        "admin",
    }
)
SEAL_KEYS = "1:" + b64encode(b"s" * 32).decode()
BLIND_KEY = b64encode(b"b" * 32).decode()
QUICK = Tuning(linger=0.0, poll=0.02, retry_first=0.02, retry_most=0.2, relay_poll=0.02, relay_standby=0.05)
PATIENCE = 90.0


def settings_for(kind: type[Cfg], postgres_url: str, **more: Any) -> Cfg:
    """Settings for a test: keys, and one token (``TOKEN``) that may do everything."""
    values: dict[str, Any] = {
        "database_url": SecretStr(postgres_url),
        "kafka_bootstrap": "memory",
        "seal_keys": SecretStr(SEAL_KEYS),
        "blind_key": SecretStr(BLIND_KEY),
        "tokens": {"test": Grant(sha256=hash_of(TOKEN), scopes=SCOPES)},
        "pool_size": 5,
    }
    return kind(**{**values, **more})


@dataclass
class Harness:
    """A service that runs. ``http`` carries the token; ``said`` and ``hear`` are its two ends on the broker."""

    parts: Assembled
    bus: Bus
    broker: MemoryBroker
    clock: Clock
    http: httpx.AsyncClient
    _versions: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))

    @property
    def ctx(self) -> Context[Any]:
        """What its routes, jobs and doors get."""
        return self.parts.ctx

    async def hear(
        self, source: str, stream: str, event: Event, *, version: int | None = None, traceparent: str = ""
    ) -> None:
        """Let ``source`` say this on its topic; versions count up by themselves unless given."""
        if version is None:
            self._versions[source, stream] += 1
            version = self._versions[source, stream]
        writer = Writer(source, Sealer.parse(SEAL_KEYS))
        because = Because(stream.encode(), traceparent=traceparent.encode())
        internal, public = writer.write(stream, version, event, self.clock.now(), because)
        await self.broker.append([*public, internal])

    def said(self, stream: str | None = None) -> list[Envelope]:
        """What the service has said on its topic, in order per stream; of one stream or of all."""
        topic = topic_of(self.parts.service.name)
        reader = Reader(Sealer.parse(SEAL_KEYS))
        logs = self.broker.logs.get(topic, [])
        found = [reader.read(heard(record)) for log in logs for record in log]
        return [each for each in found if stream is None or each.stream == stream]

    async def job(self, name: str) -> object:
        """Run this job once, to its end, and wait until what it said is out."""
        (job,) = [each for each in self.parts.service.jobs if each.name == name]
        result = await job.run(self.ctx)
        await self.quiet()
        return result

    async def quiet(self) -> None:
        """Wait until all that was put to the service is done and all that it says is sent. Raises TimeoutError."""
        await quiet(self)


async def quiet(*harnesses: Harness) -> None:
    """Wait until all of these services, on one broker, have nothing more to do. Raises TimeoutError, says who had.

    Twice in a row: what one has just sent is another's work.
    """
    calm = 0
    busy: list[str] = []
    try:
        async with asyncio.timeout(PATIENCE):
            while calm < 2:
                busy = [await _busy_with(each) for each in harnesses]
                calm = 0 if any(busy) else calm + 1
                await asyncio.sleep(0.005)
    except TimeoutError:
        raise TimeoutError("; ".join(filter(None, busy))) from None


async def _busy_with(harness: Harness) -> str:
    bus = harness.bus
    async with harness.ctx.db.connect() as tx:
        rows = await tx.driver.fetchval("select count(*) from outbox")
        stored = {
            Part(r[0], r[1]): r[2]
            for r in await tx.driver.fetch("select topic, part, next_offset from positions")
        }
    if rows:
        return f"{bus.source}: {rows} outbox rows, waiting for {bus.figures()['waiting_for'] or 'nothing'}"
    ends = {
        Part(topic, number): len(log)
        for topic in bus.routes.topics()
        for number, log in enumerate(harness.broker.logs.get(topic, []))
    }
    late = sum(end - stored.get(part, 0) for part, end in ends.items())
    return f"{bus.source}: {late} events to hear" if late else ""


@asynccontextmanager
async def started(
    service: Service,
    *,
    broker: MemoryBroker | None = None,
    clock: Clock | None = None,
    tuning: Tuning = QUICK,
) -> AsyncIterator[Harness]:
    """Run the service until the block is left. Several may share one broker and one clock."""
    shared_broker = broker or MemoryBroker()
    time = clock or FixedClock()
    buses: list[Bus] = []
    make = partial(_make_bus, shared_broker, tuning, buses)
    async with assembled(service, make, time) as parts:
        (bus,) = buses
        running = asyncio.create_task(bus.run())
        try:
            async with _client(parts) as http:
                yield Harness(parts, bus, shared_broker, time, http)
        finally:
            await bus.stop()
            await running


def _make_bus(
    broker: MemoryBroker,
    tuning: Tuning,
    made: list[Bus],
    service: Service,
    db: Database,
    seal: Sealer,
    clock: Clock,
) -> tuple[Bus, dict[str, Check]]:
    bus = Bus(service.name, db, broker, seal, clock.now, service.hears, tuning)
    made.append(bus)
    return bus, bus_checks(bus, db)


def _client(parts: Assembled) -> httpx.AsyncClient:
    # raise_app_exceptions=False: a defect is seen as the caller sees it, a 500 problem
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(parts.app, raise_app_exceptions=False),
        base_url="http://test",
        headers={"authorization": f"Bearer {TOKEN}"},
    )
