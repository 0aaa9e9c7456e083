"""One transaction set while it streams by: loops are opened and closed as the guide's table says, and judged on the way."""

from collections.abc import Sequence
from itertools import islice
from typing import Final

from shared.x12.dictionary import DISCRIMINATORS
from shared.x12.findings import Findings
from shared.x12.grammar import MANY, Guide, Loop
from shared.x12.judge import Doubt, Judge
from shared.x12.segments import Delimiters, Pieces
from shared.x12.types import Header, X12Finding
from shared.x12.walker import Elements, Node, State, Step, Walker, code_of
from shared.x12.whereabouts import EVERYWHERE, Whereabouts

ENVELOPE: Final = frozenset(("ISA", "GS", "ST", "GE", "IEA"))

_PLACES: Final = {
    identifier: place for identifier, (place, component) in DISCRIMINATORS.items() if not component
}
_WALKERS: dict[tuple[str, Delimiters], Walker] = {}


def walker_for(guide: Guide, marks: Delimiters) -> Walker:
    """The walker of a guide for the delimiters of an interchange: its steps carry patterns made for them."""
    key = (guide.type, marks)
    found = _WALKERS.get(key)
    if found is None:
        if len(_WALKERS) > 64:
            _WALKERS.clear()
        found = _WALKERS[key] = Walker(guide)
    return found


class SetWalk:
    """Reads one set. ``take`` consumes segments until SE or the end of the stretch.

    A stretch is walked first, then judged, then read (``settle``): code that goes over many segments, loops or claims in a row
    runs twice as fast as the same code in turns.

    ``streamed`` are loops that are not hung into their parent, so that a file of a million claims is not kept as one tree.
    ``kept`` collects the split segments for readers that want the whole set.
    """

    streamed: frozenset[str] = frozenset()

    def __init__(
        self, guide: Guide, marks: Delimiters, header: Header, *, judged: bool, keep: bool = False
    ) -> None:
        self.guide: Final = guide
        self.header = header
        self.findings: Final = Findings()
        self.closed = False
        self.trailer: Elements = []
        self.count = 1
        self.kept: list[Elements] | None = [] if keep else None
        self.marks = self._announced = marks
        self.root: Final = Node(guide.root, header.segments[0])
        self._walker = walker_for(guide, marks)
        self._state: State = self._walker.start
        self._stack = [self.root]
        self.places: Final = Whereabouts()
        self._judge = Judge(marks, self.report, self.places.of) if judged else None
        self._doubtful: list[Doubt] = []
        self._over: list[tuple[Node, int]] = []
        self._last = header.segments[0]

    # ------------------------------------------------------------ for those who know what the set is

    def report(self, found: X12Finding, within: Node) -> None:
        """Take a finding; ``within`` is the innermost loop that was open there."""
        self.findings.take(found)

    def opened(self, node: Node, elements: Elements) -> None:
        """A streamed loop begins with this segment."""

    def finished(self, loops: Sequence[tuple[Node, int]]) -> None:
        """These loops are over, and judged; each comes with the number of its last segment."""

    def respell(self, marks: Delimiters) -> None:
        """Go on with other delimiters than announced."""
        self._settle()
        self.marks = marks
        if self._judge is not None:
            self._judge.respell(marks)

    # ------------------------------------------------------------ reading

    def start(self, pieces: Pieces, index: int, elements: Elements) -> None:
        """Take the ST."""
        self.places.add(pieces)
        use = self.root.loop.trigger
        self.root.rows.append((use.tag, elements, pieces.number + index))
        if self.kept is not None:
            self.kept.append(elements)

    def take(self, pieces: Pieces, start: int) -> int:
        """Read from segment ``start`` of a stretch; gives the index of the first segment that was not consumed."""
        if self.places.add(pieces):
            self.places.keep_only(self._open_ranges() if self.streamed else EVERYWHERE)
        texts, separator, component = pieces.texts, self.marks.element, self.marks.component
        state, stack, kept, announced = self._state, self._stack, self.kept, self._announced
        judged, doubtful = self._judge is not None, self._doubtful
        first = number = pieces.number + start
        for number, text in enumerate(islice(texts, start, None), first):
            elements = text.split(separator)
            identifier = elements[0]
            place = _PLACES.get(identifier)
            if place is not None:
                key = identifier + elements[place] if len(elements) > place else identifier
            elif identifier == "HI":
                key = "HI" + code_of(elements, component)
            else:
                key = identifier
            step = state.steps.get(key) or self._walker.step(
                state, key, identifier, code_of(elements, component)
            )
            if not step.plain:
                if step.use is None and identifier in ENVELOPE:
                    break
                state = self._odd(step, elements, number)
                component = self.marks.component
                continue
            if step.moves:
                self._leave(step.close, number - 1)
                self._enter(step.opens, number, elements)
                component = self.marks.component
            node = stack[-1]
            node.rows.append((step.tag, elements, number))
            if kept is not None:
                kept.append(elements)
            state = step.state
            if judged and (text not in step.good or self.marks is not announced):
                doubtful.append((step, text, elements, number, node))
            if identifier == "SE":
                self.closed, self.trailer = True, elements
                number += 1
                break
        else:
            number = pieces.number + len(texts)
        self._state = state
        self.count += number - first
        self._last = number - 1
        self._settle()
        return number - pieces.number

    def end(self) -> None:
        """The set is over, with or without SE. Its judge is let go: it reports to us, and a circle outlives its file."""
        self._leave(len(self._stack) - 1, self._last)
        self._over.append((self.root, self._last))
        self._settle()
        self._judge = None

    def _settle(self) -> None:
        """Judge what was walked, then read it. Findings come in the order of the file."""
        over = self._over
        if self._judge is not None:
            self._judge.judge(self._doubtful, over)
            self._doubtful.clear()
        for node, _ in over:
            if node.loop.id not in self.streamed:
                node.parent = None
        self.finished(over)
        over.clear()

    def _open_ranges(self) -> list[tuple[int, int]]:
        """Segments that a finding may still name: of open loops those before what streams by, of the innermost all."""
        last = MANY
        ranges = []
        for node in reversed(self._stack):
            if node is self.root or node.loop.id in self.streamed:
                ranges.append((node.number, node.head or last))
                last = node.number
        return ranges

    def _odd(self, step: Step, elements: Elements, number: int) -> State:
        """A segment without a place, or out of order: kept where it stands, when what came before has been judged without it."""
        self._settle()
        if self.kept is not None:
            self.kept.append(elements)
        if step.use is None:
            node = self._stack[-1]
            node.rows.append(("?" + elements[0], elements, number))
            if self._judge is not None:
                self._judge.unplaced(elements, number, node, self._walker)
            return step.state
        if step.opens:
            self._leave(step.close, number - 1)
            self._settle()
            self._enter(step.opens, number, elements)
        node = self._stack[-1 - (0 if step.opens else step.close)]
        node.rows.append((step.use.tag, elements, number))
        if self._judge is not None:
            if self._stack[-1 - (len(step.opens) or step.close)].head:
                self.places.keep(number)  # what it is too late for is over only when many claims have gone by
            self._judge.late(step, number, node, self._stack[-1])
        return step.state

    def _leave(self, loops: int, last: int) -> None:
        for _ in range(loops):
            self._over.append((self._stack.pop(), last))

    def _enter(self, opens: tuple[Loop, ...], number: int, elements: Elements) -> None:
        stack, streamed = self._stack, self.streamed
        for loop in opens:
            parent = stack[-1]
            node = Node(loop, number, parent)
            stack.append(node)
            if loop.id in streamed:
                self._stream(node, parent, number)
            else:
                parent.hang(node)
        if opens and opens[-1].id in streamed:
            self.opened(stack[-1], elements)

    @staticmethod
    def _stream(node: Node, parent: Node, number: int) -> None:
        """A loop that is counted, but not hung into its parent."""
        counts = parent.counts
        if counts is None:
            counts = parent.counts = {}
            parent.head = number
        counts[node.loop.id] = node.index = counts.get(node.loop.id, 0) + 1
