"""A file's segments as they stand, for whoever looks at its outside alone: nothing is read, nothing is judged."""

from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from shared.x12.splitting import Splitter, Stretch


class Standing(NamedTuple):
    """One segment: its 1-based number in the file, its text without terminator and white space, the element separator."""

    number: int
    text: str
    separator: str

    @property
    def elements(self) -> list[str]:
        """The identifier and the elements."""
        return self.text.split(self.separator)


def outline(data: bytes) -> Iterator[Standing]:
    """Cut a file into its segments, each interchange by its own delimiters. What belongs to no interchange is passed over."""
    for part in _stretches(data):
        for number, text in enumerate(part.texts, part.number):
            yield Standing(number, text, part.delimiters.element)


def _stretches(data: bytes) -> Iterator[Stretch]:
    splitter = Splitter()
    return (part for part in chain(splitter.feed(data), splitter.end()) if isinstance(part, Stretch))


def transaction_sets(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Give the texts of each transaction set from ST to SE, with the number of its ST; one without SE is passed over."""
    texts: list[str] = []
    place = 0
    for part in _stretches(data):
        separator, start = part.delimiters.element, 0
        ends = ("ST" + separator, "SE" + separator)
        for at, text in enumerate(part.texts):
            if not text.startswith(ends):
                continue
            if text[1] == "T":
                texts, place, start = [], part.number + at, at
            elif place:
                yield place, [*texts, *part.texts[start : at + 1]]
                place = 0
        if place:
            texts += part.texts[start:]


class Frame(NamedTuple):
    """``groups``: the elements of each GS, in order. ``whole``: the sender had finished.

    It had when the last segment is an IEA that repeats the last ISA's control number.
    """

    groups: tuple[list[str], ...]
    whole: bool


def frame(data: bytes) -> Frame:
    """Look at a file's envelopes, in one pass that takes nothing else apart."""
    groups: list[list[str]] = []
    control: str | None = None
    last = [""]
    for part in _stretches(data):
        separator = part.delimiters.element
        if part.fresh:
            begin = part.texts[0].split(separator)
            control = begin[13].strip() if len(begin) > 13 else None
        start = "GS" + separator
        groups += [text.split(separator) for text in part.texts if text.startswith(start)]
        last = next((text.split(separator) for text in reversed(part.texts) if text), last)
    return Frame(tuple(groups), last[0] == "IEA" and len(last) == 3 and last[2].strip() == control)
