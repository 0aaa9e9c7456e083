"""Codes, quantities and dated facts that hang on a claim or a line."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim.money import Cents


class Diagnosis(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One HI diagnosis.

    ``qualifier`` is HI01-1: ABK/BK principal, ABF/BF other, ABJ/BJ admitting, APR/PR reason for
    visit, ABN/BN external cause (the three-letter ones are ICD-10-CM, the others ICD-9-CM).
    ``code`` is without the point. ``poa`` is HI01-9, institutional only: Y, N, U, W or 1.
    """

    code: str
    qualifier: str = "ABK"
    poa: Literal["", "Y", "N", "U", "W", "1"] = ""


class Procedure(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One claim-level procedure: institutional ICD-10-PCS (HI*BBR principal, BBQ other) or anesthesia-related (HI*BP, BO)."""

    code: str
    qualifier: str
    on: date | None = None


class Period(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A qualified date or span (DTP): qualifier DTP01, first day, last day when RD8, time of day ``HHMM`` when DT or TM."""

    qualifier: str
    first: date | None = None
    last: date | None = None
    time: str = ""


class Coded(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One NUBC-coded fact in HI: condition (BG), occurrence (BH), occurrence span (BI), value (BE), treatment (TC).

    Which of ``first``, ``last``, ``amount`` is filled follows from the qualifier. ``amount`` is HI01-5
    as written for a value code, times 100.
    """

    qualifier: str
    code: str
    first: date | None = None
    last: date | None = None
    amount: Cents | None = None


class Note(Struct, frozen=True, omit_defaults=True, gc=False):
    """Free words (NTE): NTE01 and the text."""

    qualifier: str
    text: str


class Amount(Struct, frozen=True, omit_defaults=True, gc=False):
    """A qualified amount (AMT): AMT01 and cents."""

    qualifier: str
    cents: Cents


class Quantity(Struct, frozen=True, omit_defaults=True, gc=False):
    """A qualified number (QTY, MEA): qualifier and the number as written."""

    qualifier: str
    value: str
    unit: str = ""


class Conditions(Struct, frozen=True, omit_defaults=True, gc=False):
    """One CRC segment: category, whether the condition applies, up to five codes."""

    category: str
    applies: bool
    codes: tuple[str, ...]


class Attachment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Paperwork that goes along (PWK): report type, how it is sent, its control number."""

    kind: str
    transmission: str
    control: str = ""


class Ambulance(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Transport facts (CR1): weight in pounds, reason code, distance in miles, purposes in words."""

    weight: str = ""
    reason: str = ""
    miles: str = ""
    round_trip_purpose: str = ""
    stretcher_purpose: str = ""


class Segment(Struct, frozen=True, omit_defaults=True, gc=False):
    """A segment that the canonical claim has no better place for, kept so that nothing sent to us is dropped.

    ``loop`` is the implementation guide's loop id (``2300``, ``2400``), ``elements`` the segment
    as read, identifier first, components joined by ``:`` and repetitions by ``^``.
    """

    loop: str
    elements: tuple[str, ...]


class Adjustment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One reason of one CAS: group CO, PR, OA or PI, reason (CARC), cents (positive lowers the payment), quantity."""

    group: str
    reason: str
    cents: Cents
    quantity: str = ""
