"""A file's segments as they stand, for whoever looks at its outside alone: nothing is read, nothing is judged."""

from collections.abc import Iterator
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
    splitter = Splitter()
    for part in (*splitter.feed(data), *splitter.end()):
        if isinstance(part, Stretch):
            for number, text in enumerate(part.texts, part.number):
                yield Standing(number, text, part.delimiters.element)


def transaction_sets(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Give the texts of each transaction set from ST to SE, with the number of its ST; one without SE is passed over."""
    splitter = Splitter()
    texts: list[str] = []
    place = 0
    for part in (*splitter.feed(data), *splitter.end()):
        if isinstance(part, Stretch):
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


def is_whole(data: bytes) -> bool:
    """Whether the last segment is an IEA that repeats the last ISA's control number: the sender had finished."""
    control, closed = "", False
    for segment in outline(data):
        if segment.text[:3] == "ISA":
            control, closed = segment.elements[13].strip(), False
        elif segment.text:
            elements = segment.elements
            closed = elements[0] == "IEA" and len(elements) == 3 and elements[2].strip() == control
    return closed
