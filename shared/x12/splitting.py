"""Bytes as they arrive into stretches of segments, each of one interchange, in bounded memory and linear time."""

import re
from collections.abc import Callable, Iterator
from operator import methodcaller
from typing import Final

from shared.x12.segments import Delimiters, Pieces, decode, opening

LONGEST = 32 * 1024 * 1024
"""Bytes without a terminator after which a file is given up: no segment of any guide is a thousandth as long."""

WINDOW = 16 * 1024
"""Bytes that are cut at once, however large the chunk: what is read stays in the processor's cache, and memory is bounded."""

_ISA = re.compile(rb"ISA[^A-Za-z0-9\s]")
_BOM = b"\xef\xbb\xbf"
_HEAD = 600
_BLANK = b"\x00 \r\n\t\x1a"
_WHITE = b" \t\n\r\x0b\x0c"


class Stretch(Pieces):
    """Segments of one interchange. ``fresh`` when the first one is the ISA; ``exact`` when that ISA has its fixed width.

    ``open_end`` tells that the last segment has no terminator: the file ended within or right behind it.
    """

    __slots__ = ("delimiters", "exact", "fresh", "latin", "open_end")

    def __init__(
        self, text: str, delimiters: Delimiters, number: int, offset: int, sizes: list[int] | None
    ) -> None:
        super().__init__(text, delimiters.segment, number, offset, sizes, _strip(delimiters))
        self.delimiters = delimiters
        self.fresh = self.exact = self.latin = self.open_end = False


def _strip(delimiters: Delimiters) -> Callable[[str], str]:
    """What takes white space from around a segment: not all of it where a delimiter is white space itself."""
    inner = delimiters.element + delimiters.component + delimiters.repetition
    if not any(map(str.isspace, inner)):
        return str.strip
    return methodcaller("strip", "".join(blank for blank in " \r\n\t" if blank not in inner))


class Noise:
    """Bytes that belong to no interchange."""

    __slots__ = ("kind", "number", "offset")

    def __init__(self, kind: str, offset: int, number: int) -> None:
        self.kind: Final = kind
        self.offset: Final = offset
        self.number: Final = number


class Splitter:
    """Feed it bytes; it gives stretches of whole segments. What is not whole yet is held, and never looked at twice."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0
        self._seam = b""
        self._marks: Delimiters | None = None
        self._fresh = self._exact = self._noisy = False
        self._number = 1
        self._offset = 0

    def feed(self, data: bytes) -> Iterator[Stretch | Noise]:
        """Take more bytes."""
        for at in range(0, len(data), WINDOW):
            part = data[at : at + WINDOW]
            self._held.append(part)
            self._size += len(part)
            if self._may_cut(part):
                yield from self._cut(last=False)

    def end(self) -> Iterator[Stretch | Noise]:
        """No more bytes."""
        yield from self._cut(last=True)

    def _may_cut(self, part: bytes) -> bool:
        """Whether these bytes can end a segment or begin an interchange: if not, nothing is joined."""
        if self._marks is not None:
            return self._terminator() in part or self._size >= LONGEST
        seam = self._seam + part
        self._seam = seam[-3:]
        return self._size > WINDOW or _ISA.search(seam) is not None or self._begun()

    def _begun(self) -> bool:
        return self._held[0][:3] == b"ISA"

    def _terminator(self) -> bytes:
        assert self._marks is not None
        return self._marks.segment.encode("latin-1")

    def _cut(self, *, last: bool) -> Iterator[Stretch | Noise]:
        data = b"".join(self._held)
        self._held, self._size, self._seam = [], 0, b""
        at = 0
        while at < len(data):
            if self._marks is None:
                taken, noise = self._open(data, at, last=last)
                if noise is not None:
                    yield noise
                if not taken and self._marks is None:
                    break
            else:
                taken, stretch = self._stretch(data, at, last=last)
                if stretch is not None:
                    yield stretch
                elif self._marks is not None:
                    break
            at += taken
        if at < len(data):
            rest = data[at:]
            self._held, self._size, self._seam = [rest], len(rest), rest[-3:]

    def _open(self, data: bytes, at: int, *, last: bool) -> tuple[int, Noise | None]:
        """Find the next ISA and its delimiters: how many bytes are dealt with (0: wait for more), and what was in the way."""
        match = _ISA.search(data, at)
        if match is None:
            if not last and len(data) - at <= WINDOW:
                return 0, None
            # The last three bytes may be the beginning of an ISA.
            return self._skip(data[at : len(data) if last else len(data) - 3])
        if match.start() > at:
            return self._skip(data[at : match.start()])
        found = opening(data[at : at + _HEAD].decode("latin-1"), 0)
        if found is not None:
            self._marks, self._fresh, self._exact = found.delimiters, True, found.exact
            self._noisy = False
            return 0, None
        if len(data) - at < _HEAD and not last:
            return 0, None
        noise = Noise("unreadable", self._offset, self._number)
        self._offset += 3
        self._noisy = True
        return 3, noise

    def _skip(self, skipped: bytes) -> tuple[int, Noise | None]:
        offset, self._offset = self._offset, self._offset + len(skipped)
        if skipped.startswith(_BOM) and not skipped[3:].strip():
            return len(skipped), Noise("bom", offset, self._number)
        if self._noisy or not skipped.strip(_BLANK):
            return len(skipped), None
        self._noisy = True
        return len(skipped), Noise("junk", offset, self._number)

    def _stretch(self, data: bytes, at: int, *, last: bool) -> tuple[int, Stretch | None]:
        following = self._next_isa(data, at)
        if following is not None:
            own = data[at:following]
            stretch = self._make(own, open_end=False) if own.strip() else None
            self._offset += len(own) if stretch is None else 0
            self._marks = None
            return len(own), stretch
        end = data.rfind(self._terminator(), at) + 1
        open_end = last and bool(data[max(end, at) :].strip(_BLANK))
        if open_end:
            end = len(data)
        if end:
            return end - at, self._make(data[at:end], open_end=open_end)
        if last or len(data) - at < LONGEST:
            return 0, None
        return len(data) - at, self._make(data[at:], open_end=True)

    def _next_isa(self, data: bytes, at: int) -> int | None:
        """Where another interchange begins within these bytes: an ISA behind a terminator, or behind nothing else of them."""
        terminator = self._terminator()
        blank = _WHITE.replace(terminator, b"")
        for match in _ISA.finditer(data, at + 3 if self._fresh else at):
            start = match.start()
            before = data[max(start - 64, at) : start]
            if before.rstrip(blank)[-1:] in (terminator, b""):
                return start
        return None

    def _make(self, data: bytes, *, open_end: bool) -> Stretch:
        assert self._marks is not None
        text, sizes, latin = decode(data, self._terminator())
        stretch = Stretch(text, self._marks, self._number, self._offset, sizes)
        if (not open_end and not stretch.texts[-1]) or not stretch.texts[-1].strip():
            stretch.texts.pop()
        stretch.fresh, stretch.exact = self._fresh, self._exact
        stretch.latin, stretch.open_end = latin, open_end
        self._fresh = False
        self._number += len(stretch.texts)
        self._offset += len(data)
        return stretch
