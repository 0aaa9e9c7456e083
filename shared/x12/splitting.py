"""Bytes as they arrive into stretches of segments, each of one interchange, in bounded memory."""

import re
from collections.abc import Iterator
from typing import Final

from shared.x12.segments import Delimiters, Pieces, decode, opening

LONGEST = 32 * 1024 * 1024
"""Bytes without a terminator after which a file is given up: no segment of any guide is a thousandth as long."""

_ISA = re.compile(rb"ISA[^A-Za-z0-9\s]")
_BOM = b"\xef\xbb\xbf"
_HEAD = 600


class Stretch(Pieces):
    """Segments of one interchange. ``fresh`` when the first one is the ISA; ``exact`` when that ISA has its fixed width."""

    __slots__ = ("delimiters", "exact", "fresh", "latin", "open_end")

    def __init__(self, text: str, delimiters: Delimiters, number: int, offset: int) -> None:
        super().__init__(text, delimiters.segment, number, offset)
        self.delimiters = delimiters
        self.fresh = self.exact = self.latin = self.open_end = False


class Noise:
    """Bytes that belong to no interchange."""

    __slots__ = ("kind", "number", "offset")

    def __init__(self, kind: str, offset: int, number: int) -> None:
        self.kind: Final = kind
        self.offset: Final = offset
        self.number: Final = number


class Splitter:
    """Feed it bytes; it gives stretches of whole segments."""

    def __init__(self) -> None:
        self._held: list[bytes] = []
        self._size = 0
        self._marks: Delimiters | None = None
        self._fresh = self._exact = False
        self._number = 1
        self._offset = 0

    def feed(self, data: bytes) -> Iterator[Stretch | Noise]:
        """Take more bytes."""
        self._held.append(data)
        self._size += len(data)
        if self._marks is not None and self._terminator() not in data and self._size < LONGEST:
            return
        yield from self._cut(last=False)

    def end(self) -> Iterator[Stretch | Noise]:
        """No more bytes."""
        yield from self._cut(last=True)

    def _terminator(self) -> bytes:
        assert self._marks is not None
        return self._marks.segment.encode("latin-1")

    def _cut(self, *, last: bool) -> Iterator[Stretch | Noise]:
        data = b"".join(self._held)
        self._held, self._size = [], 0
        while data:
            if self._marks is None:
                data, wait, noise = self._open(data, last=last)
                if noise is not None:
                    yield noise
                if wait:
                    break
                continue
            taken, stretch = self._stretch(data, last=last)
            if stretch is None:
                break
            yield stretch
            data = data[taken:]
        self._held, self._size = [data], len(data)

    def _open(self, data: bytes, *, last: bool) -> tuple[bytes, bool, Noise | None]:
        """Find the next ISA and its delimiters: what is left, whether to wait for more, what was in the way."""
        match = _ISA.search(data)
        if match is None:
            if last or len(data) > 65536:
                return b"", True, self._skip(data, data[: 0 if last else -4])
            return data, True, None
        if match.start():
            skipped = data[: match.start()]
            noise = self._skip(skipped, skipped)
            return data[match.start() :], False, noise
        found = opening(data[:_HEAD].decode("latin-1"), 0)
        if found is None:
            if len(data) < _HEAD and not last:
                return data, True, None
            noise = Noise("unreadable", self._offset, self._number)
            self._offset += 3
            return data[3:], False, noise
        self._marks, self._fresh, self._exact = found.delimiters, True, found.exact
        return data, False, None

    def _skip(self, skipped: bytes, _: bytes) -> Noise | None:
        offset, self._offset = self._offset, self._offset + len(skipped)
        if skipped.startswith(_BOM) and not skipped[3:].strip():
            return Noise("bom", offset, self._number)
        return Noise("junk", offset, self._number) if skipped.strip(b"\x00 \r\n\t\x1a") else None

    def _stretch(self, data: bytes, *, last: bool) -> tuple[int, Stretch | None]:
        following = self._next_isa(data)
        terminator = self._terminator()
        end = following or data.rfind(terminator) + 1
        open_end = False
        if not following and last and data[end:].strip(b"\x00 \r\n\t\x1a"):
            end, open_end = len(data), True
        if last and not data.strip(b"\x00 \r\n\t\x1a"):
            return 0, None
        if not end:
            if last or len(data) > LONGEST:
                return len(data), self._make(data, open_end=bool(data.strip()))
            return 0, None
        stretch = self._make(data[:end], open_end=open_end)
        if following:
            self._marks = None
        return end, stretch

    def _next_isa(self, data: bytes) -> int:
        """Where another interchange begins within these bytes: an ISA that follows a terminator; 0 when none does."""
        terminator = self._terminator()
        for match in _ISA.finditer(data, 3 if self._fresh else 0):
            before = (
                data[: match.start()].rstrip()[-1:]
                if match.start() < 64
                else data[match.start() - 64 : match.start()].rstrip()[-1:]
            )
            if before == terminator or (
                terminator.isspace() and data[match.start() - 1 : match.start()].isspace()
            ):
                return match.start()
        return 0

    def _make(self, data: bytes, *, open_end: bool) -> Stretch:
        assert self._marks is not None
        text, latin = decode(data)
        stretch = Stretch(text, self._marks, self._number, self._offset)
        if (not open_end and not stretch.texts[-1]) or not stretch.texts[-1].strip():
            stretch.texts.pop()
        stretch.fresh, stretch.exact, stretch.latin, stretch.open_end = (
            self._fresh,
            self._exact,
            latin,
            open_end,
        )
        self._fresh = False
        self._number += len(stretch.texts)
        self._offset += len(data)
        return stretch
