"""The one place where the bus meets a process's settings, and where its health is read."""

from functools import cache

from shared.bus import positions
from shared.bus.broker import Broker
from shared.bus.bus import Bus
from shared.bus.memory import MemoryBroker
from shared.bus.sealer import Sealer
from shared.service.clock import Clock
from shared.service.database import Database
from shared.service.health import Check, Finding
from shared.service.service import Service
from shared.service.settings import ServiceSettings

OUTBOX_LATE = 60.0
"""Seconds that the oldest outbox row may wait before the service calls itself not ready."""

_OUTBOX = """
select count(*) as rows, coalesce(extract(epoch from clock_timestamp() - min(since)), 0)::float as oldest
from (select since from unsent order by id limit 10000) as waiting"""


def bus_of(service: Service, db: Database, seal: Sealer, clock: Clock) -> tuple[Bus, dict[str, Check]]:
    """The bus that the settings ask for, and its readiness checks."""
    return bus_on(broker_of(service.settings), service, db, seal, clock)


def bus_on(
    broker: Broker, service: Service, db: Database, seal: Sealer, clock: Clock
) -> tuple[Bus, dict[str, Check]]:
    """The same on a given broker."""
    bus = Bus(service.name, db, broker, seal, clock.now, service.hears)
    return bus, bus_checks(bus, db)


def broker_of(settings: ServiceSettings) -> Broker:
    """Real Kafka, or for ``memory`` the one broker of this process, which its services share."""
    if settings.kafka_bootstrap == "memory":
        return _memory()
    from shared.bus.kafka import KafkaBroker

    return KafkaBroker(settings.kafka_bootstrap)


@cache
def _memory() -> MemoryBroker:
    return MemoryBroker()


def bus_checks(bus: Bus, db: Database) -> dict[str, Check]:
    """Relay: rows waiting and the age of the oldest. Broker: nothing waited for. Assignment: partitions and lag."""

    async def relay() -> Finding:
        async with db.connect() as tx:
            row = await tx.driver.fetchrow(_OUTBOX)
        figures = {"rows": row["rows"], "oldest_seconds": round(row["oldest"], 1), "active": bus.relay.active}
        return Finding(row["oldest"] < OUTBOX_LATE, figures)

    async def broker() -> Finding:
        waiting = str(bus.figures()["waiting_for"])
        return Finding(not waiting, {"waiting_for": waiting})

    async def assignment() -> Finding:
        assert bus.consumer is not None
        held = bus.consumer.held()
        async with db.connect() as tx:
            lag = await positions.lag(tx, await bus.consumer.inbound().ends(held)) if held else 0
        return Finding(bool(held), {"partitions": len(held), "lag": lag})

    checks: dict[str, Check] = {"relay": relay, "broker": broker}
    return checks | {"assignment": assignment} if bus.consumer is not None else checks
