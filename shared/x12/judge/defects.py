"""What a check says: a kind of finding, at an element of a segment. Places become full findings in one spot (``Judge``)."""

from typing import NamedTuple

from shared.x12.walker import Node

_LEVELS = frozenset(("2000A",))


class Defect(NamedTuple):
    """``code`` of the catalogue; ``position`` as ``01`` or ``01-2``, empty for the whole segment; words for its problem."""

    code: str
    position: str = ""
    element: str = ""
    value: str = ""
    words: tuple[object, ...] = ()


class At(NamedTuple):
    """A defect of a loop's rule, at one of its segments (``number``, ``identifier``), or at its trigger when both are empty.

    ``below`` is the rest of the path when the segment stands in an inner loop: ``2400[2]``.
    """

    defect: Defect
    number: int = 0
    identifier: str = ""
    below: str = ""


def path(node: Node | None) -> str:
    """The loop path: ``2000B/2300[2]/2400[1]``. The root is left out, and 2000A where something lies below it.

    Loops that may occur once, and levels, which are counted by segment numbers, carry no index.
    """
    parts: list[str] = []
    while node is not None and node.parent is not None:
        loop = node.loop
        indexed = loop.max > 1 and not loop.id.startswith("2000")
        if not (parts and loop.id in _LEVELS):
            parts.append(f"{loop.id}[{node.index}]" if indexed else loop.id)
        node = node.parent
    return "/".join(reversed(parts))
