"""What intake does with each event it hears: a claim that it made learns what became of it (services.intake.domain.filing)."""

from services.intake.domain.filing import Filed
from services.intake.store.claims import CLAIMS, WHOLE
from shared.bus.types import Hears
from shared.events import (
    ClaimAccepted,
    ClaimDenied,
    ClaimPaid,
    ClaimRejected,
    ClaimSubmitted,
    PaymentReversed,
)


def hears() -> tuple[Hears[Filed, None], ...]:
    """Intake's routing: what the submitter sent and was answered, what a payer decided.

    Claims that came whole listen only if FHIR brought them.
    """
    heard = (ClaimSubmitted, ClaimAccepted, ClaimRejected, ClaimPaid, ClaimDenied, PaymentReversed)
    return (Hears(events=heard, aggregate=CLAIMS, deaf=(WHOLE,)),)
