"""From bytes to segments: delimiters as the ISA announces them, decoding, and where each segment stood.

Nothing here knows a guide. The fast path only splits: segment numbers are list indexes, and byte offsets are summed up
from the pieces' lengths when somebody asks (a finding), not while reading.
"""

import re
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate

from msgspec import Struct

ISA_WIDTH = 106
"""Characters of an ISA with its terminator: every element has a fixed width."""

_START = re.compile(r"ISA[^A-Za-z0-9\s]")


class Delimiters(Struct, frozen=True, gc=False):
    """The four separators of an interchange (ISA characters 4, 83, 105 and 106)."""

    element: str = "*"
    component: str = ":"
    repetition: str = "^"
    segment: str = "~"


class Opening(Struct, frozen=True, gc=False):
    """What the first characters of an interchange say: delimiters, and whether the ISA has its fixed width."""

    delimiters: Delimiters
    exact: bool


def find_isa(text: str, start: int = 0) -> int:
    """Where the next interchange begins at or after ``start``; -1 when none does."""
    match = _START.search(text, start)
    return match.start() if match else -1


def opening(text: str, start: int) -> Opening | None:
    """Read the delimiters of the ISA that begins at ``start``; None when they cannot be known (yet).

    The fixed width is taken at its word only when the element separators stand where they must; otherwise the
    sixteenth element is found by counting separators, so that an ISA with elements of wrong width still reads;
    a letter, a digit or a space behind it is no terminator but the sign that elements are missing.
    """
    element = text[start + 3]
    isa = text[start : start + ISA_WIDTH + 1]
    if len(isa) >= ISA_WIDTH and isa[103] == element and isa.count(element, 0, ISA_WIDTH - 1) == 16:
        return Opening(_delimiters(element, isa[82], isa[104], isa[105]), True)
    at = start + 3
    places = []
    for _ in range(16):
        places.append(at)
        at = text.find(element, at + 1, start + 400)
        if at < 0:
            return None
    last = places[15]
    if len(text) < last + 3 or text[last + 2].isalnum() or text[last + 2] == " ":
        return None
    return Opening(_delimiters(element, text[places[10] + 1], text[last + 1], text[last + 2]), False)


def _delimiters(element: str, repetition: str, component: str, segment: str) -> Delimiters:
    # ISA11 = U is the pre-005010 standards identifier: no repetition separator is announced.
    usable = repetition if not repetition.isalnum() and repetition != " " else ""
    return Delimiters(element, component, usable, segment)


def decode(data: bytes, terminator: bytes) -> tuple[str, list[int] | None, bool]:
    """Decode a stretch of whole segments: the text, each segment's bytes where they are not its characters, whether latin-1.

    Each segment that is not UTF-8 is read as latin-1, whatever its neighbours are: so the pieces in which a file arrives
    make no difference.
    """
    if data.isascii():
        return data.decode("ascii"), None, False
    parts = data.split(terminator)
    sizes = [len(part) for part in parts]
    try:
        return data.decode("utf-8"), sizes, False
    except UnicodeDecodeError:
        return terminator.decode("latin-1").join(map(_decoded, parts)), sizes, True


def _decoded(part: bytes) -> str:
    try:
        return part.decode("utf-8")
    except UnicodeDecodeError:
        return part.decode("latin-1")


class Pieces:
    """The segments of one stretch of text: clean texts in order, and where each stood.

    ``texts`` are without terminator and surrounding white space. ``number`` is the file-wide number of ``texts[0]``
    (1-based), ``offset`` the byte offset of the stretch. ``padded`` tells whether white space had to be removed.
    """

    __slots__ = ("_count", "_offsets", "_raw", "_sizes", "number", "offset", "padded", "texts")

    def __init__(
        self,
        text: str,
        terminator: str,
        number: int,
        offset: int,
        sizes: list[int] | None = None,
        strip: Callable[[str], str] = str.strip,
    ) -> None:
        raw = text.split(terminator)
        self._raw = raw
        self._sizes = sizes
        self._offsets: Sequence[int] | None = None
        self._count = 0
        self.number = number
        self.offset = offset
        # Stripping all costs a tenth of searching the text for blanks beside terminators.
        texts = list(map(strip, raw))
        self.padded = texts != raw
        self.texts = texts if self.padded else raw

    @property
    def size(self) -> int:
        """How many segments there are."""
        return self._count or len(self.texts)

    def offset_of(self, index: int) -> int:
        """The byte offset of a segment in the file; made for all at once, and only when first asked."""
        if self._offsets is None:
            self._offsets = self._starts()
        return self._offsets[index] + index

    def shrink(self) -> None:
        """Forget the texts, for somebody who will only ask where they stood: 8 bytes a segment are left."""
        if not self._count and self.texts:
            self._offsets = array("q", self._starts())
            self._count = len(self.texts)
            self._raw, self.texts = [], []

    def _starts(self) -> list[int]:
        """Where each text begins, without the terminators before it: one for each."""
        raw = self._raw
        starts = list(accumulate(self._sizes or map(len, raw), initial=self.offset))
        if self.padded:
            starts = [
                start + len(piece) - len(piece.lstrip()) for start, piece in zip(starts, raw, strict=False)
            ]
        return starts
