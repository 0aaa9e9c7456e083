"""Deciding by hand: which claim a payment belongs to, which payment is not ours, which remittance is no repeat."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.remittance import store
from services.remittance.api.reading import Ctx, as_json, as_uuid
from services.remittance.domain.claim import SetAside
from services.remittance.domain.file import PostAgain
from services.remittance.domain.transaction import ReleaseRemittance
from services.remittance.store import Tables, Waiting
from shared.bus.types import Cause, Refused
from shared.service import Problem, body_of, conflict, needs, not_found


class Match(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which claim a payment belongs to, who says so and why."""

    claim: str
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


class Word(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says so, and why."""

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=400)]


def suspense_router(tables: Tables) -> APIRouter:
    """Suspense and what a biller decides about it."""
    router = APIRouter(tags=["suspense"])

    @router.get("/suspense", dependencies=[needs("remittances:read")])
    async def list_suspense(ctx: Ctx, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
        """Payments for claims that we do not know, oldest first."""
        async with ctx.db.connect() as tx:
            waiting = await store.waiting_page(tx, ctx.seal, limit)
        return as_json({"suspense": [_shown(w) for w in waiting]})

    @router.post("/suspense/{posting}/match", dependencies=[needs("claims:write")])
    async def match_by_hand(ctx: Ctx, posting: str, request: Request) -> Response:
        """Post a payment to the claim that a person found for it."""
        match = await body_of(request, Match)
        claim = as_uuid(match.claim, "claim")
        async with ctx.bus.begin() as tx:
            waiting = await store.one_waiting(tx, ctx.seal, as_uuid(posting, "payment"))
            if waiting is None:
                raise not_found("payment in suspense")
            found = msgspec.structs.replace(waiting, claim=claim)
            refused = await store.release(
                ctx.bus, tables, tx, [found], match.by, match.reason, ctx.clock.now()
            )
            if refused:
                raise conflict(refused.code, refused.words)
        return as_json({"posting": waiting.posting, "claim": claim})

    @router.post("/claims/{claim_id}/held/{posting}/dismissal", dependencies=[needs("claims:write")])
    async def dismiss(ctx: Ctx, claim_id: str, posting: str, request: Request) -> Response:
        """Set a payment aside that waits on a claim: its money stays in suspense until it is paid back."""
        why = await body_of(request, Word)
        command = SetAside(posting=posting, by=why.by, reason=why.reason)
        (done,) = await ctx.bus.ask(tables.claims, [Cause(as_uuid(claim_id, "claim"), command)])
        if done.refused:
            raise conflict(done.refused.code, done.refused.words)
        return as_json({"posting": posting, "claim": claim_id})

    @router.post("/remittances/{remittance_id}/release", dependencies=[needs("claims:write")])
    async def release_remittance(ctx: Ctx, remittance_id: str, request: Request) -> Response:
        """Post a set whose trace number was used before: a person says that it is another payment."""
        why = await body_of(request, Word)
        wanted = as_uuid(remittance_id, "remittance")
        command = ReleaseRemittance(by=why.by, reason=why.reason)
        async with ctx.bus.begin() as tx:
            (done,) = await ctx.bus.ask_in(tx, tables.remittances, [Cause(wanted, command)])
            if done.refused or done.state is None:
                raise _refusal(done.refused)
            await ctx.bus.ask_in(tx, tables.files, [Cause(done.state.file, PostAgain())])
        return as_json({"remittance": wanted, "state": "released"})

    return router


def _refusal(refused: Refused | None) -> Problem:
    if refused is None or refused.code == "unknown_remittance":
        return not_found("remittance")
    return conflict(refused.code, refused.words)


def _shown(waiting: Waiting) -> dict[str, object]:
    payment = waiting.command.payment
    return {
        "posting": waiting.posting,
        "remittance": waiting.remittance,
        "since": waiting.since,
        "payer": waiting.command.payer,
        "number": payment.number,
        "payer_claim_number": payment.payer_claim_number,
        "patient": payment.patient,
        "status": payment.status,
        "charge": payment.charge,
        "paid": payment.paid,
    }
