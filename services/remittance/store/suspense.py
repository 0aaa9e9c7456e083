"""Money for claims that are not known yet, and finding claims by the number that a payer echoes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from services.remittance.domain.claim import PostPayment
from shared.bus.sealer import Sealer
from shared.bus.types import Tx


class Waiting(Struct, frozen=True, kw_only=True):
    """One payment in suspense: the command that posts it when its claim is there."""

    posting: str
    remittance: str
    since: datetime
    command: PostPayment
    claim: str = ""


async def claims_by_number(tx: Tx, blinds: Sequence[bytes]) -> dict[bytes, str]:
    """The claim of each blind number. One that two claims share is no answer, and one that is parked takes nothing now."""
    rows = await tx.driver.fetch(BY_NUMBER, set(blinds))
    found = {number: claim for number, claim, parked in rows if not parked}
    if len(found) == len(rows):
        return found
    times = Counter([row[0] for row in rows])
    return {number: claim for number, claim in found.items() if times[number] == 1}


# one look into the index for each number: of `any` a young database thinks that it finds a share of all claims (ADR 0125)
BY_NUMBER = """
select x.number, c.id::text, c.parked from unnest($1::bytea[]) as x (number)
cross join lateral (select id, parked from claims where number_blind = x.number offset 0) c"""


async def keep_in_suspense(
    tx: Tx, sealer: Sealer, waiting: Sequence[tuple[bytes, PostPayment]], now: datetime
) -> None:
    """Keep payments by their claim number's blind index until somebody or something finds the claim."""
    if not waiting:
        return
    await tx.driver.execute(
        "insert into suspense (posting, remittance, number_blind, payer, paid, command, since)"
        " select *, $7 from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::text[], $5::bigint[], $6::bytea[])"
        " on conflict (posting) do nothing",
        [c.id for _, c in waiting],
        [c.remittance for _, c in waiting],
        [blind for blind, _ in waiting],
        [c.payer for _, c in waiting],
        [c.payment.paid for _, c in waiting],
        [sealer.seal(msgspec.json.encode(c), _aad(c.id)) for _, c in waiting],
        now,
    )


async def matchable(tx: Tx, sealer: Sealer, limit: int) -> list[Waiting]:
    """Payments whose claim has arrived since, locked, with the claim's id; what two claims share is for somebody to decide.

    Claims are looked up for each payment that waits: a join let the planner walk all claims for a handful of payments.
    """
    rows = await tx.driver.fetch(
        "select s.posting, s.remittance, s.since, s.command, c.id from suspense s cross join lateral"
        " (select min(id::text) as id from claims where number_blind = s.number_blind"
        " having count(*) = 1 and not bool_or(parked)) c"
        " where s.claim is null order by s.since, s.posting limit $1 for update of s skip locked",
        limit,
    )
    return [_waiting(row, sealer) for row in rows]


async def one_waiting(tx: Tx, sealer: Sealer, posting: str) -> Waiting | None:
    """One payment that still waits, locked; None when there is none of that id."""
    row = await tx.driver.fetchrow(
        "select posting, remittance, since, command, claim from suspense"
        " where posting = $1 and claim is null for update",
        posting,
    )
    return None if row is None else _waiting(row, sealer)


async def waiting_page(tx: Tx, sealer: Sealer, limit: int) -> list[Waiting]:
    """What waits, oldest first."""
    rows = await tx.driver.fetch(
        "select posting, remittance, since, command, claim from suspense"
        " where claim is null order by since, posting limit $1",
        limit,
    )
    return [_waiting(row, sealer) for row in rows]


async def mark_matched(tx: Tx, found: Mapping[str, str], by: str, why: str, now: datetime) -> None:
    """Note which claim each payment went to, who said so and why."""
    await tx.driver.execute(
        "update suspense s set claim = x.claim, matched_by = $3, matched_why = $4, matched_at = $5"
        " from unnest($1::uuid[], $2::uuid[]) as x (posting, claim) where s.posting = x.posting",
        list(found.keys()),
        list(found.values()),
        by,
        why,
        now,
    )


def _waiting(row: Sequence[object], sealer: Sealer) -> Waiting:
    posting, remittance, since, sealed, claim = row
    assert isinstance(sealed, bytes)
    assert isinstance(since, datetime)
    plain = sealer.open(sealed, _aad(str(posting)))
    return Waiting(
        posting=str(posting),
        remittance=str(remittance),
        since=since,
        command=msgspec.json.decode(plain, type=PostPayment),
        claim=str(claim or ""),
    )


def _aad(posting: str) -> bytes:
    return f"suspense/{posting}".encode()
