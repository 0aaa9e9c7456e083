"""What people and other systems look at: counts and cents by state, lists of files."""

from datetime import datetime
from typing import Any

from shared.bus.types import Tx

_OUT = (
    "select id, 'out' as direction, partner, '837' as kinds, phase as state, claims, cents, size, attempts,"
    " problem, built_at as at, interchange, batch, sha256, sent_at from submissions"
)
_IN = (
    "select id, 'in' as direction, partner, kinds, state, claims, null::bigint as cents, size, null::int as attempts,"
    " case when troubles > 0 then troubles || ' troubles' else '' end as problem, at,"
    " null::bigint as interchange, name as batch, null as sha256, null::timestamptz as sent_at from payer_files"
)


async def summary(tx: Tx) -> dict[str, Any]:
    """Counts and cents by state: ``{"claims": {state: {"count", "cents"}}, "submissions": ..., "payer_files": ...}``."""
    return {
        "claims": await _grouped(
            tx,
            "select state, count(*) as count, sum(cents)::bigint as cents from claims where state <> '' group by state",
        ),
        "submissions": await _grouped(
            tx,
            "select phase as state, count(*) as count, sum(cents)::bigint as cents from submissions group by phase",
        ),
        "payer_files": await _grouped(
            tx,
            "select state, count(*) as count, sum(again)::bigint as again from payer_files where state <> '' group by state",
        ),
    }


async def _grouped(tx: Tx, sql: str) -> dict[str, dict[str, int]]:
    rows = await tx.driver.fetch(sql)
    return {r["state"]: {name: r[name] for name in list(r.keys())[1:]} for r in rows}


async def files_page(tx: Tx, direction: str, before: datetime | None, limit: int) -> list[dict[str, Any]]:
    """Files out and in, newest first, ended before ``before``."""
    parts = {"out": [_OUT], "in": [_IN]}.get(direction, [_OUT, _IN])
    sql = " union all ".join(parts)
    rows = await tx.driver.fetch(
        f"select * from ({sql}) f where $1::timestamptz is null or at < $1 order by at desc, id desc limit $2",  # noqa: S608
        before,
        limit,
    )
    return [dict(r) for r in rows]


async def one_submission(tx: Tx, id: str) -> dict[str, Any] | None:  # noqa: A002
    """One of our files with its attempts and how far its claims are; None when it is not ours."""
    row = await tx.driver.fetchrow(f"select * from ({_OUT}) f where id = $1::uuid", id)  # noqa: S608
    if row is None:
        return None
    attempts = await tx.driver.fetch(
        "select at, outcome from attempts where submission = $1::uuid order by at", id
    )
    states = await tx.driver.fetch(
        "select state, count(*) as count from carried join claims on claims.id = any(carried.claims)"
        " where submission = $1::uuid group by state",
        id,
    )
    return {
        **dict(row),
        "log": [dict(a) for a in attempts],
        "states": {r["state"]: r["count"] for r in states},
    }
