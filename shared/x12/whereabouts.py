"""Where segments stood: byte offsets by segment number, for the stretches that somebody may still ask about."""

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from shared.x12.segments import Pieces

EVERYWHERE: Final = ((0, 1 << 60),)
"""Every segment there may be, as ranges."""

_FIRST = attrgetter("number")
_FEW, _YOUNG = 8, 4
_SINGLE = 1000
"""As many findings as are told of a set (findings.MOST)."""


class Whereabouts:
    """Remembers stretches, and single segments; gives the byte offset of a segment by its number, 0 for what was forgotten.

    Nothing is counted while reading: a stretch sums up its offsets when the first of them is asked for.
    """

    __slots__ = ("_most", "_single", "_stretches")

    def __init__(self) -> None:
        self._stretches: list[Pieces] = []
        self._most = _FEW
        self._single: dict[int, int] = {}

    def add(self, pieces: Pieces) -> bool:
        """Remember a stretch; false when it is the one that was added last."""
        if self._stretches and self._stretches[-1] is pieces:
            return False
        self._stretches.append(pieces)
        return True

    def keep_only(self, ranges: Sequence[tuple[int, int]]) -> None:
        """Forget all stretches but the last four and those with a segment of these ranges ``(first, last)``.

        Of the older ones that stay, only the offsets are kept. Nothing happens until there are twice as many as last time:
        so a file that comes byte by byte costs no more than one that comes at once.
        """
        if len(self._stretches) < self._most:
            return
        old, young = self._stretches[:-_YOUNG], self._stretches[-_YOUNG:]
        kept = []
        for pieces in old:
            first, last = pieces.number, pieces.number + pieces.size - 1
            if any(start <= last and first <= end for start, end in ranges):
                pieces.shrink()
                kept.append(pieces)
        self._stretches = kept + young
        self._most = _FEW + 2 * len(kept)

    def keep(self, number: int) -> None:
        """Remember where a single segment stands, whatever becomes of its stretch; of very many, the first."""
        if len(self._single) < _SINGLE:
            self._single[number] = self.of(number)

    def of(self, number: int) -> int:
        """The byte offset of a segment."""
        at = bisect_right(self._stretches, number, key=_FIRST) - 1
        if at >= 0:
            pieces = self._stretches[at]
            if number < pieces.number + pieces.size:
                return pieces.offset_of(number - pieces.number)
        return self._single.get(number, 0)
