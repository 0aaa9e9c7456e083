"""The inbox: what came, found by any of its names; original, parts, claim and answer side by side; reading it again."""

import asyncio
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console.gateway import Reply
from services.console.pages.desk import Ctx, Desk, Fields, Who
from shared.service import Problem, needs, not_found

STATES = ("accepted", "kept", "partly", "duplicate", "refused")
NAMES = ("control", "account", "record", "claim")
SHOWN = 3
"""So many of a message's claims are shown beside it; the others are linked."""

PAGE = 50
Text = Annotated[str, Query(max_length=200)]


def make_router(desk: Desk) -> APIRouter:
    """/inbox, one message, and replays behind a preview."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read"), needs("inbox:read")])

    _add_list(router, desk)
    _add_replays(router, desk)  # before the message's route, which would take "replay" for an id
    _add_message(router, desk)
    return router


def _add_list(router: APIRouter, desk: Desk) -> None:
    @router.get("/inbox")
    async def show_inbox(
        request: Request,
        ctx: Ctx,
        who: Who,
        state: Text = "",
        feed: Text = "",
        by: Annotated[str, Query(pattern="^(control|account|record|claim)?$")] = "",
        value: Text = "",
        since: Text = "",
        before: Text = "",
        done: Text = "",
    ) -> Response:
        """The list, newest first, and the search."""
        asked = {
            "state": state,
            "feed": feed,
            "since": _day(since),
            "before": before,
            by or "control": value.strip(),
        }
        listed, feeds = await asyncio.gather(
            desk.services.get("intake", "/inbox", limit=PAGE, **{k: v for k, v in asked.items() if v}),
            desk.services.get("intake", "/feeds"),
        )
        query = {"state": state, "feed": feed, "by": by, "value": value, "since": since}
        more = listed.get("next")
        return desk.page(
            "inbox.html", request, ctx, who,
            **query, states=STATES, reply=listed, messages=listed.get("messages") or [], done=done,
            feeds=[row["name"] for row in feeds.get("feeds") or [] if row.get("name")],
            more=f"/inbox?{urlencode({**query, 'before': more})}" if more else "",
        )  # fmt: skip


def _add_replays(router: APIRouter, desk: Desk) -> None:
    @router.get("/inbox/replay", dependencies=[needs("inbox:write")])
    async def preview(
        request: Request,
        ctx: Ctx,
        who: Who,
        message: Annotated[list[str] | None, Query(max_length=50)] = None,
        state: Text = "",
        feed: Text = "",
        since: Text = "",
    ) -> Response:
        """What reading these again would change; nothing is done yet."""
        wanted = _wanted(message or [], state, feed, since)
        reply = await desk.services.post("intake", "/inbox/replays", {**wanted, "preview": True})
        return desk.page(
            "replay.html", request, ctx, who, reply=reply, wanted=wanted, state=state, feed=feed, since=since
        )

    @router.post("/inbox/replay", dependencies=[needs("inbox:write")])
    async def replay(request: Request, who: Who, fields: Fields) -> Response:
        """Do it, and say what came of it."""
        desk.sessions.check_form(request, fields.get("form_token", ""))
        reason = fields.get("reason", "").strip()
        if not reason:
            raise Problem(422, "invalid", "A reason is needed", "Say why these messages are read again.")
        chosen = [each for each in fields.get("messages", "").split(",") if each]
        wanted = _wanted(chosen, fields.get("state", ""), fields.get("feed", ""), fields.get("since", ""))
        body = {**wanted, "preview": False, "reason": f"{who.name}: {reason[:400]}"}
        reply = await desk.services.post("intake", "/inbox/replays", body)
        where = f"/inbox/{chosen[0]}" if len(chosen) == 1 and reply.ok else "/inbox"
        return RedirectResponse(f"{where}?{urlencode({'done': _outcome(reply)})}", 303)


def _add_message(router: APIRouter, desk: Desk) -> None:
    @router.get("/inbox/{message_id}")
    async def show_message(
        request: Request, ctx: Ctx, who: Who, message_id: str, done: Text = ""
    ) -> Response:
        """One message: original, parts, claims, answer."""
        told = (
            await desk.services.get("intake", f"/inbox/{message_id}")
            if _is_id(message_id)
            else Reply(404, None)
        )
        if told.status == 404:
            raise not_found("message")
        claims: list[str] = told.get("claims") or []
        made = await asyncio.gather(
            *(desk.services.get("scrubber", f"/claims/{each}") for each in claims[:SHOWN])
        )
        return desk.page(
            "message.html", request, ctx, who,
            message=told, id=message_id, claims=list(zip(claims, made, strict=False)), others=claims[SHOWN:], done=done,
        )  # fmt: skip


def _wanted(messages: list[str], state: str, feed: str, since: str) -> dict[str, Any]:
    """The selection in the API's words. Raises Problem 422 when nothing is chosen."""
    if messages:
        if not all(map(_is_id, messages)):
            raise not_found("message")
        return {"messages": messages}
    if not _day(since):
        raise Problem(
            422,
            "invalid",
            "Nothing was chosen",
            "Tick messages, or give the day since when all are read again.",
        )
    chosen = {"since": _day(since), "state": state, "feed": feed}
    return {key: value for key, value in chosen.items() if value}


def _day(text: str) -> str:
    """A day, or a moment, as the API reads it; empty for what is neither."""
    if len(text) == 10:
        try:
            return f"{date.fromisoformat(text)}T00:00:00Z"
        except ValueError:
            return ""
    return text


def _is_id(text: str) -> bool:
    return len(text) == 36 and all(sign in "0123456789abcdef-" for sign in text.lower())


def _outcome(reply: Reply) -> str:
    if not reply.ok:
        return f"Nothing was changed: {reply.words}."
    told = reply.get("summary") or {}
    left = " There are more: replay again to go on." if reply.get("next") else ""
    return (
        f"Read again: {told.get('messages', 0)} messages, {told.get('made', 0)} claims made, "
        f"{told.get('amended', 0)} amended, {told.get('unchanged', 0)} unchanged, {told.get('failed', 0)} failed.{left}"
    )
