"""One 837 file on its way into a mailbox: its names, and what to do when nobody knows how an attempt ended. Pure."""

from datetime import timedelta
from enum import StrEnum
from typing import Literal, NamedTuple


class Phase(StrEnum):
    """How far a submission is. Each step is committed before it is taken, so that a crash leaves the truth behind."""

    BUILT = "built"
    """Bytes and numbers are ours; nothing was sent."""
    UPLOADING = "uploading"
    """The temporary name may exist, whole or in part. The final name cannot."""
    RENAMING = "renaming"
    """The temporary name was whole; it may have been renamed."""
    THERE = "there"
    """In the mailbox, and a claim of it is parked: it is noted as submitted when it is released."""
    SENT = "sent"
    """In the mailbox, or taken from it."""
    RECALLED = "recalled"
    """Taken back by a person before any of it was sent; its number is never used again."""
    STRANGE = "strange"
    """Another file has our name: a person must look."""


class Names(NamedTuple):
    """The final name, which holds ISA13, and the temporary one."""

    final: str
    temporary: str


class Sight(NamedTuple):
    """What a look into the mailbox found: sizes in bytes, None where there is no such file."""

    final: int | None
    temporary: int | None


def names_of(interchange: int, kind: str) -> Names:
    """``837P_000000042.x12``: every attempt of a file has the same names, so that a look finds what an earlier one left."""
    final = f"837{'P' if kind == 'professional' else 'I'}_{interchange:09d}.x12"
    return Names(final, f"{final}.tmp")


def after_look(phase: Phase, sight: Sight, size: int) -> Literal["sent", "send", "strange"]:
    """What follows from a look, before a first attempt or after one of unknown outcome (reliability 5.6, F13).

    Between the whole temporary file and now only the rename removes that name: when neither name is there
    any more, the partner has taken the file. A partner that says so of a file that it lost is
    found out by the missing 999. Anything sent again is the same bytes under the same ISA13.
    """
    if sight.final is not None:
        return "sent" if sight.final == size and phase is not Phase.BUILT else "strange"
    if phase is Phase.RENAMING and sight.temporary is None:
        return "sent"
    return "send"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failed attempts: 5 s, doubling, at most 5 minutes; never given up."""
    return timedelta(seconds=min(5 * 2 ** min(attempts - 1, 10), 300))
