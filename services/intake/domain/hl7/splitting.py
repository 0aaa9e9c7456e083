"""Many messages in one file: one behind the other, framed as on the wire (VT, FS CR), or in batches (FHS, BHS, BTS, FTS)."""

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from msgspec import Struct

_LINE = re.compile(rb"[^\r\n\x0b\x1c]*(?:\r\n|[\r\n\x0b\x1c])")
_LAST = re.compile(_LINE.pattern + rb"|[^\r\n\x0b\x1c]+")
_HEAD = re.compile(rb"(?i:MSH|FHS|BHS|BTS|FTS)[^A-Za-z0-9\s]|MSH")
_BLANK = b" \t\xef\xbb\xbf\x00"
MOST = 16 * 1024 * 1024
"""Bytes of one message that are kept; what is longer no door takes."""

What = Literal["message", "envelope", "stray"]


class Piece(Struct, frozen=True, kw_only=True, gc=False):
    """One message, one line of a batch's envelope, or lines that belong to no message.

    ``offset`` is the byte in the file where it begins, ``segment`` the number of its first line among those that are not empty,
    from 1. ``lines`` are the offsets of its lines. ``cut``: its frame was not ended, or it was longer than ``MOST``.
    """

    what: What
    raw: bytes
    offset: int
    segment: int
    lines: tuple[int, ...]
    cut: Literal["", "frame", "length"] = ""

    @property
    def name(self) -> str:
        """The envelope's segment: FHS, BHS, BTS, FTS."""
        return self.raw[:3].decode("ascii", "replace").upper()


class _Open:
    """The piece that is being read."""

    def __init__(self) -> None:
        self.what: What = "stray"
        self.lines: list[bytes] = []
        self.offsets: list[int] = []
        self.size = 0
        self.first = 0

    def add(self, line: bytes, offset: int, segment: int) -> None:
        if not self.lines:
            self.first = segment
        self.size += len(line)
        if self.size <= MOST or not self.lines:
            self.lines.append(line[:MOST])
            self.offsets.append(offset)

    def piece(self, framed: bool) -> Piece:
        cut: Literal["", "frame", "length"] = "length" if self.size > MOST else "frame" if framed else ""
        return Piece(
            what=self.what,
            raw=b"\r".join(self.lines) + b"\r",
            offset=self.offsets[0],
            segment=self.first,
            lines=tuple(self.offsets),
            cut=cut,
        )


class _Splitter:
    def __init__(self) -> None:
        self.open = _Open()
        self.segment = 0
        self.framed = False

    def line(self, line: bytes, offset: int) -> Iterator[Piece]:
        """Take one line with what ends it."""
        text = line.rstrip(b"\r\n\x0b\x1c")
        lead = len(text) - len(text.lstrip(_BLANK))
        text = text.strip(_BLANK)
        if text:
            self.segment += 1
            if match := _HEAD.match(text):
                yield from self.close(cut=self.framed and self.open.what == "message")
                self.open.what = "message" if match[0][:3].upper() == b"MSH" else "envelope"
            self.open.add(text, offset + lead, self.segment)
            if self.open.what == "envelope":
                yield from self.close()
        if line.endswith(b"\x0b"):
            yield from self.close(cut=self.framed)
            self.framed = True
        elif line.endswith(b"\x1c"):
            yield from self.close()
            self.framed = False

    def close(self, cut: bool = False) -> Iterator[Piece]:
        """The piece so far."""
        if self.open.lines:
            yield self.open.piece(cut)
        self.open = _Open()


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Take a file apart as its bytes come; memory holds one message. Every byte that is no blank is in one piece."""
    splitter, rest, at = _Splitter(), b"", 0
    for chunk in chunks:
        rest += chunk
        end = 0
        # the last byte waits: a CR may be half of a CRLF
        for match in _LINE.finditer(rest, 0, len(rest) - 1):
            yield from splitter.line(match[0], at + match.start())
            end = match.end()
        if len(rest) - end > MOST:  # a line without an end
            yield from splitter.line(rest[end:], at + end)
            end = len(rest)
        rest, at = rest[end:], at + end
    for match in _LAST.finditer(rest):
        yield from splitter.line(match[0], at + match.start())
    yield from splitter.close(cut=splitter.framed)
