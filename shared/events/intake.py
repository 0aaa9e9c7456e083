"""What intake says: topic ``claims.intake``, key = claim id."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Claim
from shared.events.finding import Change

Door = Literal["hl7", "fhir", "x12", "json"]


class ClaimReceived(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A claim was made from what a hospital sent and is durably ours. ``message`` is the stored original's id."""

    claim: Claim
    door: Door
    message: str
    received: datetime


class ClaimAmended(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The hospital changed a claim: a late charge, a credit, a demographic update.

    Before it was submitted as another version of it (``claim.frequency`` 1); once its payer has decided as a
    replacement (7) or a void (8) with the payer's claim control number (claims-rules 3.8).
    """

    claim: Claim
    changes: tuple[Change, ...] = ()
    reason: str
    door: Door
    message: str


class ClaimCancelled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The hospital took a claim back: the visit did not happen, or was registered twice."""

    reason: str
    message: str
    payer: str = ""
    charge: int = 0


class PatientMerged(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """Two medical record numbers are one patient (ADT A18, A34, A40); said once for each open claim of the retired one."""

    kept: str
    retired: str
    facility: str
    message: str


IntakeEvent = ClaimReceived | ClaimAmended | ClaimCancelled | PatientMerged
