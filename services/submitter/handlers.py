"""What the submitter does with each event it hears: its claims decide (services.submitter.domain.claims)."""

from services.submitter.domain.states import ClaimState
from services.submitter.store import CLAIMS
from shared.bus.types import Hears
from shared.events import ClaimCleared, ClaimDenied, ClaimHeld, ClaimPaid, PaymentReversed

HEARD = (ClaimCleared, ClaimHeld, ClaimPaid, ClaimDenied, PaymentReversed)


def hears() -> tuple[Hears[ClaimState, None], ...]:
    """The submitter's routing."""
    return (Hears(events=HEARD, aggregate=CLAIMS),)
