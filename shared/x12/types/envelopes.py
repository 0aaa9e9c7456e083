"""Envelopes: who sends what to whom, and findings about it."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

TransactionType = Literal["837P", "837I", "835", "999", "TA1", "277CA", "276", "277"]


class Party(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An end of an interchange: ISA qualifier and id, GS application code."""

    id: str
    qualifier: str = "ZZ"
    application: str = ""


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The envelope around one transaction set: who to whom, when, under which control numbers.

    ``interchange`` is ISA13, ``group`` GS06, ``transaction`` ST02. ``usage`` is ISA15: P or T. ``guide`` is GS08 / ST03.
    ``segments`` are the 1-based numbers of ST and SE in the file.
    """

    sender: Party
    receiver: Party
    interchange: int
    group: int
    transaction: str
    usage: Literal["P", "T"] = "P"
    guide: str = ""
    at: datetime | None = None
    segments: tuple[int, int] = (0, 0)
    acknowledge: bool = False


class X12Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One defect: our stable code, place in three forms, plain words without patient data, the fix, the source.

    ``segment`` is the 1-based segment number in the file, ``offset`` the byte offset of the segment, ``path`` the loop
    path (``2000B/2300[2]/2400[1]/SV101-2``), ``element`` the field's plain name. ``ik3`` and ``ik4`` are the 999 codes
    that say it, where a 999 can. ``value`` is the offending value: patient data, shown only on request, never logged.
    ``trigger`` and ``trigger_segment`` say what makes a rule of a situation apply, ``asked`` which segment it asks for.
    """

    code: str
    severity: Literal["error", "warning"]
    segment: int
    offset: int
    path: str
    element: str
    title: str
    problem: str
    fix: str
    source: str = ""
    value: str = ""
    ik3: str = ""
    ik4: str = ""
    segment_id: str = ""
    claim: str = ""
    asked: str = ""
    trigger: str = ""
    trigger_segment: int = 0


class Unsupported(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A transaction set that we know by name but do not take (270, 834, 837D, 4010 ...), or do not know at all.

    ``set_id`` is ST01, or 837D for the dental guide.
    """

    header: Header | None
    name: str
    set_id: str = ""
    findings: tuple[X12Finding, ...] = ()


class GroupEnvelope(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One GS to GE: GS01, GS06 and GS08 as written, how many sets GE01 announced and how many were received."""

    functional: str
    control: int
    guide: str = ""
    announced: int = 0
    received: int = 0
    segments: tuple[int, int] = (0, 0)


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One ISA to IEA: who to whom, ISA13, its groups, and whether a TA1 was asked for (ISA14)."""

    sender: Party
    receiver: Party
    control: int
    at: datetime | None = None
    acknowledge: bool = False
    groups: tuple[GroupEnvelope, ...] = ()
    segments: tuple[int, int] = (0, 0)
