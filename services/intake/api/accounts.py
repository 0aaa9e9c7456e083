"""``GET /accounts``: what is held and why; one account with its journey, charges, credits, claims and what it waits for."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from msgspec import to_builtins

from services.intake.api.claims import Ctx
from services.intake.store import journeys
from services.intake.store.accounts import Accounts, Filters
from services.intake.store.desk import Desk
from shared.service import Problem, needs, not_found
from shared.service.context import Context

Name = Annotated[str, Query(max_length=200)]


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk's feeds."""
    routes = APIRouter(prefix="/accounts", tags=["accounts"], dependencies=[needs("inbox:read")])

    def accounts_of(ctx: Context) -> Accounts:
        return Accounts(desk.feeds, ctx.blind, ctx.seal)

    async def filters(
        ctx: Ctx,
        state: Annotated[str, Query(pattern="^(held|billed|ended)?$")] = "",
        waits: Annotated[str, Query(pattern="^[a-z_]{0,20}$")] = "",
        facility: Name = "",
        number: Name = "",
        record: Name = "",
    ) -> Filters:
        if (number or record) and not facility:
            raise Problem(422, "no-facility", "A number needs its facility", "Name `facility` too.")
        at = accounts_of(ctx)
        return Filters(
            state=state,
            facility=facility,
            waits=waits,
            ids=[at.account_id(facility, number)] if number else None,
            patient=at.patient_id(facility, record) if record else None,
        )

    @routes.get("", operation_id="list_accounts")
    async def list_accounts(
        ctx: Ctx,
        wanted: Annotated[Filters, Depends(filters)],
        after: Annotated[str, Query(max_length=80)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> JSONResponse:
        """Accounts without patient data, longest unchanged first; ``waits`` says why one makes no claim yet."""
        rows = await journeys.find(ctx, wanted, _cursor(after), limit)
        following = f"{rows[-1].since.isoformat()}/{rows[-1].id}" if len(rows) == limit else ""
        return JSONResponse({"accounts": to_builtins(rows), "next": following})

    @routes.get("/{account}", operation_id="get_account")
    async def get_account(ctx: Ctx, account: str) -> JSONResponse:
        """One account: what it waits for and until when, its messages, charges, credits and claims."""
        found = await journeys.get(ctx, accounts_of(ctx), account)
        if found is None:
            raise not_found("account")
        return JSONResponse(found)

    return routes


def _cursor(after: str) -> tuple[datetime, str] | None:
    if not after:
        return None
    at, _, account = after.partition("/")
    try:
        return datetime.fromisoformat(at), journeys.id_of_text(account)
    except ValueError:
        raise Problem(422, "invalid", "The cursor is not one that this list gave") from None
