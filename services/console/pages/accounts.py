"""Encounter accounts: which make no claim yet and why, and one with all that was told of it."""

import asyncio
from collections import Counter
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.console.pages.desk import Ctx, Desk, Who
from shared.service import needs, not_found

PAGE = 50
Text = Annotated[str, Query(max_length=200)]


def make_router(desk: Desk) -> APIRouter:
    """/accounts and one account."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read"), needs("inbox:read")])

    @router.get("/accounts")
    async def show_accounts(
        request: Request,
        ctx: Ctx,
        who: Who,
        state: Annotated[str, Query(pattern="^(held|billed|ended)?$")] = "held",
        facility: Text = "",
        number: Text = "",
        after: Text = "",
    ) -> Response:
        """Accounts, longest unchanged first; by number where a facility is named too."""
        query = {"state": "" if number else state, "facility": facility, "number": number.strip()}
        asked = {name: value for name, value in {**query, "after": after}.items() if value}
        listed, feeds = await asyncio.gather(
            desk.services.get("intake", "/accounts", limit=PAGE, **asked),
            desk.services.get("intake", "/feeds"),
        )
        rows = listed.get("accounts") or []
        more = listed.get("next")
        return desk.page(
            "accounts.html", request, ctx, who,
            state=state, facility=facility, number=number, reply=listed, rows=rows,
            waits=Counter(reason for row in rows for reason in row["waits"]).most_common(),
            facilities=sorted({row["facility"] for row in feeds.get("feeds") or [] if row.get("facility")}),
            more=f"/accounts?{urlencode({**query, 'after': more})}" if more else "",
        )  # fmt: skip

    @router.get("/accounts/{account_id}")
    async def show_account(request: Request, ctx: Ctx, who: Who, account_id: str) -> Response:
        """One account: what it waits for, its charges and credits, the messages that told it, its claims."""
        told = await desk.services.get("intake", f"/accounts/{account_id}")
        if told.status in (404, 422):
            raise not_found("account")
        return desk.page("account.html", request, ctx, who, account=told, id=account_id)

    return router
