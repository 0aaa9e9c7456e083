"""The routes that every service has: alive, ready, which release, and its figures."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import JSONResponse

from shared.service.auth import needs
from shared.service.context import Context, context
from shared.service.health import Check, examine
from shared.service.version import VERSION


def health_router(checks: Mapping[str, Check], name: str) -> APIRouter:
    """/livez without dependencies (one that asks the database restarts everybody when it hiccups), /readyz, /version."""
    router = APIRouter(tags=["health"])

    @router.get("/livez", operation_id="get_livez")
    async def livez() -> dict[str, str]:
        """The process answers."""
        return {"status": "alive"}

    @router.get("/readyz", operation_id="get_readyz")
    async def readyz() -> JSONResponse:
        """Everything the service stands on, each with its figure; 503 when one is not good."""
        ready, reports = await examine(checks)
        return JSONResponse({"ready": ready, "checks": reports}, 200 if ready else 503)

    @router.get("/version", operation_id="get_version")
    async def version() -> dict[str, str]:
        """Service and release."""
        return {"service": name, "version": VERSION}

    return router


def summary_router(summary: Callable[[Context[Any]], Awaitable[object]]) -> APIRouter:
    """GET /summary."""
    router = APIRouter(tags=["summary"])

    @router.get("/summary", operation_id="get_summary", dependencies=[needs("claims:read")])
    async def read_summary(ctx: Annotated[Context[Any], Depends(context)]) -> JSONResponse:
        """Counts and cents by state, from this service's own database."""
        return JSONResponse(await summary(ctx))

    return router
