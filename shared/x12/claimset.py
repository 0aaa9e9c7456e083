"""One 837 transaction set: each claim is handed on as soon as it is over, and forgotten."""

import re
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple, TypeVar, cast

from msgspec.structs import replace

from shared.claim import Claim, Contact, Line, Name, Segment
from shared.x12.envelope import moment
from shared.x12.findings import MOST_OF_CLAIM, Findings, Place, finding
from shared.x12.grammar import Guide
from shared.x12.judge.nodes import level
from shared.x12.reading837.claim import Billing, Insured, Separators, billing, claim, insured, lines_of
from shared.x12.reading837.parties import contact, name
from shared.x12.reading837.values import Rows, UnreadableError, at, padded
from shared.x12.segments import Delimiters
from shared.x12.setwalk import SetWalk
from shared.x12.types import Batch, Header, X12Finding
from shared.x12.walker import Elements, Node

T = TypeVar("T")

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


class _Levels(NamedTuple):
    """The levels that were opened last when a claim began: 2000A, 2000B, 2000C."""

    group: Node | None = None
    subscriber: Node | None = None
    patient: Node | None = None


class ClaimSet(SetWalk):
    """Reads one 837; finished claims are in ``ready``."""

    streamed = frozenset(("2000A", "2000B", "2000C", "2300"))

    def __init__(self, guide: Guide, marks: Delimiters, header: Header, *, judged: bool) -> None:
        super().__init__(guide, marks, header, judged=judged)
        self.ready: list[ClaimRead] = []
        self._by = Separators(marks.component, marks.repetition)
        self._levels = _Levels()
        self._above: deque[_Levels] = deque()
        self._billing: tuple[Node, Billing] | None = None
        self._insured: tuple[_Levels, Insured] | None = None
        self._own: dict[int, Findings] = {}

    # ------------------------------------------------------------ what the walk tells

    def report(self, found: X12Finding, within: Node) -> None:
        """A finding inside a claim belongs to the claim."""
        one = level(within, "2300")
        own = self.findings if one is None else self._own.setdefault(one.number, Findings(MOST_OF_CLAIM))
        own.take(found)

    def opened(self, node: Node, elements: Elements) -> None:
        """Remember the levels above each claim till it is read."""
        loop, levels = node.loop.id, self._levels
        if loop == "2300":
            self._above.append(levels)
            self._notice_separator(elements, node.number)
        elif loop == "2000A":
            self._levels = _Levels(node)
        elif loop == "2000B":
            self._levels = _Levels(levels.group, node)
        else:
            self._levels = _Levels(levels.group, levels.subscriber, node)

    def finished(self, loops: Sequence[tuple[Node, int]]) -> None:
        """Turn finished claims into their values: first what the levels above them say, then all lines, then the rest."""
        claims = [one for one in loops if one[0].loop.id == "2300"]
        above = [_tried(self._context, self._above.popleft()) for _ in claims]
        lines = [_tried(lines_of, node, self._by) for node, _ in claims]
        for (node, last), context, own in zip(claims, above, lines, strict=True):
            self._read(node, last, context, own)

    def _read(
        self,
        node: Node,
        last: int,
        above: tuple[Billing, Insured] | UnreadableError,
        lines: tuple[Line, ...] | UnreadableError,
    ) -> None:
        professional, number = self.guide.type == "837P", at(node.rows[0][1], 1)
        value: Claim | UnreadableError | None
        value = (
            above
            if isinstance(above, UnreadableError)
            else _tried(claim, node, lines, *above, self._by, professional)
        )
        if isinstance(value, UnreadableError):
            error, value = value, None
            where = error.number or node.number
            place = Place(where, self.places.of(where), "2300", "", error.segment)
            self.report(finding("X12-0901", place, error.segment + error.position, error.problem), node)
        own = self._own.pop(node.number, None)
        named = tuple([replace(found, claim=number) for found in own.all()]) if own else ()
        self.ready.append(ClaimRead(value, number, (node.number, last), named))

    def _context(self, levels: _Levels) -> tuple[Billing, Insured]:
        """What the levels above a claim say; it is read once for all claims below them."""
        group, subscriber, patient = levels
        assert group is not None
        assert subscriber is not None
        if self._billing is None or self._billing[0] is not group:
            self._billing = group, billing(group, self._by)
        if self._insured is None or self._insured[0] is not levels:
            self._insured = levels, insured(subscriber, patient, self._by)
        return self._billing[1], self._insured[1]

    def _notice_separator(self, elements: Elements, number: int) -> None:
        """CLM05 is always composite: when it is not by the announced separator, but plainly by another, that one is used."""
        place = at(elements, 5)
        if self._by.component and self._by.component in place:
            return
        match = _UNANNOUNCED.fullmatch(place)
        if match is None or match[1] in (self.marks.element, self.marks.segment, self.marks.repetition):
            return
        self.respell(Delimiters(self.marks.element, match[1], self.marks.repetition, self.marks.segment))
        self._by = Separators(match[1], self._by.repetition)
        self.findings.take(
            finding("X12-0118", Place(number, self.places.of(number), "2300", "place of service", "CLM"))
        )

    # ------------------------------------------------------------ what the set says of itself

    def batch(self) -> Batch:
        """The set without its claims."""
        head = padded(self.root.first("BHT") or ["BHT"], 6)
        sender, sender_id, desk = self._party("1000A", "NM1*41")
        receiver, receiver_id, _ = self._party("1000B", "NM1*40")
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
            at=moment(head[4], head[5]) or self.header.at or _EPOCH,
            claims=(),
            purpose=purpose,
            usage=usage,
            extra=self._kept(),
        )

    def _party(self, loop: str, tag: str) -> tuple[Name, str, Contact]:
        node = self.root.kid(loop)
        head = node.first(tag) if node else None
        if node is None or head is None:
            return Name(last="", organization=True), "", Contact()
        desk = node.first("PER*IC")
        return name(head), at(head, 9), contact(desk) if desk else Contact()

    def _kept(self) -> tuple[Segment, ...]:
        taken = {"837": ("ST*837", "BHT", "SE"), "1000A": ("NM1*41", "PER*IC"), "1000B": ("NM1*40",)}
        found: list[Segment] = []
        for node in (self.root, self.root.kid("1000A"), self.root.kid("1000B")):
            if node is not None:
                rows = Rows(node, self._by.component, self._by.repetition)
                for tag in taken[node.loop.id]:
                    rows.take(tag)
                found += rows.left()
        return tuple(found)


def _tried(read: Callable[..., T], *of: object) -> T | UnreadableError:
    """What reading gives: the value, or why a claim cannot hold it."""
    try:
        return read(*of)
    except UnreadableError as error:
        return error
