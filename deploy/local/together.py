"""All services in one process on the broker in memory, for machines without Kafka: ``python -m deploy.local.together FILE``.

FILE holds each service's environment as JSON. Nothing survives this process but what the databases hold, and a broker that
forgot does not fit databases that remember: whoever starts this starts with empty ones.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import uvloop

from deploy.local.effective import class_of
from shared.service import Database, Service, logs
from shared.service.migrations import migrate
from shared.service.run import serve


def main(file: Path) -> None:
    """Build every service with its own settings, run them until a signal."""
    services = [build(name, told) for name, told in json.loads(file.read_text()).items()]
    logs.configure("services", "json", "INFO")
    uvloop.run(_serve_all(services))


def build(name: str, environment: Mapping[str, str]) -> Service:
    """A service as its app.py makes it, with these variables instead of the process's own."""
    before = dict(os.environ)
    os.environ.update(environment)
    try:
        service: Service = import_module(f"services.{name}.app").build(class_of(name)())
    finally:
        os.environ.clear()
        os.environ.update(before)
    return service


async def _serve_all(services: list[Service]) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    for service in services:  # Alembic keeps its context in globals: two migrations at once would mix
        await _migrate(service)
    async with asyncio.TaskGroup() as group:
        for service in services:
            group.create_task(serve(service, stopping))


async def _migrate(service: Service) -> None:
    database = Database(service.settings.database_url.get_secret_value())
    try:
        await migrate(database, service.migrations)
    finally:
        await database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
