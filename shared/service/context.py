"""What routes, jobs and doors are given to work with."""

from dataclasses import dataclass
from typing import Any, Generic, cast

import structlog
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from starlette.requests import HTTPConnection
from typing_extensions import TypeVar

from shared.bus.sealer import Sealer
from shared.bus.types import Asks
from shared.service.clock import Clock
from shared.service.database import Database
from shared.service.settings import ServiceSettings

Cfg = TypeVar("Cfg", bound=ServiceSettings, default=Any)


class Blind:
    """HMAC-SHA256 for finding a row by an identifier without storing it. Not for secrets of low entropy elsewhere."""

    def __init__(self, key: bytes) -> None:
        self._keyed = HMAC(key, SHA256())  # cryptography's: half the time of the standard library's

    def __call__(self, text: str) -> bytes:
        """32 bytes, the same for the same text: normalise before."""
        keyed = self._keyed.copy()  # the key's half of the work is done once
        keyed.update(text.encode())
        return keyed.finalize()


@dataclass(frozen=True, slots=True)
class Context(Generic[Cfg]):
    """One per process: settings, database, the bus, time, seals, blind index, log."""

    settings: Cfg
    db: Database
    bus: Asks
    clock: Clock
    seal: Sealer
    blind: Blind
    log: structlog.stdlib.BoundLogger


async def context(connection: HTTPConnection) -> Context:
    """FastAPI dependency: ``ctx: Annotated[Context[ScrubberSettings], Depends(context)]``."""
    return cast("Context", connection.app.state.context)
