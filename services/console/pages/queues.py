"""What waits in the machine room: lag, outboxes, and parked events with replay and dismissal behind a confirmation."""

import asyncio
from collections import Counter
from typing import Any, Literal

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console import store
from services.console.gateway import Reply
from services.console.pages.desk import Ctx, Desk, Fields, Who
from services.console.settings import SERVICES
from shared.service import Problem, needs, not_found

Verb = Literal["replay", "dismiss"]


def make_router(desk: Desk) -> APIRouter:
    """/queues and its two actions."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read")])

    @router.get("/queues")
    async def show_queues(request: Request, ctx: Ctx, who: Who, done: str = "") -> Response:
        """One row per service, then everything that is parked, grouped by cause."""
        rows = await asyncio.gather(*(_queue(desk, name) for name in SERVICES))
        async with ctx.db.connect() as tx:
            strays = await store.unreadable(tx)
        return desk.page("queues.html", request, ctx, who, rows=rows, done=done[:200], strays=strays)

    @router.get("/queues/{service}/{parked_id}/{verb}", dependencies=[needs("parked:write")])
    async def confirm(
        request: Request, ctx: Ctx, who: Who, service: str, parked_id: int, verb: Verb
    ) -> Response:
        """Say what will happen, and ask."""
        event = await _parked(desk, service, parked_id)
        return desk.page("confirm.html", request, ctx, who, service=service, event=event, verb=verb)

    @router.post("/queues/{service}/{parked_id}/{verb}", dependencies=[needs("parked:write")])
    async def act(
        request: Request, who: Who, service: str, parked_id: int, verb: Verb, fields: Fields
    ) -> Response:
        """Do it, and say what came of it."""
        desk.sessions.check_form(request, fields.get("form_token", ""))
        reason = fields.get("reason", "").strip()
        if service not in SERVICES:
            raise not_found("service")
        body = {"reason": f"{who.name}: {reason[:400]}"} if verb == "dismiss" else None
        if verb == "dismiss" and not reason:
            raise Problem(422, "invalid", "A reason is needed", "Say why this event is given up.")
        reply = await desk.services.post(service, f"/parked/{parked_id}/{verb}", body)
        return RedirectResponse(f"/queues?done={_outcome(verb, reply)}", 303)

    return router


async def _queue(desk: Desk, service: str) -> dict[str, Any]:
    ready, parked = await asyncio.gather(
        desk.services.get(service, "/readyz"), desk.services.get(service, "/parked", limit=200)
    )
    events = parked.get("parked") or []
    causes = Counter((e["reason"], e["type"], e["detail"]) for e in events)
    return {
        "service": service,
        "ready": ready,
        "checks": ready.get("checks") or {},
        "parked": parked,
        "open": parked.get("open", 0),
        "causes": causes.most_common(),
        "events": events,
    }


async def _parked(desk: Desk, service: str, parked_id: int) -> dict[str, Any]:
    if service not in SERVICES:
        raise not_found("service")
    reply = await desk.services.get(service, "/parked", after=max(0, parked_id - 1), limit=1)
    events: list[dict[str, Any]] = reply.get("parked") or []
    if not events or events[0]["id"] != parked_id:
        raise not_found("parked event")
    return events[0]


def _outcome(verb: str, reply: Reply) -> str:
    if not reply.ok:
        return f"Nothing was changed: {reply.words}."
    left = f", {reply.get('left', 0)} still parked" if reply.get("left") else ""
    return f"{'Replayed' if verb == 'replay' else 'Dismissed'}: {reply.get('settled', 0)} done{left}."
