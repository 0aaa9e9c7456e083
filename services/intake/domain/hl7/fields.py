"""A door's table (services/intake/mappings/hl7.yaml) as it is used: paths parsed, looked up in a message.

A path is ``SEG-field[.component[.subcomponent]]``, or ``SEG-field[TYPE].component`` for the repetition whose identifier
type (CX-5) is TYPE. Of several the first that says something counts. Segments that come once per line (FT1, PR1) are
those of that line, IN1 those of that coverage, DG1 those of that diagnosis.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from msgspec import Struct

from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.mapping import ANY, MappingError, Rules, check_meanings

_PATH = re.compile(r"([A-Z][A-Z0-9]{2})-(\d{1,3})(?:\[([A-Z0-9]{1,20})\])?(?:\.(\d{1,2})(?:\.(\d{1,2}))?)?")
TYPE = 5
"""The component of a CX that says which kind of identifier it is (table 0203)."""


class Path(Struct, frozen=True, gc=False):
    """A parsed path. ``typed``: only the repetition of that identifier type."""

    segment: str
    field: int
    component: int = 1
    sub: int = 1
    typed: str = ""


class Found(NamedTuple):
    """What a part's paths found: the segment, the path, the text as written (a value, or a raw repetition)."""

    segment: Segment
    path: Path
    text: str


Near = Mapping[str, Segment]

_Step = tuple[str, int, int, int, str]
"""A path as it is walked: segment, field, component, subcomponent, identifier type."""


def path_of(text: str) -> Path:
    """Parse ``FT1-11.1.1``. Raises ValueError with the text, which is configuration and no patient's."""
    match = _PATH.fullmatch(text)
    if match is None or match[2] == "0":
        raise ValueError(f"not an HL7 path: {text}")
    return Path(match[1], int(match[2]), int(match[4] or 1), int(match[5] or 1), match[3] or "")


class Field(Struct, frozen=True, gc=False):
    """One line of the table."""

    paths: tuple[Path, ...]
    default: str
    codes: dict[str, str]

    def meaning(self, written: str) -> str:
        """What the claim says for what the sender wrote."""
        if not self.codes:
            return written
        found = self.codes.get(written.upper())
        return self.codes.get(ANY, written) if found is None else found


class FieldTable:
    """The table in force for a feed."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.fields = fields
        # as plain tuples: a message asks for some seventy values, and an attribute of a Struct costs more than a local
        self._lines = {
            name: (_steps(field), field.default, field.meaning if field.codes else None)
            for name, field in fields.items()
        }

    def value(self, m: Hl7Message, name: str, near: Near) -> str:
        """A part's value, by default and codes; ``near`` are the segments of the line, coverage or diagnosis."""
        steps, written, meaning = self._lines[name]
        for segment_id, field, component, sub, typed in steps:
            segment = near.get(segment_id) or m.firsts.get(segment_id)
            if segment is None or field >= len(segment) or not (raw := segment[field]):
                continue
            text = _typed(m, segment, field, component, sub, typed) if typed else m.piece(raw, component, sub)
            if text:
                written = text
                break
        return meaning(written) if meaning and written else written

    def find(self, m: Hl7Message, name: str, near: Near) -> Found | None:
        """The first value that a part's paths find, as it is written."""
        for path in self.fields[name].paths:
            segment = near.get(path.segment) or m.first(path.segment)
            if path.field < len(segment) and segment[path.field] and (text := _read(m, segment, path)):
                return Found(segment, path, text)
        return None

    def every(self, m: Hl7Message, name: str, near: Near) -> Iterator[Found]:
        """All that a part's paths find, the best first."""
        for path in self.fields[name].paths:
            segment = near.get(path.segment) or m.first(path.segment)
            if path.field >= len(segment) or not segment[path.field]:
                continue
            if text := _read(m, segment, path):
                yield Found(segment, path, text)

    def repetitions(self, m: Hl7Message, name: str, near: Near) -> list[str]:
        """The raw repetitions of the first field that says something."""
        steps, _, _ = self._lines[name]
        for segment_id, field, _, _, _ in steps:
            segment = near.get(segment_id) or m.firsts.get(segment_id)
            if segment is not None and (found := m.repetitions(segment, field)):
                return found
        return []

    def spot(self, name: str) -> Path:
        """Where a sender should put this part."""
        paths = self.fields[name].paths
        return paths[0] if paths else Path("FT1", 0)


def _steps(field: Field) -> tuple[_Step, ...]:
    return tuple((p.segment, p.field, p.component, p.sub, p.typed) for p in field.paths)


def _read(m: Hl7Message, segment: Segment, path: Path) -> str:
    if path.typed:
        return _typed(m, segment, path.field, path.component, path.sub, path.typed)
    return m.get(segment, path.field, path.component, path.sub)


def _typed(m: Hl7Message, segment: Segment, field: int, component: int, sub: int, typed: str) -> str:
    """Of the repetition whose identifier type is that one."""
    for raw in m.repetitions(segment, field):
        if m.part(raw, TYPE).upper() == typed:
            return m.part(raw, component, sub)
    return ""


def compiled(rules: Rules) -> FieldTable:
    """The table, ready for use. Raises MappingError for a path that is none or a translation that says nothing."""
    check_meanings(rules)
    fields = {
        name: Field(_paths(name, rule.sources or ()), rule.default or "", rule.codes or {})
        for name, rule in rules.items()
    }
    return FieldTable(fields)


def _paths(name: str, sources: tuple[str, ...]) -> tuple[Path, ...]:
    try:
        return tuple(map(path_of, sources))
    except ValueError as error:
        raise MappingError(
            (name, "from"), f"This is {error}.", "Write SEG-field, for example FT1-11.1."
        ) from None
