"""What a service is made of, and how its parts are put together in a process or in a test."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import Response

from shared.bus.bus import Bus
from shared.bus.sealer import Sealer
from shared.bus.types import Asks, Hears
from shared.service.auth import Caller
from shared.service.clock import Clock, SystemClock
from shared.service.context import Blind, Context
from shared.service.database import Database
from shared.service.health import Check
from shared.service.http import Voice, make_app
from shared.service.jobs import Failing, Job, make_jobs_check
from shared.service.migrations import make_migrations_check, migrate
from shared.service.problems import Problem
from shared.service.routes import health_router, summary_router
from shared.service.settings import ServiceSettings
from shared.service.telemetry import Telemetry, telemetry_for
from shared.service.version import VERSION

Door = Callable[[Context[Any], asyncio.Event], Awaitable[None]]
"""Something that listens besides HTTP (MLLP): runs until the event is set, then lets go of its callers and returns."""

Summary = Callable[[Context[Any]], Awaitable[object]]
"""What GET /summary answers: counts and cents by state, from the service's own tables."""


class Browser(Protocol):
    """What a service adds that people open in a browser: sessions beside tokens, pages beside problems."""

    def caller(self, request: Request) -> Caller | None:
        """Who is signed in by this request's cookie."""

    def page(self, request: Request, problem: Problem) -> Response:
        """The problem as a page."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service's parts, as its ``app.py`` lists them.

    ``migrations`` is the folder that holds ``versions/``. ``open_routes`` are paths beside /livez, /readyz and
    /version that need no token (a login page); everything else without ``needs`` is refused at start.
    """

    name: str
    settings: ServiceSettings
    hears: Sequence[Hears[Any, Any]] = ()
    routers: Sequence[APIRouter] = ()
    jobs: Sequence[Job] = ()
    doors: Sequence[Door] = ()
    migrations: str = ""
    summary: Summary | None = None
    open_routes: frozenset[str] = frozenset()
    browser: Browser | None = None
    voices: Mapping[str, Voice] = field(default_factory=dict)
    """Paths below which problems are said in another form than RFC 9457's."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What /readyz looks at beside what every service stands on."""
    make_bus: "MakeBus | None" = None
    """For a service that is no aggregate's: its own end of the bus."""


class Runtime(Asks, Protocol):
    """What a process needs of the bus beside asking: see shared.bus."""

    async def start(self) -> None:
        """Connect and begin to consume and relay. Raises when that cannot be."""

    async def run(self) -> None:
        """Return or raise only when it cannot go on."""

    async def stop(self) -> None:
        """Stop fetching, finish the batch, commit."""

    def figures(self) -> Mapping[str, object]:
        """How it goes: ``waiting_for`` names the infrastructure that is missing, empty when all is well."""

    def routers(self) -> Sequence[APIRouter]:
        """The parking API."""


MakeBus = Callable[[Service, Database, Sealer, Clock], tuple[Runtime, dict[str, Check]]]
"""Builds the bus and its readiness checks."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A service's parts, connected. Nothing of it runs yet."""

    service: Service
    ctx: Context[Any]
    bus: Runtime
    app: FastAPI
    telemetry: Telemetry
    failing: Failing


@asynccontextmanager
async def assembled(
    service: Service, make_bus: MakeBus, clock: Clock | None = None, telemetry: Telemetry | None = None
) -> AsyncIterator[Assembled]:
    """Open the database, bring it up to date, build bus and application; close all when left.

    Raises ValueError for keys that are missing or malformed, RuntimeError for a route without a scope, and what the
    database or a revision raises.
    """
    settings = service.settings
    seal = Sealer.parse(settings.seal_keys.get_secret_value())
    told = telemetry or telemetry_for(service.name, VERSION, settings.otlp_endpoint)
    db = Database(settings.database_url.get_secret_value(), name=service.name, pool_size=settings.pool_size)
    try:
        checks = await _database_checks(service, db)
        time = clock or SystemClock(settings.clock_file)
        bus, more = (service.make_bus or make_bus)(service, db, seal, time)
        if isinstance(bus, Bus):
            bus.tell_to(told)
        checks |= more | dict(service.checks)
        failing: Failing = {}
        if service.jobs:
            checks["jobs"] = make_jobs_check(failing)
        log = structlog.stdlib.get_logger(f"claimflow.{service.name}")
        ctx: Context[Any] = Context(settings, db, bus, time, seal, _blind(settings), log)
        routers = [*service.routers, *bus.routers(), health_router(checks, service.name)]
        if service.summary is not None:
            routers.append(summary_router(service.summary))
        app = make_app(service.name, VERSION, ctx, routers, service.open_routes, service.voices)
        app.state.browser = service.browser
        yield Assembled(service, ctx, bus, app, told, failing)
    finally:
        await db.close()
        told.close()


async def _database_checks(service: Service, db: Database) -> dict[str, Check]:
    checks: dict[str, Check] = {"database": db.check}
    if service.migrations:
        await migrate(db, service.migrations)
        checks["migrations"] = make_migrations_check(db, service.migrations)
    return checks


def _blind(settings: ServiceSettings) -> Blind:
    key = b64decode(settings.blind_key.get_secret_value(), validate=True)
    if len(key) < 32:
        raise ValueError("blind_key must be base64 of at least 32 bytes")
    return Blind(key)
