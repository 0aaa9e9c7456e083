"""An 837 as a value: a batch of claims."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Claim, Contact, Name, Segment
from shared.x12.types.envelopes import Header, X12Finding


class Batch(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 837 transaction set: who submits to whom, and the claims (all of one kind).

    ``batch`` is BHT03, at most 30 characters; ``at`` BHT04/05.
    """

    header: Header
    kind: Literal["professional", "institutional"]
    submitter: Name
    submitter_id: str
    submitter_contact: Contact
    receiver: Name
    receiver_id: str
    batch: str
    at: datetime
    claims: tuple[Claim, ...]
    purpose: Literal["00", "18"] = "00"
    usage: Literal["CH", "RP", "31"] = "CH"
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


# ------------------------------------------------------------------ 835
