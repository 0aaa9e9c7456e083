"""One claim: where it is, why, who acts next, by when; its journey as it happens; what each service knows of it."""

import asyncio
import re
from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.console import look, store
from services.console.domain import View, stage_of
from services.console.gateway import Reply
from services.console.pages.desk import Ctx, Desk, Who
from services.console.pages.live import stream
from shared.service import Context, Problem, needs, not_found

_STYLED = {
    **look.HEADERS,
    # a statement brings its own style and nothing else; the sandbox keeps it from acting as the console
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
}
_TAG = re.compile(r"^[0-9a-fA-F-]{36}$")


def make_router(desk: Desk) -> APIRouter:
    """/claims/{id}, its events, and statements."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read")])

    @router.get("/claims/{claim_id}")
    async def show_claim(request: Request, ctx: Ctx, who: Who, claim_id: str) -> Response:
        """The claim's page."""
        claim = _uuid(claim_id)
        journey, (scrubbed, sent, money, bill) = await asyncio.gather(
            _journey(ctx, claim), asked(desk, claim)
        )
        due = due_of(journey["view"], sent)
        return desk.page(
            "claim.html", request, ctx, who,
            claim=claim, due=due, scrubbed=scrubbed, sent=sent, paid=money, bill=bill, **journey,
        )  # fmt: skip

    @router.get("/claims/{claim_id}/events")
    async def watch_claim(request: Request, ctx: Ctx, claim_id: str) -> Response:
        """The claim's head and journey again, each time something happens to it."""
        claim = _uuid(claim_id)

        async def last() -> int:
            async with ctx.db.connect() as tx:
                return await store.last_step(tx, claim)

        async def shown() -> str:
            journey = await _journey(ctx, claim)
            sent = await desk.services.get("submitter", f"/claims/{claim}")
            due = due_of(journey["view"], sent)
            return look.fragment("journey.html", now=ctx.clock.now(), claim=claim, due=due, **journey)

        return stream(request, desk.stopping, last, shown)

    @router.get("/statements/{statement_id}", dependencies=[needs("statements:read")])
    async def show_statement(statement_id: str) -> Response:
        """A patient's statement as it was sent."""
        reply = await desk.services.get("statements", f"/statements/{_uuid(statement_id)}")
        if not isinstance(reply.data, str):
            raise Problem(502, "no-answer", "The statement cannot be shown", reply.words)
        return HTMLResponse(reply.data, headers=_STYLED)

    return router


async def asked(desk: Desk, claim: str) -> tuple[Reply, Reply, Reply, Reply]:
    """What scrubber, submitter, remittance and statements know of it, asked at the same time."""
    names = ("scrubber", "submitter", "remittance", "statements")
    first, second, third, fourth = await asyncio.gather(
        *(desk.services.get(name, f"/claims/{claim}") for name in names)
    )
    return first, second, third, fourth


def due_of(view: View, sent: Reply) -> datetime | None:
    """Until when the next step is due: the submitter's date while a payer's answer is awaited, else our target."""
    stage = stage_of(view.state)
    told = sent.get("due") if stage.turn == "payer" else None
    if isinstance(told, str) and told:
        return datetime.fromisoformat(told)
    return view.since + stage.within if stage.within is not None else None


async def _journey(ctx: Context[Any], claim: str) -> dict[str, Any]:
    async with ctx.db.connect() as tx:
        view = await store.one(tx, claim)
        steps = await store.steps(tx, claim)
    if view is None:
        raise not_found("claim")
    return {"view": view, "steps": steps, "stage": stage_of(view.state), "last": steps[-1].id if steps else 0}


def _uuid(text: str) -> str:
    if not _TAG.match(text):
        raise not_found("claim")
    try:
        return str(UUID(text))
    except ValueError:
        raise not_found("claim") from None
