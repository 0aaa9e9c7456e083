"""One claim: where it is, why, who acts next, by when; its journey as it happens; what each service knows of it."""

import asyncio
import re
from datetime import UTC, datetime
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
        values = await known(desk, ctx, _uuid(claim_id))
        return desk.page("claim.html", request, ctx, who, **values)

    @router.get("/claims/{claim_id}/events")
    async def watch_claim(request: Request, ctx: Ctx, claim_id: str) -> Response:
        """All that the page says, again each time something happens to the claim."""
        claim = _uuid(claim_id)

        async def last() -> int:
            async with ctx.db.connect() as tx:
                return await store.last_step(tx, claim)

        async def shown() -> str:
            values = await known(desk, ctx, claim)
            return look.fragment("claim_body.html", now=ctx.clock.now(), **values)

        return stream(request, desk.stopping, last, shown)

    @router.get("/statements/{statement_id}", dependencies=[needs("statements:read")])
    async def show_statement(statement_id: str) -> Response:
        """A patient's statement as it was sent."""
        reply = await desk.services.get("statements", f"/statements/{_uuid(statement_id)}")
        if not isinstance(reply.data, str):
            raise Problem(502, "no-answer", "The statement cannot be shown", reply.words)
        return HTMLResponse(reply.data, headers=_STYLED)

    return router


async def known(desk: Desk, ctx: Context[Any], claim: str) -> dict[str, Any]:
    """The claim's journey, and what scrubber, submitter, remittance and statements know of it, asked at the same time."""
    journey, scrubbed, sent, paid, bill = await asyncio.gather(
        _journey(ctx, claim),
        *(desk.services.get(name, f"/claims/{claim}") for name in _ASKED),
    )
    view: View = journey["view"]
    return {
        **journey,
        "claim": claim,
        "due": due_of(view, sent, bill),
        "why": why_of(view, scrubbed, paid),
        "scrubbed": scrubbed,
        "sent": sent,
        "paid": paid,
        "bill": bill,
    }


_ASKED = ("scrubber", "submitter", "remittance", "statements")


def why_of(view: View, scrubbed: Reply, paid: Reply) -> str:
    """Why it is where it is, in the words of the service that says so; empty where the codes must do."""
    if view.state == "held":
        return "; ".join(str(each.get("title", "")) for each in scrubbed.get("findings") or [])
    decisions = paid.get("decisions") or []
    if view.state == "denied" and decisions:
        words = decisions[-1].get("words") or []
        return words if isinstance(words, str) else " ".join(map(str, words))
    return ""


def due_of(view: View, sent: Reply, bill: Reply) -> datetime | None:
    """Until when the next step is due: the submitter's date for a payer's answer, the statement's for the patient's money,
    else our target.
    """
    stage = stage_of(view.state)
    told = sent.get("due") if stage.turn == "payer" else None
    if stage.turn == "patient" and (statements := bill.get("statements")):
        told = statements[-1].get("by")
    if isinstance(told, str) and told:
        due = datetime.fromisoformat(told)
        return due if due.tzinfo else due.replace(hour=23, minute=59, tzinfo=UTC)
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
