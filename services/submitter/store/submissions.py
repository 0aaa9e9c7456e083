"""Our 837 files: numbers that never repeat, phases, attempts, and which claims each file carries."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from services.submitter.domain.answers import Message
from services.submitter.domain.numbering import controls_of
from services.submitter.domain.sending import Phase
from shared.bus.types import Tx
from shared.events import Controls

_COLUMNS = (
    "id, partner, kind, interchange, transaction, batch, claims, cents, size, sha256, phase, attempts,"
    " built_at, sent_at, problem"
)


class Submission(NamedTuple):
    """One 837 file. ``sha256`` is of its bytes; ``problem`` why the last attempt failed, empty when it did not."""

    id: str
    partner: str
    kind: str
    interchange: int
    transaction: str
    batch: str
    claims: int
    cents: int
    size: int
    sha256: str
    phase: Phase
    attempts: int
    built_at: datetime
    sent_at: datetime | None = None
    problem: str = ""

    @property
    def controls(self) -> Controls:
        """The numbers that it was written with; GS06 is ISA13 (``controls_of``)."""
        return Controls(
            interchange=self.interchange,
            group=self.interchange,
            transaction=self.transaction,
            batch=self.batch,
        )


class Carried(NamedTuple):
    """The claims in a submission: their ids, the blind indexes of their numbers, their charges in cents, in one order."""

    claims: Sequence[str] = ()
    numbers: Sequence[bytes] = ()
    cents: Sequence[int] = ()


async def reserve(tx: Tx, partner: str) -> Controls:
    """The partner's next control numbers. The counter row stays locked until the commit, so none is lost or given twice.

    Raises NumbersUsedUpError.
    """
    number = await tx.driver.fetchval(
        "insert into counters (partner, last) values ($1, 1)"
        " on conflict (partner) do update set last = counters.last + 1 returning last",
        partner,
    )
    return controls_of(partner, number)


async def add_submission(tx: Tx, made: Submission, follow_up: datetime) -> None:
    """Keep a new file's row; ``follow_up`` is not after the first answer is due.

    Raises asyncpg's UniqueViolationError for a control number that was used before.
    """
    await tx.driver.execute(
        "insert into submissions (id, partner, kind, interchange, transaction, batch, claims, cents, size, sha256,"
        " phase, attempts, built_at, not_before, follow_up)"
        " values ($1::uuid, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14)",
        *made[:13],
        follow_up,
    )


async def carry(tx: Tx, submission: str, carried: Carried) -> None:
    """Note which claims a file carries: one row for the whole file, since it is only ever read whole."""
    await tx.driver.execute(
        "insert into carried (submission, claims, numbers, cents)"
        " values ($1::uuid, $2::uuid[], $3::bytea[], $4::bigint[])",
        submission,
        *carried,
    )


async def carried_by(tx: Tx, submission: str) -> Carried:
    """The claims of a file, and what they are known by over there."""
    sql = "select claims::text[], numbers, cents from carried where submission = $1::uuid"
    row = await tx.driver.fetchrow(sql, submission)
    return Carried(*row) if row else Carried()


async def claims_in(tx: Tx, submission: str) -> list[str]:
    """The ids of a file's claims."""
    sql = "select claims::text[] from carried where submission = $1::uuid"
    return await tx.driver.fetchval(sql, submission) or []


async def submission(tx: Tx, id: str) -> Submission | None:  # noqa: A002
    """One file."""
    row = await tx.driver.fetchrow(f"select {_COLUMNS} from submissions where id = $1::uuid", id)  # noqa: S608
    return _submission(row) if row else None


async def next_due(tx: Tx, partner: str, now: datetime) -> Submission | None:
    """The partner's oldest file that is to be sent, or sent again, now."""
    row = await tx.driver.fetchrow(
        f"select {_COLUMNS} from submissions where partner = $1 and not_before <= $2"  # noqa: S608
        " order by interchange limit 1",
        partner,
        now,
    )
    return _submission(row) if row else None


async def set_phase(tx: Tx, id: str, phase: Phase, now: datetime, problem: str = "") -> bool:  # noqa: A002
    """Commit a step before (uploading, renaming) or after (sent, strange) it is taken. False for a file that was recalled."""
    done = phase in (Phase.SENT, Phase.STRANGE)
    status = await tx.driver.execute(
        "update submissions set phase = $2, problem = $4,"
        " sent_at = case when $2 = 'sent' then coalesce(sent_at, $3) else sent_at end,"
        " attempts = attempts + case when $2 = 'uploading' then 1 else 0 end,"
        " not_before = case when $5 then null else not_before end where id = $1::uuid and phase <> 'recalled'",
        id,
        str(phase),
        now,
        problem,
        done,
    )
    return bool(status != "UPDATE 0")


async def recall(tx: Tx, id: str) -> bool:  # noqa: A002
    """Take a file back if nothing of it was ever sent; False when something may have been."""
    status = await tx.driver.execute(
        "update submissions set phase = 'recalled', not_before = null where id = $1::uuid and phase = 'built'",
        id,
    )
    return bool(status != "UPDATE 0")


async def note_attempt(tx: Tx, id: str, at: datetime, outcome: str, again: datetime | None) -> None:  # noqa: A002
    """Log how an attempt ended; ``again`` is when the next one may begin."""
    await tx.driver.execute(
        "with noted as (insert into attempts (submission, at, outcome) values ($1::uuid, $2, $3))"
        " update submissions set problem = $3, not_before = coalesce($4, not_before)"
        " where id = $1::uuid and phase <> 'sent'",
        id,
        at,
        outcome,
        again,
    )


async def find_answered(tx: Tx, partner: str, message: Message) -> Submission | None:
    """Our file that a partner's message answers; None when there is none with that number."""
    if message.by == "batch":
        where, key = "batch = $2", message.key
    else:
        where, key = "interchange = $2::text::bigint", message.key if message.key.isdigit() else "0"
    row = await tx.driver.fetchrow(
        f"select {_COLUMNS} from submissions where partner = $1 and {where}",  # noqa: S608
        partner,
        key,
    )
    return _submission(row) if row else None


def _submission(row: object) -> Submission:
    values = list(row)  # type: ignore[call-overload]
    values[0], values[10] = str(values[0]), Phase(values[10])
    return Submission(*values)
