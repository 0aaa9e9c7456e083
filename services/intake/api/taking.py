"""What the HTTP doors have in common: hand in what was read, answer after the commit."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from services.intake.domain.edi import FileReader, read_x12
from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Answer, Arrival, Reading
from services.intake.store.desk import Desk, NotStoredError
from shared.claim import uuid7
from shared.service.context import Context
from shared.service.problems import Problem
from shared.service.traces import current

LONG = 128 * 1024
"""JSON and FHIR bodies of so many bytes are read beside the event loop, so that short messages are not kept waiting."""

STEP = 16 * 1024
"""Bytes of an X12 file that are read at once: some 35 claims, 2 ms."""

VERY_LONG = 2 * 1024 * 1024
"""X12 files of so many bytes are read in a thread."""

HEAD = 1024
"""Bytes within which an 837 says what it is."""

LONGEST_KEY = 200
RETRY_SECONDS = "5"


async def take(desk: Desk, ctx: Context, raw: bytes, reading: Reading) -> Response:
    """Store the message and give its answer. Raises Problem 503 with Retry-After when it cannot be stored."""
    arrival = Arrival(uuid7(), raw, ctx.clock.now(), reading, current.get())
    try:
        taken = await desk.take(ctx, arrival)
    except NotStoredError:
        raise Problem(
            503,
            "not-stored",
            "The message could not be stored",
            "It was not taken: send it again, unchanged.",
            headers={"Retry-After": RETRY_SECONDS},
        ) from None
    response = response_of(taken.answer)
    response.headers["X-Message-Id"] = taken.message
    if taken.repeat:
        response.headers["Idempotency-Replayed"] = "true"
    return response


async def read_in_steps(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """Understand an X12 file; others have their turn after every few claims.

    A thread takes turns with the event loop as well, but in the midst of its work: it costs a twentieth more, and short
    messages wait longer (docs/decisions/0131). So only what has no small steps is read in one.
    """
    if not has_small_steps(raw):
        return await asyncio.to_thread(read_x12, raw, feeds, at)
    reader = FileReader(feeds)
    for start in range(0, len(raw), STEP):
        reader.feed(raw[start : start + STEP])
        await asyncio.sleep(0)
    return reader.reading(raw, at)


def has_small_steps(raw: bytes) -> bool:
    """Whether a file is made of claims and not very long: any other set becomes a value at its end, in up to a second."""
    return len(raw) <= VERY_LONG and b"ST%b837" % raw[3:4] in raw[:HEAD]


async def read_beside(raw: bytes, read: Callable[[], Reading]) -> Reading:
    """Understand a body; a long one in a thread."""
    return await asyncio.to_thread(read) if len(raw) > LONG else read()


def response_of(answer: Answer) -> Response:
    """The answer as HTTP."""
    return Response(answer.body, answer.status, dict(answer.headers), media_type=answer.media)


def key_of(request: Request) -> str:
    """The Idempotency-Key; empty without one. Raises Problem 400 for one that is too long."""
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > LONGEST_KEY:
        raise Problem(
            400,
            "idempotency-key",
            "The Idempotency-Key is too long",
            f"Use at most {LONGEST_KEY} characters.",
        )
    return key


def media_of(request: Request) -> str:
    """The content type without its parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
