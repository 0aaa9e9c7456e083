"""Run a service: ``run(build)`` at the end of its ``app.py``, and nothing else is needed.

Start: migrations, bus, jobs, doors, HTTP. SIGTERM or SIGINT: stop fetching, finish the batch, commit, leave
within ``stop_seconds``; a second signal leaves at once. A door or the bus that ends by itself stops the process with
code 1: whoever supervises it starts it again, in a known state.
"""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

import structlog
import uvicorn
import uvloop
from pydantic import ValidationError

from shared.operator_lists import ListError, adopt
from shared.service import logs, memory
from shared.service.jobs import Leases, attempt, keep
from shared.service.service import Assembled, Service, assembled
from shared.service.settings import PREFIX
from shared.service.wiring import bus_of

_log = structlog.stdlib.get_logger("claimflow.run")


def run(build: Callable[[], Service]) -> None:
    """Build the service and run it until a signal. Exits 0 after a stop that was asked for, 1 after a failure."""
    try:
        service = build()
    except ValidationError as error:
        sys.exit(explain(error))
    logs.configure(service.name, service.settings.log_format, service.settings.log_level)
    sys.exit(uvloop.run(_guarded(service)))


def explain(error: ValidationError) -> str:
    """What is wrong with the settings, one variable a line, without their values."""
    places = [(f"{PREFIX}{each['loc'][0]}".upper() if each["loc"] else "settings") for each in error.errors()]
    return "\n".join(
        f"{place}: {each['msg']}"
        for place, each in zip(places, error.errors(include_input=False), strict=True)
    )


async def _guarded(service: Service) -> int:
    error = await attempt(serve(service))
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        _log.error("the port is taken: set another CLAIMFLOW_HTTP_PORT", port=service.settings.http_port)
    elif isinstance(error, ListError):
        _log.error(f"CLAIMFLOW_CODE_LISTS: {error}")
    elif error is not None:
        _log.error("stopped by an error", exc_info=error)
    return 1 if error else 0


async def serve(service: Service, asked: asyncio.Event | None = None) -> None:
    """Start everything, wait for a signal or for a part that ends by itself, stop everything in order.

    ``asked`` stops it instead of a signal, where several services share a process. Raises ListError before anything
    is started, and RuntimeError when a part ended by itself, with its error as the cause.
    """
    stopping = asked or asyncio.Event()
    if asked is None:
        _on_signals(stopping)
    settings = service.settings
    if settings.code_lists is not None:
        adopt(settings.code_lists)
    # bound first: a taken port is said before a migration has run, and uvicorn would leave by itself with another code
    listener = socket.create_server((settings.http_host, settings.http_port), backlog=1024)
    async with assembled(service, bus_of) as parts:
        await parts.bus.start()
        memory.settle()
        server = _Server(_uvicorn(parts))
        leases = Leases(parts.ctx.db)
        running = {
            asyncio.create_task(work, name=name)
            for name, work in _works(parts, server, listener, leases, stopping)
        }
        stopped = asyncio.create_task(stopping.wait())
        _log.info("started", pid=os.getpid(), port=listener.getsockname()[1])
        done, _ = await asyncio.wait({stopped, *running}, return_when=asyncio.FIRST_COMPLETED)
        stopping.set()
        server.should_exit = True
        await _leave(parts, running, leases)
        if stopped not in done:
            first = next(iter(done))
            raise RuntimeError(f"{first.get_name()} ended by itself") from first.exception()


class _Server(uvicorn.Server):
    """Signals are ours: uvicorn alone would stop before the bus has finished its batch."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _works(
    parts: Assembled, server: uvicorn.Server, listener: socket.socket, leases: Leases, stopping: asyncio.Event
) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
    ctx = parts.ctx
    yield "bus", parts.bus.run()
    yield "http", server.serve([listener])
    for door in parts.service.doors:
        yield "door", _awaited(door(ctx, stopping))
    for job in parts.service.jobs:
        yield f"job {job.name}", keep(job, ctx, leases, stopping, parts.failing)


async def _leave(parts: Assembled, running: set[asyncio.Task[None]], leases: Leases) -> None:
    """Doors and HTTP finish what they hold while the bus finishes its batch; whatever is late is cut off."""
    patience = parts.service.settings.stop_seconds - 1
    bus = asyncio.create_task(parts.bus.stop())
    _, late = await asyncio.wait({bus, *running}, timeout=patience)
    for task in late:
        _log.warning("cut off", what=task.get_name())
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=0.5)
    await leases.close()


def _uvicorn(parts: Assembled) -> uvicorn.Config:
    settings = parts.service.settings
    return uvicorn.Config(
        parts.app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=int(settings.stop_seconds - 2),
    )


def _on_signals(stopping: asyncio.Event) -> None:
    def stop() -> None:
        if stopping.is_set():
            os._exit(1)  # asked twice: whoever asks does not want to wait
        _log.info("stopping")
        stopping.set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


async def _awaited(work: Awaitable[None]) -> None:
    await work
