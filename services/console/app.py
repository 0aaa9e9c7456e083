"""The console, wired: what it hears, the services it asks, its pages."""

import asyncio

import httpx

from services.console.gateway import HttpServices
from services.console.handlers import Listener
from services.console.pages import OPEN_ROUTES, make_parts
from services.console.settings import ConsoleSettings
from shared.bus.broker import Broker
from shared.bus.sealer import Sealer
from shared.service import Clock, Context, Database, Service, SystemClock
from shared.service.health import Check
from shared.service.run import run
from shared.service.wiring import broker_of


def build(
    settings: ConsoleSettings | None = None,
    *,
    broker: Broker | None = None,
    clock: Clock | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Service:
    """Put the console together. Tests hand in their own broker, clock and transport to the services."""
    settings = settings or ConsoleSettings()
    stopping = asyncio.Event()
    services = HttpServices(settings.urls, settings.service_token.get_secret_value(), transport)
    routers, browser = make_parts(settings, services, clock or SystemClock(settings.clock_file), stopping)

    def make_bus(
        service: Service, db: Database, seal: Sealer, time: Clock
    ) -> tuple[Listener, dict[str, Check]]:
        listener = Listener(db, broker or broker_of(settings))
        return listener, listener.checks()

    async def hang_up(ctx: Context[ConsoleSettings], asked: asyncio.Event) -> None:
        await asked.wait()
        stopping.set()
        await services.close()

    return Service(
        name="console",
        settings=settings,
        routers=routers,
        doors=(hang_up,),
        migrations="services/console/migrations",
        open_routes=OPEN_ROUTES,
        browser=browser,
        make_bus=make_bus,
    )


if __name__ == "__main__":
    run(build)
