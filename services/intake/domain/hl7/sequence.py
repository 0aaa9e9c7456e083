"""The sequence number protocol of HL7 v2 (chapter 2, 2.10.1): MSH-13 counts a sender's messages, MSA-4 answers.

A sender that (re)starts sends 0 and is told which number is expected, -1 when none is known yet. -1 asks to forget the
number: whichever comes next is the first. Each message that is in turn is answered by its own number. Another one is
refused and told what is expected.
"""

import re

from msgspec import Struct

RESTART, RESYNC = 0, -1


class Turn(Struct, frozen=True, gc=False):
    """``taken``: the message is in turn. ``said`` is MSA-4, ``expected`` the next number, None for any."""

    taken: bool
    said: int
    expected: int | None


def turn(expected: int | None, number: int, *, ours: bool = False, mends: bool = False) -> Turn:
    """Whose turn it is. ``ours``: the very message was taken already. ``mends``: it was refused, and comes again mended."""
    if number == RESYNC:
        return Turn(True, RESYNC, None)
    if number == RESTART:
        return Turn(True, RESYNC if expected is None else expected, expected)
    if expected is None or number == expected:
        return Turn(True, number, number + 1)
    taken = ours or (mends and number < expected)
    return Turn(taken, number if taken else expected, expected)


def number_of(text: str) -> int | None:
    """MSH-13 as a number; None where it is empty. Raises ValueError for what is no number from -1 up."""
    if not text:
        return None
    if not re.fullmatch(r"-1|[0-9]{1,15}", text):
        raise ValueError("not a sequence number")
    return int(text)
