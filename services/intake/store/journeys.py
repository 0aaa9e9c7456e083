"""Reading accounts: the list, and one account with all that led to where it is."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from services.intake.domain.account.account import Account, whole
from services.intake.domain.account.billing import ledger
from services.intake.domain.account.following import Following
from services.intake.domain.account.parts import Told
from services.intake.domain.filing import Filed
from services.intake.domain.inbound import key_of
from services.intake.store import accounts
from services.intake.store.accounts import ACCOUNTS, AccountRow, Accounts, Filters
from services.intake.store.claims import CLAIMS, ids_of
from shared.bus.states import Kept, StateTable
from shared.bus.types import Tx
from shared.service.context import Context

_CLAIMS: StateTable[Filed] = StateTable.of(CLAIMS)
_MESSAGES = """
select id, door, feed, kind, received_at, state, made, amended, duplicates, refused from inbound
where id = any($1::uuid[]) order by id"""

WAITING = {
    "submitted": "Changes wait until its payer has decided (claims-rules 3.8).",
    "waiting": "A change waits until its payer has decided; then it goes out as a replacement or void (claims-rules 3.8).",
}


def id_of_text(text: str) -> str:
    """An id as it is written. Raises ValueError for what is none."""
    return str(uuid.UUID(text))


async def find(
    ctx: Context, filters: Filters, after: tuple[datetime, str] | None, limit: int
) -> list[AccountRow]:
    """A page of accounts."""
    async with ctx.db.connect() as tx:
        return await accounts.find(tx, filters, after, limit)


async def get(ctx: Context, known: Accounts, account: str) -> dict[str, Any] | None:
    """One account with its journey; None when there is none."""
    try:
        key = id_of_text(account)
    except ValueError:
        return None
    async with ctx.db.connect() as tx:
        kept = await ACCOUNTS.get(tx, key, ctx.seal)
        if kept is None or kept.state is None:
            return None
        return {
            **_shown(kept, kept.state),
            "messages": await _messages(tx, kept.state.messages),
            "claims": await _claims(ctx, tx, known, kept.state),
        }


def _shown(kept: Kept[Account], state: Account) -> dict[str, Any]:
    told = whole(state)
    stands = {charge.id for charge in ledger(told)}
    shown: dict[str, Any] = msgspec.to_builtins(
        {
            "id": kept.id,
            "facility": state.facility,
            "number": state.number,
            "record": state.medical_record,
            "state": state.name,
            "since": kept.changed_at,
            "waits": state.reasons,
            "until": state.due,
            "visit": _visit(state),
            "merges": [{"retired": retired, "kept": kept} for retired, kept in state.merges],
            "merged_into": told.moved.value if told.moved else "",
            "charges": [
                {**_transaction(told_), "stands": id_ in stands} for id_, told_ in told.charges.items()
            ],
            "credits": [_transaction(told_) for told_ in told.credits.values()],
            "paid": sum(payment.value for payment in told.payments.values()),
        }
    )
    return shown


def _visit(state: Account) -> dict[str, Any]:
    told = whole(state)
    known = told.patient_class.value if told.patient_class else None
    insured = told.coverages or told.usual
    return {
        "class": known.written if known else "",
        "kind": known.kind if known else "",
        "opened": told.opened.value if told.opened else None,
        "closed": told.closed.value if told.closed else None,
        "cancelled": bool(told.cancelled and told.cancelled.value),
        "coded": len(told.diagnoses.value) if told.diagnoses else 0,
        "payers": [cover.payer.id for cover in (insured.value if insured else ())],
    }


def _transaction(told: Told[Any]) -> dict[str, Any]:
    charge = told.value
    return {
        "id": charge.id,
        "action": charge.action,
        "day": charge.line.first,
        "code": charge.line.code,
        "revenue_code": charge.line.revenue_code,
        "units": charge.line.units,
        "cents": charge.line.charge,
        "reverses": charge.reverses,
        "professional": charge.professional,
        "at": told.at,
        "control": told.control,
    }


async def _messages(tx: Tx, ids: Iterable[str]) -> list[dict[str, Any]]:
    rows = await tx.driver.fetch(_MESSAGES, list(ids))
    return [
        {
            name: str(value) if isinstance(value, uuid.UUID) else msgspec.to_builtins(value)
            for name, value in row.items()
        }
        for row in rows
    ]


async def _claims(ctx: Context, tx: Tx, known: Accounts, state: Account) -> list[dict[str, Any]]:
    keys = {number: known.blind(key_of(state.facility, number)) for number in state.billed}
    ids = await ids_of(tx, list(keys.values()))
    kept = await _CLAIMS.list(tx, list(ids.values()), ctx.seal)
    found = []
    for number, key in keys.items():
        one = kept.get(ids.get(key, ""))
        if one is not None and one.state is not None:
            found.append({"id": one.id, "number": number, **_followed(one.state.following)})
    return found


def _followed(following: Following | None) -> dict[str, Any]:
    if following is None:
        return {"state": "received", "waits": ""}
    return {
        "state": following.where,
        "waits": WAITING.get(following.where, ""),
        "payer": following.payer,
        "cents": following.charge,
        "payer_claim_numbers": following.numbers,
    }
