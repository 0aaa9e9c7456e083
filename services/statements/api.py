"""What may be asked of statements: accounts, statements as a page, and taking payments."""

import uuid
from datetime import date
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Header, Query
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.statements import store
from services.statements.domain.account import ApplyCredit, RecordPayment
from services.statements.domain.money import credit_of, kept_credit, paid_by_claim, remaining
from services.statements.domain.states import AccountState, Method
from services.statements.page import HEADERS, render
from services.statements.settings import StatementsSettings
from services.statements.store import Accounts
from shared.bus.states import Kept, StateTable
from shared.bus.types import Cause
from shared.claim import derived_id
from shared.service import Context, Problem, body_of, conflict, context, needs, not_found

Ctx = Annotated[Context[StatementsSettings], Depends(context)]


class PaymentIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A payment: cents, how, and the claim it is meant for, if it is meant for one."""

    cents: Annotated[int, msgspec.Meta(gt=0, le=100_000_000)]
    method: Method
    on: date | None = None
    claim: str = ""


class ApplicationIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says that a credit is for the account's other claims, and why."""

    by: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


router = APIRouter(tags=["statements"])
_table: StateTable[AccountState] = StateTable("accounts", AccountState, store.COLUMNS)


@router.get("/claims/{claim_id}", dependencies=[needs("claims:read")])
async def show_claim(ctx: Ctx, claim_id: str) -> Response:
    """One claim's place on its guarantor's account: due, paid, left, and which statements showed it."""
    claim = _uuid(claim_id, "claim")
    async with ctx.db.connect() as tx:
        account = await store.account_of_claim(tx, claim)
        kept = await _table.get(tx, account, ctx.seal) if account else None
    if kept is None or kept.state is None:
        raise not_found("claim")
    (shown,) = [c for c in _claims(kept.state) if c["claim"] == claim]
    return _json({**shown, "account": kept.id, "statements": kept.state.statements})


@router.get("/accounts/{account_id}", dependencies=[needs("statements:read")])
async def show_account(ctx: Ctx, account_id: str) -> Response:
    """One guarantor's account: claims, payments, statements, credit."""
    async with ctx.db.connect() as tx:
        kept = await _table.get(tx, _uuid(account_id, "account"), ctx.seal)
    if kept is None or kept.state is None:
        raise not_found("account")
    return _json(_account(kept, kept.state))


@router.get("/credits", dependencies=[needs("statements:read")])
async def list_credits(ctx: Ctx, limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> Response:
    """The worklist of accounts that the hospital owes money: refund it, or apply it to other claims."""
    async with ctx.db.connect() as tx:
        return _json({"credits": await store.credits_page(tx, limit)})


@router.get("/statements", dependencies=[needs("statements:read")])
async def list_statements(
    ctx: Ctx, account: str = "", limit: Annotated[int, Query(ge=1, le=1000)] = 100
) -> Response:
    """The latest statements, of one account or of all."""
    wanted = _uuid(account, "account") if account else None
    async with ctx.db.connect() as tx:
        return _json({"statements": await store.statements_page(tx, wanted, limit)})


@router.get("/statements/{statement_id}", dependencies=[needs("statements:read")])
async def show_statement(ctx: Ctx, statement_id: str) -> Response:
    """One statement as the page that the patient gets."""
    async with ctx.db.connect() as tx:
        statement = await store.statement_of(tx, ctx.seal, _uuid(statement_id, "statement"))
    if statement is None:
        raise not_found("statement")
    return HTMLResponse(render(statement), headers=HEADERS)


def payments_router(accounts: Accounts) -> APIRouter:
    """The route that changes something: it needs the aggregate with its keys."""
    router = APIRouter(tags=["payments"])

    @router.post("/accounts/{account_id}/payments", dependencies=[needs("payments:write")])
    async def take_payment(
        ctx: Ctx,
        account_id: str,
        request: Request,
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
    ) -> Response:
        """Take a payment once: the same Idempotency-Key again is answered alike and changes nothing."""
        if not idempotency_key:
            raise Problem(400, "idempotency-key-missing", "A payment needs an Idempotency-Key header")
        given = await body_of(request, PaymentIn)
        account = _uuid(account_id, "account")
        command = RecordPayment(
            id=derived_id("payment", account, idempotency_key),
            cents=given.cents,
            method=given.method,
            on=given.on or ctx.clock.now().date(),
            claim=given.claim,
        )
        state, news = await _asked(ctx, accounts, Cause(account, command))
        return _json({"payment": command.id, **_standing(state)}, 201 if news else 200)

    @router.post("/accounts/{account_id}/credit/application", dependencies=[needs("payments:write")])
    async def apply_credit(ctx: Ctx, account_id: str, request: Request) -> Response:
        """Let what was paid on voided claims pay the account's other claims: nothing does so by itself."""
        given = await body_of(request, ApplicationIn)
        cause = Cause(_uuid(account_id, "account"), ApplyCredit(by=given.by, reason=given.reason))
        state, _ = await _asked(ctx, accounts, cause)
        return _json({**_standing(state), "applied": state.applied[-1].cents})

    return router


async def _asked(ctx: Ctx, accounts: Accounts, cause: Cause) -> tuple[AccountState, bool]:
    """The account after a command, and whether that changed anything. Raises a problem for a refusal."""
    (done,) = await ctx.bus.ask(accounts, [cause])
    if done.refused and done.refused.code == "unknown_account":
        raise not_found("account")
    if done.refused:
        raise conflict(done.refused.code, done.refused.words)
    assert done.state is not None
    return done.state, bool(done.events)


def _standing(state: AccountState) -> dict[str, int]:
    return {"left": sum(remaining(state).values()), "credit": credit_of(state)}


def _account(kept: Kept[AccountState], state: AccountState) -> dict[str, object]:
    return {
        "id": kept.id,
        "state": kept.name,
        "guarantor": state.guarantor,
        "claims": _claims(state),
        "payments": state.payments,
        "statements": state.statements,
        "left": sum(remaining(state).values()),
        "credit": credit_of(state),
        "credit_kept": kept_credit(state),
        "applied": state.applied,
        "issue_at": state.issue_at,
    }


def _claims(state: AccountState) -> list[dict[str, object]]:
    paid, left = paid_by_claim(state), remaining(state)
    return [
        {
            "claim": c.claim,
            "number": c.balance.number,
            "due": c.balance.patient_due,
            "paid": paid[c.claim],
            "left": left[c.claim],
            "payer_open": c.open,
            "held": c.held,
            "settled": c.settled,
            "voided": c.balance.voided,
            "kept": c.kept,
            "shares": c.balance.shares,
        }
        for c in state.claims
    ]


def _uuid(text: str, what: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise not_found(what) from None


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
