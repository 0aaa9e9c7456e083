"""What became of a claim that came whole through FHIR: whose it is now, and what its payers decided, for its ClaimResponse."""

from datetime import date
from typing import Literal

from msgspec import Struct, structs

from shared.events import (
    ClaimAccepted,
    ClaimDenied,
    ClaimPaid,
    ClaimRejected,
    ClaimSubmitted,
    PaymentReversed,
)

Told = ClaimSubmitted | ClaimAccepted | ClaimRejected | ClaimPaid | ClaimDenied | PaymentReversed
Stands = Literal["taken", "submitted", "accepted", "rejected", "partial", "decided"]


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One payer's decision, cents. ``number`` is its claim control number; ``words`` say why, where it refused."""

    number: str
    charge: int
    paid: int = 0
    contractual: int = 0
    patient: int = 0
    denied: int = 0
    words: tuple[str, ...] = ()
    on: date | None = None


class Heard(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What was heard of a claim. ``away`` is the payer that has it or had it last, ``payments`` the decisions by payer.

    Submissions and answers come in order, the decisions of payers come from another producer: they may come first.
    """

    away: str = ""
    accepted: bool = False
    reasons: tuple[str, ...] = ()
    payments: dict[str, Payment] = {}

    @property
    def stands(self) -> Stands:
        """Where the claim stands. ``partial``: a payer decided, and the next one has it."""
        if self.reasons:
            return "rejected"
        if self.payments:
            return "decided" if self.away in ("", *self.payments) else "partial"
        if self.accepted:
            return "accepted"
        return "submitted" if self.away else "taken"


def hear(heard: Heard, what: Told) -> Heard:
    """What an event adds."""
    match what:
        case ClaimSubmitted():
            return structs.replace(heard, away=what.claim.payer, accepted=False, reasons=())
        case ClaimAccepted():
            return structs.replace(heard, accepted=True)
        case ClaimRejected():
            words = tuple(reason.words or f"{reason.code} {reason.status}".strip() for reason in what.reasons)
            return structs.replace(heard, reasons=words or (_REFUSED,))
        case ClaimPaid() | ClaimDenied():
            return structs.replace(heard, payments={**heard.payments, what.payer: _payment(what)})
        case PaymentReversed():
            left = {payer: p for payer, p in heard.payments.items() if payer != what.payer}
            return structs.replace(heard, payments=left)


def _payment(what: ClaimPaid | ClaimDenied) -> Payment:
    if isinstance(what, ClaimDenied):
        return Payment(
            number=what.payer_claim_number,
            charge=what.charge,
            denied=what.denied,
            words=what.words,
            on=what.on,
        )
    return Payment(
        number=what.payer_claim_number,
        charge=what.charge,
        paid=what.paid,
        contractual=what.contractual,
        patient=what.patient,
        denied=what.denied,
        on=what.on,
    )


_REFUSED = "It was refused before adjudication, without a reason."
