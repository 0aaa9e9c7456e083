"""The inbox: every message that came, what became of it, and doing it again."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime, BaseModel, Field

from services.intake.api.claims import Ctx, Who
from services.intake.store import inbox, replays
from services.intake.store.desk import Desk, NotStoredError
from services.intake.store.replays import Why
from shared.service import Problem, needs, not_found
from shared.service.context import Context

Cursor = Annotated[str, Query(pattern="^([0-9a-f-]{36})?$")]
State = Annotated[str, Query(pattern="^(accepted|kept|partly|duplicate|refused)?$")]
Door = Annotated[str, Query(pattern="^(hl7|fhir|x12|json)?$")]
Name = Annotated[str, Query(max_length=200)]
_UUID = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Reason(BaseModel):
    """Why one message is read again."""

    reason: Annotated[str, Field(max_length=500)] = ""


class Selection(BaseModel):
    """Which messages to read again: a list of ids, or all since a time that fit. ``preview`` changes nothing."""

    messages: list[Annotated[str, Field(pattern=_UUID)]] = Field(
        default_factory=list, max_length=replays.MOST
    )
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    state: Annotated[str, Field(pattern="^(accepted|kept|partly|duplicate|refused)?$")] = ""
    door: Annotated[str, Field(pattern="^(hl7|fhir|x12|json)?$")] = ""
    feed: Annotated[str, Field(max_length=100)] = ""
    after: Annotated[str, Field(pattern=f"^$|{_UUID}")] = ""
    preview: bool = True
    reason: Annotated[str, Field(max_length=500)] = ""


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(prefix="/inbox", tags=["inbox"])
    _add_reading(routes)
    _add_replaying(routes, desk)
    return routes


def _add_reading(routes: APIRouter) -> None:
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
        """One message: original, answer, findings, claims, and each time that it was read again."""
        return JSONResponse(await _found(ctx, message))


def _add_replaying(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/replays", operation_id="replay_messages", dependencies=[needs("inbox:write")])
    async def replay_messages(ctx: Ctx, who: Who, wanted: Selection) -> JSONResponse:
        """Read a selection again with today's feeds: a preview unless ``preview`` is false, which needs a reason.

        ``next`` is the cursor (``after``) of what is still to do, empty at the end.
        """
        if not wanted.preview and not wanted.reason.strip():
            raise Problem(
                422,
                "no-reason",
                "A replay needs a reason",
                "Say why in `reason`; it is kept with each message.",
            )
        ids = await _chosen(ctx, wanted)
        changes, missing = await _again(
            ctx, desk, ids, None if wanted.preview else Why(who.name, wanted.reason.strip())
        )
        whole = not wanted.messages and len(ids) == replays.MOST
        return JSONResponse(
            {
                "preview": wanted.preview,
                "summary": replays.summed(changes),
                "changes": [{**msgspec.to_builtins(c), "changes": c.changes} for c in changes],
                "missing": missing,
                "next": ids[-1] if whole else "",
            }
        )

    @routes.post("/{message}/replay", operation_id="replay_message", dependencies=[needs("inbox:write")])
    async def replay_message(ctx: Ctx, who: Who, message: str, why: Reason | None = None) -> JSONResponse:
        """Read the original again with today's feeds. Claims that are ours already stay as they are."""
        await _found(ctx, message)
        reason = why.reason.strip() if why else ""
        _, missing = await _again(ctx, desk, [message], Why(who.name, reason))
        if missing:
            raise Problem(
                410,
                "original-dropped",
                "The original of this message was dropped",
                "Its feed keeps originals for `retention_days`.",
            )
        return JSONResponse(await _found(ctx, message))


async def _chosen(ctx: Context, wanted: Selection) -> list[str]:
    if wanted.messages:
        return wanted.messages
    if wanted.since is None:
        raise Problem(422, "nothing-chosen", "No message was chosen", "Name `messages`, or `since` a time.")
    filters = inbox.Filters(state=wanted.state, door=wanted.door, feed=wanted.feed, until=wanted.until)
    return await replays.chosen(ctx, filters, wanted.since, wanted.after, replays.MOST)


async def _again(
    ctx: Context, desk: Desk, ids: list[str], why: Why | None
) -> tuple[list[replays.Change], list[str]]:
    try:
        return await replays.replay(ctx, desk.feeds, ids, why)
    except NotStoredError:
        raise Problem(
            503, "not-stored", "The replay could not be stored", headers={"Retry-After": "5"}
        ) from None


async def _filters(
    state: State = "",
    door: Door = "",
    feed: Name = "",
    control: Name = "",
    account: Name = "",
    record: Name = "",
    claim: Name = "",
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    conflict: bool | None = None,
) -> inbox.Filters:
    return inbox.Filters(
        state=state, door=door, feed=feed, control=control, account=account, record=record, claim=claim,
        since=since, until=until, conflict=conflict,
    )  # fmt: skip


async def _found(ctx: Context, message: str) -> dict[str, Any]:
    found = await inbox.get(ctx, message)
    if found is None:
        raise not_found("message")
    return found
