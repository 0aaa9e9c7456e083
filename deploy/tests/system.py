"""Runs the local machine with real servers and stand-ins for services: ``python -m deploy.tests.system FOLDER``."""

import asyncio
import signal
import sys
from pathlib import Path

from deploy.local.machine import running
from deploy.local.place import Place
from deploy.local.ports import WISHES
from deploy.local.stack import SERVERS, Part
from deploy.local.supervisor import Child
from shared.testing.servers import free_port

PARTS = tuple(
    Part(
        name=name,
        module="deploy.tests.stand_in",
        ports={"http": 0},
        settings={"HTTP_PORT": f"{{ports[{name}.http]}}"},
        needs=SERVERS,
    )
    for name in ("intake", "console")
)


def _say(child: Child) -> None:
    print(child.name, child.state, flush=True)


async def main(folder: Path) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    place = Place(folder)
    # not the usual ports: several tests may run at once
    asked = {} if place.state() else {name: free_port() for name in WISHES}
    async with running(place, asked, _say, PARTS):
        print("all ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
