"""What the scrubber says: topic ``claims.scrubber``, key = claim id."""

from msgspec import Struct

from shared.claim import Claim
from shared.events.finding import Change, Finding


class ClaimCleared(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """No rule has anything against the claim: it may go to its payer. ``rules`` names the rule set's version."""

    claim: Claim
    warnings: tuple[Finding, ...] = ()
    rules: str


class ClaimHeld(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The claim would be denied or rejected as it is, and waits for a correction."""

    findings: tuple[Finding, ...]
    rules: str
    payer: str
    charge: int


class ClaimCorrected(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """Somebody changed fields of a held claim, and said why. The claim is scrubbed again."""

    changes: tuple[Change, ...]
    by: str
    reason: str
    payer: str
    charge: int


class ClaimWithdrawn(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """Somebody decided that a held claim will not be sent: a duplicate, or not billable. Terminal."""

    by: str
    reason: str
    duplicate_of: str = ""
    payer: str
    charge: int


ScrubberEvent = ClaimCleared | ClaimHeld | ClaimCorrected | ClaimWithdrawn
