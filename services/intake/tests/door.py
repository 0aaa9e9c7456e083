"""Intake with its MLLP ports open, for tests."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from services.intake.app import build
from services.intake.settings import IntakeSettings
from services.intake.tests.talking import Sender
from shared.testing.app import Harness, settings_for, started

PATIENCE = 120.0


@dataclass
class Door:
    """Intake with its MLLP ports open: the shared one, then those that feeds have of their own."""

    harness: Harness
    ports: list[int]

    @asynccontextmanager
    async def sender(self, port: int = 0, tls: ssl.SSLContext | None = None) -> AsyncIterator[Sender]:
        """A connection to the port of that place."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[port], ssl=tls)
        try:
            yield Sender(reader, writer)
        finally:
            writer.close()
            await asyncio.wait({asyncio.ensure_future(_closed(writer))}, timeout=5)

    async def inbox(self, **filters: Any) -> list[dict[str, Any]]:
        """Messages as the API lists them."""
        answer = await self.harness.http.get("/inbox", params=filters)
        return list(answer.json()["messages"])


async def _closed(writer: asyncio.StreamWriter) -> None:
    try:
        await writer.wait_closed()
    except OSError:
        return


@asynccontextmanager
async def opened(postgres_url: str, ports: int = 1, **more: Any) -> AsyncIterator[Door]:
    """Start intake with its port on a free number, and wait until so many ports are open."""
    told: asyncio.Queue[int] = asyncio.Queue()
    service = build(settings_for(IntakeSettings, postgres_url, mllp_port=0, **more), told.put_nowait)
    async with started(service) as harness:
        stopping = asyncio.Event()
        door = asyncio.ensure_future(service.doors[0](harness.ctx, stopping))
        try:
            async with asyncio.timeout(PATIENCE):
                yield Door(harness, [await told.get() for _ in range(ports)])
        finally:
            stopping.set()
            await door
