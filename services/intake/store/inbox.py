"""Reading what was stored: lists, one message, the original, figures."""

import uuid
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.store.inbound import open_body, open_said
from shared.events.intake import Door
from shared.service.context import Context


class Filters(Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty means all. ``control`` finds by the exact control id, through its blind index."""

    state: str = ""
    door: str = ""
    control: str = ""
    conflict: bool | None = None


class Original(Struct, frozen=True):
    """A stored message, to be read again."""

    id: str
    door: Door
    raw: bytes
    sender: str
    control: str
    received: datetime


_PLAIN = (
    "id, door, feed, kind, received_at, state, conflict, claims, made, amended, duplicates, refused, cents,"
    " repeats, replays, replayed_at"
)
_FIND = (
    f"select {_PLAIN} from inbound"  # noqa: S608
    " where ($1 = '' or state = $1) and ($2 = '' or door = $2) and ($3::bytea is null or control = $3)"
    " and ($4::bool is null or conflict = $4) and ($5::uuid is null or id < $5)"
    " order by id desc limit $6"
)
_GET = f"select {_PLAIN}, body, said from inbound where id = $1::uuid"  # noqa: S608
_SUMMARY = """
select door, count(*)::int as messages, coalesce(sum(made), 0)::int as claims,
    coalesce(sum(amended), 0)::int as amended, coalesce(sum(refused), 0)::int as refused,
    coalesce(sum(duplicates + repeats), 0)::int as duplicates, coalesce(sum(cents), 0)::bigint as cents,
    count(*) filter (where state = 'kept')::int as kept, count(*) filter (where conflict)::int as conflicts
from inbound group by door order by door"""
_CHARGES = "select count(*)::int, coalesce(sum(charge), 0)::bigint from claim"


async def find(ctx: Context, filters: Filters, before: str, limit: int) -> list[dict[str, Any]]:
    """A page of messages, newest first, without their content."""
    control = ctx.blind(filters.control) if filters.control else None
    async with ctx.db.connect() as tx:
        rows = await tx.driver.fetch(
            _FIND, filters.state, filters.door, control, filters.conflict, before or None, limit
        )
    return [_shown(row) for row in rows]


async def get(ctx: Context, message: str) -> dict[str, Any] | None:
    """One message with original, answer and findings; None when there is none."""
    row = await _row(ctx, message)
    if row is None:
        return None
    said = open_said(ctx.seal, str(row["id"]), row["said"])
    raw = open_body(ctx.seal, str(row["id"]), row["body"])
    return {
        **_shown(row),
        "sender": said.sender,
        "control": said.control,
        "findings": msgspec.to_builtins(said.findings),
        "original": raw.decode("utf-8", "replace"),
        "answer": said.answer.body.decode("utf-8", "replace"),
        "answer_status": said.answer.status,
    }


async def original(ctx: Context, message: str) -> Original | None:
    """What is needed to read a message again; None when there is none."""
    row = await _row(ctx, message)
    if row is None:
        return None
    key = str(row["id"])
    said = open_said(ctx.seal, key, row["said"])
    raw = open_body(ctx.seal, key, row["body"])
    return Original(key, row["door"], raw, said.sender, said.control, row["received_at"])


async def summary(ctx: Context) -> dict[str, Any]:
    """Counts and cents, by door and together, from the tables.

    ``refused`` and ``duplicates`` count claims and messages that made none; ``charges`` is what the claims say now,
    amendments included, ``cents`` what they said when they were made.
    """
    async with ctx.db.connect() as tx:
        rows = [dict(row) for row in await tx.driver.fetch(_SUMMARY)]
        claims, charges = await tx.driver.fetchrow(_CHARGES)
    names = ("messages", "claims", "amended", "refused", "duplicates", "cents", "kept", "conflicts")
    total = {name: sum(row[name] for row in rows) for name in names}
    return {
        **total,
        "open_claims": claims,
        "charges": charges,
        "doors": {row.pop("door"): row for row in rows},
    }


async def _row(ctx: Context, message: str) -> Any:
    try:
        key = uuid.UUID(message)
    except ValueError:
        return None
    async with ctx.db.connect() as tx:
        return await tx.driver.fetchrow(_GET, key)


def _shown(row: Any) -> dict[str, Any]:
    names = [n.strip() for n in _PLAIN.split(",")]
    return {n: _json(row[n]) for n in names}


def _json(value: Any) -> Any:
    if isinstance(value, list):
        return [str(v) for v in value]
    return (
        value.isoformat()
        if isinstance(value, datetime)
        else str(value)
        if isinstance(value, uuid.UUID)
        else value
    )
