"""The sandbox, wired: ``python -m deploy.sandbox.app``. SFTP mailboxes, payers with moods, HTTP control."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
import uvloop

from deploy.sandbox.control import control
from deploy.sandbox.folder import Folder
from deploy.sandbox.payer import Payers
from deploy.sandbox.server import serve
from deploy.sandbox.settings import SandboxSettings
from shared.service import logs, memory
from shared.service.clock import SystemClock


class _Server(uvicorn.Server):
    """Signals are ours."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(settings: SandboxSettings) -> None:
    """Serve until SIGTERM or SIGINT. Raises OSError for a port that is taken."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    clock = SystemClock(settings.clock_file)
    passwords = settings.partners()
    folder = Folder(settings.folder, sorted(passwords))
    payers = Payers(folder, settings, clock)
    key = settings.host_key or settings.folder / "host_key"
    app = control(payers, clock, settings.clock_file)
    http = _Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
    )
    async with await serve(folder, passwords, settings.host, settings.sftp_port, key, payers.news.set):
        web = asyncio.create_task(http.serve())
        working = asyncio.create_task(payers.run(stopping))
        await asyncio.wait({web, working}, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        http.should_exit = True
        await asyncio.gather(web, working)


def main() -> None:
    """Run with the settings of the environment."""
    settings = SandboxSettings()
    logs.configure("sandbox", settings.log_format, "INFO")
    memory.settle()
    uvloop.run(run(settings))


if __name__ == "__main__":
    main()
