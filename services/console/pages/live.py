"""Server-sent events: a piece of a page again, each time something happened; a reconnecting browser misses nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse

from services.console.look import HEADERS

KEEP_ALIVE = 15.0
"""Seconds of silence after which a comment is sent, so that proxies keep the connection."""


def stream(
    request: Request,
    stopping: asyncio.Event,
    last: Callable[[], Awaitable[int]],
    shown: Callable[[], Awaitable[str]],
    pause: float = 0.5,
) -> StreamingResponse:
    """Send ``shown()`` whenever ``last()`` grew beyond what the browser has.

    What it has is Last-Event-ID after a broken connection, else the query's ``from``, else nothing.
    """
    known = request.headers.get("last-event-id") or request.query_params.get("from", "")
    seen = int(known) if known.isascii() and known.isdigit() else -1

    async def body() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        at, quiet = seen, 0.0
        while not stopping.is_set():
            newest = await last()
            if newest > at:
                yield _event(newest, await shown())
                at, quiet = newest, 0.0
            elif quiet >= KEEP_ALIVE:
                yield ": still here\n\n"
                quiet = 0.0
            quiet += pause
            await _pause(stopping, pause)

    return StreamingResponse(body(), media_type="text/event-stream", headers=HEADERS)


def _event(number: int, text: str) -> str:
    lines = "".join(f"data: {line}\n" for line in text.splitlines())
    return f"id: {number}\nevent: view\n{lines}\n"


async def _pause(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
