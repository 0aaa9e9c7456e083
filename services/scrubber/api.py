"""What may be asked of the scrubber: its worklist, one claim, corrections, withdrawals, its rules."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response
from msgspec import Struct

from services.scrubber.domain import Correct, Replace, Rescrub, Scrubbing, Withdraw
from services.scrubber.rules import RULES
from services.scrubber.settings import ScrubberSettings
from services.scrubber.store import Claims, claims_table
from shared.bus.types import Cause, Done
from shared.claim import Claim
from shared.deciding import Command
from shared.events import Change, Finding
from shared.service import Caller, Context, Problem, body_of, caller, conflict, context, needs, not_found

Ctx = Annotated[Context[ScrubberSettings], Depends(context)]
Who = Annotated[Caller, Depends(caller)]
FIRST_ID = "00000000-0000-0000-0000-000000000000"


class Correction(Struct, frozen=True):
    """The body of POST /claims/{id}/corrections. ``value`` is any JSON; leaving it out removes an optional field."""

    changes: tuple["Set", ...]
    reason: str
    by: str = ""


class Set(Struct, frozen=True):
    """One changed field: where, and what shall stand there."""

    place: str
    value: Any = msgspec.UNSET


class Whole(Struct, frozen=True):
    """The body of PUT /claims/{id}: the whole claim as it should be."""

    claim: Claim
    reason: str
    by: str = ""


class Withdrawal(Struct, frozen=True):
    """The body of POST /claims/{id}/withdrawal."""

    reason: str
    by: str = ""
    duplicate_of: str = ""


class Scrubbed(Struct, frozen=True):
    """A claim as the scrubber has it."""

    id: str
    state: str
    version: int
    changed_at: datetime
    rules: str
    findings: tuple[Finding, ...]
    claim: Claim | None


def router(claims: Claims) -> APIRouter:
    """The scrubber's routes."""
    api = APIRouter(tags=["scrubber"])

    @api.get("/held", dependencies=[needs("claims:read")])
    async def list_held(
        ctx: Ctx,
        payer: str | None = None,
        after: str = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> Response:
        """The worklist, oldest first; ``next`` is the cursor for ``after``."""
        async with ctx.db.connect() as tx:
            rows = await claims.held(tx, payer, _cursor(after), limit)
        last = f"{rows[-1].since.isoformat()}/{rows[-1].claim}" if len(rows) == limit else ""
        return _json({"held": rows, "next": last})

    @api.get("/claims/{claim_id}", dependencies=[needs("claims:read")])
    async def show_claim(ctx: Ctx, claim_id: str) -> Response:
        """One claim: state, findings, and the claim itself (patient data)."""
        return _json(await _shown(ctx, claim_id))

    @api.post("/claims/{claim_id}/corrections", dependencies=[needs("claims:write")])
    async def correct_claim(ctx: Ctx, who: Who, claim_id: str, request: Request) -> Response:
        """Change fields of a held claim; the answer is the claim after it was scrubbed again."""
        body = await body_of(request, Correction)
        changes = tuple(Change(place=c.place, after=_text(c.value)) for c in body.changes)
        return await _asked(
            ctx, claims, claim_id, Correct(changes=changes, by=body.by or who.name, reason=body.reason)
        )

    @api.put("/claims/{claim_id}", dependencies=[needs("claims:write")])
    async def replace_claim(ctx: Ctx, who: Who, claim_id: str, request: Request) -> Response:
        """Put a whole corrected claim in the place of a held one."""
        body = await body_of(request, Whole)
        return await _asked(
            ctx, claims, claim_id, Replace(claim=body.claim, by=body.by or who.name, reason=body.reason)
        )

    @api.post("/claims/{claim_id}/scrub", dependencies=[needs("claims:write")])
    async def scrub_claim(ctx: Ctx, claim_id: str) -> Response:
        """Scrub a held claim again under the rules of now."""
        return await _asked(ctx, claims, claim_id, Rescrub())

    @api.post("/claims/{claim_id}/withdrawal", dependencies=[needs("claims:write")])
    async def withdraw_claim(ctx: Ctx, who: Who, claim_id: str, request: Request) -> Response:
        """Decide that a held claim will not be sent."""
        body = await body_of(request, Withdrawal)
        command = Withdraw(by=body.by or who.name, reason=body.reason, duplicate_of=body.duplicate_of)
        return await _asked(ctx, claims, claim_id, command)

    @api.get("/rules", dependencies=[needs("claims:read")])
    async def list_rules() -> Response:
        """The catalogue: every rule with its title, fix, source and dates."""
        return _json([_catalogued(r.id) for r in RULES.values()])

    return api


async def _asked(ctx: Ctx, claims: Claims, claim_id: str, command: Command) -> Response:
    done: Sequence[Done[Scrubbing]] = await ctx.bus.ask(claims, [Cause(stream=_uuid(claim_id), what=command)])
    refused = done[0].refused
    if refused is not None and refused.code == "unknown_claim":
        raise not_found("claim")
    if refused is not None and refused.code == "correction_does_not_fit":
        raise Problem(422, "correction-does-not-fit", "The correction does not fit", refused.words)
    if refused is not None:
        raise conflict(refused.code, refused.words)
    return _json(await _shown(ctx, claim_id))


async def _shown(ctx: Ctx, claim_id: str) -> Scrubbed:
    async with ctx.db.connect() as tx:
        kept = await claims_table.get(tx, _uuid(claim_id), ctx.seal)
    if kept is None or kept.state is None:
        raise not_found("claim")
    state = kept.state
    return Scrubbed(
        kept.id, state.state, kept.version, kept.changed_at, state.rules, state.findings, state.claim
    )


def _catalogued(rule_id: str) -> dict[str, str]:
    r = RULES[rule_id]
    return {"id": r.id, "title": r.title, "severity": r.severity, "fix": r.fix, "source": r.source}


def _cursor(after: str) -> tuple[datetime, str]:
    at, _, claim = after.partition("/")
    try:
        return (
            (datetime.fromisoformat(at), _uuid(claim))
            if after
            else (datetime.min.replace(tzinfo=UTC), FIRST_ID)
        )
    except ValueError:
        raise Problem(422, "invalid", "The cursor is not one that this list gave") from None


def _uuid(text: str) -> str:
    if len(text) != 36 or text.count("-") != 4 or not text.replace("-", "").isalnum():
        raise not_found("claim")
    return text.lower()


def _text(value: Any) -> str:
    return "" if value is msgspec.UNSET else msgspec.json.encode(value).decode()


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
