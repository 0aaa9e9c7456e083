"""TA1 and 999 as values."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Segment
from shared.x12.types.envelopes import Header, Party, X12Finding


class InterchangeAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A TA1: ``control`` is the answered ISA13, ``code`` A, E or R, ``note`` TA105 (000 no error, 025 duplicate ...).

    ``at`` is when the answered interchange was made (TA102, TA103). ``header`` is the envelope that carries the answer.
    """

    sender: Party
    receiver: Party
    control: int
    at: datetime | None = None
    code: Literal["A", "E", "R"]
    note: str
    header: Header | None = None
    findings: tuple[X12Finding, ...] = ()


class Context(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A CTX "SITUATIONAL TRIGGER": the segment (and its element) that made a rule apply; position counts from ST = 1."""

    segment: str
    position: int
    loop: str = ""
    element: int = 0
    component: int = 0
    repetition: int = 0


class ElementError(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An IK4: element position, component, repetition, IK403 code.

    The copied value (IK404) is left out on purpose when it may be patient data.
    """

    position: int
    component: int = 0
    repetition: int = 0
    code: str
    reference: str = ""
    value: str = ""
    context: tuple[Context, ...] = ()
    extra: tuple[Segment, ...] = ()


class SegmentError(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An IK3: segment id, its position in the set (ST = 1), loop id, IK304 code.

    ``context`` is what triggered a situational rule, ``claim`` the CTX business unit (CLM01).
    """

    segment: str
    position: int
    loop: str = ""
    code: str
    context: tuple[Context, ...] = ()
    claim: str = ""
    elements: tuple[ElementError, ...] = ()
    extra: tuple[Segment, ...] = ()


class SetAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An AK2..IK5 of a 999: which ST02 was accepted (A), accepted with errors (E) or rejected (R), and why."""

    transaction: str
    set_id: str = "837"
    guide: str = ""
    code: Literal["A", "E", "M", "R", "W", "X"]
    reasons: tuple[str, ...] = ()
    errors: tuple[SegmentError, ...] = ()
    extra: tuple[Segment, ...] = ()


class GroupAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A 999: answers the group AK102 of type AK101. ``code`` is AK901: A, E, P or R."""

    header: Header
    functional: str
    group: int
    guide: str = ""
    code: Literal["A", "E", "M", "P", "R", "W", "X"]
    included: int
    received: int
    accepted: int
    reasons: tuple[str, ...] = ()
    sets: tuple[SetAck, ...] = ()
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()
