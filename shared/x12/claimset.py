"""One 837 transaction set while it streams by: loops are opened and closed, each finished claim is handed on and forgotten."""

import re
from datetime import UTC, datetime
from typing import Final, Literal, cast

from shared.claim import Claim, Contact, Name, Segment
from shared.x12.dictionary import DISCRIMINATORS
from shared.x12.envelope import moment
from shared.x12.findings import Place, finding
from shared.x12.grammar import Guide, Loop
from shared.x12.reading837.claim import Billing, Insured, Separators, billing, claim, insured
from shared.x12.reading837.parties import contact, name
from shared.x12.reading837.values import Rows, UnreadableError, at, padded
from shared.x12.segments import Pieces
from shared.x12.types import Batch, Header, X12Finding
from shared.x12.walker import Node, State, Step, Walker, code_of

STREAMED: Final = frozenset(("2000A", "2000B", "2000C", "2300"))
"""Loops that are not hung into their parent: a file of a million claims is not kept as one tree."""

ENVELOPE: Final = frozenset(("ISA", "GS", "ST", "GE", "IEA"))

_PLACES: Final = {
    identifier: place for identifier, (place, component) in DISCRIMINATORS.items() if not component
}
_UNANNOUNCED = re.compile(r"[A-Z0-9]{1,2}([^A-Z0-9])[AB]\1[A-Z0-9]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ClaimRead:
    """One claim as it was found: the value (None when it cannot be held), its findings, its first and last segment."""

    __slots__ = ("claim", "findings", "number", "segments")

    def __init__(
        self, value: Claim | None, number: str, segments: tuple[int, int], findings: tuple[X12Finding, ...]
    ) -> None:
        self.claim: Final = value
        self.number: Final = number
        self.segments: Final = segments
        self.findings: Final = findings


class ClaimSet:
    """Reads one 837. ``take`` consumes segments until SE or the end of the stretch; finished claims are in ``ready``."""

    def __init__(self, walker: Walker, by: Separators, separator: str, header: Header) -> None:
        self.guide: Final[Guide] = walker.guide
        self.header = header
        self.ready: list[ClaimRead] = []
        self.findings: list[X12Finding] = []
        self.closed = False
        self.trailer: list[str] = []
        self.count = 0
        self._walker = walker
        self._by = by
        self._separator = separator
        self._state: State = walker.start
        self._root = Node(walker.guide.root, header.segments[0])
        self._stack = [self._root]
        self._levels: dict[str, Node] = {}
        self._billing: Billing | None = None
        self._insured: Insured | None = None
        self._trouble: UnreadableError | None = None
        self._last = header.segments[0]

    def start(self, elements: list[str], number: int) -> None:
        """Take the ST."""
        self.count = 1
        self._root.rows.append((self._root.loop.trigger.tag, elements, number))

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        texts, first, separator = pieces.texts, pieces.number, self._separator
        state, stack = self._state, self._stack
        index = start
        for index in range(start, len(texts)):
            text = texts[index]
            elements = text.split(separator)
            identifier = elements[0]
            place = _PLACES.get(identifier)
            if place is not None:
                key = identifier + elements[place] if len(elements) > place else identifier
            elif identifier == "HI":
                key = "HI" + code_of(elements, self._by.component)
            else:
                key = identifier
            step = state.steps.get(key) or self._find(state, key, identifier, elements)
            if step.use is None:
                if identifier in ENVELOPE:
                    break
                self._unplaced(pieces, index, elements)
                continue
            if step.late and not step.opens:
                self._late(pieces, index, elements, step)
                continue
            if step.close or step.opens:
                self._move(step, first + index, elements)
            stack[-1].rows.append((step.use.tag, elements, first + index))
            state = step.state
            if identifier == "SE":
                self._finish(elements)
                index += 1
                break
        else:
            index = len(texts)
        self._state = state
        self.count += index - start
        self._last = first + index - 1
        return index

    def end(self) -> None:
        """The set ends without SE."""
        if not self.closed:
            self._close_all()

    def batch(self) -> Batch:
        """What the set says of itself, without claims."""
        head = padded(self._root.first("BHT") or ["BHT"], 6)
        sender, sender_id, desk = self._party("1000A", "NM1*41")
        receiver, receiver_id, _ = self._party("1000B", "NM1*40")
        when = moment(head[4], head[5]) or self.header.at or _EPOCH
        purpose = cast("Literal['00', '18']", head[2] if head[2] in ("00", "18") else "00")
        usage = cast("Literal['CH', 'RP', '31']", head[6] if head[6] in ("CH", "RP", "31") else "CH")
        return Batch(
            header=self.header,
            kind="professional" if self.guide.type == "837P" else "institutional",
            submitter=sender,
            submitter_id=sender_id,
            submitter_contact=desk,
            receiver=receiver,
            receiver_id=receiver_id,
            batch=head[3],
            at=when,
            claims=(),
            purpose=purpose,
            usage=usage,
            extra=self._kept(),
        )

    def _party(self, loop: str, tag: str) -> tuple[Name, str, Contact]:
        node = self._root.kid(loop)
        head = node.first(tag) if node else None
        if node is None or head is None:
            return Name(last="", organization=True), "", Contact()
        desk = node.first("PER*IC")
        return name(head), at(head, 9), contact(desk) if desk else Contact()

    def _kept(self) -> tuple[Segment, ...]:
        found: list[Segment] = []
        for node, tags in (
            (self._root, ("ST", "BHT", "SE")),
            (self._root.kid("1000A"), ("NM1*41", "PER*IC")),
            (self._root.kid("1000B"), ("NM1*40",)),
        ):
            if node is not None:
                rows = Rows(node, self._by.component, self._by.repetition)
                for tag in tags:
                    rows.take(tag)
                found += rows.left()
        return tuple(found)

    def _find(self, state: State, key: str, identifier: str, elements: list[str]) -> Step:
        return self._walker.step(state, key, identifier, code_of(elements, self._by.component))

    def _move(self, step: Step, number: int, elements: list[str]) -> None:
        stack = self._stack
        for _ in range(step.close):
            self._close(stack.pop(), number - 1)
        for loop in step.opens:
            stack.append(self._open(loop, number))
        if elements[0] == "CLM":
            self._notice_separator(elements, number)

    def _notice_separator(self, elements: list[str], number: int) -> None:
        """CLM05 is always composite: when it is not by the announced separator, but plainly by another, that one is used."""
        place = at(elements, 5)
        if self._by.component and self._by.component in place:
            return
        match = _UNANNOUNCED.fullmatch(place)
        if match is not None:
            self._by = Separators(match[1], self._by.repetition)
            self.findings.append(finding("X12-0118", Place(number, 0, "2300", "place of service", "CLM")))

    def _open(self, loop: Loop, number: int) -> Node:
        node = Node(loop, number)
        if loop.id in STREAMED:
            self._levels[loop.id] = node
            if loop.id == "2000A":
                self._billing = self._insured = self._trouble = None
                self._levels.pop("2000B", None)
                self._levels.pop("2000C", None)
            elif loop.id == "2000B":
                self._insured = self._trouble = None
                self._levels.pop("2000C", None)
            elif loop.id == "2000C":
                self._insured = self._trouble = None
        else:
            self._stack[-1].kids.setdefault(loop.id, []).append(node)
        return node

    def _close(self, node: Node, last: int) -> None:
        if node.loop.id == "2300":
            self._claim(node, last)

    def _claim(self, node: Node, last: int) -> None:
        head = node.first("CLM") or []
        number = at(head, 1)
        findings: list[X12Finding] = []
        value = None
        try:
            above, who = self._context()
            value = claim(node, above, who, self._by, self.guide.type == "837P")
        except UnreadableError as error:
            place = Place(error.number or node.number, 0, "2300", error.position, error.segment)
            findings.append(
                finding("X12-0901", place, error.segment + error.position, error.problem, claim=number)
            )
        self.ready.append(ClaimRead(value, number, (node.number, last), tuple(findings)))

    def _context(self) -> tuple[Billing, Insured]:
        if self._billing is None:
            self._billing = billing(self._levels["2000A"], self._by)
        if self._insured is None:
            self._insured = insured(self._levels["2000B"], self._levels.get("2000C"), self._by)
        return self._billing, self._insured

    def _unplaced(self, pieces: Pieces, index: int, elements: list[str]) -> None:
        if not elements[0] and len(elements) == 1:
            return
        node = self._stack[-1]
        node.rows.append(("?" + elements[0], elements, pieces.number + index))
        code = "X12-0402" if elements[0] in self._walker.known else "X12-0401"
        words = (elements[0], node.loop.id) if code == "X12-0402" else (elements[0][:3],)
        place = Place(pieces.number + index, pieces.offset_of(index), node.loop.id, "", elements[0][:3])
        self.findings.append(finding(code, place, *words))

    def _late(self, pieces: Pieces, index: int, elements: list[str], step: Step) -> None:
        assert step.use is not None
        node = self._stack[-1 - step.close]
        node.rows.append((step.use.tag, elements, pieces.number + index))

    def _finish(self, elements: list[str]) -> None:
        self._close_all()
        self.closed = True
        self.trailer = elements

    def _close_all(self) -> None:
        while len(self._stack) > 1:
            self._close(self._stack.pop(), self._last)
