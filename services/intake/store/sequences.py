"""Which sequence number each sender's next message must have, kept in the transaction that keeps the message."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from services.intake.domain.hl7.sequence import RESTART, turn
from services.intake.domain.inbound import Arrival
from services.intake.store.inbound import Seen, open_said
from shared.bus.types import Tx
from shared.service.context import Context

Stream = tuple[str, bytes]
"""A feed, and a sender of it by its blind index."""

_ADD = (
    "insert into sequence (feed, sender) select * from unnest($1::text[], $2::bytea[]) on conflict do nothing"
)
_LOCK = (
    "select s.feed, s.sender, s.expected from sequence s join unnest($1::text[], $2::bytea[]) as x (feed, sender)"
    " using (feed, sender) order by s.feed, s.sender for update of s"
)
_SAVE = (
    "update sequence s set expected = x.expected, changed_at = $4"
    " from unnest($1::text[], $2::bytea[], $3::bigint[]) as x (feed, sender, expected)"
    " where (s.feed, s.sender) = (x.feed, x.sender) and s.expected is distinct from x.expected"
)
_ALL = "select feed, expected, changed_at from sequence order by feed, changed_at desc nulls last"


async def locked(ctx: Context, tx: Tx, arrivals: Sequence[Arrival]) -> dict[Stream, int | None]:
    """The expected numbers of those who send numbers, locked until the end of ``tx``. Nothing is asked where nobody does."""
    streams = sorted({_stream(ctx, a) for a in arrivals if a.reading.numbered and not a.replay})
    if not streams:
        return {}
    columns = [[feed for feed, _ in streams], [sender for _, sender in streams]]
    await tx.driver.execute(_ADD, *columns)
    return {(row[0], row[1]): row[2] for row in await tx.driver.fetch(_LOCK, *columns)}


def in_turn(
    ctx: Context,
    expected: dict[Stream, int | None],
    arrivals: Sequence[Arrival],
    keys: Sequence[tuple[bytes, bytes]],
    known: Mapping[bytes, Sequence[Seen]],
) -> list[Arrival]:
    """The messages, those out of turn as refused ones; ``expected`` moves on.

    What was refused as out of turn is judged again when it comes again, and so is who asks for the expected number:
    the stored row gets the new answer.
    """
    told: list[Arrival] = []
    here: set[tuple[bytes, bytes]] = set()
    for arrival, key in zip(arrivals, keys, strict=True):
        if not arrival.reading.numbered or arrival.replay or key in here:
            told.append(arrival)
        else:
            told.append(_judged(ctx, expected, arrival, key[1], known.get(key[0], ())))
        here.add(key)
    return told


def _judged(
    ctx: Context, expected: dict[Stream, int | None], arrival: Arrival, sha256: bytes, known: Sequence[Seen]
) -> Arrival:
    numbered = arrival.reading.numbered
    assert numbered is not None
    stream = _stream(ctx, arrival)
    same = next((seen for seen in known if seen.sha256 == sha256), None)
    again = same if same and (numbered.number <= RESTART or _was_out_of_turn(ctx, same)) else None
    mends = bool(known) and all(seen.refused for seen in known)
    judged = turn(
        expected[stream], numbered.number, ours=same is not None and again is None, mends=mends and not again
    )
    expected[stream] = judged.expected
    after = replace(arrival, expected=judged.said)
    if not judged.taken:
        after = replace(after, reading=numbered.refused(judged.said))
    return replace(after, id=again.id, replay=True) if again else after


def _was_out_of_turn(ctx: Context, seen: Seen) -> bool:
    if not seen.refused:
        return False
    return any(f.rule == OUT_OF_TURN for f in open_said(ctx.seal, seen.id, seen.said).findings)


async def save(ctx: Context, tx: Tx, expected: Mapping[Stream, int | None]) -> None:
    """Keep the numbers."""
    if expected:
        feeds, senders = [feed for feed, _ in expected], [sender for _, sender in expected]
        await tx.driver.execute(_SAVE, feeds, senders, list(expected.values()), ctx.clock.now())


async def numbers(tx: Tx) -> dict[str, list[dict[str, object]]]:
    """Per feed what is expected of each of its senders, the last one heard first."""
    found: dict[str, list[dict[str, object]]] = {}
    for feed, expected, at in await tx.driver.fetch(_ALL):
        found.setdefault(feed, []).append({"expected": expected, "since": at})
    return found


def _stream(ctx: Context, arrival: Arrival) -> Stream:
    return arrival.reading.feed, ctx.blind(f"sequence\x1f{arrival.reading.sender}")


OUT_OF_TURN = "HL7-199"
