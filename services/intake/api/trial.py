"""``POST /feeds/{feed}/check``: what a feed's last messages would give under a changed feed file. It changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from services.intake.api.claims import Ctx
from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.trial import Progress, trial
from services.intake.mappings import DocumentError, load_tables, read_feed
from services.intake.store import trial as store
from services.intake.store.desk import Desk
from shared.service import Problem, needs, not_found
from shared.service.context import Context

MOST = 5000
LINES = "application/x-ndjson"


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(tags=["feeds"], dependencies=[needs("inbox:read")])

    @routes.post("/feeds/{feed}/check", operation_id="check_feed", response_class=StreamingResponse)
    async def check_feed(
        ctx: Ctx, request: Request, feed: str, last: Annotated[int, Query(ge=1, le=MOST)] = 1000
    ) -> StreamingResponse:
        """Read the feed's last messages under the feed file in the body (YAML) too, and tell the difference.

        One JSON object a line: ``progress`` while it reads, ``difference`` at the end. Nothing is stored or sent.
        """
        after = _with(desk.feeds, feed, await request.body())
        return StreamingResponse(_told(ctx, desk.feeds, after, feed, last), media_type=LINES)

    return routes


def _with(feeds: Feeds, name: str, body: bytes) -> Feeds:
    """The feeds with the candidate in its place. Raises Problem 404 for an unknown feed, 422 for a file that cannot be used."""
    if name not in {f.name for f in feeds.all}:
        raise not_found("feed")
    candidate = _candidate(body)
    if candidate.name != name:
        raise Problem(422, "invalid-feed", "The feed file names another feed", f"Write name: {name}.")
    return Feeds([candidate if f.name == name else f for f in feeds.all])


def _candidate(body: bytes) -> Feed:
    try:
        return read_feed(body.decode("utf-8"), "feed", load_tables())
    except UnicodeDecodeError:
        raise Problem(422, "invalid-feed", "The feed file is not UTF-8", "Save it as UTF-8.") from None
    except DocumentError as error:
        detail = f"Line {error.line}, {error.key or 'the file'}: {error.problem} {error.fix}".rstrip()
        raise Problem(422, "invalid-feed", "The feed file cannot be used", detail) from None


async def _told(ctx: Context, before: Feeds, after: Feeds, feed: str, last: int) -> AsyncIterator[bytes]:
    ids = await store.last(ctx, feed, last)
    yield _line(Progress(0, len(ids)))
    found = [one async for one in store.originals(ctx, ids)]
    telling = trial(found, len(found), before, after)
    # beside the event loop: a thousand messages are a second of reading
    while (tell := await asyncio.to_thread(next, telling, None)) is not None:
        yield _line(tell)


def _line(tell: object) -> bytes:
    return msgspec.json.encode(tell) + b"\n"
