"""Transaction sets that are read whole: 835, 999, 277CA, 277, 276. Their readers take the segments from ST to SE."""

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, Final, cast

from shared.x12.claimset import ENVELOPE
from shared.x12.segments import Pieces
from shared.x12.types import Header, Transaction

Reader = Callable[[Sequence[Sequence[str]], str, Header, int], tuple[Transaction, tuple[int, ...]]]
"""``(segments, component separator, header, number of ST) -> (value, numbers of the segments that could not be read)``"""

_READERS: Final = {
    ("835", "005010X221"): ("shared.x12.remittance835.reading", "read_remittance"),
    ("999", "005010X231"): ("shared.x12.acknowledgments.reading", "read_group_ack"),
    ("277", "005010X214"): ("shared.x12.status.reading", "read_answers"),
    ("277", "005010X212"): ("shared.x12.status.reading", "read_answers"),
    ("276", "005010X212"): ("shared.x12.status.inquiry", "read_inquiry"),
}


def reader_of(set_id: str, version: str) -> Reader | None:
    """The reader of a transaction set of a version; None when it is not taken. Modules are loaded when first needed."""
    place = _READERS.get((set_id, version[:10]))
    if place is None:
        return None
    module: Any = import_module(place[0])
    return cast("Reader", getattr(module, place[1]))


class WholeSet:
    """Collects one set's segments. ``reader`` None: the set is only skipped, to its end."""

    def __init__(self, reader: Reader | None, separator: str, header: Header) -> None:
        self.reader: Final = reader
        self.header = header
        self.segments: Final[list[list[str]]] = []
        self.closed = False
        self.trailer: list[str] = []
        self.set_id = ""
        self.count = 0
        self._separator = separator

    def start(self, elements: list[str], _number: int) -> None:
        """Take the ST."""
        self.count = 1
        self.set_id = elements[1] if len(elements) > 1 else ""
        if self.reader is not None:
            self.segments.append(elements)

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        texts, separator = pieces.texts, self._separator
        for index in range(start, len(texts)):
            elements = texts[index].split(separator)
            identifier = elements[0]
            if identifier in ENVELOPE:
                return index
            self.count += 1
            if self.reader is not None:
                self.segments.append(elements)
            if identifier == "SE":
                self.closed, self.trailer = True, elements
                return index + 1
        return len(texts)
