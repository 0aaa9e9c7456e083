"""The hospital's systems: they send the day's visits through the four doors and remember what was answered."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from deploy.local.doors import END, START, read_ack
from deploy.local.hospital.fhir import claim_resource
from deploy.local.hospital.hl7 import broken, dft
from deploy.local.hospital.visits import Visit
from deploy.local.hospital.x12 import file_837
from shared.claim.checking import write_claim
from shared.testing.servers.process import HOST

PER_FILE = 10
AT_ONCE = 8


@dataclass
class Sent:
    """What the hospital sent, counted in claims, and what it did not expect."""

    claims: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Mistake -> claims refused at the door for it."""
    surprises: list[str] = field(default_factory=list)
    """Claim numbers that a door answered otherwise than it should have."""


class Hospital:
    """Sends visits. ``control`` starts the control numbers: they must not repeat between days."""

    def __init__(
        self, intake: str, mllp_port: int, token: str, control: int, now: Callable[[], datetime]
    ) -> None:
        self.sent = Sent()
        self._intake = intake
        self._port = mllp_port
        self._control = control
        self._now = now
        self._http = httpx.AsyncClient(timeout=60, headers={"Authorization": f"Bearer {token}"})
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def send(self, visits: Sequence[Visit]) -> None:
        """Everything through its door, all doors at once, with the hospital's mistakes; then their repetitions."""
        by_door = {door: [v for v in visits if v.door == door] for door in ("hl7", "fhir", "json", "x12")}
        await asyncio.gather(
            self._hl7(by_door["hl7"]),
            self._x12(by_door["x12"]),
            *(self._one(visit) for visit in by_door["fhir"] + by_door["json"]),
        )

    async def _one(self, visit: Visit) -> None:
        content, path, media = _spoken(visit)
        key = self._next()
        times = 2 if visit.mistake == "sent twice" else 1
        for _ in range(times):
            answer = await self._post(path, media, content, key)
            self._judge(visit, answer.is_success)

    async def _hl7(self, visits: Sequence[Visit]) -> None:
        async with self._line() as say:
            for visit in visits:
                message = dft(visit.told, self._next())
                if visit.mistake == "broken segment":
                    self._judge(visit, await say(broken(message)), wanted=False)
                    message = dft(visit.told, self._next())
                for _ in range(2 if visit.mistake == "sent twice" else 1):
                    self._judge(visit, await say(message))

    async def _x12(self, visits: Sequence[Visit]) -> None:
        for first in range(0, len(visits), PER_FILE):
            batch = visits[first : first + PER_FILE]
            content = file_837([visit.told for visit in batch], int(self._next()), self._now())
            answer = await self._post("/x12", "application/edi-x12", content, "")
            for visit in batch:
                self._judge(visit, answer.is_success)

    async def _post(self, path: str, media: str, content: bytes, key: str) -> httpx.Response:
        headers = {"Content-Type": media, **({"Idempotency-Key": f"springfield-{key}"} if key else {})}
        async with self._slots:
            return await self._http.post(self._intake + path, content=content, headers=headers)

    @asynccontextmanager
    async def _line(self) -> AsyncIterator[Callable[[bytes], Awaitable[bool]]]:
        """An MLLP connection: a function that sends a message and tells whether it was taken."""
        reader, writer = await asyncio.open_connection(HOST, self._port)

        async def say(message: bytes) -> bool:
            writer.write(START + message + END)
            answer = await reader.readuntil(END)
            return read_ack(answer.strip(START + END)).taken

        try:
            yield say
        finally:
            writer.close()
            await writer.wait_closed()

    def _judge(self, visit: Visit, taken: bool, wanted: bool = True) -> None:
        self.sent.claims += 1
        if not taken:
            self.sent.refused[visit.mistake] += 1
        if taken != wanted:
            self.sent.surprises.append(visit.number)

    def _next(self) -> str:
        self._control += 1
        return str(self._control)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()


def _spoken(visit: Visit) -> tuple[bytes, str, str]:
    if visit.door == "fhir":
        return claim_resource(visit.told), "/fhir/Claim", "application/fhir+json"
    return write_claim(visit.told), "/claims", "application/json"
