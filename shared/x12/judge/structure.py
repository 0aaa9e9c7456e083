"""Whether a loop has what it must, not more than it may: segments and inner loops counted when the loop is over."""

from collections import Counter
from collections.abc import Iterator

from shared.x12.grammar import Loop, SegmentUse
from shared.x12.judge.defects import At, Defect
from shared.x12.walker import Node


def shape(node: Node) -> tuple[object, ...]:
    """What the count depends on: two loops of one shape have the same verdict."""
    tags: list[object] = [row[0] for row in node.rows]
    if node.kids:
        tags += [(loop, len(kids)) for loop, kids in node.kids.items()]
    if node.counts is not None:
        tags += node.counts.items()
    return tuple(tags)


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
        yield At(Defect("X12-0407", "", loop.name, "", (loop.id, loop.name)), 0, loop.trigger.id)
    if found > loop.max:
        kids = node.kids.get(loop.id, [])[loop.max :]
        numbers = [kid.number for kid in kids] or [0]
        for number in numbers:
            yield At(Defect("X12-0404", "", loop.name, "", (loop.id, loop.max)), number, loop.trigger.id)


def _excused(node: Node, loop: Loop) -> bool:
    """A subscriber level is not over with its own claims: claims may stand in patient levels below, and the other way round."""
    return False
