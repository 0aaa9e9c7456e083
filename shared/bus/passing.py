"""Events that nobody here listens to, passed over in bulk: their cursors move, no row is loaded, locked or written for them.

Nobody listens to a type that no line of the routing names, nor to one that the row's state is deaf to (Hears.deaf).

Where a stream stands is the larger of its home row's ``heard`` and its row of ``cursors``: relevant events move the first,
passed ones the second. What does not fit (a gap, a parked claim, a stream whose last relevant event was the one before)
goes the long way, with the rest of the batch.
"""

from collections.abc import Sequence

import asyncpg
from msgspec import Struct

from shared.bus.records import Heard
from shared.bus.routes import Kind, Routes, Way
from shared.bus.states import Conflict
from shared.bus.types import Tx

Stream = tuple[int, str]
"""Producer's index and stream."""

_Alike = tuple[Kind | None, frozenset[str] | None, int, int, int]
"""What streams have in common that one statement moves: home, deaf states, producer, and the versions it moves them between."""

_MOVED = "select stream from cursors where source = $1 and stream = any($2::uuid[]) and version >= $3"


class _Run(Struct, eq=False, gc=False):
    """The events of one stream in a batch: those after ``since``, up to ``upto``. ``passes``: all of them may be passed over."""

    home: Kind | None
    deaf: frozenset[str] | None
    since: int
    upto: int
    passes: bool

    def add(self, way: Way | None, version: int) -> None:
        """One more event of the stream, which has to follow on from the one before."""
        self.passes = self.passes and way is not None and way.passes and version == self.upto + 1
        self.upto = version
        if self.passes and way is not None and way.deaf is not None:
            self.deaf = way.deaf if self.deaf is None else self.deaf & way.deaf


async def pass_over(tx: Tx, heads: list[Heard], routes: Routes) -> list[Heard]:
    """Move the cursors of streams of which only ignored events are here. Returns what is left of the batch, in order."""
    moved: set[Stream] = set()
    for alike, streams in _alike(_runs(heads, routes)).items():
        moved |= {(alike[2], stream) for stream in await _move(tx, alike, streams)}
    if not moved:
        return heads
    return [head for head in heads if (head.index, head.stream) not in moved]


async def heard_up_to(tx: Tx, source: int, streams: list[str], version: int) -> None:
    """Write down how far these streams of one producer have been heard; what has been heard further stays."""
    streams = sorted(streams)
    if await _moved(tx, _FIRST.format(_may_move(None, "")), source, streams, version) != len(streams):
        await tx.driver.execute(_NEXT.format(_may_move(None, "")), source, streams, version, 0)


def _runs(heads: Sequence[Heard], routes: Routes) -> dict[Stream, _Run]:
    """By stream, what is here of it."""
    runs: dict[Stream, _Run] = {}
    for head in heads:
        way, key, version = routes.way(head), (head.index, head.stream), head.version
        run = runs.get(key)
        if run is not None:
            run.add(way, version)
        elif way is not None and way.passes:
            runs[key] = _Run(way.home, way.deaf, version - 1, version, True)
        else:
            runs[key] = _Run(None, None, 0, 0, False)
    return runs


def _alike(runs: dict[Stream, _Run]) -> dict[_Alike, list[str]]:
    """Most streams of a batch are at the same point of the same life."""
    alike: dict[_Alike, list[str]] = {}
    for (index, stream), run in runs.items():
        if run.passes:
            alike.setdefault((run.home, run.deaf, index, run.since, run.upto), []).append(stream)
    return alike


async def _move(tx: Tx, alike: _Alike, streams: list[str]) -> list[str]:
    """Move what can be moved: streams from their start, or whose cursor is where they go on. Returns which."""
    home, deaf, source, since, upto = alike
    streams.sort()
    known = [source, streams, upto, *([since] if since else ()), *([] if deaf is None else [sorted(deaf)])]
    states = "" if deaf is None else f"${len(known)}"
    if await _moved(tx, (_NEXT if since else _FIRST).format(_may_move(home, states)), *known) == len(streams):
        return streams
    return [str(row[0]) for row in await tx.driver.fetch(_MOVED, source, streams, upto)]


async def _moved(tx: Tx, sql: str, *known: object) -> int:
    """How many rows a statement moved. Raises Conflict when another transaction makes one of them at the same moment."""
    try:
        status: str = await tx.driver.execute(sql, *known)
    except asyncpg.UniqueViolationError:
        raise Conflict("cursors") from None
    return int(status.rpartition(" ")[2])


def _may_move(home: Kind | None, states: str) -> str:
    """The streams ($2) whose rows let them move, as an array. ``states``: the parameter that has the deaf ones, if it matters.

    Rows are not locked. Who frees a parked one at this moment is waited for on the long way; who changes a deaf state does
    it after these events, as if its commit had come a batch later.
    """
    if home is None:
        return "$2::uuid[]"
    rows = f"select t.id from {home.name} t where t.id = any($2::uuid[])"  # noqa: S608
    if states:
        return f"array({rows} and t.state = any({states}::text[]) and not t.parked)"
    return f"array(select x from unnest($2::uuid[]) x where x <> all(array({rows} and t.parked)))"  # noqa: S608


# Streams are asked for by `any`, not by a join or `exists`: in a young database the planner knows of no row of this
# producer, and would compare each row of cursors with each stream (600 ms for 500 streams; docs/decisions/0120).
_NEXT = (
    "update cursors c set version = greatest(c.version, $3)"
    " where c.stream = any({}) and c.source = $1 and c.version >= $4"
)
# Not `on conflict`, which costs as much again: a row that is there already is a repeat's, and the fence keeps others out.
_FIRST = (
    "insert into cursors (source, stream, version) select $1::smallint, x.stream, $3 from unnest({}) as x (stream)"
    " where x.stream <> all(array(select c.stream from cursors c where c.stream = any($2::uuid[]) and c.source = $1))"
)
