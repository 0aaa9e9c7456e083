"""What of a message is used, for which part of the claim, and what is ignored: found by reading it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from services.intake.domain.feed import Feed
from services.intake.domain.hl7.events import Event
from services.intake.domain.hl7.facts import facts_of
from services.intake.domain.hl7.fields import TYPE, FieldTable, Found, Near
from services.intake.domain.hl7.message import Hl7Message, Segment

ENVELOPE = {"MSH": frozenset({1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 15, 16, 18}), "EVN": frozenset({1})}
"""Fields that say who sends what, and how it is answered."""

NUMBERED = frozenset({"PID", "PV1", "FT1", "PR1", "DG1", "GT1", "IN1"})
"""Segments whose first field only counts them."""


class Use(Struct, frozen=True, gc=False):
    """One value of a message: where it stands (``FT1-11``, in any FT1), and the parts that it fills; none: it is ignored."""

    place: str
    parts: tuple[str, ...]


class _Watched(FieldTable):
    """The table, noting what it is asked for and finds."""

    def __init__(self, table: FieldTable) -> None:
        super().__init__(table.fields)
        self.seen: dict[tuple[int, int, int], list[str]] = {}
        """Segment (by identity), field, component (0: all of it) -> parts."""

    def value(self, m: Hl7Message, name: str, near: Near) -> str:
        """Note what is found."""
        self.find(m, name, near)
        return super().value(m, name, near)

    def find(self, m: Hl7Message, name: str, near: Near) -> Found | None:
        """Note what is found."""
        return next(self.every(m, name, near), None)

    def every(self, m: Hl7Message, name: str, near: Near) -> Iterator[Found]:
        """Note what is taken."""
        for found in super().every(m, name, near):
            self._note(found.segment, found.path.field, found.path.component, name)
            if found.path.typed:
                self._note(found.segment, found.path.field, TYPE, name)
            yield found

    def repetitions(self, m: Hl7Message, name: str, near: Near) -> list[str]:
        """Note the whole field."""
        for path in self.fields[name].paths:
            segment = near.get(path.segment) or m.first(path.segment)
            if found := m.repetitions(segment, path.field):
                self._note(segment, path.field, 0, name)
                return found
        return []

    def _note(self, segment: Segment, field: int, component: int, part: str) -> None:
        parts = self.seen.setdefault((id(segment), field, component), [])
        if part not in parts:
            parts.append(part)


def uses(m: Hl7Message, feed: Feed, table: FieldTable, event: Event | None, at: datetime) -> tuple[Use, ...]:
    """Every value of a message in its order, with what it is used for. ``event`` None: nothing of it is used."""
    watched = _Watched(table)
    if event is not None:
        facts_of(m, feed, watched, event, at)
    return tuple(use for segment in m.segments for use in _of_segment(m, segment, watched))


def _of_segment(m: Hl7Message, segment: Segment, watched: _Watched) -> Iterator[Use]:
    name = segment[0]
    for field in range(1, len(segment)):
        if field in ENVELOPE.get(name, ()):
            yield Use(f"{name}-{field}", ("(envelope)",))
        elif field == 1 and name in NUMBERED and segment[1].strip().isdigit():
            yield Use(f"{name}-1", ("(number)",))
        elif whole := watched.seen.get((id(segment), field, 0)):
            yield Use(f"{name}-{field}", tuple(whole))
        else:
            yield from _of_field(m, segment, field, watched)


def _of_field(m: Hl7Message, segment: Segment, field: int, watched: _Watched) -> Iterator[Use]:
    """A field by its components; one that is ignored as a whole, or has one component, by itself."""
    said = sorted({place for r in m.repetitions(segment, field) for place in _components(m, r)})
    used = {place: watched.seen.get((id(segment), field, place), []) for place in said}
    where = f"{segment[0]}-{field}"
    if not any(used.values()) or said == [1]:
        if said:
            yield Use(where, tuple(used[1]) if said == [1] else ())
        return
    for place, parts in used.items():
        yield Use(f"{where}.{place}", tuple(parts))


def _components(m: Hl7Message, raw: str) -> Iterable[int]:
    return (place for place, text in enumerate(raw.split(m.component), 1) if text.strip() not in ("", '""'))
