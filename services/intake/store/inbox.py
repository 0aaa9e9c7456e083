"""Reading what was stored: lists, one message, the original, figures."""

import uuid
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from services.intake.domain.layout import lay_out
from services.intake.domain.names import Kind, name
from services.intake.store.batch import short
from services.intake.store.inbound import open_said
from services.intake.store.originals import open_body
from shared.events import Finding
from shared.events.intake import Door
from shared.service.context import Context


class Filters(Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; empty means all. Control id, account, record and claim number are found by their exact
    words, through keyed hashes. ``since`` and ``until`` bound the time of receipt.
    """

    state: str = ""
    door: str = ""
    feed: str = ""
    control: str = ""
    account: str = ""
    record: str = ""
    claim: str = ""
    since: datetime | None = None
    until: datetime | None = None
    conflict: bool | None = None

    @property
    def names(self) -> list[tuple[Kind, str]]:
        """The names asked for."""
        asked: tuple[tuple[Kind, str], ...] = (
            ("account", self.account),
            ("record", self.record),
            ("claim", self.claim),
        )
        return [(kind, value) for kind, value in asked if value.strip()]


class Original(Struct, frozen=True):
    """A stored message, to be read again."""

    id: str
    door: Door
    raw: bytes
    sender: str
    control: str
    received: datetime
    state: str
    findings: int
    feed: str
    told: tuple[Finding, ...]
    claims: tuple[str, ...]


_PLAIN = (
    "id, door, feed, kind, received_at, state, conflict, claims, made, amended, duplicates, refused, cents,"
    " repeats, replays, replayed_at"
)
_FIND = (
    f"select {_PLAIN} from inbound"  # noqa: S608
    " where ($1 = '' or state = $1) and ($2 = '' or door = $2) and ($3::bytea is null or control = $3)"
    " and ($4::bool is null or conflict = $4) and ($5::uuid is null or id < $5)"
    " and ($7 = '' or feed = $7) and names @> $8::bytea[]"
    " and ($9::timestamptz is null or received_at >= $9) and ($10::timestamptz is null or received_at < $10)"
    " order by id desc limit $6"
)
_GET = f"select {_PLAIN}, sha256, stored_feed, said from inbound where id = $1::uuid"  # noqa: S608
_BODY = "select body from original where feed = any($1) and day = $2 and id = $3::uuid"
_REPLAYS = "select at, who, reason, before, after from replay where message = $1::uuid order by id"
_SUMMARY = """
select door, count(*)::int as messages, coalesce(sum(made), 0)::int as claims,
    coalesce(sum(amended), 0)::int as amended, coalesce(sum(refused), 0)::int as refused,
    coalesce(sum(duplicates + repeats), 0)::int as duplicates, coalesce(sum(cents), 0)::bigint as cents,
    count(*) filter (where state = 'kept')::int as kept, count(*) filter (where conflict)::int as conflicts
from inbound group by door order by door"""
_CHARGES = "select count(*)::int, coalesce(sum(charge), 0)::bigint from claim where state not in ('cancelled', 'voided')"


async def find(ctx: Context, filters: Filters, before: str, limit: int) -> list[dict[str, Any]]:
    """A page of messages, newest first, without their content."""
    control = ctx.blind(filters.control) if filters.control else None
    async with ctx.db.connect() as tx:
        rows = await tx.driver.fetch(
            _FIND, filters.state, filters.door, control, filters.conflict, before or None, limit,
            filters.feed, [short(ctx, name(kind, value)) for kind, value in filters.names],
            filters.since, filters.until,
        )  # fmt: skip
    return [_shown(row) for row in rows]


async def get(ctx: Context, message: str) -> dict[str, Any] | None:
    """One message with original, answer, findings and its replays; None when there is none.

    ``original`` is None when the feed's retention has dropped it.
    """
    row = await _row(ctx, message)
    if row is None:
        return None
    key = str(row["id"])
    said = open_said(ctx.seal, key, row["said"])
    raw = await _raw(ctx, row)
    async with ctx.db.connect() as tx:
        replays = await tx.driver.fetch(_REPLAYS, key)
    return {
        **_shown(row),
        "sha256": row["sha256"].hex(),
        "sender": said.sender,
        "control": said.control,
        "findings": msgspec.to_builtins(said.findings),
        "original": None if raw is None else raw.decode("utf-8", "replace"),
        "parsed": lay_out(row["door"], raw) if raw else [],
        "answer": said.answer.body.decode("utf-8", "replace"),
        "answer_status": said.answer.status,
        "replayed": [{name: _json(value) for name, value in each.items()} for each in replays],
    }


async def original(ctx: Context, message: str) -> Original | None:
    """What is needed to read a message again; None when there is none, or its original was dropped."""
    row = await _row(ctx, message)
    raw = await _raw(ctx, row) if row else None
    if row is None or raw is None:
        return None
    key = str(row["id"])
    said = open_said(ctx.seal, key, row["said"])
    return Original(
        id=key,
        door=row["door"],
        raw=raw,
        sender=said.sender,
        control=said.control,
        received=row["received_at"],
        state=row["state"],
        findings=len(said.findings),
        feed=row["feed"],
        told=said.findings,
        claims=tuple(str(claim) for claim in row["claims"]),
    )


async def receipt(ctx: Context, message: str) -> bytes:
    """What was said beside a message's answer (an X12 file's 277CA); empty when there is none."""
    row = await _row(ctx, message)
    return open_said(ctx.seal, str(row["id"]), row["said"]).answer.receipt if row else b""


async def _raw(ctx: Context, row: Any) -> bytes | None:
    # a replay may have given the message to another feed; its original stays where it was put
    async with ctx.db.connect() as tx:
        sealed = await tx.driver.fetchval(
            _BODY, [row["feed"], row["stored_feed"]], row["received_at"].date(), row["id"]
        )
    return None if sealed is None else open_body(ctx.seal, str(row["id"]), sealed)


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
