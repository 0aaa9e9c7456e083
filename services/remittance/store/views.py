"""What worklists and figures read: promoted columns only, nothing is opened."""

from datetime import datetime
from typing import NamedTuple

from shared.bus.types import Tx

KINDS = ("charge", "paid", "contractual", "other", "patient", "denied", "open")


class RemittanceRow(NamedTuple):
    """One line of the list of remittances."""

    id: str
    state: str
    payer: str
    paid: int
    claims: int
    unmatched: int
    changed_at: datetime


async def remittance_page(tx: Tx, state: str, limit: int) -> list[RemittanceRow]:
    """The latest remittances, of one state or of all."""
    rows = await tx.driver.fetch(
        "select id, state, payer, paid, claims, unmatched, changed_at from remittances"
        " where $1 = '' or state = $1 order by changed_at desc, id limit $2",
        state,
        limit,
    )
    return [RemittanceRow(str(r[0]), *tuple(r)[1:]) for r in rows]


async def summary(tx: Tx) -> dict[str, object]:
    """Counts and cents by state, of claims, remittances and suspense. The claims' cents close: charge is the sum of the rest."""
    sums = ", ".join(f"coalesce(sum({kind}), 0)::bigint" for kind in KINDS)
    rows = await tx.driver.fetch(
        f"select state, count(*), {sums} from claims group by state order by state"  # noqa: S608
    )
    states = {r[0]: {"claims": r[1], **dict(zip(KINDS, tuple(r)[2:], strict=True))} for r in rows}
    total = {kind: sum(s[kind] for s in states.values()) for kind in ("claims", *KINDS)}
    remittances = await tx.driver.fetch(
        "select state, count(*), coalesce(sum(paid), 0)::bigint from remittances group by state order by state"
    )
    suspense = await tx.driver.fetchrow(
        "select count(*), coalesce(sum(paid), 0)::bigint from suspense where claim is null"
    )
    files = await tx.driver.fetch("select state, count(*) from files group by state order by state")
    return {
        "claims": states,
        "total": total,
        "closes": total["charge"] == sum(total[kind] for kind in KINDS[1:]),
        "remittances": {r[0]: {"count": r[1], "paid": r[2]} for r in remittances},
        "suspense": {"count": suspense[0], "paid": suspense[1]},
        "files": {r[0]: r[1] for r in files},
    }
