"""What the submitter says: topic ``claims.submitter``, key = claim id, or payer file id."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Claim

Hop = Literal["interchange", "syntax", "clearinghouse", "payer"]
"""Who answered: the TA1, the 999, the first 277CA, the payer's own 277CA."""


class Controls(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The numbers by which an 837 is known: ISA13, GS06, ST02, BHT03."""

    interchange: int
    group: int
    transaction: str
    batch: str


class Reason(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Why somebody refused: a code of the named list (999 IK5, 277CA STC category and status, TA1 note), place, plain words."""

    code: str
    status: str = ""
    entity: str = ""
    place: str = ""
    words: str = ""


class ClaimSubmitted(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The 837 holding this claim is in the partner's mailbox. ``attempt`` counts submissions of this claim from 1."""

    claim: Claim
    route: str
    file: str
    controls: Controls
    attempt: int = 1
    at: datetime


class ClaimStopped(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The claim was taken out of the queue before it went into a file: cancelled, voided or changed in time."""

    payer: str
    charge: int


class ClaimAcknowledged(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """One hop read the claim and passed it on. Not yet a payer's acceptance, and no proof of timely filing."""

    hop: Hop
    route: str
    payer: str
    charge: int


class ClaimAccepted(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The payer took the claim into adjudication (277CA A1/A2): its claim control number and the proof date of timely filing."""

    payer_claim_number: str
    proof: date
    route: str
    payer: str
    charge: int


class ClaimRejected(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A hop refused the claim before adjudication (999 R, 277CA A3/A6/A7/A8): correct it and send it as new."""

    hop: Hop
    reasons: tuple[Reason, ...]
    route: str
    payer: str
    charge: int


class AnswerOverdue(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """An expected answer has not come in the time that hop is given."""

    hop: Hop
    due: datetime
    route: str
    payer: str
    charge: int


class ClaimStatusReported(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A 277 said where the claim is (claim status category and code). Information; never posts money."""

    category: str
    status: str
    payer_claim_number: str = ""
    on: date | None = None
    payer: str
    charge: int


class PayerFileReceived(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """One part of an 835 file from a partner's mailbox; key = ``file`` (derived from its sha256), parts 1..``parts`` in order.

    Parts are at most 192 KiB of the file's bytes, so that a record never nears the broker's limit.
    """

    file: str
    kind: Literal["835"]
    route: str
    part: int
    parts: int
    content: bytes
    sha256: str


SubmitterEvent = (
    ClaimSubmitted
    | ClaimStopped
    | ClaimAcknowledged
    | ClaimAccepted
    | ClaimRejected
    | AnswerOverdue
    | ClaimStatusReported
    | PayerFileReceived
)
