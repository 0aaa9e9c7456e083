"""Take an HL7 v2 message apart, leniently: real feeds break the standard and still mean something.

Segments are lists of raw fields, so that nothing is split that nobody asks for (ADR 0020). Field numbers are
HL7's own: ``segment[3]`` is PID-3, and MSH-1 is the separator itself.
"""

import re
from collections.abc import Iterator
from typing import Literal

from services.intake.domain.hl7.charset import decode

Repair = Literal["lines", "delimiters", "charset"]
"""What was read although it is written wrong: all segments on one line, a delimiter that stands twice in MSH-2, bytes that
the character set of MSH-18 does not have.
"""

Segment = list[str]
"""``["PID", "1", "", ...]``: the id, then the raw fields."""

_SEGMENT_ID = re.compile(r"[A-Z][A-Z0-9]{2}")
_BREAKS = re.compile(r"\r\n|\n")


class NotHl7Error(ValueError):
    """The bytes hold no HL7 v2 message. Its text names what is missing, never what is there."""


class Hl7Message:
    """A message, its delimiters, and access by HL7's own numbers."""

    __slots__ = (
        "component",
        "escape",
        "field",
        "firsts",
        "repairs",
        "repetition",
        "segments",
        "sub",
        "worded",
    )

    def __init__(
        self, segments: list[Segment], field: str, encoding: str, repairs: tuple[Repair, ...] = ()
    ) -> None:
        component, repetition, escape, sub = tuple((encoding + "^~\\&"[len(encoding) :])[:4])
        self.segments = segments
        self.repairs = repairs
        self.firsts = {s[0]: s for s in reversed(segments)}
        self.field = field
        self.component = component
        self.repetition = repetition
        self.escape = escape
        self.sub = sub
        self.worded = not any(sign.isalnum() for sign in (component, repetition, escape, sub))

    @property
    def header(self) -> Segment:
        """MSH."""
        return self.segments[0]

    def all(self, name: str) -> Iterator[Segment]:
        """The segments of one name, in order."""
        return (s for s in self.segments if s[0] == name)

    def first(self, name: str) -> Segment:
        """The first segment of that name; an empty one where there is none."""
        return self.firsts.get(name) or [name]

    def has(self, name: str) -> bool:
        """Whether there is a segment of that name."""
        return name in self.firsts

    def get(self, segment: Segment, field: int, component: int = 1, sub: int = 1, repetition: int = 1) -> str:
        """One value, unescaped and stripped; empty where absent, or where HL7's ``""`` says there is nothing."""
        raw = segment[field] if field < len(segment) else ""
        if not raw:
            return ""
        if repetition > 1:
            return self.part(_nth(raw, self.repetition, repetition), component, sub)
        return self.piece(raw, component, sub)

    def parts(self, raw: str, count: int) -> list[str]:
        """The first components of a raw repetition, each as ``part`` gives it: for types of many, split once."""
        found = [
            text if not text or (self.worded and text.isalnum()) else self._plain(text)
            for text in raw.split(self.component, count)[:count]
        ]
        return found + [""] * (count - len(found))

    def piece(self, raw: str, component: int = 1, sub: int = 1) -> str:
        """One component of a raw field's first repetition, as ``part`` gives it."""
        # letters and digits only: there is nothing to split, to strip or to unescape, and most fields are that
        if self.worded and raw.isalnum():
            return raw if component == 1 and sub == 1 else ""
        if self.repetition in raw:
            raw = raw.partition(self.repetition)[0]
        return self.part(raw, component, sub)

    def part(self, raw: str, component: int = 1, sub: int = 1) -> str:
        """One component of a raw repetition, unescaped and stripped."""
        if self.worded and raw.isalnum():
            return raw if component == 1 and sub == 1 else ""
        if component > 1 or self.component in raw:
            raw = _nth(raw, self.component, component)
        return self._plain(raw, sub) if raw else ""

    def _plain(self, raw: str, sub: int = 1) -> str:
        if sub > 1 or self.sub in raw:
            raw = _nth(raw, self.sub, sub)
        raw = raw.strip()
        if raw == '""':
            return ""
        return self._unescape(raw) if self.escape in raw else raw

    def repetitions(self, segment: Segment, field: int) -> list[str]:
        """The raw repetitions of a field that say anything."""
        raw = segment[field] if field < len(segment) else ""
        if not raw:
            return []
        written = raw.split(self.repetition) if self.repetition in raw else [raw]
        return [r for r in written if r.strip() and r != '""']

    def _unescape(self, text: str) -> str:
        e = re.escape(self.escape)
        return re.sub(f"{e}([^{e}]*){e}", self._meaning, text)

    def _meaning(self, match: re.Match[str]) -> str:
        code = match[1]
        plain = {"F": self.field, "S": self.component, "T": self.sub, "R": self.repetition, "E": self.escape}
        if code in plain:
            return plain[code]
        if code[:1] == "X":
            return _from_hex(code[1:])
        # .br and .sp are line breaks, the rest is highlighting and fonts: a claim's text has neither
        return " " if code[:1] == "." else ""


def parse(raw: bytes, charset: str = "") -> Hl7Message:
    """Take a message apart. Segments may end in CR, LF or CRLF, be indented, or end early.

    ``charset`` is that of a message whose MSH-18 says nothing, as MSH-18 would write it.

    Raises NotHl7Error when there is no MSH with its delimiters.
    """
    decoded, fits = decode(raw, charset)
    text = _BREAKS.sub("\r", decoded).lstrip("\ufeff\x0b \r")
    if text[:3].upper() != "MSH" or len(text) < 5:
        raise NotHl7Error("The message does not begin with MSH.")
    separator = text[3]
    if not separator.isascii() or not separator.isprintable() or separator.isalnum() or separator.isspace():
        raise NotHl7Error("MSH-1 is no field separator.")
    lines = [line for each in text.split("\r") if (line := each.strip(" \x1c\x00"))]
    repairs: tuple[Repair, ...] = () if fits else ("charset",)
    if (
        len(lines) == 1
        and len(apart := re.split(rf"[ \t]+(?=[A-Z][A-Z0-9]{{2}}{re.escape(separator)})", lines[0])) > 1
    ):
        lines, repairs = apart, (*repairs, "lines")
    segments = [line.split(separator) for line in lines]
    for segment in segments:
        if segment[0].islower():
            segment[0] = segment[0].upper()
    segments[0].insert(1, separator)
    encoding = segments[0][2] if len(segments[0]) > 2 else ""
    if 4 <= len(once := "".join(dict.fromkeys(encoding))) < len(encoding):
        encoding, repairs = once, (*repairs, "delimiters")
    return Hl7Message(segments, separator, encoding, repairs)


def broken_lines(message: Hl7Message) -> Iterator[int]:
    """The 1-based places of lines that are no segment: no three-letter id before the separator."""
    for place, segment in enumerate(message.segments, 1):
        if not _SEGMENT_ID.fullmatch(segment[0]):
            yield place


def _nth(text: str, separator: str, place: int) -> str:
    if place == 1:
        return text.partition(separator)[0]
    parts = text.split(separator, place)
    return parts[place - 1] if place <= len(parts) else ""


def _from_hex(digits: str) -> str:
    try:
        text = bytes.fromhex(digits).decode("cp1252", "replace")
    except ValueError:
        return ""
    return "".join(c if c.isprintable() else " " for c in text)
