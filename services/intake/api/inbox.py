"""The inbox: every message that came, what became of it, and doing it again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse

from services.intake.api.claims import Ctx
from services.intake.domain.again import read_again
from services.intake.domain.inbound import Arrival
from services.intake.store import inbox
from services.intake.store.desk import Desk, NotStoredError
from shared.service import Problem, needs, not_found
from shared.service.context import Context

Cursor = Annotated[str, Query(pattern="^([0-9a-f-]{36})?$")]


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(prefix="/inbox", tags=["inbox"])

    @routes.get("", operation_id="list_inbox", dependencies=[needs("inbox:read")])
    async def list_inbox(
        ctx: Ctx,
        filters: Annotated[inbox.Filters, Depends(_filters)],
        before: Cursor = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> JSONResponse:
        """Messages, newest first; ``next`` is the cursor of the next page, empty at the end."""
        rows = await inbox.find(ctx, filters, before, limit)
        return JSONResponse({"messages": rows, "next": rows[-1]["id"] if len(rows) == limit else ""})

    @routes.get("/{message}", operation_id="get_message", dependencies=[needs("inbox:read")])
    async def get_message(ctx: Ctx, message: str) -> JSONResponse:
        """One message: original, answer, findings, claims."""
        return JSONResponse(await _found(ctx, message))

    @routes.post("/{message}/replay", operation_id="replay_message", dependencies=[needs("claims:write")])
    async def replay_message(ctx: Ctx, message: str) -> JSONResponse:
        """Read the original again with today's feeds. Claims that are ours already stay as they are."""
        stored = await inbox.original(ctx, message)
        if stored is None:
            raise not_found("message")
        reading = read_again(
            stored.door, stored.raw, stored.sender, stored.control, desk.feeds, ctx.clock.now()
        )
        arrival = Arrival(stored.id, stored.raw, stored.received, reading, replay=True)
        try:
            await desk.take(ctx, arrival)
        except NotStoredError:
            raise Problem(
                503, "not-stored", "The replay could not be stored", headers={"Retry-After": "5"}
            ) from None
        return JSONResponse(await _found(ctx, message))

    return routes


async def _filters(
    state: Annotated[str, Query(pattern="^(accepted|kept|partly|duplicate|refused)?$")] = "",
    door: Annotated[str, Query(pattern="^(hl7|fhir|x12|json)?$")] = "",
    control: Annotated[str, Query(max_length=200)] = "",
    conflict: bool | None = None,
) -> inbox.Filters:
    return inbox.Filters(state=state, door=door, control=control, conflict=conflict)


async def _found(ctx: Context, message: str) -> dict[str, Any]:
    found = await inbox.get(ctx, message)
    if found is None:
        raise not_found("message")
    return found
