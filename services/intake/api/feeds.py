"""``GET /feeds``: one row per feed, for whoever connects them and whoever watches them."""

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from services.intake.api.claims import Ctx
from services.intake.store import feeds
from services.intake.store.desk import Desk
from shared.service import needs


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(tags=["feeds"], dependencies=[needs("inbox:read")])

    @routes.get("/feeds", operation_id="list_feeds", response_class=Response)
    async def list_feeds(ctx: Ctx) -> Response:
        """Received, accepted, refused, kept, repeats; last message, connections, oldest waiting, p99 of the answer, silence."""
        rows = await feeds.overview(ctx, desk.feeds)
        return Response(msgspec.json.encode({"feeds": rows}), media_type="application/json")

    return routes
