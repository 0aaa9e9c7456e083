"""Events that nobody here listens to, passed over in bulk: their cursors move, no row is loaded, locked or written for them.

Nobody listens to a type that no line of the routing names, nor to one that the row's state is deaf to (Hears.deaf).

Where a stream stands is the larger of its home row's ``heard`` and its row of ``cursors``: relevant events move the first,
passed ones the second. What does not fit (a gap, a parked claim, a stream whose last relevant event was the one before)
goes the long way, with the rest of the batch.
"""

from collections.abc import Iterable, Sequence

from shared.bus.item import Item
from shared.bus.routes import Kind
from shared.bus.types import Tx

Stream = tuple[int, str]
"""Producer's index and stream."""

_FIRST = (
    "insert into cursors as c (source, stream, version) select * from unnest($1::smallint[], $2::uuid[], $3::int[])"
    " on conflict (source, stream) do update set version = greatest(c.version, excluded.version)"
)
_NEXT = (
    "update cursors c set version = greatest(c.version, x.upto)"
    " from unnest($1::smallint[], $2::uuid[], $3::int[], $4::int[]) as x (source, stream, since, upto)"
    " where c.source = x.source and c.stream = x.stream and c.version >= x.since returning c.source, c.stream"
)


async def pass_over(tx: Tx, items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """Move the cursors of streams of which only ignored events are here. Returns those items, and the rest in order."""
    streams = _streams(items)
    for (kind, deaf), waiting in _by_home(streams).items():
        ids = [stream for _, stream in waiting]
        stay = await (_parked(tx, kind, ids) if deaf is None else _listening(tx, kind, deaf, ids))
        for key in [key for key in waiting if key[1] in stay]:
            del streams[key]
    passed = await _moved(tx, streams)
    here = [item for item in items if _key(item) in passed]
    return here, [item for item in items if _key(item) not in passed]


async def _parked(tx: Tx, kind: Kind, ids: list[str]) -> set[str]:
    """Locked, so that a replay which frees one is waited for."""
    sql = f"select id from {kind.name} where id = any($1::uuid[]) and parked for update"  # noqa: S608
    return {str(row[0]) for row in await tx.driver.fetch(sql, ids)}


async def _listening(tx: Tx, kind: Kind, deaf: frozenset[str], ids: list[str]) -> set[str]:
    """Those without a row, parked, or in a state that listens.

    Not locked: who changes the state at this moment does it after these events, as if its commit had come a batch later.
    """
    sql = f"select id from {kind.name} where id = any($1::uuid[]) and state = any($2::text[]) and not parked"  # noqa: S608
    return set(ids) - {str(row[0]) for row in await tx.driver.fetch(sql, ids, sorted(deaf))}


def _key(item: Item) -> Stream:
    return item.heard.index, item.heard.stream


def _streams(items: Iterable[Item]) -> dict[Stream, list[Item]]:
    """The streams of which every event here is ignored, or may be, and follows on from the one before."""
    found: dict[Stream, list[Item]] = {}
    other: set[Stream] = set()
    for item in items:
        key = _key(item)
        some = found.setdefault(key, [])
        follows = not some or item.heard.version == some[-1].heard.version + 1
        if not (item.ignored or item.deaf) or item.trouble is not None or not follows:
            other.add(key)
        some.append(item)
    return {key: some for key, some in found.items() if key not in other}


def _by_home(streams: dict[Stream, list[Item]]) -> dict[tuple[Kind, frozenset[str] | None], list[Stream]]:
    """By the table of their rows, and by the states of which these must be in one: None when any will do."""
    homes: dict[tuple[Kind, frozenset[str] | None], list[Stream]] = {}
    for key, items in streams.items():
        if items[0].kind is not None:
            homes.setdefault((items[0].kind, _deaf(items)), []).append(key)
    return homes


def _deaf(items: Iterable[Item]) -> frozenset[str] | None:
    """The states that are deaf to all of them; None when every type is ignored anyway."""
    some = [item.deaf for item in items if not item.ignored]
    return frozenset.intersection(*some) if some else None


async def _moved(tx: Tx, streams: dict[Stream, list[Item]]) -> set[Stream]:
    """Move what can be moved: a stream from its start, or one whose cursor is where it goes on."""
    first: list[tuple[int, str, int, int]] = []
    later: list[tuple[int, str, int, int]] = []
    for (source, stream), items in sorted(streams.items()):
        since, upto = items[0].heard.version - 1, items[-1].heard.version
        (later if since else first).append((source, stream, since, upto))
    if first:
        await tx.driver.execute(_FIRST, *([row[n] for row in first] for n in (0, 1, 3)))
    moved = {(source, stream) for source, stream, _, _ in first}
    if later:
        columns = ([row[n] for row in later] for n in range(4))
        moved |= {(row[0], str(row[1])) for row in await tx.driver.fetch(_NEXT, *columns)}
    return moved
