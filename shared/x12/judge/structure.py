"""Whether a loop has what it must, not more than it may: segments and inner loops counted when the loop is over."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.x12.grammar import Loop, SegmentUse
from shared.x12.judge.defects import At, Defect
from shared.x12.judge.nodes import Rule
from shared.x12.judge.rules import NEEDED, RULES
from shared.x12.walker import Node

Shape = tuple[tuple[str, ...], *tuple[object, ...]]
"""Tags of segments, inner loops that hang there, inner loops that streamed by."""


class Needs(NamedTuple):
    """What a loop must have, and what it may have more than once: tags of segments, ids of inner loops.

    ``known`` are shapes that were found whole, each with the rules of the loop that it calls for.
    """

    segments: tuple[str, ...]
    loops: tuple[str, ...]
    most: dict[str, int]
    most_loops: dict[str, int]
    known: dict[Shape, tuple[Rule, ...]]


_NEEDS: dict[int, tuple[Loop, Needs]] = {}
"""By the identity of the loop's table entry, which is kept so that the identity stays its own."""

_REMEMBERED, _USUAL = 1024, 64
"""Shapes that are remembered, and how many segments one may have."""


def needs(loop: Loop) -> Needs:
    """The needs of a loop, made once from its table."""
    known = _NEEDS.get(id(loop))
    if known is None:
        made = Needs(
            tuple(use.tag for use in loop.segments if use.usage == "R"),
            tuple(inner.id for inner in loop.loops if inner.usage == "R"),
            {use.tag: use.max for use in loop.segments},
            {inner.id: inner.max for inner in loop.loops},
            {},
        )
        known = _NEEDS[id(loop)] = loop, made
    return known[1]


def shape_of(node: Node) -> Shape:
    """What structure and the choice of rules depend on: tags in order, inner loops with how many there are of each."""
    tags = tuple([row[0] for row in node.rows])
    inner: tuple[object, ...] = ()
    if node.kids:
        inner = tuple([(loop, len(kids)) for loop, kids in node.kids.items()])
    return (tags, inner, tuple(node.counts.items())) if node.counts else (tags, inner)


def rules_of(node: Node) -> tuple[Rule, ...] | None:
    """The rules that are asked about a loop that has what it must and not more than it may; None for one that has not."""
    kept = _NEEDS.get(id(node.loop))
    need, shape = kept[1] if kept else needs(node.loop), shape_of(node)
    rules = need.known.get(shape)
    if rules is None and _whole(node, need):
        rules = called_for(node)
        tags = shape[0]
        if len(need.known) < _REMEMBERED and len(tags) <= _USUAL and need.most.keys() >= set(tags):
            need.known[shape] = rules
    return rules


def called_for(node: Node) -> tuple[Rule, ...]:
    """The rules of a loop but those that have nothing to say without a segment or an inner loop that is not there."""
    there = {elements[0] for _, elements, _ in node.rows}.union(node.kids)
    return tuple([RULES[name] for name in node.loop.rules if NEEDED.get(name, "") in ("", *there)])


def _whole(node: Node, need: Needs) -> bool:
    rows, kids, counts = node.rows, node.kids, node.counts
    seen = Counter([row[0] for row in rows])
    if any(tag not in seen for tag in need.segments):
        return False
    if any(found > 1 and found > need.most.get(tag, found) for tag, found in seen.items()):
        return False
    if any(loop not in kids and (counts is None or loop not in counts) for loop in need.loops):
        return False
    return not (kids or counts) or _within(need.most_loops, kids, counts)


def _within(most: dict[str, int], kids: Mapping[str, list[Node]], counts: dict[str, int] | None) -> bool:
    for loop, nodes in kids.items():
        if len(nodes) > most.get(loop, 1):
            return False
    return counts is None or all(found <= most.get(loop, found) for loop, found in counts.items())


def count(node: Node) -> Iterator[At]:
    """Find missing and surplus segments and inner loops of one node."""
    seen = Counter(row[0] for row in node.rows)
    for item in node.loop.items:
        if isinstance(item, SegmentUse):
            yield from _segments(node, item, seen[item.tag])
        else:
            yield from _loops(node, item, node.count(item.id))


def _segments(node: Node, use: SegmentUse, found: int) -> Iterator[At]:
    if not found and use.usage == "R":
        yield At(Defect("X12-0403", "", use.name, "", (use.id, use.name)), 0, use.id)
    if found > use.max:
        surplus = [number for tag, _, number in node.rows if tag == use.tag][use.max :]
        for number in surplus:
            yield At(Defect("X12-0405", "", use.name, "", (use.id, use.max)), number, use.id)


def _loops(node: Node, loop: Loop, found: int) -> Iterator[At]:
    if not found and loop.usage == "R" and not _excused(node, loop):
        yield At(Defect("X12-0407", "", loop.name, "", (loop.id, loop.name)), 0, loop.trigger.id, loop.id)
    if found > loop.max:
        kids = node.kids.get(loop.id, [])[loop.max :]
        numbers = [kid.number for kid in kids] or [0]
        for number in numbers:
            yield At(
                Defect("X12-0404", "", loop.name, "", (loop.id, loop.max)), number, loop.trigger.id, loop.id
            )


def _excused(node: Node, loop: Loop) -> bool:
    """A subscriber level is not over with its own claims: claims may stand in patient levels below, and the other way round."""
    return False
