"""Builders of payer answers for tests: one CLP, one 835. Everything in them is invented."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from services.remittance.domain.claim import Keys, PostPayment, decide_claim, posting_id
from services.remittance.domain.ledger import Journal
from services.remittance.domain.states import ClaimState
from shared.bus.types import Known
from shared.claim import Adjustment, Claim, Name
from shared.events import ClaimSubmitted, Controls, Event
from shared.testing.builders import a_claim, a_coverage
from shared.x12.types import ClaimPayment, Header, Party, Remittance, ServicePayment

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
ID = "0190a0a0-0000-7000-8000-000000000001"
PAID_ON = date(2026, 11, 20)


def cas(words: str) -> tuple[Adjustment, ...]:
    """``"CO-45:2000 PR-2:500"``: group, reason, cents."""
    return tuple(
        Adjustment(group=code.split("-")[0], reason=code.split("-")[1], cents=int(cents))
        for code, cents in (word.split(":") for word in words.split())
    )


def a_service(charge: int, words: str = "", **changes: Any) -> ServicePayment:
    """One SVC: what is left of the charge after the adjustments is paid."""
    adjustments = cas(words)
    paid = charge - sum(a.cents for a in adjustments)
    values: dict[str, Any] = {"code": "G0463", "charge": charge, "paid": paid, "adjustments": adjustments}
    return ServicePayment(**{**values, **changes})


def a_payment(claim: Claim, lines: Sequence[str] = (), status: str = "1", **changes: Any) -> ClaimPayment:
    """One CLP that decides each of the claim's lines with the adjustments of ``lines``, matched by REF*6R."""
    services = tuple(
        a_service(line.charge, words, code=line.code, control=line.control, first=line.first)
        for line, words in zip(claim.lines, lines, strict=False)
    )
    values: dict[str, Any] = {
        "number": claim.number,
        "status": status,
        "charge": sum(s.charge for s in services),
        "paid": sum(s.paid for s in services),
        "payer_claim_number": "ICN1",
        "services": services,
    }
    return ClaimPayment(**{**values, **changes})


def a_claim_level_payment(claim: Claim, words: str, status: str = "1", **changes: Any) -> ClaimPayment:
    """One CLP without lines: all adjustments are the claim's."""
    adjustments = cas(words)
    values: dict[str, Any] = {
        "number": claim.number,
        "status": status,
        "charge": claim.charge,
        "paid": claim.charge - sum(a.cents for a in adjustments),
        "payer_claim_number": "ICN1",
        "adjustments": adjustments,
    }
    return ClaimPayment(**{**values, **changes})


def reversed_payment(payment: ClaimPayment) -> ClaimPayment:
    """The same CLP with every amount negated (claims-rules 3.3)."""

    def negated(adjustments: Sequence[Adjustment]) -> tuple[Adjustment, ...]:
        return tuple(replace(a, cents=-a.cents) for a in adjustments)

    services = tuple(
        replace(s, charge=-s.charge, paid=-s.paid, adjustments=negated(s.adjustments))
        for s in payment.services
    )
    return replace(
        payment,
        status="22",
        charge=-payment.charge,
        paid=-payment.paid,
        adjustments=negated(payment.adjustments),
        services=services,
    )


def an_835(
    payments: Sequence[ClaimPayment],
    payer: str = "SBX01",
    trace: str = "T1",
    transaction: str = "0001",
    **changes: Any,
) -> Remittance:
    """A balanced 835 of these CLPs; provider adjustments in ``changes`` lower what is paid."""
    plb = changes.get("provider_adjustments", ())
    values: dict[str, Any] = {
        "header": Header(
            sender=Party(id=payer),
            receiver=Party(id="CLAIMFLOW"),
            interchange=1,
            group=1,
            transaction=transaction,
            at=NOW,
        ),
        "handling": "I",
        "method": "ACH",
        "paid": sum(p.paid for p in payments) - sum(p.cents for p in plb),
        "on": PAID_ON,
        "trace": trace,
        "trace_payer": "1999999999",
        "payer": Name(last="SANDBOX MUTUAL", organization=True),
        "payer_id": payer,
        "payee": Name(last="SYNTHETIC CLINIC", organization=True),
        "payee_npi": "1234567893",
        "claims": tuple(payments),
    }
    return Remittance(**{**values, **changes})


def submitted(claim: Claim) -> ClaimSubmitted:
    """The claim is in the payer's mailbox."""
    controls = Controls(interchange=1, group=1, transaction="0001", batch="B1")
    return ClaimSubmitted(claim=claim, route="sandbox", file="f1", controls=controls, at=NOW)


def two_payers(charges: Sequence[int] = (), seed: int = 1) -> Claim:
    """A claim with a primary (SBX01) and a secondary (SBX07)."""
    claim = a_claim(seed, lines=len(charges) or 2)
    if charges:
        lines = tuple(replace(line, charge=c) for line, c in zip(claim.lines, charges, strict=True))
        claim = replace(claim, lines=lines, charge=sum(charges))
    return replace(claim, coverages=(*claim.coverages, a_coverage("SBX07", seed, order="S")))


class Life:
    """One claim's decisions in a row, with all that was said and booked."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        self.state: ClaimState | None = None
        self.said: list[Event] = []
        self.journals: list[Journal] = []
        self.count = 0
        self.tell(submitted(claim))

    def tell(self, what: Any) -> tuple[Event, ...]:
        decision = decide_claim(self.state, what, Known(NOW, ID, Keys(b"blind", "key")))
        self.state = decision.state
        self.said += decision.events
        self.journals += [j for j in decision.intents if isinstance(j, Journal)]
        return decision.events

    def pay(self, payment: ClaimPayment, payer: str = "SBX01", remittance: str = "") -> tuple[Event, ...]:
        self.count += 1
        return self.tell(
            PostPayment(
                id=posting_id(remittance or f"R{self.count}", 1),
                payment=payment,
                remittance=remittance or f"R{self.count}",
                payer=payer,
                on=PAID_ON,
            )
        )

    def accounts(self) -> dict[str, int]:
        """The ledger's balances of this claim."""
        sums: dict[str, int] = {}
        for journal in self.journals:
            for entry in journal.entries:
                if entry.claim:
                    sums[entry.account] = sums.get(entry.account, 0) + entry.cents
        return {account: cents for account, cents in sums.items() if cents}

    def whole(self) -> Mapping[str, int]:
        """The ledger's balances as the identity has them, with paid = cash + suspense."""
        a = self.accounts()
        paid = a.get("cash", 0) + a.get("suspense", 0)
        kinds = ("contractual", "other", "patient", "denied", "open")
        return {"paid": paid, **{kind: a.get(kind, 0) for kind in kinds}}
