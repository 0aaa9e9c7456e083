"""One 835 while it streams by: the claims of a stretch are read when it is over, and their segments are forgotten."""

from collections.abc import Callable
from typing import Final

from shared.x12.findings import Findings, Place, finding
from shared.x12.grammar import MANY
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.remittance835.judging import RemittanceJudge
from shared.x12.remittance835.reading import RemittanceReader, other_separator
from shared.x12.segments import Delimiters, Pieces
from shared.x12.setwalk import SetWalk
from shared.x12.types import ClaimPayment, Header, Remittance, X12Finding
from shared.x12.walker import Elements, Node
from shared.x12.whereabouts import Whereabouts


class RemittanceSet:
    """An 835 that is read and not judged: the fast path. ``fetch`` gives the claims so far."""

    def __init__(self, marks: Delimiters, header: Header) -> None:
        self.header = header
        self.findings: Final = Findings()
        self.places: Final = Whereabouts()
        self.closed = False
        self.trailer: Elements = []
        self.count = 1
        self.marks = marks
        self._reader: Final = RemittanceReader(marks.component, header.segments[0])

    def start(self, pieces: Pieces, index: int, elements: Elements) -> None:
        """Take the ST."""
        self.places.add(pieces)
        self._reader.feed((elements,))

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        texts, first = pieces.texts, self.header.segments[0]
        if self.places.add(pieces):
            self.places.keep_only(((first, first), (self._reader.number, MANY)))
        end = self._reader.feed_texts(texts, start, self.marks.element)
        trailer = texts[end].split(self.marks.element) if end < len(texts) else []
        if trailer[:1] == ["SE"]:
            self.closed, self.trailer = True, trailer
            self._reader.feed((trailer,))
            end += 1
        self.count += end - start
        return end

    def end(self) -> None:
        """The set is over."""
        self._reader.close()

    def fetch(self) -> list[ClaimPayment]:
        """Take the claims that are whole and that nobody fetched yet."""
        ready, self._reader.ready = self._reader.ready, []
        return ready

    def value(self) -> tuple[Remittance, list[X12Finding]]:
        """The remittance with the claims that nobody fetched, and what could not be read of it."""
        value = self._reader.finish(self.header, tuple(self.fetch()))
        found = unread(self._reader, self.places.of)
        if self._reader.respelt:
            first = self.header.segments[0]
            found.append(finding("X12-0118", Place(first, self.places.of(first), "", "", "SVC")))
        return value, found


class RemittanceWalk(SetWalk):
    """An 835 that is judged as it is read, by form and by sums."""

    streamed = frozenset(("2000", "2100", "2110"))

    def __init__(self, marks: Delimiters, header: Header) -> None:
        super().__init__(REMITTANCE_835, marks, header, judged=True, keep=True)
        self._ready: list[ClaimPayment] = []
        self._reader: Final = RemittanceReader(marks.component, header.segments[0])
        self._sums: RemittanceJudge | None = None
        self._unsure = True
        self._unread: Final = Findings()
        self._since = header.segments[0]

    def opened(self, node: Node, elements: Elements) -> None:
        """Notice at the first line that another component separator is used than the ISA announced."""
        if node.loop.id == "2100":
            self._since = node.number
        if not self._unsure or elements[0] != "SVC":
            return
        self._unsure = False
        other = other_separator(elements, self.marks.component)
        if other:
            self.respell(Delimiters(self.marks.element, other, self.marks.repetition, self.marks.segment))
            place = Place(node.number, self.places.of(node.number), "", "", "SVC")
            self.report(finding("X12-0118", place), node)

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        index = super().take(pieces, start)
        self._drain()
        return index

    def _open_ranges(self) -> list[tuple[int, int]]:
        """A claim is judged by its sums when the next one begins: till then each of its segments may be named."""
        return [*super()._open_ranges(), (self._since, MANY)]

    def end(self) -> None:
        """The set is over, with or without SE."""
        super().end()
        self._drain()
        self._reader.close()
        self._judge_ready()

    def fetch(self) -> list[ClaimPayment]:
        """Take the claims that are whole and judged, and that nobody fetched yet."""
        ready, self._ready = self._ready, []
        return ready

    def value(self) -> tuple[Remittance, list[X12Finding]]:
        """The remittance with the claims that nobody fetched, and what could not be read of it or does not add up."""
        remittance = self._reader.finish(self.header, tuple(self.fetch()))
        sums = self._judge_of()
        sums.end(remittance)
        return remittance, [*self._unread.all(), *sums.findings.all()]

    def _drain(self) -> None:
        if self.kept:
            self._reader.feed(self.kept)
            self.kept.clear()
            self._judge_ready()

    def _judge_ready(self) -> None:
        ready, self._reader.ready = self._reader.ready, []
        if self._reader.unread:
            for found in unread(self._reader, self.places.of):
                self._unread.take(found)
            self._reader.unread.clear()
        if ready:
            judge = self._judge_of()
            for claim in ready:
                judge.claim(claim)
            self._ready += ready

    def _judge_of(self) -> RemittanceJudge:
        if self._sums is None:
            self._sums = RemittanceJudge(self._reader.day, self.places.of)
        return self._sums


def unread(reader: RemittanceReader, offset_of: Callable[[int], int]) -> list[X12Finding]:
    """Say which segments have amounts that cannot be read."""
    return [finding("X12-0902", Place(number, offset_of(number))) for number in reader.unread]
