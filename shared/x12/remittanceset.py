"""One 835 while it streams by: each claim is read as soon as it is whole, and its segments are forgotten."""

from typing import Final

from shared.x12.findings import Place, finding
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.remittance835.judging import RemittanceJudge
from shared.x12.remittance835.reading import RemittanceReader
from shared.x12.segments import Delimiters, Pieces
from shared.x12.setwalk import SetWalk
from shared.x12.types import ClaimPayment, Header, Remittance, X12Finding
from shared.x12.walker import Elements, Node


class RemittanceSet:
    """An 835 that is read and not judged: the fast path. ``fetch`` gives the claims so far."""

    def __init__(self, marks: Delimiters, header: Header) -> None:
        self.header = header
        self.findings: list[X12Finding] = []
        self.closed = False
        self.trailer: Elements = []
        self.count = 1
        self.marks = marks
        self._reader: Final = RemittanceReader(marks.component, header.segments[0])

    def start(self, pieces: Pieces, index: int, elements: Elements) -> None:
        """Take the ST."""
        self._reader.feed((elements,))

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        texts = pieces.texts
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
        return self._reader.finish(self.header, tuple(self.fetch())), unread(self._reader)


class RemittanceWalk(SetWalk):
    """An 835 that is judged as it is read, by form and by sums."""

    streamed = frozenset(("2100",))

    def __init__(self, marks: Delimiters, header: Header) -> None:
        super().__init__(REMITTANCE_835, marks, header, judged=True, keep=True)
        self._ready: list[ClaimPayment] = []
        self._reader: Final = RemittanceReader(marks.component, header.segments[0])
        self._sums: RemittanceJudge | None = None

    def finished(self, node: Node, last: int) -> None:
        """A claim is over: the segments so far are not needed as segments any more."""
        self._drain()

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        index = super().take(pieces, start)
        self._drain()
        return index

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
        return remittance, [*unread(self._reader), *sums.findings]

    def _drain(self) -> None:
        if self.kept:
            self._reader.feed(self.kept)
            self.kept.clear()
            self._judge_ready()

    def _judge_ready(self) -> None:
        ready, self._reader.ready = self._reader.ready, []
        if ready:
            judge = self._judge_of()
            for claim in ready:
                judge.claim(claim)
            self._ready += ready

    def _judge_of(self) -> RemittanceJudge:
        if self._sums is None:
            self._sums = RemittanceJudge(self._reader.day, self.offset_of)
        return self._sums


def unread(reader: RemittanceReader) -> list[X12Finding]:
    """Say which segments have amounts that cannot be read."""
    return [finding("X12-0902", Place(number)) for number in reader.unread]
