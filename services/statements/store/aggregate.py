"""The one aggregate: a guarantor's account."""

from collections.abc import Sequence

from services.statements.domain.account import KeepStatement, NoteClaim, Terms, decide_account
from services.statements.domain.money import standing
from services.statements.domain.states import AccountState
from services.statements.store.issued import keep_statements
from shared.bus.sealer import Sealer
from shared.bus.types import Command, Decision, Intent, Known, Tx, nothing
from shared.events import Event

COLUMNS = (
    ("issue_at", "timestamptz"),
    ("claims", "int"),
    ("due", "bigint"),
    ("paid", "bigint"),
    ("left_to_pay", "bigint"),
    ("credit", "bigint"),
)


class Accounts:
    """Accounts by id, one per guarantor."""

    table = "accounts"
    state_type = AccountState
    columns = COLUMNS

    def __init__(self, sealer: Sealer, terms: Terms) -> None:
        self._sealer = sealer
        self._terms = terms

    def decide(
        self, state: AccountState | None, what: Event | Command, known: Known[None]
    ) -> Decision[AccountState]:
        return decide_account(state, what, known.with_facts(self._terms))

    know = nothing

    def promoted(self, state: AccountState) -> tuple[str, tuple[object, ...]]:
        each, credit = standing(state)
        left = sum(each.values())
        due = sum(c.balance.patient_due for c in state.claims if not c.open)
        paid = sum(p.cents for p in state.payments)
        return _name(state, left, credit), (state.issue_at, len(state.claims), due, paid, left, credit)

    async def intend(self, tx: Tx, intents: Sequence[tuple[str, Intent]]) -> None:
        await keep_statements(
            tx, self._sealer, [i.statement for _, i in intents if isinstance(i, KeepStatement)]
        )
        await _note_claims(tx, [(account, i) for account, i in intents if isinstance(i, NoteClaim)])


def _name(state: AccountState, left: int, credit: int) -> str:
    """The account in one word, the most pressing first."""
    if any(c.open for c in state.claims):
        return "payer_open"
    if any(c.held for c in state.claims):
        return "held"
    if any(c.fresh for c in state.claims):
        return "gathering"
    if left:
        return "billed"
    return "credit" if credit else "settled"


async def _note_claims(tx: Tx, notes: Sequence[tuple[str, NoteClaim]]) -> None:
    """Keep how each claim stands: its last note of the batch."""
    last = {note.claim: (account, note) for account, note in notes}
    if not last:
        return
    await tx.driver.execute(
        "insert into claims (claim, account, state, due, left_to_pay)"
        " select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[], $5::bigint[])"
        " on conflict (claim) do update set account = excluded.account, state = excluded.state,"
        " due = excluded.due, left_to_pay = excluded.left_to_pay",
        list(last),
        [account for account, _ in last.values()],
        [note.state for _, note in last.values()],
        [note.due for _, note in last.values()],
        [note.left for _, note in last.values()],
    )
