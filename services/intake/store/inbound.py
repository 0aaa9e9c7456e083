"""The table ``inbound``: every message that came, sealed, with what was answered and what it led to."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from services.intake.domain.inbound import Answer, State
from shared.bus.sealer import Sealer
from shared.bus.types import Tx
from shared.events import Finding


class Said(Struct, frozen=True, kw_only=True, gc=False):
    """What is kept sealed beside the original: who sent it, under which control id, the answer, the findings."""

    sender: str
    control: str
    answer: Answer
    findings: tuple[Finding, ...] = ()


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """One message as it is inserted. Plain columns hold no patient data, ``said`` is sealed.

    ``names`` are the keyed hashes that it is found by (services.intake.domain.names), shortened: a find may meet a
    stranger once in 2^64 messages.
    """

    id: str
    door: str
    feed: str
    kind: str
    identity: bytes
    control: bytes
    sha256: bytes
    received_at: datetime
    state: State
    conflict: bool
    claims: tuple[str, ...]
    made: int
    amended: int
    duplicates: int
    refused: int
    cents: int
    names: tuple[bytes, ...]
    said: bytes


class Seen(Struct, frozen=True, gc=False):
    """A message that is ours already."""

    id: str
    sha256: bytes
    said: bytes
    refused: bool


class Collision(Exception):
    """Another process stored one of these messages at the same time."""


_COLUMNS = (
    ("id", "uuid"),
    ("door", "text"),
    ("feed", "text"),
    ("kind", "text"),
    ("identity", "bytea"),
    ("control", "bytea"),
    ("sha256", "bytea"),
    ("received_at", "timestamptz"),
    ("state", "text"),
    ("conflict", "bool"),
    ("claims", "text"),
    ("made", "int"),
    ("amended", "int"),
    ("duplicates", "int"),
    ("refused", "int"),
    ("cents", "bigint"),
    ("names", "text"),
    ("said", "bytea"),
)
COUNT = len(_COLUMNS)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
# unnest would flatten an array of arrays, so these travel as text
_ARRAY_CAST = {"claims": "uuid[]", "names": "bytea[]"}
_CAST = ", ".join(f"{n}::{_ARRAY_CAST[n]}" if n in _ARRAY_CAST else n for n, _ in _COLUMNS)
_ARRAYS = ", ".join(f"${at}::{kind}[]" for at, (_, kind) in enumerate(_COLUMNS, 1))
INSERT = (
    f"insert into inbound ({_NAMES}, stored_feed) select {_CAST}, feed from unnest({_ARRAYS}) as x ({_NAMES})"  # noqa: S608
    " on conflict (identity, sha256) do nothing"
)
"""Store a batch: ``columns`` are its parameters, COUNT of them."""
# each identity is looked up by itself: for `identity = any(..)` a plan that was made when the table was young walks all of it
SEEN = (
    "select i.identity, i.id, i.sha256, i.said, i.state = 'refused' from unnest($1::bytea[]) as x (identity)"
    " cross join lateral (select * from inbound where identity = x.identity offset 0) i"
)
"""The messages that are stored under some identities."""
# locked in one order everywhere, so that two processes cannot wait for each other
_REPEATED = (
    "with x as (select i.id, y.times from inbound i join unnest($1::uuid[], $2::int[]) as y (id, times) using (id)"
    " order by i.id for update of i)"
    " update inbound i set repeats = repeats + x.times from x where i.id = x.id"
)
_REPLAYED = (
    "update inbound set state = $2, claims = claims || $3::uuid[], made = made + $4, amended = amended + $5,"
    " duplicates = $6, refused = $7, cents = cents + $8, said = $9, feed = $10, kind = $11, replays = replays + 1,"
    " replayed_at = $12, names = $13 where id = $1"
)


async def seen(tx: Tx, identities: Sequence[bytes]) -> dict[bytes, list[Seen]]:
    """The messages stored under these identities, whatever their content."""
    found: dict[bytes, list[Seen]] = {}
    for row in await tx.driver.fetch(SEEN, list(identities)):
        found.setdefault(row[0], []).append(Seen(str(row[1]), row[2], row[3], row[4]))
    return found


def columns(rows: Sequence[Row]) -> list[list[object]]:
    """The parameters of INSERT."""
    # in one order everywhere, so that two processes cannot wait for each other
    ordered = sorted(rows, key=lambda r: (r.identity, r.sha256))
    return [_column(ordered, name) for name, _ in _COLUMNS]


def _column(rows: Sequence[Row], name: str) -> list[object]:
    if name == "claims":
        return [f"{{{','.join(row.claims)}}}" for row in rows]
    if name == "names":
        return ["{" + ",".join([f'"\\\\x{each.hex()}"' for each in row.names]) + "}" for row in rows]
    return [getattr(row, name) for row in rows]


async def repeated(tx: Tx, times: dict[str, int]) -> None:
    """Count that these messages came again."""
    if times:
        await tx.driver.execute(_REPEATED, list(times), list(times.values()))


async def replayed(tx: Tx, row: Row, at: datetime) -> None:
    """Write what a replay made of a stored message."""
    await tx.driver.execute(
        _REPLAYED,
        row.id,
        row.state,
        list(row.claims),
        row.made,
        row.amended,
        row.duplicates,
        row.refused,
        row.cents,
        row.said,
        row.feed,
        row.kind,
        at,
        list(row.names),
    )


def seal_said(seal: Sealer, id: str, said: Said) -> bytes:  # noqa: A002
    """Answer and findings, sealed to their row."""
    return seal.seal(msgspec.json.encode(said), _aad(id))


def open_said(seal: Sealer, id: str, sealed: bytes) -> Said:  # noqa: A002
    """The reverse."""
    return _SAID.decode(seal.open(sealed, _aad(id)))


def _aad(id: str) -> bytes:  # noqa: A002
    return f"inbound/{id}/said".encode()


_SAID = msgspec.json.Decoder(Said)
