"""Transaction sets that are read whole: 835, 999, 277CA, 277, 276. Their readers take the segments from ST to SE."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, cast

from msgspec import Struct
from msgspec.structs import replace

from shared.x12.acknowledgments.reading import read_group_ack
from shared.x12.findings import Findings, Place, finding
from shared.x12.grammar import Guide
from shared.x12.guides.acknowledgments import CLAIM_ACKNOWLEDGMENT_277CA, IMPLEMENTATION_999
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.guides.status import STATUS_276, STATUS_277
from shared.x12.remittance835.reading import read_remittance
from shared.x12.remittanceset import RemittanceSet, RemittanceWalk
from shared.x12.segments import Delimiters, Pieces
from shared.x12.setwalk import ENVELOPE, SetWalk
from shared.x12.status.inquiry import read_inquiry
from shared.x12.status.reading import read_answers
from shared.x12.types import Header, Transaction, X12Finding
from shared.x12.verdicts import judge_answer
from shared.x12.walker import Elements
from shared.x12.whereabouts import EVERYWHERE, Whereabouts

Reader = Callable[[Sequence[Sequence[str]], str, Header, int], tuple[Transaction, tuple[int, ...]]]
"""``(segments, component separator, header, number of ST) -> (value, numbers of the segments that could not be read)``"""


class Kind(Struct, frozen=True):
    """A transaction set that is read whole: its guide and its reader."""

    guide: Guide
    reader: Reader


_KINDS: Final = {
    ("835", "005010X221"): Kind(REMITTANCE_835, cast("Reader", read_remittance)),
    ("999", "005010X231"): Kind(IMPLEMENTATION_999, cast("Reader", read_group_ack)),
    ("277", "005010X214"): Kind(CLAIM_ACKNOWLEDGMENT_277CA, cast("Reader", read_answers)),
    ("277", "005010X212"): Kind(STATUS_277, cast("Reader", read_answers)),
    ("276", "005010X212"): Kind(STATUS_276, cast("Reader", read_inquiry)),
}


def kind_of(set_id: str, version: str) -> Kind | None:
    """The kind of a transaction set of a version; None when it is not taken."""
    return _KINDS.get((set_id, version[:10]))


class WholeSet:
    """Collects one set's segments without a guide; ``keep`` false: the set is only skipped, to its end."""

    def __init__(self, marks: Delimiters, header: Header, *, keep: bool) -> None:
        self.header = header
        self.kept: list[Elements] | None = [] if keep else None
        self.findings: Final = Findings()
        self.places: Final = Whereabouts()
        self.closed = False
        self.trailer: Elements = []
        self.count = 1
        self.marks = marks

    def start(self, pieces: Pieces, index: int, elements: Elements) -> None:
        """Take the ST."""
        self.places.add(pieces)
        if self.kept is not None:
            self.kept.append(elements)

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        if self.places.add(pieces):
            self.places.keep_only(EVERYWHERE if self.kept is not None else ())
        texts, separator, kept = pieces.texts, self.marks.element, self.kept
        index = start
        for index in range(start, len(texts)):
            elements = texts[index].split(separator)
            identifier = elements[0]
            if identifier in ENVELOPE:
                break
            if kept is not None:
                kept.append(elements)
            if identifier == "SE":
                self.closed, self.trailer = True, elements
                index += 1
                break
        else:
            index = len(texts)
        self.count += index - start
        return index

    def end(self) -> None:
        """The set is over."""


def value_of(
    kind: Kind, current: SetWalk | WholeSet | RemittanceSet, findings: Sequence[X12Finding]
) -> Transaction:
    """Read a collected set into its value, with all findings on it."""
    value: Transaction
    if isinstance(current, RemittanceSet | RemittanceWalk):
        value, own = current.value()
    else:
        first = current.header.segments[0]
        value, unread = kind.reader(current.kept or [], current.marks.component, current.header, first)
        told = Findings()
        for found in _unread(unread, current):
            told.take(found)
        if isinstance(current, SetWalk):
            for found in judge_answer(value, current.places.of):
                told.take(found)
        own = told.all()
    said = sorted([*current.findings.all(), *findings, *own], key=lambda one: one.segment)
    return replace(value, findings=tuple(said))


def _unread(numbers: tuple[int, ...], current: SetWalk | WholeSet) -> Iterator[X12Finding]:
    for number in numbers:
        yield finding("X12-0902", Place(number, current.places.of(number)))
