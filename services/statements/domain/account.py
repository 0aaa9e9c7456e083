"""What happens to a guarantor's account: balances come, statements go, payments close it. Pure."""

from datetime import date, timedelta

from msgspec import Struct
from msgspec.structs import replace

from services.statements.domain.money import credit_of, kept_credit, paid_by_claim, remaining, standing
from services.statements.domain.statement import Office, Statement, compose, unknown_reasons
from services.statements.domain.states import (
    AccountState,
    Applied,
    HoldReason,
    Issued,
    Method,
    OnAccount,
    Payment,
)
from shared.bus.types import Command, Decision, Intent, Known, Refused
from shared.claim import Cents, derived_id
from shared.events import (
    AccountSettled,
    CreditOwed,
    Event,
    Part,
    PatientBalanceAssigned,
    PatientPaid,
    PaymentReversed,
    StatementHeld,
    StatementIssued,
)

LOOK_AGAIN = timedelta(days=1)
"""After this a held claim is looked at again: its reason may have words by then."""


class Terms(Struct, frozen=True, kw_only=True):
    """How this hospital bills: how long to gather claims, how many days to pay, who it is."""

    gather: timedelta
    days_to_pay: int
    office: Office


class IssueStatement(Command, frozen=True):
    """The time to gather is over."""


class RecordPayment(Command, frozen=True, kw_only=True):
    """The guarantor paid ``cents``. ``id`` is derived from the account and the caller's idempotency key."""

    id: str
    cents: Cents
    method: Method
    on: date
    claim: str = ""


class ApplyCredit(Command, frozen=True, kw_only=True):
    """A person says that what was paid on voided claims is for the account's other claims, and why."""

    by: str
    reason: str


class KeepStatement(Intent, frozen=True):
    """Keep a statement's content, to be shown."""

    statement: Statement


class NoteClaim(Intent, frozen=True, kw_only=True):
    """How one claim of the account stands now, for lists and figures: cents due and left, state in one word."""

    claim: str
    state: str
    due: Cents
    left: Cents


def account_of(guarantor_key: str) -> str:
    """The account's id: one per guarantor. The key is a blind index, so the id tells nothing."""
    return derived_id("account", guarantor_key)


def decide_account(
    state: AccountState | None, what: Event | Command, known: Known[Terms]
) -> Decision[AccountState]:
    """Decide about one account. Raises Refused for a command that does not fit."""
    decision = _decide(state, what, known)
    if decision.state is state:
        return decision
    before = notes_of(state) if state else {}
    notes = tuple(note for claim, note in notes_of(decision.state).items() if before.get(claim) != note)
    return Decision(decision.state, decision.events, (*decision.intents, *notes))


def notes_of(state: AccountState) -> dict[str, NoteClaim]:
    """Each claim in one word: payer_open, held, voided, settled, billed, or assigned when it is on no statement yet."""
    left = remaining(state)
    notes = {}
    for c in state.claims:
        word = (
            "payer_open"
            if c.open
            else "held"
            if c.held
            else "voided"
            if c.balance.voided
            else "settled"
            if c.settled
            else ""
        )
        word = word or ("assigned" if c.told is None else "billed")
        notes[c.claim] = NoteClaim(claim=c.claim, state=word, due=c.balance.patient_due, left=left[c.claim])
    return notes


def _decide(state: AccountState | None, what: Event | Command, known: Known[Terms]) -> Decision[AccountState]:
    if state is None and isinstance(what, Command):
        raise Refused("unknown_account", "No such account.")
    account = state or AccountState()
    match what:
        case PatientBalanceAssigned():
            return _assigned(account, what, known)
        case PaymentReversed():
            return _reversed(account, what)
        case IssueStatement():
            return _issue(account, known)
        case RecordPayment():
            return _pay(account, what)
        case ApplyCredit():
            return _apply(account, what, known)
        case _:
            return Decision(account)


def _assigned(
    state: AccountState, balance: PatientBalanceAssigned, known: Known[Terms]
) -> Decision[AccountState]:
    """A claim came to the patient, for the first time or decided anew: a statement is due after the time to gather."""
    before = next((c for c in state.claims if c.claim == balance.claim), None)
    if balance.voided:
        return Decision(state) if before is None else _voided(state, before, balance, known)
    same = before is not None and before.balance == balance
    if same and before is not None and not before.open:
        return Decision(state)
    told = before.told if before else None
    fresh = before.fresh if same and before else True
    now = OnAccount(claim=balance.claim, balance=balance, told=told, fresh=fresh)
    return _closed(_grown(state, now, known), [], () if fresh else (balance.claim,))


def _grown(state: AccountState, now: OnAccount, known: Known[Terms]) -> AccountState:
    """The account with a claim's new balance, a statement due after the time to gather if it is news."""
    others = tuple(c for c in state.claims if c.claim != now.claim)
    issue_at = state.issue_at
    if now.fresh:
        soon = known.now + known.facts.gather
        issue_at = min(issue_at, soon) if issue_at else soon
    return replace(state, guarantor=now.balance.guarantor, claims=(*others, now), issue_at=issue_at)


def _voided(
    state: AccountState, before: OnAccount, balance: PatientBalanceAssigned, known: Known[Terms]
) -> Decision[AccountState]:
    """The bill is withdrawn: nothing is due, and what was paid on it is held as a credit (claims-rules 3.8, 3.14).

    Whoever was billed or has paid gets a corrected statement; who heard of nothing is not told of it now.
    """
    if before.balance.voided:
        return Decision(state)
    kept = paid_by_claim(state)[before.claim]
    fresh = before.told is not None or kept > 0
    was_due = before.balance.patient_due
    now = OnAccount(
        claim=before.claim, balance=balance, told=before.told, fresh=fresh, kept=kept, was_due=was_due
    )
    return _closed(_grown(state, now, known), [], () if fresh else (before.claim,))


def _reversed(state: AccountState, what: PaymentReversed) -> Decision[AccountState]:
    """A payer took its decision back: nothing of the claim is asked for until it has decided again (3.3, 3.14)."""
    mine = next((c for c in state.claims if c.claim == what.claim), None)
    if mine is None or mine.open:
        return Decision(state)
    left = remaining(state)[mine.claim]
    changed = _with(state, replace(mine, open=True, settled=False))
    return Decision(
        changed, (StatementHeld(parts=(Part(claim=mine.claim, cents=left),), reason="payer_open"),)
    )


def _issue(state: AccountState, known: Known[Terms]) -> Decision[AccountState]:
    """Make one statement over all claims that may be billed, if one of them is news; say which ones wait and why."""
    events: list[Event] = []
    for claim in state.claims:
        why = None if claim.open else _hold(state, claim)
        if why and why != claim.held:
            part = Part(claim=claim.claim, cents=claim.balance.patient_due)
            events.append(StatementHeld(parts=(part,), reason=why))
        if not claim.open:
            state = _with(state, replace(claim, held=why))
    again = known.now + LOOK_AGAIN if any(c.held for c in state.claims) else None
    state = replace(state, issue_at=again)
    left = remaining(state)
    billable = [c for c in state.claims if not c.open and not c.held and (c.fresh or left[c.claim] > 0)]
    if not any(c.fresh for c in billable):
        return Decision(state, tuple(events))
    return _issued(state, billable, known, events)


def _issued(
    state: AccountState, billable: list[OnAccount], known: Known[Terms], events: list[Event]
) -> Decision[AccountState]:
    number = len(state.statements) + 1
    statement = compose(
        state,
        billable,
        id=derived_id("statement", known.stream, str(number)),
        account=known.stream,
        now=known.now,
        by=known.now.date() + timedelta(days=known.facts.days_to_pay),
        office=known.facts.office,
    )
    left = remaining(state)
    parts = tuple(Part(claim=c.claim, cents=left[c.claim]) for c in billable)
    events.append(StatementIssued(statement=statement.id, parts=parts, due=statement.due, by=statement.by))
    for claim in billable:
        # paid before it was billed: its end is told again after the statement, so that the last word is the right one
        state = _with(state, replace(claim, told=claim.balance.patient_due, fresh=False, settled=False))
    made = Issued(id=statement.id, number=number, at=known.now, due=statement.due, by=statement.by)
    state = replace(state, statements=(*state.statements, made))
    return _closed(state, events, tuple(c.claim for c in billable), (KeepStatement(statement),))


def _hold(state: AccountState, claim: OnAccount) -> HoldReason | None:
    if unknown_reasons(claim.balance.shares):
        return "unknown_reason"
    if state.guarantor is None or state.guarantor.address is None:
        return "no_address"
    return None


def _pay(state: AccountState, what: RecordPayment) -> Decision[AccountState]:
    """Take a payment once. Raises Refused when its key was used for another, or there is nothing to pay for."""
    if what.cents <= 0:
        raise Refused("no_amount", "A payment has an amount above zero.")
    if not state.claims or (what.claim and what.claim not in {c.claim for c in state.claims}):
        raise Refused("unknown_claim", "No such claim is on this account.")
    payment = Payment(id=what.id, cents=what.cents, method=what.method, on=what.on, claim=what.claim)
    for known in state.payments:
        if known.id == payment.id:
            if (known.cents, known.method, known.claim) != (what.cents, what.method, what.claim):
                raise Refused("key_reused", "This idempotency key was used for another payment.")
            return Decision(state)
    before, credit = paid_by_claim(state), credit_of(state)
    state = _keeping(replace(state, payments=(*state.payments, payment)), payment)
    parts = _parts(state, before, credit_of(state) - credit, what.claim)
    event = PatientPaid(payment=what.id, parts=parts, paid=what.cents, method=what.method, on=what.on)
    return _closed(state, [event], tuple(c.claim for c in state.claims))


def _keeping(state: AccountState, payment: Payment) -> AccountState:
    """Money for a bill that was withdrawn meanwhile is held as a credit, as if it had come before the void."""
    for claim in state.claims:
        if claim.claim == payment.claim and claim.balance.voided:
            return _with(state, replace(claim, kept=min(claim.kept + payment.cents, claim.was_due)))
    return state


def _apply(state: AccountState, what: ApplyCredit, known: Known[Terms]) -> Decision[AccountState]:
    """Let the credit of voided claims pay the others, oldest first. Raises Refused when there is none."""
    cents = kept_credit(state)
    if not cents:
        raise Refused("no_credit", "No credit of a voided claim is on this account.")
    done = Applied(cents=cents, by=what.by, reason=what.reason, at=known.now)
    claims = tuple(replace(c, kept=0, was_due=0) for c in state.claims)
    state = replace(state, claims=claims, applied=(*state.applied, done))
    return _closed(state, [], tuple(c.claim for c in state.claims if not c.fresh))


def _parts(
    state: AccountState, before: dict[str, Cents], surplus: Cents, named: str = ""
) -> tuple[Part, ...]:
    """What a payment added to each claim; what is beyond all dues goes with the voided claim that it names, else the latest."""
    after = paid_by_claim(state)
    voided = {c.claim for c in state.claims if c.balance.voided}
    last = named if named in voided else state.claims[-1].claim
    parts = {c: after[c] - before[c] + (surplus if c == last else 0) for c in after}
    return tuple(Part(claim=c, cents=cents) for c, cents in parts.items() if cents)


def _closed(
    state: AccountState,
    events: list[Event],
    candidates: tuple[str, ...],
    intents: tuple[Intent, ...] = (),
) -> Decision[AccountState]:
    """Say which of the candidates have come to zero, and what is owed back, once each."""
    left, credit = standing(state)
    done = [
        c
        for c in state.claims
        if c.claim in candidates and not (c.settled or c.open or c.held or left[c.claim])
    ]
    for claim in done:
        state = _with(state, replace(claim, settled=True))
    if done:
        events.append(AccountSettled(parts=tuple(Part(claim=c.claim, cents=0) for c in done)))
    if credit != state.credit_told and not any(c.open for c in state.claims):
        if credit > state.credit_told:
            events.append(CreditOwed(parts=(Part(claim=_credited(state), cents=credit),), credit=credit))
        state = replace(state, credit_told=credit)
    return Decision(state, tuple(events), intents)


def _credited(state: AccountState) -> str:
    """The claim that a credit is told on: the one that came or changed last."""
    return state.claims[-1].claim


def _with(state: AccountState, changed: OnAccount) -> AccountState:
    return replace(state, claims=tuple(changed if c.claim == changed.claim else c for c in state.claims))
