"""The three-level proof of an 835: line, claim and transaction close to the cent (005010X221A1 section 1.10.2.1).

Sign rule: CAS and PLB positive lower the payment, negative raise it. AMT, QTY, MIA, MOA and CLP05 take no part (RFI 2601,
RFI 2548). Nothing here repairs an amount: an unbalanced set is quarantined as it is, never completed by a line of our own.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from shared.claim import Adjustment, Cents
from shared.x12.types import ClaimPayment, Imbalance, ProviderAdjustment, Remittance, ServicePayment

REVERSAL = "22"
"""CLP02 of a reversal (claims-rules 3.3)."""


def prove(remittance: Remittance) -> tuple[Imbalance, ...]:
    """Say every sum of one 835 that does not close, in file order; empty when all three levels do.

    One unbalanced line hides no other: each line, each claim and the transaction are proved by themselves.
    """
    prover = Prover()
    for claim in remittance.claims:
        prover.claim(claim)
    prover.end(remittance)
    return tuple(prover.found)


class Prover:
    """Proves one 835 claim by claim as it is read, keeping nothing but sums; ``found`` is in file order."""

    def __init__(self) -> None:
        self.found: list[Imbalance] = []
        self.claims = 0
        self._within = self._paid = 0

    def claim(self, claim: ClaimPayment) -> None:
        """Prove one claim now and remember its payment for the transaction's sum."""
        self._within = 1 if opens_group(claim) else self._within + 1
        self.claims += 1
        self._paid += claim.paid
        if not claim_closes(claim):
            self.found += prove_claim(claim, self.place)

    @property
    def place(self) -> str:
        """The loop path of the claim that was given last."""
        return f"2000/2100[{self._within}]"

    def end(self, remittance: Remittance) -> None:
        """Prove the transaction, once every claim was given; the remittance may come without its claims."""
        self.found += prove_transaction(remittance, self._paid)


def opens_group(claim: ClaimPayment) -> bool:
    """Whether an LX (loop 2000) stands before this claim in the file."""
    return bool(claim.extra) and claim.extra[0].loop == "2000"


def claim_closes(claim: ClaimPayment) -> bool:
    """Whether every sum inside one claim closes: the question that nearly always is answered yes, asked fast."""
    rest = claim.charge - claim.paid
    for adjustment in claim.adjustments:
        rest -= adjustment.cents
    for service in claim.services:
        line = 0
        for adjustment in service.adjustments:
            line += adjustment.cents
        if service.charge - line != service.paid:
            return False
        rest -= line
    return rest == 0


def prove_claim(claim: ClaimPayment, place: str) -> Iterator[Imbalance]:
    """Yield what does not close in one claim: its lines in order, then the claim itself.

    ``place`` is the claim's loop path, e.g. ``2000/2100[3]``.
    """
    for number, service in enumerate(claim.services, 1):
        expected = service.charge - _sum(service.adjustments)
        if expected != service.paid:
            yield Imbalance(
                level="line",
                element="SVC03",
                place=f"{place}/2110[{number}]/SVC03",
                segment=service.segment,
                expected=expected,
                found=service.paid,
            )
    expected = claim.charge - sum(adjustment.cents for adjustment in all_adjustments(claim))
    if expected != claim.paid:
        yield Imbalance(
            level="claim",
            element="CLP04",
            place=f"{place}/CLP04",
            segment=claim.segment,
            expected=expected,
            found=claim.paid,
        )


def prove_transaction(remittance: Remittance, claims_paid: Cents) -> Iterator[Imbalance]:
    """Yield the transaction's imbalance: BPR02 = sum of CLP04 less the provider adjustments (PLB).

    ``claims_paid`` is the sum of CLP04, so that a reader of large files need not keep the claims.
    """
    expected = claims_paid - sum([pair.cents for pair in remittance.provider_adjustments])
    if expected != remittance.paid:
        start = remittance.header.segments[0]
        yield Imbalance(
            level="transaction",
            element="BPR02",
            place="BPR02",
            segment=start + 1 if start else 0,
            expected=expected,
            found=remittance.paid,
        )


def all_adjustments(claim: ClaimPayment) -> Iterator[Adjustment]:
    """Yield the claim's own adjustments, then those of its lines: each is reported once (RFI 358, 2570)."""
    yield from claim.adjustments
    for service in claim.services:
        yield from service.adjustments


def patient_share(claim: ClaimPayment) -> Cents:
    """Sum what the claim leaves to the patient: group PR of both levels (must equal CLP05; RFI 2548)."""
    return sum([adjustment.cents for adjustment in all_adjustments(claim) if adjustment.group == "PR"])


def prior_payers_share(claim: ClaimPayment) -> Cents:
    """Sum OA-23 of both levels: what earlier payers paid and wrote off. It is posted already (RFI 2143, 2570)."""
    return sum(
        adjustment.cents
        for adjustment in all_adjustments(claim)
        if adjustment.group == "OA" and adjustment.reason == "23"
    )


def left_open(open_before: Cents, claim: ClaimPayment) -> Cents:
    """Say what stays open of a balance after this payer: payment and write-offs taken off, OA-23 and PR not.

    Negative means that a prior payer's share was reported again as this payer's write-off: hold it (RFI 1696).
    """
    written_off = sum(
        adjustment.cents
        for adjustment in all_adjustments(claim)
        if adjustment.group != "PR" and not (adjustment.group == "OA" and adjustment.reason == "23")
    )
    return open_before - claim.paid - written_off


def interest(remittance: Remittance) -> tuple[Cents, Cents]:
    """Give the interest as the claims report it (AMT*I) and as the provider level pays it (PLB L6, sign turned; RFI 2202)."""
    reported = sum(
        amount.cents for claim in remittance.claims for amount in claim.amounts if amount.qualifier == "I"
    )
    return reported, -sum(pair.cents for pair in remittance.provider_adjustments if pair.reason == "L6")


def net_by_reference(pairs: Iterable[ProviderAdjustment]) -> dict[tuple[str, str], Cents]:
    """Sum provider adjustments by reason and reference: 0 where a refund is acknowledged (WO against 72; RFI 1976)."""
    net: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        net["WO" if pair.reason == "72" else pair.reason, pair.reference] += pair.cents
    return dict(net)


def unmirrored(original: ClaimPayment, reversal: ClaimPayment) -> tuple[Imbalance, ...]:
    """Say every amount of ``original`` that ``reversal`` does not take back exactly (claims-rules 3.3; RFI 1147, 2442).

    Compared are charge, payment and each group and reason, at the claim and line by line; places and segments are the
    reversal's. A legacy group CR stands for any group of the same reason. Empty: the two sum to zero on every account.
    """
    rest = _ledger(original)
    legacy = _fold_cr(_ledger(reversal), rest)
    keys = sorted(rest.keys() | legacy.keys())
    return tuple(
        Imbalance(
            level="claim" if key[0] == "" else "line",
            element=key[1],
            place=f"2100/{key[1]}" if key[0] == "" else f"2110/{key[1]}",
            segment=reversal.segment,
            expected=-rest[key],
            found=legacy[key],
        )
        for key in keys
        if rest[key] + legacy[key]
    )


def line_key(service: ServicePayment) -> str:
    """Identify a line across original, reversal and correction: its REF*6R, else code, modifiers and day."""
    return service.control or ":".join(
        (service.submitted_code or service.code, *service.modifiers, str(service.first or ""))
    )


def _ledger(claim: ClaimPayment) -> Counter[tuple[str, str]]:
    """Sum a claim into accounts ``(line or empty, element or group*reason)``."""
    accounts: Counter[tuple[str, str]] = Counter({("", "CLP03"): claim.charge, ("", "CLP04"): claim.paid})
    for adjustment in claim.adjustments:
        accounts["", f"CAS*{adjustment.group}*{adjustment.reason}"] += adjustment.cents
    for service in claim.services:
        line = line_key(service)
        accounts[line, "SVC02"] += service.charge
        accounts[line, "SVC03"] += service.paid
        for adjustment in service.adjustments:
            accounts[line, f"CAS*{adjustment.group}*{adjustment.reason}"] += adjustment.cents
    return accounts


def _fold_cr(
    accounts: Counter[tuple[str, str]], original: Counter[tuple[str, str]]
) -> Counter[tuple[str, str]]:
    """Move a legacy CR amount to the original's group of the same reason, where exactly that amount waits."""
    folded = Counter(accounts)
    for (line, element), cents in accounts.items():
        if not element.startswith("CAS*CR*"):
            continue
        reason = element.removeprefix("CAS*CR*")
        for key, due in original.items():
            if key[0] == line and key[1].endswith(f"*{reason}") and due == -cents and not folded[key]:
                folded[key] = cents
                del folded[line, element]
                break
    return folded


def _sum(adjustments: tuple[Adjustment, ...]) -> Cents:
    return sum([adjustment.cents for adjustment in adjustments])
