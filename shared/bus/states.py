"""One table per aggregate: its DDL, its locked load, its set-based save."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast

import asyncpg
import msgspec
from msgspec import Struct, field

from shared.bus.records import SOURCES
from shared.bus.sealer import Sealer, Unsealable
from shared.bus.tables import Executes
from shared.bus.types import Aggregate, CatchesUp, Tx

S = TypeVar("S")

_encode = msgspec.json.Encoder().encode

Named = tuple[str, tuple[object, ...]]
"""What ``promoted`` says: the state's name, and the promoted columns' values."""


class Conflict(Exception):
    """Somebody else wrote one of the rows since it was loaded, or made it at the same time: do it all again."""


@dataclass(frozen=True, slots=True)
class Kept(Generic[S]):
    """One aggregate as the table has it. ``state`` is None for a stream whose first event is parked."""

    id: str
    version: int
    name: str
    state: S | None
    changed_at: datetime
    parked: bool


def _unheard() -> list[int]:
    return [0] * len(SOURCES)


class Row(Struct, eq=False, gc=False):
    """One aggregate's row while a batch folds over it. ``version`` counts its events, ``heard`` those of others."""

    id: str
    version: int = 0
    heard: list[int] = field(default_factory=_unheard)
    revision: int = 0
    parked: bool = False
    sealed: bytes | None = None
    exists: bool = False
    trace: str | None = None
    """The last recorded trace that changed it: what a job does about it later is linked to that."""
    noted: str | None = None
    """What ``sealed`` has not seen yet (``StateTable.note``): ``state`` has."""
    state: Any = None
    changed: bool = False
    """The state is another: everything is written."""
    moved: bool = False
    """``parked`` is another, and the state is not."""
    named: Named | None = None
    """The state's name and promoted columns, once ``sealed`` is the document to be saved."""


class StateTable(Generic[S]):
    """The table of one aggregate.

    Columns: ``id uuid primary key, version int, heard int[]`` (the last version heard of intake, scrubber, submitter,
    remittance, statements), ``state text, document bytea`` (the sealed JSON of the state), ``changed_at timestamptz,
    parked bool, revision int, trace text``, then the promoted ones, whose types must not be arrays (unnest would
    flatten them). The table of an aggregate that catches up has ``noted text`` at the end.
    """

    def __init__(
        self,
        table: str,
        state_type: type[S] | object,
        columns: Sequence[tuple[str, str]] = (),
        caught_up: Callable[[S, str], S] | None = None,
    ) -> None:
        if any(kind.rstrip().endswith("[]") for _, kind in columns):
            raise ValueError(f"{table}: a promoted column cannot be an array")
        self.table = table
        self.columns = tuple(columns)
        self._decode = cast("Callable[[bytes], S]", msgspec.json.Decoder(state_type).decode)
        self._caught_up = caught_up
        noted = "noted" if caught_up else "null::text as noted"
        self._rows = (
            f"select id::text, version, heard, revision, parked, document, trace, {noted} from {table}"  # noqa: S608
        )
        self._load = f"{self._rows} where id = any($1::uuid[]) order by {table}.id for update"
        self._get = (
            f"select id::text, version, state, document, changed_at, parked, {noted} from {table}"  # noqa: S608
            " where id = any($1::uuid[])"
        )
        self._saves: dict[tuple[bool, tuple[bool, ...]], str] = {}
        self._move = _move_sql(table)

    @classmethod
    def of(cls, aggregate: Aggregate[S, Any]) -> "StateTable[S]":
        """The table of this aggregate."""
        caught_up = aggregate.caught_up if isinstance(aggregate, CatchesUp) else None
        return cls(aggregate.table, aggregate.state_type, aggregate.columns, caught_up)

    def ddl(self) -> tuple[str, ...]:
        """The statements that make the table."""
        columns = (*self.columns, ("noted", "text")) if self._caught_up else self.columns
        promoted = "".join(f", {name} {kind}" for name, kind in columns)
        return (
            (
                f"create table {self.table} (id uuid primary key, version int not null, heard int[] not null,"
                " state text not null, document bytea, changed_at timestamptz not null,"
                f" parked bool not null default false, revision int not null default 1, trace text{promoted})"
                " with (fillfactor = 80, toast_tuple_target = 8160)"
            ),
            f"alter table {self.table} alter document set storage external",
            f"create index {self.table}_parked on {self.table} (id) where parked",
        )

    def create(self, op: Executes) -> None:
        """Make the table: ``StateTable.of(aggregate).create(op)`` in a migration."""
        for statement in self.ddl():
            op.execute(statement)

    async def load(self, tx: Tx, ids: Iterable[str]) -> dict[str, Row]:
        """Lock and load in key order; ids without a row are absent from the answer."""
        return _loaded(await tx.driver.fetch(self._load, sorted(ids)))

    async def take(self, tx: Tx, where: str, *values: object) -> dict[str, Row]:
        """Lock and load what meets a condition, but what others have locked; ``where`` may order and limit it.

        Each row is as it is when it is locked, and met the condition then.
        """
        return _loaded(await tx.driver.fetch(f"{self._rows} where {where} for update skip locked", *values))

    def open(self, row: Row, sealer: Sealer) -> S | None:
        """The state of a loaded row. Raises Unsealable, msgspec's errors."""
        if row.state is None and row.sealed is not None:
            row.state = self._read(row.id, row.sealed, row.noted, sealer)
        return cast("S | None", row.state)

    def _read(self, id: str, sealed: bytes, noted: str | None, sealer: Sealer) -> S:  # noqa: A002
        state = self._decode(sealer.open(sealed, self.aad(id)))
        return self._caught_up(state, noted) if self._caught_up and noted is not None else state

    def aad(self, id: str) -> bytes:  # noqa: A002
        """What a sealed state is bound to."""
        return f"{self.table}/{id}".encode()

    def close(
        self, row: Row, promoted: Callable[[S], tuple[str, tuple[object, ...]]], sealer: Sealer
    ) -> Named:
        """Name and seal a changed row's state. ``save`` does it for those that are not closed yet."""
        if row.state is None:
            row.named, row.sealed = ("", (None,) * len(self.columns)), None
        else:
            row.named = promoted(row.state)
            row.sealed = sealer.seal(_encode(row.state), self.aad(row.id))
        row.noted = None
        return row.named

    async def save(
        self,
        tx: Tx,
        rows: Sequence[Row],
        promoted: Callable[[S], tuple[str, tuple[object, ...]]],
        sealer: Sealer,
        now: datetime,
    ) -> None:
        """Write new rows in one statement, changed ones in another, those that only moved in a third. Raises Conflict."""
        changed = sorted((r for r in rows if r.changed), key=_key)
        moved = sorted((r for r in rows if r.moved and not r.changed), key=_key)
        if made := [r for r in changed if not r.exists]:
            try:
                await self._save(tx, made, promoted, sealer, now)
            except asyncpg.UniqueViolationError as error:
                if error.constraint_name != f"{self.table}_pkey":
                    raise
                raise Conflict(self.table) from None
        if known := [r for r in changed if r.exists]:
            await self._save(tx, known, promoted, sealer, now)
        if moved:
            await self._save_moved(tx, moved)
        for row in (*changed, *moved):
            row.revision, row.exists, row.changed, row.moved = row.revision + 1, True, False, False
            row.named = None

    async def _save(
        self,
        tx: Tx,
        rows: Sequence[Row],
        promoted: Callable[[S], tuple[str, tuple[object, ...]]],
        sealer: Sealer,
        now: datetime,
    ) -> None:
        """Rows of which all are in the table or none is."""
        named = [r.named or self.close(r, promoted, sealer) for r in rows]
        columns: list[list[Any]] = [
            [r.id for r in rows],
            [r.sealed for r in rows],
            [r.version for r in rows],
            [_heard(tuple(r.heard)) for r in rows],
            [n[0] for n in named],
            [r.parked for r in rows],
            [r.revision + 1 for r in rows],
            [r.trace for r in rows],
            *(list(column) for column in zip(*(n[1] for n in named), strict=True)),
        ]
        each = tuple(n < 2 or column.count(column[0]) != len(column) for n, column in enumerate(columns))
        values = [column if many else column[0] for many, column in zip(each, columns, strict=True)]
        _expect(await tx.driver.execute(self._saving(rows[0].exists, each), now, *values), len(rows))

    async def note(
        self, tx: Tx, ids: Sequence[str], noted: str, name: str, now: datetime, *emptied: str
    ) -> None:
        """Tell rows that the caller has locked the same thing, and write no document: ``open`` catches up with it.

        For what says no event; ``name`` is the state that it leads to, ``emptied`` the promoted columns that are null
        there, the others stay as they are. The next save clears it. Raises Conflict for a row that has a note, or no state.
        """
        columns = "".join(f", {column} = null" for column in emptied)
        sql = (
            f"update {self.table} set noted = $2, state = $3, changed_at = $4, revision = revision + 1{columns}"  # noqa: S608
            " where id = any($1::uuid[]) and noted is null and document is not null"
        )
        _expect(await tx.driver.execute(sql, ids, noted, name, now), len(ids))

    def _saving(self, exists: bool, each: tuple[bool, ...]) -> str:
        """The save in which only some columns have a value for each row.

        Of most columns all rows of a batch have the same (a state, a payer, no trace): such a one goes as one value,
        which neither we nor the database take apart.
        """
        found = self._saves.get((exists, each))
        if found is None:
            found = _insert_sql(self.table, self.columns, each)
            if exists:
                found += _update_sql(self.columns, "noted = null, " if self._caught_up else "")
            self._saves[exists, each] = found
        return found

    async def _save_moved(self, tx: Tx, moved: list[Row]) -> None:
        status = await tx.driver.execute(
            self._move,
            [r.id for r in moved],
            [_heard(tuple(r.heard)) for r in moved],
            [r.parked for r in moved],
            [r.revision + 1 for r in moved],
        )
        _expect(status, len(moved))

    async def get(self, tx: Tx, id: str, sealer: Sealer) -> Kept[S] | None:  # noqa: A002
        """One aggregate, unlocked; None when there is none. Raises Unsealable."""
        return (await self.list(tx, [id], sealer)).get(id)

    async def list(self, tx: Tx, ids: Sequence[str], sealer: Sealer) -> dict[str, Kept[S]]:
        """Several aggregates by id, unlocked; those without a row are absent. Raises Unsealable."""
        found: list[asyncpg.Record] = await tx.driver.fetch(self._get, list(ids))
        return {(kept := self._kept(r, sealer)).id: kept for r in found}

    def _kept(self, r: Mapping[Any, Any], sealer: Sealer) -> Kept[S]:
        key: str = r["id"]
        sealed = r["document"]
        state = None if sealed is None else self._read(key, sealed, r["noted"], sealer)
        return Kept(key, r["version"], r["state"], state, r["changed_at"], r["parked"])


UNOPENED = (Unsealable, msgspec.ValidationError, msgspec.DecodeError)
"""How opening a state can fail."""


def _loaded(rows: Iterable[asyncpg.Record]) -> dict[str, Row]:
    return {r[0]: Row(r[0], r[1], r[2], r[3], r[4], r[5], True, r[6], r[7]) for r in rows}


def _key(row: Row) -> str:
    return row.id


@lru_cache(4096)
def _heard(heard: tuple[int, ...]) -> str:
    """As PostgreSQL writes an array. Most claims are at the same point of the same life."""
    return "{" + ",".join(map(str, heard)) + "}"


def _expect(status: str, count: int) -> None:
    if int(status.rpartition(" ")[2]) != count:
        raise Conflict(status)


_COLUMNS = (
    ("id", "uuid"), ("document", "bytea"), ("version", "int"), ("heard", "text"), ("state", "text"),
    ("parked", "bool"), ("revision", "int"), ("trace", "text"),
)  # fmt: skip


def _insert_sql(table: str, columns: Sequence[tuple[str, str]], each: Sequence[bool]) -> str:
    known = [*_COLUMNS, *columns]
    names = ", ".join(name for name, _ in known)
    many = [(n, name, kind) for n, ((name, kind), own) in enumerate(zip(known, each, strict=True)) if own]
    arrays = ", ".join(f"${n + 2}::{kind}[]" for n, _, kind in many)
    chosen = ", ".join(
        _chosen(n, name, kind, own) for n, ((name, kind), own) in enumerate(zip(known, each, strict=True))
    )
    return (
        f"insert into {table} as t ({names}, changed_at) select {chosen}, $1::timestamptz"  # noqa: S608
        f" from unnest({arrays}) as x ({', '.join(name for _, name, _ in many)})"
    )


def _chosen(n: int, name: str, kind: str, own: bool) -> str:
    """A column's value: one for each row, or one for all. An array comes as text, and one for all is read only once."""
    value = f"x.{name}" if own else f"${n + 2}::{kind}"
    if name != "heard":
        return value
    return f"{value}::int[]" if own else f"(select {value}::int[])"


def _update_sql(columns: Sequence[tuple[str, str]], also: str) -> str:
    """What follows the insert for rows that are there: no join that could be planned badly (docs/decisions/0120)."""
    updates = ", ".join(f"{name} = excluded.{name}" for name, _ in (*_COLUMNS[1:], *columns))
    return (
        f" on conflict (id) do update set {also}{updates}, changed_at = excluded.changed_at"
        " where t.revision = excluded.revision - 1"
    )


def _move_sql(table: str) -> str:
    return (
        f"update {table} t set heard = x.heard::int[], parked = x.parked, revision = x.revision"  # noqa: S608
        " from unnest($1::uuid[], $2::text[], $3::bool[], $4::int[]) as x (id, heard, parked, revision)"
        " where t.id = x.id and t.revision = x.revision - 1"
    )
