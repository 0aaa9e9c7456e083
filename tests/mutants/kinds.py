"""What a mutant is: a clean file with one defect, and the finding that must appear, at its place.

A kind names its defect, gives the code that must be found, and a function that makes the defect. The function gets the
segments of a clean file as lists of elements (ISA to IEA) and changes them in place; it gives the number of the segment where the
finding must stand and the end of its path, or None when the file has nothing to spoil in that way.
"""

from collections.abc import Callable
from typing import NamedTuple

Segments = list[list[str]]


class Spot(NamedTuple):
    """Where the finding must stand: the 1-based segment number after the change, and how its path ends (``SV102``)."""

    number: int
    path: str = ""


Mutant = tuple[bytes, Spot]
"""A spoilt file, and where its finding must stand."""

Spoil = Callable[[Segments], Spot | None]


def _nothing(segments: Segments) -> Spot | None:
    return None


class Kind(NamedTuple):
    """One named defect. ``level`` groups the printed rows; ``recount`` keeps SE01 right when lines were added or taken.

    ``bend`` makes the defect of bytes instead of segments.
    """

    name: str
    level: str
    code: str
    spoil: Spoil = _nothing
    recount: bool = True
    bend: Callable[[bytes], Mutant | None] | None = None

    def make(self, data: bytes) -> Mutant | None:
        """Spoil a clean file; None when it has nothing to spoil in this way."""
        if self.bend is not None:
            return self.bend(data)
        segments = split(data)
        spot = self.spoil(segments)
        if spot is None:
            return None
        if self.recount:
            recount(segments)
        return join(segments), spot


def split(data: bytes) -> Segments:
    """A file written with the usual delimiters, as lists of elements."""
    return [text.split("*") for text in data.decode("ascii").split("~") if text.strip()]


def join(segments: Segments) -> bytes:
    """The file again."""
    return "".join("*".join(elements) + "~" for elements in segments).encode("latin-1")


def recount(segments: Segments) -> None:
    """Put SE01 right in every transaction set."""
    start = 0
    for at, elements in enumerate(segments):
        if elements[0] == "ST":
            start = at
        elif elements[0] == "SE":
            elements[1] = str(at - start + 1)


def where(segments: Segments, identifier: str, *codes: str, after: int = 0, of: int = 1) -> int | None:
    """The index of the ``of``-th segment with that identifier and leading elements, at or after an index."""
    for at in range(after, len(segments)):
        elements = segments[at]
        if elements[0] == identifier and tuple(elements[1 : 1 + len(codes)]) == codes:
            of -= 1
            if not of:
                return at
    return None


def put(identifier: str, *codes: str, position: int, value: str, path: str, of: int = 1) -> Spoil:
    """A defect that writes one value into one element."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes, of=of)
        if at is None:
            return None
        elements = segments[at]
        elements += [""] * (position + 1 - len(elements))
        if elements[position] == value:
            return None
        elements[position] = value
        return Spot(at + 1, path)

    return spoil


def drop(identifier: str, *codes: str, stands: str, path: str) -> Spoil:
    """A defect that takes a segment away; the finding stands at the segment ``stands`` before it (the loop's trigger)."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        del segments[at]
        trigger = next((i for i in range(at - 1, -1, -1) if "*".join(segments[i]).startswith(stands)), None)
        return None if trigger is None else Spot(trigger + 1, path)

    return spoil


def insert(identifier: str, *codes: str, segment: str, path: str) -> Spoil:
    """A defect that adds a segment behind another."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        segments.insert(at + 1, segment.split("*"))
        return Spot(at + 2, path)

    return spoil
