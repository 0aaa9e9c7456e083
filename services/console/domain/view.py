"""One claim as the public facts tell it, folded in the order in which they come."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct

from shared.events.lifecycle import Fact

_ONLY_AFTER = {
    "acknowledged": {"", "submitted", "acknowledged", "overdue"},
    "overdue": {"", "submitted", "acknowledged", "accepted", "overdue"},
}
"""Facts that may come late: an answer of an early hop does not take a claim back from a later state."""

_DONE = {"settled", "withdrawn", "cancelled"}


class Money(Struct, frozen=True, gc=False):
    """Cents. ``paid`` by payers, ``patient`` the patient's share, ``patient_paid`` what of it came."""

    charge: int = 0
    paid: int = 0
    contractual: int = 0
    patient: int = 0
    patient_paid: int = 0
    denied: int = 0


class View(Struct, frozen=True, gc=False):
    """One claim. ``since`` is when it came into its state, ``seen`` when it was last heard of; no patient data."""

    id: str
    opened: datetime
    since: datetime
    seen: datetime
    state: str = "received"
    money: Money = Money()
    payer: str = ""
    door: str = ""
    route: str = ""
    hop: str = ""
    reasons: tuple[str, ...] = ()
    facts: int = 0

    @property
    def stake(self) -> int:
        """Cents that wait where the claim is."""
        money = self.money
        if self.state in _DONE:
            return 0
        if self.state == "denied":
            return money.denied
        if self.state == "paid":
            return max(0, money.charge - money.paid - money.contractual)
        if self.state == "patient":
            return max(0, money.patient - money.patient_paid)
        return max(0, money.charge - money.paid - money.contractual)


def fold(before: View | None, fact: Fact) -> View:
    """The view after one more fact."""
    view = before or View(id=fact.subject, opened=fact.time, since=fact.time, seen=fact.time)
    moves = fact.state != "noted" and view.state in _ONLY_AFTER.get(fact.state, {view.state})
    changed = moves and fact.state != view.state
    return msgspec.structs.replace(
        view,
        seen=max(view.seen, fact.time),
        since=fact.time if changed else view.since,
        state=fact.state if moves else view.state,
        money=_money(view.money, fact),
        payer=fact.payer or view.payer,
        door=fact.door or view.door,
        route=fact.route or view.route,
        hop=fact.hop or view.hop,
        reasons=fact.reasons if moves else view.reasons,
        facts=view.facts + 1,
    )


def _money(money: Money, fact: Fact) -> Money:
    amounts = {"charge": money.charge if fact.charge is None or fact.charge < 0 else fact.charge}
    match fact.what:
        case "ClaimPaid" | "PaymentReversed":
            # each is one payer's decision; a reversal's amounts are negative
            amounts |= {
                "paid": money.paid + (fact.paid or 0),
                "contractual": money.contractual + (fact.contractual or 0),
                "patient": max(0, fact.patient or 0),
                "denied": fact.denied or 0,
            }
        case "PatientBalanceAssigned":
            amounts |= {
                "paid": fact.paid or 0,
                "contractual": fact.contractual or 0,
                "patient": fact.patient or 0,
            }
        case "ClaimDenied":
            amounts |= {"denied": fact.denied or 0}
        case "PatientPaid":
            amounts |= {"patient_paid": money.patient_paid + (fact.paid or 0)}
    return msgspec.structs.replace(money, **amounts)


class Tally(NamedTuple):
    """By how much one state's figures change."""

    state: str
    claims: int
    stake: int
    charge: int
    denied: int
    denied_claims: int


def tallied(changes: Iterable[tuple[View | None, View]]) -> list[Tally]:
    """What a batch of changes (before, after) does to the figures of each state, in the order of their names."""
    sums: dict[str, list[int]] = {}
    for before, after in changes:
        for view, sign in ((before, -1), (after, 1)):
            if view is not None:
                found = sums.setdefault(view.state, [0, 0, 0, 0, 0])
                for place, amount in enumerate(_amounts(view)):
                    found[place] += sign * amount
    return [Tally(state, *found) for state, found in sorted(sums.items()) if any(found)]


def _amounts(view: View) -> tuple[int, int, int, int, int]:
    denied = view.money.denied
    return 1, view.stake, view.money.charge, denied, int(denied > 0)
