"""The three aggregates: what each knows beforehand, which columns it shows, where its intents go."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from services.remittance.domain.balance import guarantor_text
from services.remittance.domain.claim import Keys, PostPayment, decide_claim, post_payment
from services.remittance.domain.file import FileState, KeepPart, decide_file
from services.remittance.domain.ledger import Journal
from services.remittance.domain.states import ClaimState
from services.remittance.domain.transaction import (
    RemittanceState,
    TakeRemittance,
    decide_remittance,
    plain_number,
    trace_id,
)
from services.remittance.store.files import keep_parts
from services.remittance.store.ledger import write_journals
from shared.bus.sealer import Sealer
from shared.bus.states import StateTable
from shared.bus.types import Cause, Command, Decision, Intent, Known, Steps, Tx, nothing
from shared.claim import Claim
from shared.events import ClaimSubmitted, Event

CLAIM_COLUMNS = (
    ("number_blind", "bytea"),
    ("payer", "text"),
    ("charge", "bigint"),
    ("paid", "bigint"),
    ("contractual", "bigint"),
    ("other", "bigint"),
    ("patient", "bigint"),
    ("denied", "bigint"),
    ("open", "bigint"),
    ("held", "int"),
)
REMITTANCE_COLUMNS = (
    ("trace_id", "uuid"),
    ("payer", "text"),
    ("paid", "bigint"),
    ("claims", "int"),
    ("unmatched", "int"),
)
FILE_COLUMNS = (("route", "text"), ("parts", "int"))

BlindIndex = Callable[[str], bytes]


class Claims:
    """Claims by id: their money."""

    table = "claims"
    state_type = ClaimState
    columns = CLAIM_COLUMNS

    def __init__(self, blind: BlindIndex) -> None:
        self._blind = blind

    def decide(
        self, state: ClaimState | None, what: Event | Command, known: Known[None]
    ) -> Decision[ClaimState]:
        """The blind keys of a submitted claim are made here: the domain has no secret."""
        keys = self._keys(what.claim) if isinstance(what, ClaimSubmitted) else None
        return decide_claim(state, what, known.with_facts(keys))

    def steps(self, state: ClaimState | None, what: Event | Command, known: Known[None]) -> Steps[ClaimState]:
        """The same; the payments of an 835 are decided together."""
        if isinstance(what, PostPayment):
            return (yield from post_payment(state, what, known.stream))
        return self.decide(state, what, known)

    def _keys(self, claim: Claim) -> Keys:
        guarantor = self._blind("guarantor:" + guarantor_text(claim)).hex()
        return Keys(number_blind(self._blind, claim.number), guarantor)

    know = nothing

    def promoted(self, state: ClaimState) -> tuple[str, tuple[object, ...]]:
        b = state.balances
        held = len(state.held)
        amounts = (b.paid, b.contractual, b.other, b.patient, b.denied, b.open)
        name = "held" if held else state.outcome
        return name, (state.blind, state.claim.payer, state.charged, *amounts, held)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        await write_journals(tx, [i for _, i in intents if isinstance(i, Journal)])


class Remittances:
    """835 transaction sets by payment id."""

    table = "remittances"
    state_type = RemittanceState
    columns = REMITTANCE_COLUMNS

    def decide(
        self, state: RemittanceState | None, what: Event | Command, known: Known[bool]
    ) -> Decision[RemittanceState]:
        return decide_remittance(state, what, known)

    async def know(
        self, tx: Tx, causes: Sequence[Cause], states: Mapping[str, RemittanceState]
    ) -> Mapping[str, bool]:
        """Whether another payment of the same payer bears the same trace number."""
        asked = {
            c.stream: trace_id(c.what.payer, c.what.trace_payer, c.what.trace)
            for c in causes
            if isinstance(c.what, TakeRemittance)
        }
        rows = await tx.driver.fetch(_SAME_TRACE, list(asked.keys()), list(asked.values())) if asked else []
        same = {str(row[0]) for row in rows}
        return {cause.stream: cause.stream in same for cause in causes}

    def promoted(self, state: RemittanceState) -> tuple[str, tuple[object, ...]]:
        trace = trace_id(state.payer, state.trace_payer, state.trace)
        return state.status, (trace, state.payer, state.paid, state.claims, len(state.unmatched))

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        await write_journals(tx, [i for _, i in intents if isinstance(i, Journal)])


_SAME_TRACE = """
select x.stream from unnest($1::uuid[], $2::uuid[]) as x (stream, trace)
where exists (select from remittances r where r.trace_id = x.trace and r.id <> x.stream)"""


class Files:
    """835 files by file id."""

    table = "files"
    state_type = FileState
    columns = FILE_COLUMNS

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def decide(
        self, state: FileState | None, what: Event | Command, known: Known[None]
    ) -> Decision[FileState]:
        return decide_file(state, what, known)

    know = nothing

    def promoted(self, state: FileState) -> tuple[str, tuple[object, ...]]:
        return state.status, (state.route, state.parts)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        await keep_parts(tx, self._sealer, [i for _, i in intents if isinstance(i, KeepPart)])


def number_blind(blind: BlindIndex, number: str) -> bytes:
    """The blind index of a claim number."""
    return blind("claim number:" + plain_number(number))


@dataclass(frozen=True, slots=True)
class Tables:
    """The aggregates of one process, with the keys that they need, and their tables for reading."""

    claims: Claims
    remittances: Remittances
    files: Files
    claim_table: StateTable[ClaimState]
    remittance_table: StateTable[RemittanceState]

    @classmethod
    def make(cls, blind: BlindIndex, sealer: Sealer) -> "Tables":
        """All of them, with the process's blind index and sealer."""
        claims, remittances = Claims(blind), Remittances()
        return cls(
            claims=claims,
            remittances=remittances,
            files=Files(sealer),
            claim_table=StateTable.of(claims),
            remittance_table=StateTable.of(remittances),
        )
