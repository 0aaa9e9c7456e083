"""Looking: claims, remittances, the ledger."""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from services.remittance import store
from services.remittance.domain.reasons import DENIALS, words_of
from services.remittance.domain.states import ClaimState, Posting
from services.remittance.settings import RemittanceSettings
from services.remittance.store import Tables
from shared.bus.states import Kept
from shared.service import Context, context, needs, not_found

Ctx = Annotated[Context[RemittanceSettings], Depends(context)]


def reading_router(tables: Tables) -> APIRouter:
    """GET routes."""
    router = APIRouter(tags=["remittance"])

    @router.get("/claims/{claim_id}", dependencies=[needs("claims:read")])
    async def show_claim(ctx: Ctx, claim_id: str) -> Response:
        """One claim's money: where its charge is, what payers said, what waits, every entry of the ledger."""
        async with ctx.db.connect() as tx:
            kept = await tables.claim_table.get(tx, as_uuid(claim_id, "claim"), ctx.seal)
            if kept is None or kept.state is None:
                raise not_found("claim")
            entries = await store.entries_of(tx, kept.id)
        return as_json(_claim(kept, kept.state, entries))

    @router.get("/remittances", dependencies=[needs("remittances:read")])
    async def list_remittances(
        ctx: Ctx,
        state: Literal["", "received", "posted", "quarantined", "released"] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """The latest 835 transactions, of one state or of all."""
        async with ctx.db.connect() as tx:
            rows = await store.remittance_page(tx, state, limit)
        return as_json({"remittances": [row._asdict() for row in rows]})

    @router.get("/remittances/{remittance_id}", dependencies=[needs("remittances:read")])
    async def show_remittance(ctx: Ctx, remittance_id: str) -> Response:
        """One 835 transaction: what it said, why it is not posted if it is not, what of it is on no claim."""
        async with ctx.db.connect() as tx:
            kept = await tables.remittance_table.get(tx, as_uuid(remittance_id, "remittance"), ctx.seal)
        if kept is None or kept.state is None:
            raise not_found("remittance")
        defects = [{**msgspec.to_builtins(d), "delta": d.delta} for d in kept.state.defects]
        said = {**msgspec.to_builtins(kept.state), "defects": defects}
        return as_json({"id": kept.id, "changed_at": kept.changed_at, **said})

    @router.get("/ledger", dependencies=[needs("remittances:read")])
    async def show_ledger(ctx: Ctx) -> Response:
        """Every account's balance in cents, over all entries; they sum to zero."""
        async with ctx.db.connect() as tx:
            accounts = await store.totals(tx)
        return as_json({"accounts": accounts, "closes": sum(accounts.values()) == 0})

    return router


def as_uuid(text: str, what: str) -> str:
    """A path's id. Raises Problem 404 for what is none."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise not_found(what) from None


def as_json(value: object) -> Response:
    """An answer, encoded by msgspec."""
    return Response(msgspec.json.encode(value), media_type="application/json")


def _claim(kept: Kept[ClaimState], state: ClaimState, entries: list[Any]) -> dict[str, object]:
    return {
        "id": kept.id,
        "state": kept.name,
        "parked": kept.parked,
        "changed_at": kept.changed_at,
        "number": state.claim.number,
        "charge": state.charged,
        "balances": state.balances,
        "outcome": state.outcome,
        "payers": [c.payer.name for c in state.claim.coverages],
        "waits_for": state.stage,
        "decisions": [_decision(p) for p in state.postings],
        "ledger": [{**line._asdict(), "entry": line.entry} for line in entries],
    }


def _decision(posting: Posting) -> dict[str, object]:
    """A posting with its reasons in words; why it waits, where it does."""
    said = {**msgspec.to_builtins(posting)}
    kinds = {
        DENIALS[a.reason].kind for a in posting.every_adjustment() if a.reason in DENIALS and a.group != "PR"
    }
    said["words"] = words_of(posting.every_adjustment())
    said["work"] = sorted(kinds)
    return said
