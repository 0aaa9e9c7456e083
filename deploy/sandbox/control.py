"""The sandbox's control over HTTP: moods, the clock, what was received. For demonstrations and tests: no tokens."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.sandbox.moods import Mood
from deploy.sandbox.payer import Payers
from shared.service.clock import Clock, move_ahead

MOODS: tuple[str, ...] = get_args(Mood)


class NewMood(msgspec.Struct, frozen=True):
    """The body of PUT /moods/{payer}."""

    mood: Mood


class Ahead(msgspec.Struct, frozen=True):
    """The body of POST /clock: how far to move ahead."""

    days: float = 0
    hours: float = 0
    seconds: float = 0


Handler = Callable[[Request], Awaitable[Response]]


def control(payers: Payers, clock: Clock, clock_file: Path | None) -> Starlette:
    """GET /livez, /summary, /received, /moods; PUT /moods/{payer}; GET and POST /clock."""

    async def livez(request: Request) -> Response:
        return _json({"status": "alive"})

    async def summary(request: Request) -> Response:
        received = payers.folder.received()
        return _json(
            {
                "files": len(received),
                "claims": sum(r.claims for r in received),
                "cents": sum(r.cents for r in received),
                "rejected": sum(r.rejected for r in received),
                "duplicates": sum(r.duplicates for r in received),
                "repeated_files": payers.repeats,
                "letters_waiting": payers.folder.waiting,
            }
        )

    async def received(request: Request) -> Response:
        files = [msgspec.structs.replace(r, accepted=()) for r in payers.folder.received()]
        return _json({"files": files})

    async def show_moods(request: Request) -> Response:
        return _json({"moods": payers.moods, "possible": MOODS})

    async def set_mood(request: Request) -> Response:
        body = msgspec.json.decode(await request.body(), type=NewMood)
        payers.set_mood(request.path_params["payer"], body.mood)
        return _json({"moods": payers.moods})

    async def show_clock(request: Request) -> Response:
        return _json({"now": clock.now()})

    async def move_clock(request: Request) -> Response:
        if clock_file is None:
            return _json({"problem": "this sandbox runs on real time (CLAIMFLOW_CLOCK_FILE is not set)"}, 409)
        by = msgspec.json.decode(await request.body(), type=Ahead)
        move_ahead(clock_file, timedelta(days=by.days, hours=by.hours, seconds=by.seconds))
        return _json({"now": clock.now()})

    return Starlette(
        routes=[
            Route("/livez", livez),
            Route("/readyz", livez),
            Route("/summary", summary),
            Route("/received", received),
            Route("/moods", show_moods),
            Route("/moods/{payer}", _checked(set_mood), methods=["PUT"]),
            Route("/clock", show_clock),
            Route("/clock", _checked(move_clock), methods=["POST"]),
        ]
    )


def _checked(handler: Handler) -> Handler:
    """A body that does not fit is answered with what is wrong with it."""

    async def checked(request: Request) -> Response:
        try:
            return await handler(request)
        except (msgspec.DecodeError, ValueError) as error:
            return _json({"problem": str(error)}, 422)

    return checked


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
