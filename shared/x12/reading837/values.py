"""One loop's segments while they are being turned into fields: what is taken is gone, what is left is kept."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import TypeVar

from shared.claim import Adjustment, Segment
from shared.x12.elements import amount, day
from shared.x12.walker import Elements, Node

T = TypeVar("T", bound=str)

_PADS = [[""] * missing for missing in range(25)]


class UnreadableError(ValueError):
    """A value that the canonical claim cannot hold. Carries the segment's number and the element, never the value."""

    def __init__(self, number: int, segment: str, position: str, problem: str) -> None:
        super().__init__(f"{segment}{position}: {problem}")
        self.number = number
        self.segment = segment
        self.position = position
        self.problem = problem


class Rows:
    """The segments of one node by tag. ``take`` and ``take_all`` remove; ``left`` gives what nobody took.

    Tags in ``skip`` have been read already.
    """

    __slots__ = ("_by", "_node", "component", "repetition")

    def __init__(
        self, node: Node, component: str, repetition: str, skip: frozenset[str] = frozenset()
    ) -> None:
        by: dict[str, list[Elements]] = {}
        for tag, elements, _ in node.rows:
            if tag in skip:
                continue
            if tag in by:
                by[tag].append(elements)
            else:
                by[tag] = [elements]
        self._by = by
        self._node = node
        self.component = component
        self.repetition = repetition

    def take(self, tag: str) -> Elements | None:
        """The first segment at that place, removed; any further ones stay."""
        found = self._by.pop(tag, None)
        if found is None:
            return None
        if len(found) > 1:
            self._by[tag] = found[1:]
        return found[0]

    def take_if(self, tag: str, fits: Callable[[Elements], bool]) -> Elements | None:
        """The first segment at that place that fits, removed."""
        found = self._by.get(tag, _NONE)
        for place, elements in enumerate(found):
            if fits(elements):
                rest = found[:place] + found[place + 1 :]
                if rest:
                    self._by[tag] = rest
                else:
                    del self._by[tag]
                return elements
        return None

    def is_empty(self) -> bool:
        """Whether everything was taken."""
        return not self._by

    def kinds(self) -> set[str]:
        """The identifiers of what is left at places of the guide."""
        return {tag.partition("*")[0] for tag in self._by}

    def take_all(self, tag: str) -> list[Elements]:
        """All segments at that place, removed."""
        return self._by.pop(tag, _NONE)

    def take_kind(self, identifier: str) -> list[Elements]:
        """All segments left of one identifier, removed, in the order of the file."""
        if not self._by:
            return _NONE
        tags = [
            tag for tag in self._by if tag.startswith(identifier) and tag[len(identifier) :][:1] in ("", "*")
        ]
        if not tags:
            return _NONE
        if len(tags) == 1:
            return self._by.pop(tags[0])
        left = {id(elements) for tag in tags for elements in self._by.pop(tag)}
        return [elements for _, elements, _ in self._node.rows if id(elements) in left]

    def left(self) -> tuple[Segment, ...]:
        """What nobody took, as kept segments, with canonical separators."""
        if not self._by:
            return ()
        there = {id(elements) for rows in self._by.values() for elements in rows}
        rows = [elements for _, elements, _ in self._node.rows if id(elements) in there]
        return kept(self._node.loop.id, rows, self.component, self.repetition)


def kept(loop: str, segments: Sequence[Elements], component: str, repetition: str) -> tuple[Segment, ...]:
    """Segments that nothing models, with canonical separators.

    An unannounced ``:`` inside a value is data: only the announced separators are turned into ours.
    """
    if component == ":" and repetition in ("^", ""):
        return tuple([Segment(loop, tuple(elements)) for elements in segments])
    return tuple(
        [
            Segment(loop, tuple([_swap(_swap(e, component, ":"), repetition, "^") for e in one]))
            for one in segments
        ]
    )


_NONE: list[Elements] = []


def _swap(text: str, separator: str, ours: str) -> str:
    return text.replace(separator, ours) if separator else text


def at(elements: Elements, position: int) -> str:
    """An element by its position, empty when the segment ends before it."""
    return elements[position] if position < len(elements) else ""


def padded(elements: Elements, size: int) -> list[str]:
    """The elements up to position ``size``, empty where the segment ends before."""
    missing = size + 1 - len(elements)
    return elements + _PADS[missing] if missing > 0 else elements


def money(elements: Elements, position: int) -> int:
    """An amount in cents; raises UnreadableError."""
    try:
        return amount(elements[position] if position < len(elements) else "")
    except ValueError as error:
        raise UnreadableError(0, elements[0], f"{position:02d}", "not an amount") from error


def date_of(elements: Elements, position: int) -> date:
    """A date CCYYMMDD; raises UnreadableError."""
    try:
        return day(at(elements, position))
    except ValueError as error:
        raise UnreadableError(0, elements[0], f"{position:02d}", "not a date") from error


@lru_cache(maxsize=8192)
def period_of(form: str, text: str) -> tuple[date | None, date | None, str]:
    """Read a date by its format qualifier: first day, last day, time of day. Raises ValueError."""
    if form == "D8":
        return day(text), None, ""
    if form == "RD8":
        first, _, last = text.partition("-")
        return day(first), day(last), ""
    if form == "DT" and len(text) == 12 and text[8:].isdecimal():
        return day(text[:8]), None, text[8:]
    if form == "TM" and text.isdecimal() and len(text) <= 8:
        return None, None, text
    raise ValueError("not a date in the announced format")


def dated(elements: Elements, position: int = 2) -> tuple[date | None, date | None, str]:
    """Read format and date at ``position`` and the next; raises UnreadableError."""
    try:
        return period_of(at(elements, position), at(elements, position + 1))
    except ValueError as error:
        raise UnreadableError(
            0, elements[0], f"{position + 1:02d}", "not a date in the announced format"
        ) from error


def literal(value: str, allowed: tuple[T, ...], elements: Elements, position: str) -> T:
    """Check a code that the canonical claim limits; raises UnreadableError."""
    if value not in allowed:
        raise UnreadableError(0, elements[0], position, "a code that a claim cannot carry")
    return value


def adjustments(segments: list[Elements]) -> tuple[Adjustment, ...]:
    """Read CAS segments into single reasons."""
    found = []
    for elements in segments:
        group = at(elements, 1)
        for place in range(2, len(elements), 3):
            if elements[place] or at(elements, place + 1):
                cents = money(elements, place + 1)
                found.append(
                    Adjustment(
                        group=group, reason=elements[place], cents=cents, quantity=at(elements, place + 2)
                    )
                )
    return tuple(found)
