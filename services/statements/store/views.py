"""What jobs, lists and figures read: promoted columns only, nothing is opened."""

from datetime import datetime

from shared.bus.types import Tx


async def due_accounts(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Accounts whose next statement is due, the one that waits longest first."""
    rows = await tx.driver.fetch(
        "select id from accounts where issue_at <= $1 and not parked order by issue_at limit $2", now, limit
    )
    return [str(row[0]) for row in rows]


async def account_of_claim(tx: Tx, claim: str) -> str | None:
    """The account that a claim is on; None before any balance."""
    found = await tx.driver.fetchval("select account from claims where claim = $1", claim)
    return None if found is None else str(found)


async def credits_page(tx: Tx, limit: int) -> list[dict[str, object]]:
    """Accounts that the hospital owes money, the largest credit first: cents owed and cents left to pay beside it."""
    rows = await tx.driver.fetch(
        "select id, state, credit, left_to_pay, changed_at from accounts where credit > 0"
        " order by credit desc, id limit $1",
        limit,
    )
    return [
        {"account": str(r[0]), "state": r[1], "credit": r[2], "left": r[3], "changed": r[4]} for r in rows
    ]


async def statements_page(tx: Tx, account: str | None, limit: int) -> list[dict[str, object]]:
    """The latest statements, of one account or of all."""
    rows = await tx.driver.fetch(
        "select id, account, number, issued, due from statements"
        " where $1::uuid is null or account = $1 order by issued desc, number desc, id limit $2",
        account,
        limit,
    )
    return [
        {"id": str(r[0]), "account": str(r[1]), "number": r[2], "issued": r[3], "due": r[4]} for r in rows
    ]


async def summary(tx: Tx) -> dict[str, object]:
    """Counts and cents by state, of claims and of accounts; how many statements were made."""
    claims = await tx.driver.fetch(
        "select state, count(*), sum(due)::bigint, sum(left_to_pay)::bigint from claims group by 1 order by 1"
    )
    accounts = await tx.driver.fetch(
        "select state, count(*), sum(due)::bigint, sum(paid)::bigint, sum(left_to_pay)::bigint,"
        " sum(credit)::bigint from accounts where document is not null group by 1 order by 1"
    )
    names = ("due", "paid", "left", "credit")
    by_account = {r[0]: {"accounts": r[1], **dict(zip(names, tuple(r)[2:], strict=True))} for r in accounts}
    return {
        "claims": {r[0]: {"claims": r[1], "due": r[2], "left": r[3]} for r in claims},
        "accounts": by_account,
        "total": {
            "claims": sum(r[1] for r in claims),
            **{name: sum(s[name] for s in by_account.values()) for name in names},
        },
        "statements": await tx.driver.fetchval("select count(*) from statements"),
    }
