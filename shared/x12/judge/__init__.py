"""The judge: every segment against its place's pattern and meaning, every loop against its shape and rules.

Clean segments cost one match, clean loops one look-up: what passed once is remembered, within bounds.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from operator import itemgetter
from typing import Final

from shared.x12.dictionary import SEGMENTS, STANDARD
from shared.x12.findings import CATALOGUE, Place, finding
from shared.x12.grammar import SegmentUse
from shared.x12.judge.defects import At, Defect, path
from shared.x12.judge.elements import explain, padded
from shared.x12.judge.meaning import CHECKS
from shared.x12.judge.nodes import Rule, at, find
from shared.x12.judge.patterns import matcher, spelling
from shared.x12.judge.structure import called_for, count, rules_of
from shared.x12.segments import Delimiters
from shared.x12.types import X12Finding
from shared.x12.walker import Elements, Node, Step, Walker

_OF_X12 = frozenset(SEGMENTS).union(*STANDARD.values())
_REMEMBERED = 512
_SHORT = 256
_CLAIM_NUMBERS = 200_000
"""Claim numbers of one set that are compared: more of them than this would make memory grow with the file."""


Doubt = tuple[Step, str, Elements, int, Node]
"""A segment that is not known to be good: its step, text, elements and number, and the loop it stands in."""

Over = tuple[Node, int]
"""A loop that is over, and the number of its last segment."""

_Found = tuple[int, int, Node, At]
"""What is wrong: the segment that it is told at, its turn there, the loop, the defect."""

_TURN = itemgetter(0, 1)


class Judge:
    """Judges one transaction set as it streams by. ``report`` takes each finding with the innermost loop that was open there;
    ``offset_of`` gives a segment's byte offset.
    """

    def __init__(
        self, marks: Delimiters, report: Callable[[X12Finding, Node], None], offset_of: Callable[[int], int]
    ) -> None:
        self._marks = marks
        self._spelling = spelling(marks)
        self._edges = _edges(marks)
        self._report: Final = report
        self._offset_of: Final = offset_of
        self._numbers: Final[set[str]] = set()
        self._count = 0
        self._respelt = False
        self._found: list[_Found] = []

    def judge(self, doubtful: Sequence[Doubt], over: Sequence[Over]) -> None:
        """Judge segments, and loops that are over, each with the number of its last segment.

        Each rule is asked about all loops before the next rule has its turn (docs/decisions/0131). What is found is told in
        the order of the file: before a finding of a segment those of the loops that were over before it.
        """
        alike: defaultdict[Step, list[Doubt]] = defaultdict(list)
        for doubt in doubtful:
            alike[doubt[0]].append(doubt)
        for step, doubts in alike.items():
            self._segments(step, doubts)
        for _, _, elements, number, node in doubtful:
            if elements[0] == "HL":
                self._level(elements, number, node)
            elif elements[0] == "CLM":
                self._claim(elements, number, node)
        self._loops(over)
        if self._found:
            found, self._found = sorted(self._found, key=_TURN), []
            for _, _, node, said in found:
                self._say(said.defect, node, said.number or node.number, said.identifier, said.below)

    def respell(self, marks: Delimiters) -> None:
        """Go on with other delimiters than announced; texts that passed with the announced ones prove nothing any more."""
        self._marks = marks
        self._spelling = spelling(marks)
        self._edges = _edges(marks)
        self._respelt = True

    def _segments(self, step: Step, doubts: Sequence[Doubt]) -> None:
        """Judge the segments of one place that are not known to be good."""
        use, spelt, marks = step.use, self._spelling, self._marks
        assert use is not None
        fits, check = step.fits, CHECKS.get(use.id, _passes)
        if fits is None or self._respelt:
            fits = step.fits = matcher(use, spelt.marks)
        learns = use.id not in ("HL", "CLM") and not self._respelt
        for _, text, elements, number, node in doubts:
            found = [*check(use, elements, marks.component)]
            if " " in text and any(map(text.__contains__, self._edges)):
                found = [*padded(use, elements, marks), *found]
            if fits(text if spelt.table is None else text.translate(spelt.table)) is None:
                found = [*explain(use, elements, marks), *found]
            if found:
                for defect in found:
                    self._note(defect, node, number, use.id)
            elif learns and len(text) <= _SHORT:
                if len(step.good) >= _REMEMBERED:
                    step.good.clear()  # what still comes is learnt again; what came once makes room
                step.good.add(text)

    def _note(self, defect: Defect, node: Node, number: int, identifier: str) -> None:
        """Keep what is wrong with a segment till it is its turn."""
        self._found.append((number, 0, node, At(defect, number, identifier)))

    def _loops(self, over: Sequence[Over]) -> None:
        """Judge loops that are over: first their structure, then what their rules say."""
        alike: defaultdict[tuple[Rule, ...], list[Node]] = defaultdict(list)
        found: list[tuple[Node, At]] = []
        for node, _ in over:
            rules = rules_of(node)
            if rules is None:
                rules = called_for(node)
                found += [(node, said) for said in count(node)]
            if node.rows[0][1][0] == "HL":
                found += [(node, said) for said in _children(node)]
            alike[rules].append(node)
        component = self._marks.component
        for rules, nodes in alike.items():
            for rule in rules:
                found += [(node, said) for node in nodes for said in rule(node, component)]
        if found:
            turns = {node: (last, turn) for turn, (node, last) in enumerate(over, 1)}
            self._found += [(*turns[node], node, said) for node, said in found]

    def unplaced(self, elements: Elements, number: int, node: Node, walker: Walker) -> None:
        """Say that a segment has no place: here, in this guide, in this transaction set, or in X12 at all (IK304 2, I4, 6, 1)."""
        identifier = elements[0][:3]
        if elements[0] in walker.known:
            defect = Defect("X12-0402", words=(identifier, node.loop.id))
        elif elements[0] in STANDARD.get(walker.guide.set_id, ()):
            defect = Defect("X12-0410", words=(identifier,))
        elif elements[0] in _OF_X12:
            defect = Defect("X12-0411", words=(identifier,))
        else:
            defect = Defect("X12-0401", words=(identifier or "without an identifier",))
        self._say(defect, node, number, identifier)

    def late(self, step: Step, number: int, node: Node, within: Node) -> None:
        """Say that a segment, or the loop it opens, comes too late: it belongs to ``node``, and stands ``within`` another."""
        assert step.use is not None
        code = "X12-0408" if step.opens else "X12-0406"
        loop = step.opens[0].id if step.opens else node.loop.id
        self._say(Defect(code, words=(step.use.id, loop)), node, number, step.use.id, within=within)

    def _level(self, elements: Elements, number: int, node: Node) -> None:
        self._count += 1
        own, parent = at(elements, 1), at(elements, 2)
        if own != str(self._count):
            self._note(Defect("X12-0630", "01", "level number", own, (self._count,)), node, number, "HL")
        above = node.parent
        while above is not None and not above.loop.id.startswith("20"):
            above = above.parent
        expected = above.rows[0][1][1:2] if above is not None and above.rows else []
        if parent and [parent] != expected:
            self._note(Defect("X12-0631", "02", "parent level number", parent), node, number, "HL")

    def _claim(self, elements: Elements, number: int, node: Node) -> None:
        own = at(elements, 1)
        if own in self._numbers:
            self._note(Defect("X12-0622", "01", "claim number", own), node, number, "CLM")
        if len(self._numbers) < _CLAIM_NUMBERS:
            self._numbers.add(own)

    def _say(
        self,
        defect: Defect,
        node: Node,
        number: int,
        identifier: str,
        below: str = "",
        within: Node | None = None,
    ) -> None:
        where = f"{path(node)}/{below}" if below else path(node)
        spot = f"{identifier}{defect.position}" if defect.position else identifier
        full = f"{where}/{spot}" if where and spot else where or spot
        place = Place(number, self._offset_of(number), full, defect.element, identifier)
        asked = CATALOGUE[defect.code].trigger
        trigger, at = _trigger(asked, node, number, identifier, below) if asked else ("", 0)
        words, value = defect.words, defect.value
        found = finding(defect.code, place, *words, value=value, trigger=trigger, trigger_segment=at)
        self._report(found, within or node)


def _passes(_use: SegmentUse, _elements: Elements, _component: str) -> tuple[Defect, ...]:
    """The check of a segment that has none."""
    return ()


def _children(node: Node) -> Iterator[At]:
    announced = at(node.rows[0][1], 4)
    below = any(loop.startswith("2000") for loop in (*node.kids, *(node.counts or ())))
    if announced in ("0", "1") and below != (announced == "1"):
        yield At(Defect("X12-0638", "04", "has child levels", announced), node.number, "HL")


def _trigger(asked: str, node: Node, number: int, identifier: str, below: str) -> tuple[str, int]:
    """Path and segment number of what makes a situational rule apply; empty and 0 where it does not stand here.

    It stands in the segment of the finding itself, in the inner loop that the finding names, or in the rule's own loop.
    """
    name = asked[:-2] if asked[-2:].isdigit() else asked.partition("-")[0][:-2] if "-" in asked else asked
    inner = next((kid for kid in node.kids.get(below[:4], ()) if below == f"{below[:4]}[{kid.index}]"), None)
    for loop, where in ((inner, f"{path(node)}/{below}"), (node, path(node))):
        if loop is None:
            continue
        found, at = find(loop, name)
        if found is not None:
            return f"{where}/{asked}", number if identifier == name and not below else at
    return "", 0


def _edges(marks: Delimiters) -> tuple[str, ...]:
    """What a text has where a value begins or ends with a space."""
    return tuple(
        edge for mark in (marks.element, marks.component) if mark for edge in (mark + " ", " " + mark)
    )
