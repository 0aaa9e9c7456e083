"""Which claims wait too long for an answer: asked of the files that may have such, never of all claims (ADR 0126)."""

from datetime import datetime, timedelta

from shared.bus.types import Tx

_PAUSE = timedelta(minutes=1)
"""Until a parked claim is looked at again."""


async def next_follow_up(tx: Tx, now: datetime) -> str | None:
    """The file of which an answer may have been late for longest."""
    found = await tx.driver.fetchval(
        "select id::text from submissions where follow_up <= $1 order by follow_up limit 1", now
    )
    return str(found) if found else None


async def overdue(tx: Tx, submission: str, now: datetime, limit: int) -> list[tuple[str, str]]:
    """A file's claims whose awaited answer is late: id and which answer, latest first."""
    rows = await tx.driver.fetch(
        "select id::text, awaiting from claims where due <= $2 and not parked and id = any("
        "array(select unnest(claims) from carried where submission = $1::uuid)) order by due limit $3",
        submission,
        now,
        limit,
    )
    return [(r[0], r[1]) for r in rows]


async def follow_up_later(tx: Tx, submission: str, now: datetime, unsent: timedelta) -> None:
    """Look at a file again when the first answer of its claims is due, and after ``unsent`` while it is not sent.

    It is locked before its claims are read: an answer that comes meanwhile moves the day after us (``follow_up_by``).
    """
    await tx.driver.execute("select from submissions where id = $1::uuid for update", submission)
    await tx.driver.execute(
        "update submissions set follow_up = least("
        "case when sent_at is null and phase <> 'recalled' then $4::timestamptz end,"
        " (select min(case when parked then greatest(due, $3) else due end) from claims where id = any("
        "array(select unnest(claims) from carried where submission = $1::uuid)))) where id = $1::uuid and follow_up <= $2",
        submission,
        now,
        now + _PAUSE,
        now + unsent,
    )


async def follow_up_by(tx: Tx, submission: str, at: datetime) -> None:
    """Look at a file at that time at the latest: a claim of it may be due then."""
    await tx.driver.execute(
        "update submissions set follow_up = $2 where id = $1::uuid and (follow_up is null or follow_up > $2)",
        submission,
        at,
    )
