"""The ledger's tables: written once, never changed; the database refuses anything else (ADR 0041)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.remittance.domain.ledger import Entry, Journal
from shared.bus.types import Tx


class LedgerConflict(Exception):
    """A journal with this id is in the ledger with other amounts. Two things have one id: stop, and let somebody look."""


async def write_journals(tx: Tx, journals: Sequence[Journal]) -> None:
    """Write journals and their entries in one statement; those already there change nothing.

    Raises LedgerConflict when one that is there has other entries (reliability 5.6: equal = exists, different = stop).
    """
    if not journals:
        return
    entries = [(j.id, n, e) for j in journals for n, e in enumerate(j.entries)]
    written = await tx.driver.fetchval(
        _WRITE,
        [j.id for j in journals],
        [j.kind for j in journals],
        [j.claim or None for j in journals],
        [j.remittance or None for j in journals],
        [journal for journal, _, _ in entries],
        [n for _, n, _ in entries],
        [e.account for _, _, e in entries],
        [e.cents for _, _, e in entries],
        [e.line for _, _, e in entries],
        [e.reason for _, _, e in entries],
        [e.claim for _, _, e in entries],
    )
    if written != len(journals):
        await _compare(tx, journals)


_WRITE = """
with written as (
    insert into journals (id, kind, claim, remittance)
    select * from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[])
    on conflict (id) do nothing returning id, claim),
filled as (
    insert into entries (journal, position, account, cents, line, reason, claim)
    select e.journal, e.position, e.account, e.cents, e.line, e.reason, case when e.owned then w.claim end
    from unnest($5::uuid[], $6::int[], $7::text[], $8::bigint[], $9::int[], $10::text[], $11::bool[])
        as e (journal, position, account, cents, line, reason, owned)
    join written w on w.id = e.journal)
select count(*) from written"""


async def _compare(tx: Tx, journals: Sequence[Journal]) -> None:
    rows = await tx.driver.fetch(
        "select journal, account, cents, reason, line from entries where journal = any($1::uuid[])",
        [j.id for j in journals],
    )
    found: dict[str, list[tuple[object, ...]]] = {}
    for row in rows:
        found.setdefault(str(row[0]), []).append(tuple(row)[1:])
    for journal in journals:
        wanted = [(e.account, e.cents, e.reason, e.line) for e in journal.entries]
        if sorted(found.get(journal.id, ())) != sorted(wanted):
            raise LedgerConflict("a journal is in the ledger with other amounts")


class Line(NamedTuple):
    """One entry as it is read back."""

    journal: str
    kind: str
    at: str
    remittance: str
    entry: Entry


async def entries_of(tx: Tx, claim: str) -> list[Line]:
    """All entries of one claim, in the order of writing."""
    rows = await tx.driver.fetch(
        "select j.id, j.kind, j.made_at, j.remittance, e.account, e.cents, e.reason, e.line"
        " from entries e join journals j on j.id = e.journal"
        " where e.claim = $1 order by j.made_at, j.id, e.position",
        claim,
    )
    return [
        Line(str(r[0]), r[1], r[2].isoformat(), str(r[3] or ""), Entry(r[4], r[5], r[6], r[7])) for r in rows
    ]


async def totals(tx: Tx) -> dict[str, int]:
    """Every account's balance over the whole ledger, in cents. Reads all entries: for a look, not for a path."""
    rows: Iterable[tuple[str, int]] = await tx.driver.fetch(
        "select account, sum(cents)::bigint from entries group by account order by account"
    )
    return dict(rows)
