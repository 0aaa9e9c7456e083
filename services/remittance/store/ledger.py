"""The ledger's table: written once, never changed; the database refuses anything else (ADR 0041, 0103)."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

import asyncpg

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
    columns = list(zip(*map(_row, journals), strict=True))
    each = tuple([n == 0 or column.count(column[0]) != len(column) for n, column in enumerate(columns)])
    values = [column if many else column[0] for many, column in zip(each, columns, strict=True)]
    sql = _write(each)
    try:
        # a savepoint: asking each row whether it is there costs a fifth of its insert
        async with tx.driver.transaction():
            await tx.driver.execute(sql, *values)
    except asyncpg.UniqueViolationError:
        await tx.driver.execute(f"{sql} on conflict (id) do nothing", *values)
        await _compare(tx, journals)


_COLUMNS = (
    ("id", "uuid"), ("kind", "text"), ("claim", "uuid"), ("remittance", "uuid"), ("accounts", "text[]"),
    ("cents", "bigint[]"), ("lines", "int[]"), ("reasons", "text[]"), ("owned", "bool[]"),
)  # fmt: skip


def _row(journal: Journal) -> tuple[str | None, ...]:
    """Its columns, arrays as text: ``unnest`` would flatten arrays of arrays."""
    entries = journal.entries
    return (
        journal.id,
        journal.kind,
        journal.claim or None,
        journal.remittance or None,
        _array(tuple([e.account for e in entries])),
        "{" + ",".join([str(e.cents) for e in entries]) + "}",
        _array(tuple([e.line for e in entries])),
        _quoted(tuple([e.reason for e in entries])),
        _array(tuple(["t" if e.claim else "f" for e in entries])),
    )


@lru_cache(4096)
def _array(values: tuple[object, ...]) -> str:
    """An array as PostgreSQL reads it from text. Most journals have the same accounts and lines."""
    return "{" + ",".join(map(str, values)) + "}"


@lru_cache(4096)
def _quoted(texts: tuple[str, ...]) -> str:
    """The same of texts that may hold anything: reasons are the payer's words."""
    return _array(tuple(['"' + t.replace("\\", "\\\\").replace('"', '\\"') + '"' for t in texts]))


@lru_cache
def _write(each: tuple[bool, ...]) -> str:
    """The statement in which only some columns have a value for each journal.

    Of most columns all journals of a batch have the same (the kind, the remittance, the accounts of a charge): such a one goes
    as one value, which neither we nor the database take apart.
    """
    many, chosen = [], []
    for n, ((name, kind), own) in enumerate(zip(_COLUMNS, each, strict=True), 1):
        sent = "text" if kind.endswith("[]") else kind
        chosen.append(f"x.{name}::{kind}" if own else f"(select ${n}::{sent}::{kind})")
        if own:
            many.append((name, f"${n}::{sent}[]"))
    return (
        f"insert into journals ({', '.join(name for name, _ in _COLUMNS)}) select {', '.join(chosen)}"  # noqa: S608
        f" from unnest({', '.join(values for _, values in many)}) as x ({', '.join(name for name, _ in many)})"
    )


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
