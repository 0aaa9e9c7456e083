"""The parts of the system: where they are, which release, whether they are ready, and each figure of theirs."""

import asyncio
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.console.pages.desk import Ctx, Desk, Who
from services.console.settings import SERVICES
from shared.service import needs


def make_router(desk: Desk) -> APIRouter:
    """/resources."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read")])

    @router.get("/resources")
    async def show_resources(request: Request, ctx: Ctx, who: Who) -> Response:
        """One block per service."""
        parts = await asyncio.gather(*(_part(desk, name) for name in SERVICES))
        return desk.page("resources.html", request, ctx, who, parts=parts)

    return router


async def _part(desk: Desk, service: str) -> dict[str, Any]:
    ready, version = await asyncio.gather(
        desk.services.get(service, "/readyz"), desk.services.get(service, "/version")
    )
    return {
        "service": service,
        "url": desk.services.url(service),
        "ready": bool(ready.get("ready", False)),
        "checks": ready.get("checks") or {},
        "words": ready.words,
        "version": version.get("version", ""),
    }
