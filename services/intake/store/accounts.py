"""Encounter accounts and their patients as aggregates. Their ids are keyed hashes: found without a look-up, and say nothing."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from services.intake.domain.account import account, patient
from services.intake.domain.account.account import Account, Around, Fold, Made
from services.intake.domain.account.patient import FOLLOWED, Patient, Tell
from services.intake.domain.feed import Feed, Feeds
from shared.bus.sealer import Sealer
from shared.bus.states import StateTable
from shared.bus.types import Cause, Command, Decision, Intent, Known, Tx, nothing
from shared.claim import Claim
from shared.events import Event

Blind = Callable[[str], bytes]


def id_of(blind: Blind, kind: str, facility: str, number: str) -> str:
    """The id of an account or patient: a UUIDv8 (RFC 9562 5.8) of the keyed hash of its number."""
    raw = bytearray(blind(f"{kind}\x1f{facility}\x1f{number}")[:16])
    raw[6] = 0x80 | (raw[6] & 0x0F)
    raw[8] = 0x80 | (raw[8] & 0x3F)
    return str(uuid.UUID(bytes=bytes(raw)))


class Patients:
    """Aggregate ``patient``: one medical record number of a facility."""

    table = "patient"
    state_type = Patient
    columns: tuple[tuple[str, str], ...] = ()

    def decide(self, state: Patient | None, what: Event | Command, known: Known[None]) -> Decision[Patient]:
        """See services.intake.domain.account.patient."""
        assert isinstance(what, Tell)
        return patient.decide(state, what)

    know = nothing
    """Nothing outside the patient matters here."""

    def promoted(self, state: Patient) -> tuple[str, tuple[object, ...]]:
        """A number that gave way to another is retired."""
        return ("retired" if state.parts.renamed else "known"), ()

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """No decision here has an effect outside."""


PATIENTS = Patients()
_PATIENTS: StateTable[Patient] = StateTable.of(PATIENTS)


class Accounts:
    """Aggregate ``account``. ``patient`` is the id of its patient's row, ``due`` when to look again, ``waits`` why it is held.

    One of these serves one transaction: it remembers what the accounts that were weighed in it intend.
    """

    table = "account"
    state_type = Account
    columns = (("facility", "text"), ("patient", "uuid"), ("due", "date"), ("waits", "text"))

    def __init__(self, feeds: Feeds, blind: Blind, seal: Sealer) -> None:
        self.feeds: dict[str, Feed] = {feed.name: feed for feed in feeds.all}
        self.blind = blind
        self._seal = seal
        self._ids: dict[tuple[str, str, str], str] = {}
        self._made: dict[int, Made] = {}

    def decide(self, state: Account | None, what: Event | Command, known: Known[Around]) -> Decision[Account]:
        """See services.intake.domain.account.account."""
        assert isinstance(what, Command)
        return account.decide(state, what, known)

    async def know(
        self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, Account]
    ) -> Mapping[str, Around]:
        """The feeds, and the patients of all these accounts."""
        numbers = {(state.facility, state.medical_record) for state in states.values()}
        for cause in causes:
            if isinstance(cause.what, Fold) and (told := cause.what.parts.medical_record):
                numbers.add((cause.what.facility, told.value))
        around = Around(self.feeds, await self.patients(tx, numbers))
        return {cause.stream: around for cause in causes}

    async def patients(self, tx: Tx, numbers: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Patient]:
        """These patients, those that they gave way to, and those that gave way to them."""
        found: dict[tuple[str, str], Patient] = {}
        wanted, asked = {n for n in numbers if n[1]}, set[tuple[str, str]]()
        for _ in range(FOLLOWED):
            if not wanted:
                break
            asked |= wanted
            ids = [self.patient_id(*number) for number in wanted]
            kept = (await _PATIENTS.list(tx, ids, self._seal)).values()
            some = {(k.state.facility, k.state.number): k.state for k in kept if k.state}
            found |= some
            wanted = {number for one in some.values() for number in _linked(one)} - asked
        return found

    def promoted(self, state: Account) -> tuple[str, tuple[object, ...]]:
        """Nothing in the columns tells who the patient is."""
        record = state.medical_record
        whose = self.patient_id(state.facility, record) if record else None
        waits = " ".join(dict.fromkeys(reason.why for reason in state.reasons))
        return state.name, (state.facility, whose, state.due, waits)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        """The claims that accounts intend are asked for in the same transaction (services.intake.store.folding)."""
        self._made |= {id(made.account): made for _, made in intents if isinstance(made, Made)}

    def claims(self, state: Account) -> tuple[Claim, ...]:
        """The claims that an account makes as it stands: those that its decision made, if it was weighed just now."""
        made = self._made.get(id(state))
        return made.claims if made is not None else account.claims_now(state, self.feeds)

    def patient_id(self, facility: str, number: str) -> str:
        """The id of the row of a medical record number."""
        return self._id("patient", facility, number)

    def account_id(self, facility: str, number: str) -> str:
        """The id of an account."""
        return self._id("account", facility, number)

    def _id(self, kind: str, facility: str, number: str) -> str:
        key = (kind, facility, number)
        if key not in self._ids:
            self._ids[key] = id_of(self.blind, kind, facility, number)
        return self._ids[key]


def _linked(one: Patient) -> Iterable[tuple[str, str]]:
    numbers = [*one.absorbed, *([one.parts.renamed.value] if one.parts.renamed else ())]
    return ((one.facility, number) for number in numbers)


COLUMNS: Any = Accounts.columns
ACCOUNTS: StateTable[Account] = StateTable(Accounts.table, Account, COLUMNS)
INDEXES = (
    "create index account_due on account (due) where due is not null",
    "create index account_patient on account (patient)",
    "create index account_state on account (state, changed_at, id)",
)

MOST = 1000
"""Accounts of a patient that are looked at again when something is said of the patient."""

_OF_PATIENTS = (
    "select id from account where patient = any($1::uuid[]) and state <> 'ended' order by id limit $2"
)
_LOCK = "select from account where id = any($1::uuid[]) order by id for update"
_DUE = """
select id from account where due <= $1 and not parked and id <> all($2::uuid[])
order by due, id limit $3 for update skip locked"""
_LIST = """
select id, facility, state, due, waits, changed_at from account
where ($1 = '' or state = $1) and ($2 = '' or facility = $2) and ($3::uuid[] is null or id = any($3))
    and ($4::uuid is null or patient = $4) and ($5 = '' or $5 = any(string_to_array(waits, ' ')))
    and ($6::timestamptz is null or (changed_at, id) > ($6, $7::uuid))
order by changed_at, id limit $8"""


class AccountRow(Struct, frozen=True):
    """One row of the list of accounts, without patient data."""

    id: str
    facility: str
    state: str
    due: date | None
    waits: list[str]
    since: datetime


class Filters(Struct, frozen=True, kw_only=True):
    """What the list of accounts is narrowed to; empty means all."""

    state: str = ""
    facility: str = ""
    waits: str = ""
    ids: list[str] | None = None
    patient: str | None = None


async def of_patients(tx: Tx, patients: Iterable[str]) -> list[str]:
    """The accounts registered under these patients that are not ended: what is ended asks for its patient when it reopens."""
    return [str(row[0]) for row in await tx.driver.fetch(_OF_PATIENTS, list(patients), MOST)]


async def lock(tx: Tx, ids: Iterable[str]) -> None:
    """Lock all the accounts that a transaction will look at, in the order of all who do, before it looks at the first."""
    await tx.driver.execute(_LOCK, list(ids))


async def due(tx: Tx, today: date, passed: Sequence[str], most: int) -> list[str]:
    """Accounts to look at again, locked; those that another process has are passed over, and those of ``passed``."""
    return [str(row[0]) for row in await tx.driver.fetch(_DUE, today, list(passed), most)]


async def find(tx: Tx, filters: Filters, after: tuple[datetime, str] | None, limit: int) -> list[AccountRow]:
    """A page of accounts, longest unchanged first."""
    at, id_ = after or (None, None)
    rows = await tx.driver.fetch(
        _LIST, filters.state, filters.facility, filters.ids, filters.patient, filters.waits, at, id_, limit
    )
    return [AccountRow(str(r[0]), r[1], r[2], r[3], r[4].split(), r[5]) for r in rows]
