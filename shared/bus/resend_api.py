"""Filling gaps and lost brokers again, for administrators: send archived events again, read topics again."""

from typing import Annotated, Protocol
from uuid import UUID

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from shared.service.auth import needs


class Resends(Protocol):
    """What of the bus is needed here."""

    async def resend(self, stream: str | None = None, version: int = 1, since: int = 0) -> int: ...

    async def rewind(self) -> int: ...


class What(BaseModel):
    """One stream's events from ``version`` on; without a stream all archived rows from ``since`` on."""

    stream: UUID | None = None
    version: int = Field(default=1, ge=1)
    since: int = Field(default=0, ge=0)


def resend_router(bus: Resends) -> APIRouter:
    """``POST /sent/resend`` at the producer whose events are missing, ``POST /positions/rewind`` at a consumer."""
    router = APIRouter(tags=["recovery"], dependencies=[needs("admin")])

    @router.post("/sent/resend", operation_id="resend")
    async def resend(what: Annotated[What, Body()]) -> dict[str, int]:
        """Send again; consumers drop what they have by its version."""
        stream = None if what.stream is None else str(what.stream)
        return {"resent": await bus.resend(stream, what.version, what.since)}

    @router.post("/positions/rewind", operation_id="rewind")
    async def rewind() -> dict[str, int]:
        """Read everything again from the start of the topics."""
        return {"partitions": await bus.rewind()}

    return router
