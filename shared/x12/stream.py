"""A file of X12 as a stream of results: sets and claims as soon as they are whole, in bounded memory."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from shared.x12 import catalogue as _catalogue  # noqa: F401  the kinds of findings must be known
from shared.x12.claimset import ClaimRead, ClaimSet
from shared.x12.elements import padded
from shared.x12.envelope import Group, Interchange, header, judge_gs, judge_isa
from shared.x12.findings import Findings, Place, finding
from shared.x12.names import FUNCTIONAL, claim_guide, name_of, short_name_of, unknown_version
from shared.x12.otherset import Kind, WholeSet, kind_of, value_of
from shared.x12.remittanceset import RemittanceSet, RemittanceWalk
from shared.x12.segments import Delimiters
from shared.x12.setwalk import SetWalk
from shared.x12.splitting import Noise, Splitter, Stretch
from shared.x12.types import (
    Batch,
    ClaimPayment,
    Envelope,
    Header,
    InterchangeAck,
    Transaction,
    Unsupported,
    X12Finding,
)
from shared.x12.walker import Elements


class SetStart:
    """An 837 begins; its claims follow."""

    __slots__ = ("header", "type")

    def __init__(self, header_: Header, type_: str) -> None:
        self.header: Final = header_
        self.type: Final = type_


class SetEnd:
    """An 837 is over: ``batch`` is what it says of itself, without claims; ``findings`` are those of no single claim."""

    __slots__ = ("batch", "findings")

    def __init__(self, batch: Batch, findings: tuple[X12Finding, ...]) -> None:
        self.batch: Final = batch
        self.findings: Final = findings


Event = SetStart | ClaimRead | SetEnd | ClaimPayment | Transaction | X12Finding | Envelope
"""What a stream yields: an 837 as SetStart, ClaimRead ..., SetEnd; every other set as its value (asked ``piecewise``, an 835 as
ClaimPayment ..., then Remittance without claims); findings of the file, and each interchange when it is over."""


def read_stream(chunks: Iterable[bytes], *, judged: bool = True, piecewise: bool = False) -> Iterator[Event]:
    """Read X12 of any supported kind from byte chunks, yielding results as they are whole.

    Memory is bounded by the largest chunk, the largest claim and, for sets that are no 837 (nor, ``piecewise``, an 835), the
    largest set. Never raises for what a file says: that becomes findings. Not ``judged``, only the envelope is, and what keeps
    a value from being made. The claims of a piecewise 835 are proved with ``Prover``.
    """
    stream = Stream(judged=judged, piecewise=piecewise)
    for chunk in chunks:
        yield from stream.feed(chunk)
    yield from stream.end()


_REMEMBERED = 200_000
"""Control numbers of a file that are compared: more of them than this would make memory grow with the file."""


class Stream:
    """The same for who has more to do between chunks. Walks the envelope; inside a set the set's own reader takes over."""

    def __init__(self, *, judged: bool = True, piecewise: bool = False) -> None:
        self._splitter: Final = Splitter()
        self._judged: Final = judged
        self._piecewise: Final = piecewise
        self._out: list[Event] = []
        self._marks = Delimiters()
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._set: ClaimSet | SetWalk | WholeSet | RemittanceSet | None = None
        self._kind: Kind | None = None
        self._set_id = ""
        self._seen: set[tuple[str, int]] = set()
        self._any = self._padded = self._latin = False
        self._segments = 0
        self._found = Findings()
        self._last: Stretch | None = None
        self._closed = False

    # ------------------------------------------------------------ feeding

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Read what became whole with these bytes."""
        for part in self._splitter.feed(chunk):
            yield from self._take(part)

    def _take(self, part: Stretch | Noise) -> Iterator[Event]:
        if isinstance(part, Noise):
            self._noise(part)
            yield from self._flush()
            return
        self._begin(part)
        index, texts = 0, part.texts
        while index < len(texts):
            if self._set is None:
                self._outside(part, index)
                index += 1
            else:
                index = self._set.take(part, index)
                yield from self._from_set(more=index < len(texts))
            yield from self._flush()
        self._segments = part.number + len(texts) - 1

    def end(self) -> Iterator[Event]:
        """The file is over."""
        for part in self._splitter.end():
            yield from self._take(part)
        still = {"transaction set": self._set, "group": self._group, "interchange": self._interchange}
        what = next((name for name, open_ in still.items() if open_), "")
        last = self._last
        cut = last is not None and last.open_end
        if cut and not what and not self._closed:
            what = "last segment"
        if what:
            self._say("X12-0106", self._end_of(last), what, self._segments - cut)
        elif cut:
            self._say("X12-0122", self._end_of(last))
        if self._set is not None:
            yield from self._close_set()
        self._leave(self._segments)
        if not self._any:
            self._say("X12-0101", Place())
        yield from self._flush()
        yield from self._found.rest()

    @staticmethod
    def _end_of(last: Stretch | None) -> Place:
        if last is None or not last.texts:
            return Place()
        return Place(last.number + len(last.texts) - 1, last.offset_of(len(last.texts) - 1))

    def _flush(self) -> Iterator[Event]:
        yield from self._found.fetch()
        out, self._out = self._out, []
        yield from out

    def _say(self, code: str, place: Place, *words: object) -> None:
        self._found.take(finding(code, place, *words))

    def _noise(self, noise: Noise) -> None:
        codes = {"bom": "X12-0103", "junk": "X12-0102", "unreadable": "X12-0108"}
        self._any = self._any or noise.kind == "unreadable"
        self._say(codes[noise.kind], Place(noise.number, noise.offset))

    def _begin(self, part: Stretch) -> None:
        self._any = True
        self._last = part
        if part.latin and not self._latin:
            self._latin = True
            self._say("X12-0104", Place(part.number, part.offset_of(0)))
        if part.padded and not self._padded:
            self._padded = True
            self._say("X12-0105", Place(part.number, part.offset_of(0)))
        if part.fresh:
            self._marks = part.delimiters
            self._exact = part.exact

    # ------------------------------------------------------------ envelope

    def _outside(self, part: Stretch, index: int) -> None:
        text, self._closed = part.texts[index], False
        self._part, self._index = part, index
        elements = text.split(self._marks.element)
        place = Place(part.number + index, part.offset_of(index), "", "", elements[0][:3])
        handle = _HANDLERS.get(elements[0])
        if handle is not None:
            handle(self, elements, place)
        elif not text:
            self._say("X12-0121", place)
        elif self._group is not None:
            self._say("X12-0309", place, elements[0][:3])
        else:
            self._say("X12-0119", place, elements[0][:3])

    def _isa(self, elements: Elements, place: Place) -> None:
        if self._interchange is not None:
            self._say("X12-0115", self._interchange.place)
            self._leave(place.segment - 1)
        self._interchange = Interchange(elements, place)
        judge_isa(elements, self._marks, self._exact, place, self._found.take)
        key = (self._interchange.sender.id, self._interchange.control)
        if key in self._seen:
            self._say("X12-0116", place)
        if len(self._seen) < _REMEMBERED:
            self._seen.add(key)

    def _gs(self, elements: Elements, place: Place) -> None:
        if self._group is not None:
            self._say("X12-0203", self._group.place)
            self._leave_group(self._group.sets, place.segment - 1)
        self._group = Group(elements, place)
        judge_gs(self._group, self._found.take)
        if self._interchange is not None:
            self._interchange.groups += 1
            if elements[6:7] and elements[6] in self._interchange.group_numbers:
                self._say("X12-0205", place)
            if len(self._interchange.group_numbers) < _REMEMBERED:
                self._interchange.group_numbers.add(self._group.elements[6])

    def _st(self, elements: Elements, place: Place) -> None:
        group = self._group
        if group is None:
            self._say("X12-0119", place, "ST")
        version = (elements[3] if len(elements) > 3 else "") or (group.elements[8] if group else "")
        head = header(self._interchange, group, elements, place.segment, place.segment)
        self._set_id = set_id = elements[1] if len(elements) > 1 else ""
        self._judge_st(elements, place, set_id)
        guide = claim_guide(version) if set_id == "837" else None
        self._kind = kind_of(set_id, version)
        if guide is not None:
            self._set = ClaimSet(guide, self._marks, head, judged=self._judged)
            self._out.append(SetStart(head, guide.type))
        elif self._kind is not None and set_id == "835":
            self._set = (RemittanceWalk if self._judged else RemittanceSet)(self._marks, head)
        elif self._kind is not None and self._judged:
            self._set = SetWalk(self._kind.guide, self._marks, head, judged=True, keep=True)
        else:
            self._set = WholeSet(self._marks, head, keep=self._kind is not None)
        self._set.start(self._part, self._index, elements)

    def _judge_st(self, elements: Elements, place: Place, set_id: str) -> None:
        group = self._group
        number = elements[2] if len(elements) > 2 else ""
        if not 4 <= len(number) <= 9:
            self._say("X12-0304", place)
        if group is None:
            return
        group.sets += 1
        if number in group.set_numbers:
            self._say("X12-0305", place)
        if len(group.set_numbers) < _REMEMBERED:
            group.set_numbers.add(number)
        announced = group.elements[8]
        if len(elements) > 3 and elements[3] and announced and elements[3] != announced:
            self._say("X12-0308", place)
        wanted = FUNCTIONAL.get(set_id)
        if wanted is not None and group.elements[1] != wanted:
            self._say("X12-0207", group.place, group.elements[1][:2], set_id)

    def _ge(self, elements: Elements, place: Place) -> None:
        group = self._group
        if group is None:
            self._say("X12-0119", place, "GE")
            return
        self._leave_group(_count(elements), place.segment)
        if elements[2:3] != [group.elements[6]]:
            self._say("X12-0201", place)
        if elements[1:2] != [str(group.sets)]:
            self._say("X12-0202", place, _count(elements), group.sets)

    def _iea(self, elements: Elements, place: Place) -> None:
        interchange = self._interchange
        if self._group is not None:
            self._say("X12-0203", self._group.place)
        if interchange is None:
            self._say("X12-0119", place, "IEA")
            return
        self._leave(place.segment)
        self._closed = elements[2:3] == [interchange.elements[13]]
        if not self._closed:
            self._say("X12-0113", place)
        if elements[1:2] != [str(interchange.groups)] and not (
            interchange.acks and not interchange.groups and _count(elements) == interchange.acks
        ):
            self._say("X12-0114", place, _count(elements), interchange.groups)
        if not interchange.groups and not interchange.acks:
            self._say("X12-0120", place)

    def _leave_group(self, announced: object, last: int) -> None:
        group, self._group = self._group, None
        if group is not None and self._interchange is not None:
            self._interchange.finished.append(group.over(announced, last))

    def _leave(self, last: int) -> None:
        """The interchange is over, properly or not."""
        if self._group is not None:
            self._leave_group(self._group.sets, last)
        interchange, self._interchange = self._interchange, None
        if interchange is not None:
            self._out.append(interchange.over(last))

    def _ta1(self, elements: Elements, place: Place) -> None:
        from shared.x12.acknowledgments.judging import judge_interchange_ack
        from shared.x12.acknowledgments.reading import read_interchange_ack

        interchange = self._interchange
        if interchange is None or self._group is not None:
            self._say("X12-0119", place, "TA1")
            return
        interchange.acks += 1
        ack: tuple[InterchangeAck, bool] = read_interchange_ack(
            elements,
            interchange.sender,
            interchange.receiver,
            header(interchange, None, [], place.segment, place.segment),
        )
        answered, note = padded(elements, 6)[4:6]
        found = judge_interchange_ack(answered, note, place) if self._judged else ()
        self._out.append(msgspec.structs.replace(ack[0], findings=tuple(found)))
        if not ack[1]:
            self._say("X12-0902", place, 1)

    def _se(self, elements: Elements, place: Place) -> None:
        self._say("X12-0309", place, "SE")

    # ------------------------------------------------------------ sets

    def _from_set(self, *, more: bool) -> Iterator[Event]:
        current = self._set
        assert current is not None
        if isinstance(current, ClaimSet) and current.ready:
            ready, current.ready = current.ready, []
            yield from ready
        elif self._piecewise and isinstance(current, RemittanceWalk | RemittanceSet):
            yield from current.fetch()
        if current.closed or more:
            yield from self._close_set()

    def _close_set(self) -> Iterator[Event]:
        current, self._set = self._set, None
        assert current is not None
        first = current.header.segments[0]
        current.header = msgspec.structs.replace(current.header, segments=(first, first + current.count - 1))
        findings = self._judge_se(current)
        if isinstance(current, ClaimSet):
            current.end()
            yield from current.ready
            yield SetEnd(current.batch(), (*current.findings.all(), *findings))
        elif self._kind is not None:
            current.end()
            if self._piecewise and isinstance(current, RemittanceWalk | RemittanceSet):
                yield from current.fetch()
            yield value_of(self._kind, current, findings)
        else:
            yield _unsupported(current, self._set_id, findings)

    def _judge_se(self, current: SetWalk | WholeSet | RemittanceSet) -> list[X12Finding]:
        first, last = current.header.segments
        if not current.closed:
            return [finding("X12-0303", Place(first, current.places.of(first), "", "", "ST"))]
        place = Place(last, current.places.of(last), "", "", "SE")
        found = []
        if current.trailer[2:3] != [current.header.transaction]:
            found.append(finding("X12-0301", place))
        if current.trailer[1:2] != [str(current.count)]:
            found.append(finding("X12-0302", place, _count(current.trailer), current.count))
        return found


def _unsupported(
    current: SetWalk | WholeSet | RemittanceSet, set_id: str, findings: list[X12Finding]
) -> Unsupported:
    head = current.header
    numbered = len(set_id) == 3 and set_id.isascii() and set_id.isdigit()
    first, name = head.segments[0], name_of(set_id, head.guide)
    place = Place(first, current.places.of(first), "", "", "ST")
    version = unknown_version(set_id, head.guide)
    if not numbered:
        found = finding("X12-0310", place)
    else:
        found = finding("X12-0307", place, version) if version else finding("X12-0306", place, name)
    return Unsupported(
        header=head, name=name, set_id=short_name_of(set_id, head.guide), findings=(found, *findings)
    )


def _count(elements: Elements) -> int | str:
    text = elements[1] if len(elements) > 1 else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else "no number of"


_HANDLERS = {
    "ISA": Stream._isa,
    "GS": Stream._gs,
    "ST": Stream._st,
    "SE": Stream._se,
    "GE": Stream._ge,
    "IEA": Stream._iea,
    "TA1": Stream._ta1,
}
