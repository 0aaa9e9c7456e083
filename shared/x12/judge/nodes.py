"""Looking into a finished loop: elements, amounts in cents, first segments, charges; and saying that a sum does not close."""

from collections.abc import Callable, Iterator

from shared.x12.elements import amount
from shared.x12.judge.defects import At, Defect
from shared.x12.walker import Elements, Node

Rule = Callable[[Node, str], Iterator[At]]
"""``(finished loop, component separator) -> defects``"""


def at(elements: Elements | None, position: int) -> str:
    """An element by its position, empty where there is none."""
    return elements[position] if elements is not None and position < len(elements) else ""


def cents(elements: Elements | None, position: int) -> int:
    """An amount in cents; 0 where there is none or none that can be read (the element's own finding says so)."""
    text = at(elements, position)
    try:
        return amount(text) if text else 0
    except ValueError:
        return 0


def find(node: Node, identifier: str) -> tuple[Elements | None, int]:
    """The first segment with an identifier, and its number."""
    for _, elements, number in node.rows:
        if elements[0] == identifier:
            return elements, number
    return None, node.number


def adjusted(node: Node) -> int:
    """The sum of all CAS amounts of a node."""
    total = 0
    for _, elements, _ in node.rows:
        if elements[0] == "CAS":
            total += sum(cents(elements, position) for position in range(3, len(elements), 3))
    return total


def charge(line: Node) -> int:
    """A line's charge: SV102 or SV203."""
    for _, elements, _ in line.rows:
        if elements[0] == "SV1":
            return cents(elements, 2)
    return cents(find(line, "SV2")[0], 3)


def off(
    code: str,
    position: str,
    element: str,
    expected: int,
    found: int,
    number: int,
    identifier: str,
    *words: object,
) -> At:
    """A sum that does not close. The difference is in its words; expected and found only in the value."""
    difference = found - expected
    return At(
        Defect(code, position, element, f"expected {expected} found {found} cents", (*words, difference)),
        number,
        identifier,
    )


def level(node: Node | None, loop: str) -> Node | None:
    """The open loop of that id around a node."""
    while node is not None and node.loop.id != loop:
        node = node.parent
    return node
