"""A console in a test: facts put on a memory broker, services played by a table of answers, a clock that stands still."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.console.app import build
from services.console.settings import ConsoleSettings
from shared.bus.memory import MemoryBroker
from shared.bus.records import partition_of
from shared.events import LIFECYCLE
from shared.events.lifecycle import Fact
from shared.service.service import Assembled, assembled
from shared.service.wiring import bus_of
from shared.testing.app import TOKEN, settings_for
from shared.testing.clock import NOON, FixedClock

ACCOUNT = "0199a000-0000-7000-8000-00000000acc0"


def claim_id(number: int) -> str:
    """An id as intake makes it, the same each time."""
    return str(UUID(f"0199a000-0000-7000-8000-{number:012x}"))


@dataclass
class Says:
    """What is said about one claim, fact by fact."""

    house: "House"
    claim: str
    versions: dict[str, int] = field(default_factory=dict)

    async def __call__(
        self, what: str, state: str, *, source: str = "intake", ago: timedelta = timedelta(), **more: Any
    ) -> Fact:
        """Put one more fact on the topic, as that producer's next one."""
        self.versions[source] = self.versions.get(source, 0) + 1
        fact = Fact(
            what=what,
            state=state,  # type: ignore[arg-type]
            subject=self.claim,
            source=source,
            stream=self.claim,
            version=self.versions[source],
            time=self.house.clock.now() - ago,
            **more,
        )
        await self.house.put(fact)
        return fact


@dataclass
class House:
    """A console that runs in this process. ``answers`` maps ``GET scrubber /claims/...`` to (status, body)."""

    parts: Assembled
    broker: MemoryBroker
    clock: FixedClock
    http: httpx.AsyncClient
    answers: dict[str, tuple[int, object]]
    asked: list[httpx.Request]

    def claim(self, number: int) -> Says:
        """Say something about a claim."""
        return Says(self, claim_id(number))

    async def put(self, fact: Fact, value: bytes | None = None) -> None:
        """A record of the public topic."""
        body = msgspec.json.encode(fact) if value is None else value
        key = fact.subject.encode()
        await self.broker.append([(LIFECYCLE, partition_of(fact.subject), key, body, [])])

    async def heard(self) -> None:
        """Wait until all that was put is in the views."""
        async with asyncio.timeout(90):
            while await self._behind():  # noqa: ASYNC110 - the database tells nobody
                await asyncio.sleep(0.01)

    async def _behind(self) -> int:
        logs = self.broker.logs.get(LIFECYCLE, [])
        async with self.parts.ctx.db.connect() as tx:
            done = await tx.driver.fetchval("select coalesce(sum(next_offset), 0)::bigint from positions")
        return sum(map(len, logs)) - int(done)


@asynccontextmanager
async def opened(
    postgres_url: str, answers: Mapping[str, tuple[int, object]] | None = None, **settings: Any
) -> AsyncIterator[House]:
    """Run a console until the block is left."""
    broker, clock = MemoryBroker(), FixedClock(NOON)
    table, asked = dict(answers or {}), list[httpx.Request]()

    def play(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        key = f"{request.method} {request.url.host} {request.url.path}"
        status, body = table.get(key, (404, {"title": "No such thing"}))
        if isinstance(body, str):
            return httpx.Response(status, html=body)
        return httpx.Response(status, json=body)

    urls = {
        f"{name}_url": f"http://{name}"
        for name in ("scrubber", "submitter", "remittance", "statements", "intake")
    }
    values = settings_for(ConsoleSettings, postgres_url, **{**urls, "service_token": "s", **settings})
    service = build(values, broker=broker, clock=clock, transport=httpx.MockTransport(play))
    async with assembled(service, bus_of, clock) as parts:
        running = asyncio.create_task(parts.bus.run())
        stopping = asyncio.Event()
        doors = [asyncio.create_task(_run(door(parts.ctx, stopping))) for door in service.doors]
        transport = httpx.ASGITransport(parts.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://console") as http:
            yield House(parts, broker, clock, http, table, asked)
        stopping.set()
        await parts.bus.stop()
        await asyncio.gather(running, *doors)


async def _run(work: Any) -> None:
    await work


async def sign_in(house: House) -> None:
    """Sign the client in with the test token."""
    answer = await house.http.post("/login", data={"token": TOKEN})
    assert answer.status_code == 303, answer.text


async def a_day(house: House) -> None:
    """Claims in every state, as a small hospital has them on a Monday."""
    for number, (path, payer, charge, ago) in enumerate(DAY, 1):
        says = house.claim(number)
        await _walk(says, path, payer, charge, timedelta(hours=ago))
    await house.heard()


async def _walk(says: Says, path: str, payer: str, charge: int, ago: timedelta) -> None:
    about = {"payer": payer, "charge": charge}
    steps: dict[str, Sequence[tuple[str, str, str, dict[str, Any]]]] = {
        "received": [("ClaimReceived", "received", "intake", {"door": "hl7"})],
        "held": [("ClaimHeld", "held", "scrubber", {"reasons": ("SCR-0104", "SCR-0301")})],
        "cleared": [("ClaimCleared", "cleared", "scrubber", {})],
        "submitted": [("ClaimSubmitted", "submitted", "submitter", {"route": "sandbox"})],
        "acknowledged": [("ClaimAcknowledged", "acknowledged", "submitter", {"hop": "syntax"})],
        "accepted": [("ClaimAccepted", "accepted", "submitter", {"hop": "payer"})],
        "rejected": [("ClaimRejected", "rejected", "submitter", {"hop": "payer", "reasons": ("A7",)})],
        "overdue": [("AnswerOverdue", "overdue", "submitter", {"hop": "payer"})],
        "denied": [("ClaimDenied", "denied", "remittance", {"denied": charge, "reasons": ("CO-16",)})],
        "paid": [("ClaimPaid", "paid", "remittance", {
            "paid": charge * 64 // 100, "contractual": charge * 20 // 100, "patient": charge * 16 // 100, "denied": 0})],
        "patient": [("PatientBalanceAssigned", "patient", "remittance", {
            "paid": charge * 64 // 100, "contractual": charge * 20 // 100, "patient": charge * 16 // 100}),
            ("StatementIssued", "patient", "statements", {"patient": charge * 16 // 100})],
        "settled": [("AccountSettled", "settled", "statements", {"patient": 0})],
    }  # fmt: skip
    way = ["received", *WAYS.get(path, [path])] if path != "received" else ["received"]
    for place, state in enumerate(way):
        left = ago * (len(way) - place) / len(way) if place < len(way) - 1 else ago / len(way)
        for what, to, source, more in steps[state]:
            extra = {} if source == "statements" else about
            await says(what, to, source=source, ago=left, **extra, **more)


_SENT = ["cleared", "submitted", "acknowledged"]
WAYS = {
    "submitted": ["cleared", "submitted"],
    "acknowledged": _SENT,
    "accepted": [*_SENT, "accepted"],
    "rejected": [*_SENT, "rejected"],
    "overdue": [*_SENT, "overdue"],
    "denied": [*_SENT, "accepted", "denied"],
    "paid": [*_SENT, "accepted", "paid"],
    "patient": [*_SENT, "accepted", "paid", "patient"],
    "settled": [*_SENT, "accepted", "paid", "patient", "settled"],
}
DAY = (
    ("held", "SBX01", 184_250, 120), ("held", "SBX02", 42_000, 30), ("held", "SBX01", 9_900, 3),
    ("denied", "SBX04", 512_300, 200), ("denied", "SBX04", 76_000, 90), ("overdue", "SBX06", 230_000, 160),
    ("rejected", "SBX05", 31_000, 50), ("received", "SBX01", 12_000, 0.1), ("cleared", "SBX02", 18_000, 0.2),
    ("submitted", "SBX02", 64_000, 5), ("acknowledged", "SBX01", 88_000, 9), ("accepted", "SBX01", 120_000, 40),
    ("accepted", "SBX03", 95_000, 60), ("accepted", "SBX02", 33_000, 20), ("paid", "SBX01", 70_000, 10),
    ("patient", "SBX01", 150_000, 300), ("patient", "SBX03", 61_000, 80), ("settled", "SBX02", 45_000, 400),
    ("settled", "SBX01", 81_000, 500),
)  # fmt: skip


def iso(moment: datetime) -> str:
    """As an API writes it."""
    return moment.isoformat()
