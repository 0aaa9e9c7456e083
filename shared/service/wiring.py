"""The one place where the bus meets a process's settings."""

from shared.bus.sealer import Sealer
from shared.service.clock import Clock
from shared.service.database import Database
from shared.service.service import Runtime, Service
from shared.service.telemetry import Telemetry


def bus_of(service: Service, db: Database, seal: Sealer, clock: Clock, telemetry: Telemetry) -> Runtime:
    """The bus that the settings ask for: real Kafka, or a broker in this process."""
    raise NotImplementedError
