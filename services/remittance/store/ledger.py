"""The ledger's table: written once, never changed; the database refuses anything else (ADR 0041, 0103)."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from services.remittance.domain.ledger import Entry, Journal
from shared.bus.types import Tx


class LedgerConflict(Exception):
    """A journal with this id is in the ledger with other amounts. Two things have one id: stop, and let somebody look."""


async def write_journals(tx: Tx, journals: Sequence[Journal]) -> None:
    """Write journals, each with its entries in one row; those already there change nothing.

    Raises LedgerConflict when one that is there has other entries (reliability 5.6: equal = exists, different = stop).
    """
    if not journals:
        return
    status = await tx.driver.execute(
        _WRITE,
        [j.id for j in journals],
        [j.kind for j in journals],
        [j.claim or None for j in journals],
        [j.remittance or None for j in journals],
        [_array([e.account for e in j.entries]) for j in journals],
        [_array([str(e.cents) for e in j.entries]) for j in journals],
        [_array([str(e.line) for e in j.entries]) for j in journals],
        [_array([_quoted(e.reason) for e in j.entries]) for j in journals],
        [_array(["t" if e.claim else "f" for e in j.entries]) for j in journals],
    )
    if status != f"INSERT 0 {len(journals)}":
        await _compare(tx, journals)


_WRITE = """
insert into journals (id, kind, claim, remittance, accounts, cents, lines, reasons, owned)
select id, kind, claim, remittance, accounts::text[], cents::bigint[], lines::int[], reasons::text[], owned::bool[]
from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
    as x (id, kind, claim, remittance, accounts, cents, lines, reasons, owned)
on conflict (id) do nothing"""


def _array(values: Iterable[str]) -> str:
    """An array as PostgreSQL reads it from text: ``unnest`` would flatten arrays of arrays."""
    return "{" + ",".join(values) + "}"


def _quoted(text: str) -> str:
    """One text of an array; reasons are the payer's words."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


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
        " from journals j join entries e on e.journal = j.id"
        " where j.claim = $1 and e.claim is not null order by j.made_at, j.id, e.position",
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
