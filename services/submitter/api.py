"""What may be asked of the submitter: a claim's way, files out and in."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from services.submitter import store
from services.submitter.domain.commands import Recall
from services.submitter.domain.files import FileState, kept_of, troubles_of
from services.submitter.domain.states import (
    Accepted,
    Answered,
    Building,
    ClaimState,
    Queued,
    Rejected,
    Stopped,
    charge_of,
    payer_of,
)
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIM_TABLE, CLAIMS, FILE_TABLE, Submission
from shared.bus.states import Kept
from shared.bus.types import Cause
from shared.service import Context, conflict, context, needs, not_found

Ctx = Annotated[Context[SubmitterSettings], Depends(context)]

router = APIRouter(tags=["submitter"])


@router.get("/claims/{claim_id}", dependencies=[needs("claims:read")])
async def show_claim(ctx: Ctx, claim_id: str) -> Response:
    """One claim's way to its payer: state, file, numbers, hops that answered, what is awaited until when."""
    async with ctx.db.connect() as tx:
        kept = await CLAIM_TABLE.get(tx, _uuid(claim_id, "claim"), ctx.seal)
        if kept is None or kept.state is None:
            raise not_found("claim")
        file = await store.submission(tx, kept.state.submission) if isinstance(kept.state, Building) else None
    return _json(_shown(kept, file))


@router.get("/files", dependencies=[needs("claims:read")])
async def list_files(
    ctx: Ctx,
    direction: Literal["", "out", "in"] = "",
    before: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Response:
    """Files sent and received, newest first; ``next`` is the cursor for ``before``."""
    async with ctx.db.connect() as tx:
        rows = await store.files_page(tx, direction, before, limit)
    return _json({"files": rows, "next": rows[-1]["at"] if len(rows) == limit else None})


@router.get("/files/{file_id}", dependencies=[needs("claims:read")])
async def show_file(ctx: Ctx, file_id: str) -> Response:
    """One file: for ours the attempts and how far its claims are, for a partner's what is wrong with it and what to do."""
    wanted = _uuid(file_id, "file")
    async with ctx.db.connect() as tx:
        ours = await store.one_submission(tx, wanted)
        theirs = None if ours else await FILE_TABLE.get(tx, wanted, ctx.seal)
    if ours is not None:
        return _json(ours)
    if theirs is None or theirs.state is None:
        raise not_found("file")
    return _json(_received(theirs))


@router.post("/files/{file_id}/recall", dependencies=[needs("admin")])
async def recall_file(ctx: Ctx, file_id: str) -> Response:
    """Take back a file of ours that was never sent: its claims are queued again and follow the routes of now (F20).

    409 once an upload was begun: what became of it is unknown until it is looked up, or answered.
    """
    wanted = _uuid(file_id, "file")
    async with ctx.bus.begin() as tx:
        if await store.submission(tx, wanted) is None:
            raise not_found("file")
        if not await store.recall(tx, wanted):
            raise conflict("not_recallable", "Something of this file may have been sent; it stays as it is.")
        claims = await store.claims_in(tx, wanted)
        done = await ctx.bus.ask_in(tx, CLAIMS, [Cause(one, Recall(submission=wanted)) for one in claims])
        if any(one.refused for one in done):
            raise conflict("parked", "Some of its claims are parked; release them first.")
    return _json({"id": wanted, "claims": len(claims)})


def _shown(kept: Kept[ClaimState], file: Submission | None) -> dict[str, Any]:
    state = kept.state
    head = {"id": kept.id, "state": kept.name, "version": kept.version, "changed_at": kept.changed_at}
    match state:
        case Queued():
            return {**head, **_billed(state), "attempt": state.attempt, "since": state.since}
        case Stopped():
            return {**head, **_billed(state), "attempt": state.attempt}
        case Building():
            out = {"route": file.partner, "controls": file.controls} if file else {}
            return {
                **head,
                **_billed(state),
                "attempt": state.attempt,
                "file": state.submission,
                **out,
            }
        case None:
            return head
    about = state.about
    shown = {
        **head,
        **_billed(state),
        "attempt": about.attempt,
        "file": about.submission or None,
        "route": about.route,
        "sent": about.sent,
        "hops": about.hops,
        "awaiting": about.awaiting or None,
        "due": about.due,
        "overdue": about.overdue,
    }
    return {**shown, **_ending(state)}


def _billed(state: ClaimState) -> dict[str, Any]:
    return {"payer": payer_of(state), "charge": charge_of(state)}


def _ending(state: ClaimState) -> dict[str, Any]:
    match state:
        case Accepted():
            return {"payer_claim_number": state.payer_claim_number, "proof": state.proof}
        case Rejected():
            return {"hop": state.hop, "reasons": state.reasons}
        case Answered():
            return {"outcome": state.outcome, "payer_claim_number": state.payer_claim_number}
        case _:
            return {}


def _received(kept: Kept[FileState]) -> dict[str, Any]:
    state = kept.state
    assert state is not None
    file = kept_of(state)
    return {
        "id": kept.id,
        "direction": "in",
        "state": kept.name,
        "partner": file.partner,
        "name": file.name,
        "kinds": getattr(state, "kinds", ()),
        "claims": getattr(state, "claims", 0),
        "size": file.size,
        "sha256": file.sha256,
        "at": file.at,
        "again": file.again,
        "troubles": troubles_of(state),
    }


def _uuid(text: str, what: str) -> str:
    if len(text) != 36 or text.count("-") != 4 or not text.replace("-", "").isalnum():
        raise not_found(what)
    return text.lower()


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value, enc_hook=str), media_type="application/json")
