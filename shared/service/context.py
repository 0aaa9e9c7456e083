"""What routes, jobs and doors are given to work with."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any, Generic, Protocol, cast

import structlog
from starlette.requests import HTTPConnection
from typing_extensions import TypeVar

from shared.bus.types import Asks
from shared.service.clock import Clock
from shared.service.database import Database
from shared.service.settings import ServiceSettings

Cfg = TypeVar("Cfg", bound=ServiceSettings, default=Any)


class Seals(Protocol):
    """Encryption at rest and in flight (shared.bus has it)."""

    def seal(self, plain: bytes, aad: bytes) -> bytes:
        """Encrypt, bound to ``aad`` (what and where it is): opening with another ``aad`` fails."""

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The reverse. Raises when the key is unknown or a bit was changed."""


@dataclass(frozen=True, slots=True)
class Blind:
    """HMAC-SHA256 for finding a row by an identifier without storing it. Not for secrets of low entropy elsewhere."""

    key: bytes

    def __call__(self, text: str) -> bytes:
        """32 bytes, the same for the same text: normalise before."""
        return hmac.digest(self.key, text.encode(), hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Context(Generic[Cfg]):
    """One per process: settings, database, the bus, time, seals, blind index, log."""

    settings: Cfg
    db: Database
    bus: Asks
    clock: Clock
    seal: Seals
    blind: Blind
    log: structlog.stdlib.BoundLogger


async def context(connection: HTTPConnection) -> Context:
    """FastAPI dependency: ``ctx: Annotated[Context[ScrubberSettings], Depends(context)]``."""
    return cast("Context", connection.app.state.context)
