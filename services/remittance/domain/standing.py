"""Where a claim stands, computed anew from all decisions that were not taken back: so the order of their arrival is no matter.

Payers answer one after the other. What one leaves to the patient is asked of the next; the last one's is the patient's.
"""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from services.remittance.domain.reasons import Account, account_of
from services.remittance.domain.states import Balances, Outcome, Posting, Why
from shared.claim import Adjustment, Cents, Claim

Placed = tuple[int, Adjustment, Account]
"""An adjustment with the line that it is for (0: the claim) and the account that it belongs to."""


class Amounts(Struct, frozen=True, gc=False):
    """What one decision moves out of ``open``: the payer's money and each kind of adjustment, in cents.

    ``placed`` are the adjustments that move something, in the posting's order.
    """

    placed: tuple[Placed, ...] = ()
    paid: Cents = 0
    contractual: Cents = 0
    other: Cents = 0
    patient: Cents = 0
    denied: Cents = 0

    @property
    def moved(self) -> Cents:
        """The sum: less than the charge where earlier payers' share (OA-23) is repeated."""
        return self.paid + self.contractual + self.other + self.patient + self.denied


class Standing(Struct, frozen=True, gc=False):
    """The result: which postings count (``why`` empty) or wait and why, moves of our own, balances, what is next.

    ``amounts`` is what each posting that counts says, by its id.
    """

    why: Mapping[str, Why]
    amounts: Mapping[str, Amounts]
    moves: Mapping[str, Cents]
    balances: Balances
    stage: int
    outcome: Outcome


def amounts_of(posting: Posting, first: int) -> Amounts:
    """Classify what a posting says. ``first`` is the claim's first payer: only there OA-23 is news."""
    sums = {"contractual": 0, "other": 0, "patient": 0, "denied": 0}
    placed: list[Placed] = []
    status, first_payer = posting.status, posting.coverage <= first
    lines = [(line.line, line.adjustments) for line in posting.lines]
    for number, adjustments in ((0, posting.adjustments), *lines):
        for adjustment in adjustments:
            account = account_of(adjustment, status, first_payer)
            if account is not None:
                sums[account] += adjustment.cents
                placed.append((number, adjustment, account))
    return Amounts(placed=tuple(placed), paid=posting.paid, **sums)


def is_denial(amounts: Amounts) -> bool:
    """Whether a payer refused all: nothing paid, nothing for the patient, something denied (claims-rules 3.2)."""
    return amounts.paid == 0 and amounts.patient == 0 and amounts.denied > 0


def stand(claim: Claim, first: int, postings: Iterable[Posting]) -> Standing:
    """Say where the claim stands after all ``postings``; those that are not live are passed over."""
    every = tuple(postings)
    walk = _Walk(claim, first, claim.charge)
    live = [p for p in every if p.live]
    stage = first
    if claim.frequency == "8" and not live and any(p.mirror for p in every):
        walk.open = 0
        return walk.result(stage, "voided")
    walk.hold([p for p in live if p.coverage < first], "unknown_coverage")
    before: list[Posting] = []
    while True:
        counting = walk.apply([p for p in live if p.coverage == stage])
        later = [p for p in live if p.coverage > stage]
        if walk.open or not counting:
            walk.hold(later, "earlier_payer_open")
            waits = stage == first or bool(counting)
            return walk.result(stage, "waiting" if waits else _awaited(claim, stage, before))
        if not walk.patient or not (_forwarded(counting) or stage + 1 < len(claim.coverages)):
            return walk.result(stage, _end(walk, [*counting, *walk.apply(later)]))
        walk.hand_over(stage)
        before, stage = counting, stage + 1


Charge = tuple[tuple[int, int], Cents, Cents]
"""Payer and line, the charge that was decided, that line's charge; line 0 is the claim."""


class _Walk(Struct, gc=False):
    """The running sums of one evaluation."""

    claim: Claim
    first: int
    open: Cents
    paid: Cents = 0
    contractual: Cents = 0
    other: Cents = 0
    patient: Cents = 0
    denied: Cents = 0
    why: dict[str, Why] = {}
    amounts: dict[str, Amounts] = {}
    moves: dict[str, Cents] = {}
    decided: dict[tuple[int, int], Cents] = {}

    def apply(self, postings: Iterable[Posting]) -> list[Posting]:
        """Take each posting that fits and return those; the others wait."""
        taken = []
        for posting in postings:
            amounts, charges = amounts_of(posting, self.first), self._charges(posting)
            why = self._refusal(posting, amounts, charges)
            self.why[posting.id] = why
            if not why:
                self.amounts[posting.id] = amounts
                self._take(posting, amounts, charges)
                taken.append(posting)
        return taken

    def hold(self, postings: Iterable[Posting], why: Why) -> None:
        for posting in postings:
            self.why[posting.id] = why

    def hand_over(self, stage: int) -> None:
        """Ask the next payer for what this one left to the patient."""
        self.moves[f"handover:{stage}"] = self.patient
        self.open, self.patient = self.open + self.patient, 0

    def _refusal(self, posting: Posting, amounts: Amounts, charges: list[Charge]) -> Why:
        """Why a decision cannot be on the claim beside those that are; empty when it can.

        A payer decides each line's charge once (claims-rules 3.2: splits add up, a correction needs the reversal
        first), and moves no more than what is open: more would make the balance negative (3.6; RFI 1696).
        A second payer may take over what the first denied.
        """
        for key, charge, limit in charges:
            if charge > limit:
                return "other_charge"
            if self.decided.get(key, 0) + charge > limit:
                return "already_decided"
        more = self.denied if posting.coverage > self.first else 0
        return "more_than_open" if amounts.moved > self.open + more else ""

    def _take(self, posting: Posting, amounts: Amounts, charges: list[Charge]) -> None:
        for key, charge, _ in charges:
            self.decided[key] = self.decided.get(key, 0) + charge
        missing = amounts.moved - self.open
        if missing > 0:
            name = f"draw:{posting.coverage}"
            self.moves[name] = self.moves.get(name, 0) + missing
            self.open, self.denied = self.open + missing, self.denied - missing
        self.open -= amounts.moved
        self.paid += amounts.paid
        self.contractual += amounts.contractual
        self.other += amounts.other
        self.patient += amounts.patient
        self.denied += amounts.denied

    def _charges(self, posting: Posting) -> list[Charge]:
        """What a posting decides of the claim (line 0) and of each line that it names."""
        charges = [((posting.coverage, 0), posting.charge, self.claim.charge)]
        by_line: dict[int, Cents] = {}
        for line in posting.lines:
            if line.line:
                by_line[line.line] = by_line.get(line.line, 0) + line.charge
        lines, coverage = self.claim.lines, posting.coverage
        for number, charge in by_line.items():
            # A replacement may have fewer lines than what was decided before it.
            limit = lines[number - 1].charge if number <= len(lines) else 0
            charges.append(((coverage, number), charge, limit))
        return charges

    def result(self, stage: int, outcome: Outcome) -> Standing:
        balances = Balances(
            paid=self.paid,
            contractual=self.contractual,
            other=self.other,
            patient=self.patient,
            denied=self.denied,
            open=self.open,
        )
        return Standing(self.why, self.amounts, self.moves, balances, stage, outcome)


def _forwarded(counting: Iterable[Posting]) -> bool:
    return any(p.forwarded for p in counting)


def _awaited(claim: Claim, stage: int, before: Iterable[Posting]) -> Outcome:
    """Whom the claim waits for behind its first payer: the next one whose claim must be made, or one that was told."""
    return "forwarded" if _forwarded(before) or stage >= len(claim.coverages) else "secondary"


def _end(walk: _Walk, counting: Sequence[Posting]) -> Outcome:
    """All payers that are asked have decided: rework if the last one refused all, else the patient's balance."""
    last = max([p.coverage for p in counting])
    refused = all(is_denial(walk.amounts[p.id]) for p in counting if p.coverage == last)
    return "denied" if refused and not walk.patient else "patient"
