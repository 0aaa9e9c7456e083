"""The scrubber's rows: one per claim. Every SQL statement of the service."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import ClassVar

import msgspec
from msgspec import Struct

from services.scrubber.domain import Scrubbing, decide, proposed
from services.scrubber.rules import Book, Facts
from shared.bus.states import StateTable
from shared.bus.types import Cause, Tx
from shared.claim import Claim
from shared.deciding import Command, Decision, Intent, Known
from shared.events import Event

TABLE = "claim"
COLUMNS = (
    ("payer", "text"),
    ("charge", "bigint"),
    ("kind", "text"),
    ("rules", "text"),
    ("fingerprint", "bytea"),
    ("number_blind", "bytea"),
)

MIGRATION = (
    "create index claim_fingerprint on claim (fingerprint) where fingerprint is not null",
    "create index claim_number on claim (number_blind)",
    "create index claim_waiting on claim (changed_at, id) where state = 'held'",
)

# one look into the index for each mark: of `any` a young database thinks that it finds a share of all claims (ADR 0128)
DUPLICATES = """
select x.mark, c.id from unnest($1::bytea[]) as x (mark)
cross join lateral (select id from claim where fingerprint = x.mark offset 0) c"""

_HELD = """
select id, payer, charge, kind, changed_at, rules from claim
where state = 'held' and ($1::text is null or payer = $1) and (changed_at, id) > ($2, $3::uuid)
order by changed_at, id limit $4"""

_SUMMARY = (
    "select state, count(*), coalesce(sum(charge), 0)::bigint from claim where state <> '' group by state"
)

_BY_NUMBER = "select id from claim where number_blind = $1"

_encode = msgspec.json.Encoder().encode
_day = lru_cache(4096)(str)  # a batch's days of service are few


class HeldRow(Struct, frozen=True):
    """One row of the worklist, without patient data."""

    claim: str
    payer: str
    charge: int
    kind: str
    since: datetime
    rules: tuple[str, ...]


class Claims:
    """The scrubber's aggregate: how a claim's row is decided about, loaded for, and indexed."""

    table = TABLE
    state_type = Scrubbing
    columns: ClassVar[tuple[tuple[str, str], ...]] = COLUMNS

    def __init__(self, book: Book, blind: Callable[[str], bytes]) -> None:
        self._book = book
        self._blind = blind

    def decide(
        self, state: Scrubbing | None, what: Event | Command, known: Known[Facts]
    ) -> Decision[Scrubbing]:
        """See services.scrubber.domain.deciding; the day comes from the service's clock."""
        return decide(state, what, known)

    async def know(
        self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, Scrubbing]
    ) -> Mapping[str, Facts]:
        """Find other live claims of the same visit: in the table by one query, and earlier in the same batch."""
        prints: dict[str, bytes] = {}
        for cause in causes:
            claim = proposed(states.get(cause.stream), cause.what)
            if claim is not None:
                prints[cause.stream] = self._blind(fingerprint(claim))
        known: dict[bytes, list[str]] = {}
        if prints:
            for row in await tx.driver.fetch(DUPLICATES, list(set(prints.values()))):
                known.setdefault(row[0], []).append(str(row[1]))
        return {stream: self._facts(stream, mark, known) for stream, mark in prints.items()}

    def _facts(self, stream: str, mark: bytes, known: dict[bytes, list[str]]) -> Facts:
        others = known.setdefault(mark, [])
        twins = tuple(other for other in others if other != stream)
        if stream not in others:
            others.append(stream)
        return Facts(book=self._book, fingerprint=mark, duplicates=twins)

    def promoted(self, state: Scrubbing) -> tuple[str, tuple[object, ...]]:
        """Columns for worklists and lookups; nothing in them tells who the patient is."""
        claim = state.claim
        return state.state, (
            claim.payer,
            claim.charge,
            claim.kind,
            " ".join([f.rule for f in state.findings]),
            state.fingerprint or None,
            self._blind("number/" + claim.number),
        )

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """The scrubber does nothing outside itself."""

    async def held(self, tx: Tx, payer: str | None, after: tuple[datetime, str], limit: int) -> list[HeldRow]:
        """The worklist, oldest first, after a cursor (changed_at, id)."""
        rows = await tx.driver.fetch(_HELD, payer, *after, limit)
        return [HeldRow(str(r[0]), r[1], r[2], r[3], r[4], tuple(r[5].split())) for r in rows]

    async def summary(self, tx: Tx) -> dict[str, dict[str, int]]:
        """Count and cents by state."""
        return {r[0]: {"count": r[1], "charge": r[2]} for r in await tx.driver.fetch(_SUMMARY)}

    async def by_number(self, tx: Tx, number: str) -> list[str]:
        """Claim ids with this patient control number."""
        return [str(r[0]) for r in await tx.driver.fetch(_BY_NUMBER, self._blind("number/" + number))]


def fingerprint(claim: Claim) -> str:
    """What makes two claims the same visit: patient, provider, place, days, codes, units, charges (claims-rules 3.12).

    Not the claim's number: the same visit comes twice under two numbers.
    """
    who, coverage = claim.who, claim.coverage
    lines = [
        (x.code, x.revenue_code, *x.modifiers, _day(x.first), _day(x.last), x.units, str(x.charge))
        for x in claim.lines
    ]
    lines.sort()
    rendering = claim.rendering.npi if claim.rendering else ""
    head = (
        claim.kind,
        claim.frequency,
        str(claim.billed),
        coverage.subscriber.member_id,
        who.name.last.upper(),
        who.name.first.upper(),
        str(who.birth),
        claim.billing.npi,
        rendering,
        claim.place,
        coverage.payer.id,
    )
    return _encode((head, lines)).decode()


claims_table: StateTable[Scrubbing] = StateTable(TABLE, Scrubbing, COLUMNS)
