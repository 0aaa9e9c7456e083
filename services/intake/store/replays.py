"""Reading stored messages again: first what would change, then the change, each with who did it and why."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from services.intake.domain.again import read_again
from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Arrival, Fate
from services.intake.store import inbox
from services.intake.store.batch import Taken, store_batch
from services.intake.store.desk import RACES, TRIES, TROUBLE, NotStoredError
from services.intake.store.inbox import Original
from shared.bus.types import Tx
from shared.bus.verdict import Failed, attempt
from shared.claim import uuid7
from shared.events import Finding
from shared.service.context import Context

MOST = 500
"""Messages of one request."""

CHUNK = 50
"""Messages of one transaction."""


class Why(Struct, frozen=True):
    """Who wants messages read again, and the reason that is kept."""

    who: str
    reason: str


class Change(Struct, frozen=True, kw_only=True):
    """What reading one message again changes, or would. ``failed`` names the kind of error where it could not be done.

    ``claims``: ``(claim id, fate)``; in a preview the id of a claim that would be made is not known yet and is empty.
    """

    message: str
    before: str
    after: str
    claims: tuple[tuple[str, Fate], ...] = ()
    findings_before: int = 0
    findings: tuple[Finding, ...] = ()
    failed: str = ""

    @property
    def changes(self) -> bool:
        """Whether anything would be different."""
        made = any(fate != "duplicate" for _, fate in self.claims)
        settled = {self.before, self.after} <= {"accepted", "duplicate"}
        return bool(self.failed) or made or (self.before != self.after and not settled)


class _Undo(Exception):
    """A preview is over: nothing of it stays."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__("preview")
        self.changes = changes


_RECORD = """
insert into replay (id, message, at, who, reason, before, after)
select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[])"""
_CHOSEN = """
select id from inbound where ($1 = '' or state = $1) and ($2 = '' or door = $2) and ($3 = '' or feed = $3)
    and received_at >= $4 and ($5::timestamptz is null or received_at < $5) and ($6::uuid is null or id > $6)
order by id limit $7"""


async def chosen(ctx: Context, filters: inbox.Filters, since: datetime, after: str, limit: int) -> list[str]:
    """The messages since a time that fit, oldest first, behind the cursor ``after``."""
    async with ctx.db.connect() as tx:
        rows = await tx.driver.fetch(
            _CHOSEN, filters.state, filters.door, filters.feed, since, filters.until, after or None, limit
        )
    return [str(row[0]) for row in rows]


async def replay(
    ctx: Context, feeds: Feeds, messages: Sequence[str], why: Why | None
) -> tuple[list[Change], list[str]]:
    """Read these again with today's feeds, oldest first. Without ``why`` it is a preview, and nothing stays.

    Returns the changes, and the messages that are not there or whose originals were dropped. Raises NotStoredError
    when the database does not take it; what was done before stays done.
    """
    found = [(each, await inbox.original(ctx, each)) for each in sorted(set(messages))]
    stored = [one for _, one in found if one]
    changes: list[Change] = []
    for at in range(0, len(stored), CHUNK):
        changes += await _some(ctx, feeds, stored[at : at + CHUNK], why)
    return changes, [each for each, one in found if one is None]


async def _some(ctx: Context, feeds: Feeds, stored: Sequence[Original], why: Why | None) -> list[Change]:
    """One transaction; when it fails by itself, one for each message: one of them may be the cause."""
    try:
        done = await attempt(_tried(ctx, feeds, stored, why))
    except TROUBLE as error:
        raise NotStoredError(type(error).__name__) from None
    if not isinstance(done, Failed):
        return done
    if len(stored) == 1:
        return [
            Change(message=stored[0].id, before=stored[0].state, after=stored[0].state, failed=done.where)
        ]
    return [change for one in stored for change in await _some(ctx, feeds, [one], why)]


async def _tried(ctx: Context, feeds: Feeds, stored: Sequence[Original], why: Why | None) -> list[Change]:
    for _ in range(TRIES):
        try:
            async with ctx.bus.begin() as tx:
                changes = await _read(ctx, tx, feeds, stored)
                if why is None:
                    raise _Undo([_unmade(change) for change in changes])
                await _record(ctx, tx, changes, why)
        except RACES:
            continue
        except _Undo as undo:
            return undo.changes
        return changes
    raise TimeoutError("too many races")


async def _read(ctx: Context, tx: Tx, feeds: Feeds, stored: Sequence[Original]) -> list[Change]:
    arrivals = [
        Arrival(
            one.id, one.raw, one.received,
            read_again(one.door, one.raw, one.sender, one.control, feeds, one.received),
            replay=True,
        )
        for one in stored
    ]  # fmt: skip
    taken = await store_batch(ctx, tx, arrivals, feeds)
    return [_change(one, arrival, told) for one, arrival, told in zip(stored, arrivals, taken, strict=True)]


def _unmade(change: Change) -> Change:
    """As a preview shows it: a claim that was not made after all has no id."""
    return replace(change, claims=tuple(("" if fate == "made" else id_, fate) for id_, fate in change.claims))


def _change(stored: Original, arrival: Arrival, taken: Taken) -> Change:
    return Change(
        message=stored.id,
        before=stored.state,
        after=taken.state or stored.state,
        claims=taken.fates,
        findings_before=stored.findings,
        findings=arrival.reading.findings,
    )


async def _record(ctx: Context, tx: Tx, changes: Sequence[Change], why: Why) -> None:
    now = ctx.clock.now()
    rows = [(uuid7(), c.message, now, why.who, why.reason, c.before, c.after) for c in changes]
    await tx.driver.execute(_RECORD, *map(list, zip(*rows, strict=True)))


def summed(changes: Sequence[Change]) -> dict[str, int]:
    """How many of each kind: messages, changed, unchanged, failed, claims made, amended, duplicate."""
    fates = Counter(fate for change in changes for _, fate in change.claims)
    changed = sum(c.changes for c in changes)
    return {
        "messages": len(changes),
        "changed": changed,
        "unchanged": len(changes) - changed,
        "failed": sum(bool(c.failed) for c in changes),
        "made": fates["made"],
        "amended": fates["amended"],
        "duplicate": fates["duplicate"],
    }
