"""One door process beside the main one: ``python -m services.intake.door_process LINE``, started by doors/crew.py.

It reads, stores and answers the messages of the MLLP connections it is handed, over the same database. Migrations, relay,
consumer, jobs and HTTP are the main process's; so is the decision to stop: it ends with the line.
"""

import asyncio
import pickle
import signal
import socket
import sys

import structlog
import uvloop

from services.intake.domain.feed import Feeds
from services.intake.doors import handed_door, watching_door
from services.intake.handlers import hears
from services.intake.settings import IntakeSettings
from services.intake.store.desk import Desk
from shared.operator_lists import adopt
from shared.service import Service, logs, memory
from shared.service.jobs import attempt
from shared.service.service import assembled
from shared.service.wiring import bus_of

_log = structlog.stdlib.get_logger("claimflow.door")


def main() -> None:
    """What it runs by comes over its standard input, which only the process that started it can write to."""
    settings, feeds = pickle.load(sys.stdin.buffer)  # noqa: S301
    logs.configure("intake", settings.log_format, settings.log_level)
    sys.exit(uvloop.run(_guarded(settings, feeds, socket.socket(fileno=int(sys.argv[1])))))


async def _guarded(settings: IntakeSettings, feeds: Feeds, line: socket.socket) -> int:
    error = await attempt(_serve(settings, feeds, line))
    if error is not None:
        _log.error("stopped by an error", exc_info=error)
    return 1 if error else 0


async def _serve(settings: IntakeSettings, feeds: Feeds, line: socket.socket) -> None:
    """Until the line ends. A signal ends it too: whoever stops a group of processes tells them all."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    if settings.code_lists is not None:
        adopt(settings.code_lists)
    desk = Desk(feeds, settings.batch_messages)
    doors = (handed_door(desk, line), watching_door(desk))
    # it hears as the main process does, so that it decides as that does; but its consumer never runs
    async with assembled(Service("intake", settings, hears=hears(), doors=doors), bus_of) as parts:
        memory.settle()
        await asyncio.gather(*(door(parts.ctx, stopping) for door in doors))


if __name__ == "__main__":
    main()
