"""The feeds: one row each, what they sent, what became of it, who is silent."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.console.pages.desk import Ctx, Desk, Who
from shared.service import needs


def make_router(desk: Desk) -> APIRouter:
    """/feeds."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read"), needs("inbox:read")])

    @router.get("/feeds")
    async def show_feeds(request: Request, ctx: Ctx, who: Who) -> Response:
        """One row per feed."""
        reply = await desk.services.get("intake", "/feeds")
        rows: list[dict[str, Any]] = reply.get("feeds") or []
        silent = [row for row in rows if row.get("silent_since")]
        return desk.page("feeds.html", request, ctx, who, reply=reply, rows=rows, silent=silent)

    return router
