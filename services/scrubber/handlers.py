"""What the scrubber does with each event it hears: it lets its one aggregate decide."""

from services.scrubber.domain import Scrubbing
from services.scrubber.rules import Facts
from services.scrubber.store import Claims
from shared import events as e
from shared.bus.types import Hears

HEARD = (
    e.ClaimReceived,
    e.ClaimAmended,
    e.ClaimCancelled,
    e.ClaimStopped,
    e.ClaimRejected,
    e.SecondaryClaimPrepared,
)


def hears(claims: Claims) -> tuple[Hears[Scrubbing, Facts], ...]:
    """The scrubber's routing."""
    return (Hears(events=HEARD, aggregate=claims),)
