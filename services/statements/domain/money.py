"""Who has paid what: all payments shared out over all claims, computed anew each time, so that no order matters."""

from services.statements.domain.states import AccountState, OnAccount
from shared.claim import Cents


def paid_by_claim(state: AccountState) -> dict[str, Cents]:
    """Share the payments out: first to the claim that a payment names, then oldest service first. Never more than is due.

    A claim whose payer is deciding again keeps what it had: its last balance stands for it until then. What was paid on
    a claim that was voided since is on no claim: it is held as a credit (``kept_credit``).
    """
    dues = _dues(state)
    paid, rest = _named(state, dues)
    rest -= _kept(state, rest)
    for claim, due in dues.items():
        take = min(rest, due - paid[claim])
        paid[claim], rest = paid[claim] + take, rest - take
    return paid


def _dues(state: AccountState) -> dict[str, Cents]:
    return {c.claim: c.balance.patient_due for c in oldest_first(state)}


def _named(state: AccountState, dues: dict[str, Cents]) -> tuple[dict[str, Cents], Cents]:
    """What payments put on the claims that they name, and the rest."""
    paid = dict.fromkeys(dues, 0)
    rest = 0
    for payment in state.payments:
        take = min(payment.cents, dues.get(payment.claim, 0) - paid.get(payment.claim, 0))
        if payment.claim in paid and take > 0:
            paid[payment.claim] += take
            rest += payment.cents - take
        else:
            rest += payment.cents
    return paid, rest


def oldest_first(state: AccountState) -> list[OnAccount]:
    """The claims by first day of service, then in the order in which they came."""
    if len(state.claims) < 2:  # most accounts, and asked for at every step
        return list(state.claims)
    return sorted(state.claims, key=lambda c: str(c.balance.first or ""))


def credit_of(state: AccountState) -> Cents:
    """What was paid beyond all that is due, and what was paid on claims that were voided."""
    return standing(state)[1]


def kept_credit(state: AccountState) -> Cents:
    """The part of the credit that pays for nothing else by itself: paid on voided claims.

    What a payment names another claim for goes there first.
    """
    return _kept(state, _named(state, _dues(state))[1])


def _kept(state: AccountState, unnamed: Cents) -> Cents:
    return min(sum(c.kept for c in state.claims), unnamed)


def remaining(state: AccountState) -> dict[str, Cents]:
    """What is left to pay per claim; nothing while its payer is deciding again."""
    return standing(state)[0]


def standing(state: AccountState) -> tuple[dict[str, Cents], Cents]:
    """``remaining`` and ``credit_of`` by one sharing out."""
    if not state.payments and not any(c.balance.patient_due < 0 for c in state.claims):
        # most accounts, and asked for at every step: there is nothing to share out
        return {c.claim: 0 if c.open else c.balance.patient_due for c in state.claims}, 0
    paid = paid_by_claim(state)
    left = {c.claim: 0 if c.open else c.balance.patient_due - paid[c.claim] for c in state.claims}
    return left, sum(p.cents for p in state.payments) - sum(paid.values())
