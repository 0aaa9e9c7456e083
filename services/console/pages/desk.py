"""What every screen works with: who looks, and how a page is made for them."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request
from starlette.responses import HTMLResponse

from services.console import look
from services.console.gateway import Services
from services.console.sessions import Sessions
from services.console.settings import ConsoleSettings
from shared.service import Caller, Context, Problem, caller, context

Ctx = Annotated[Context[ConsoleSettings], Depends(context)]
Who = Annotated[Caller, Depends(caller)]


@dataclass(frozen=True, slots=True)
class Desk:
    """The parts that screens share."""

    settings: ConsoleSettings
    services: Services
    sessions: Sessions
    stopping: asyncio.Event

    def page(
        self, name: str, request: Request, ctx: Context[Any], who: Caller, **values: Any
    ) -> HTMLResponse:
        """A page for somebody who is signed in."""
        return look.page(
            name,
            who=who,
            here=request.url.path,
            form_token=self.sessions.form_token(request),
            now=ctx.clock.now(),
            **values,
        )


async def form(request: Request) -> dict[str, str]:
    """FastAPI dependency: an HTML form's fields, the last of each name. Raises Problem 415, 400."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/x-www-form-urlencoded":
        raise Problem(415, "unsupported-media-type", "This resource takes a form")
    try:
        fields = parse_qsl((await request.body()).decode(), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise Problem(400, "not-a-form", "The body is not a form") from None
    return dict(fields)


Fields = Annotated[dict[str, str], Depends(form)]
