"""The levels of a 276, 277 or 277CA, and how a loop's segments go into values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from shared.claim import Segment
from shared.x12.elements import kept, padded

Rows = Sequence[Sequence[str]]
Values = dict[str, Any]
Part = Callable[[Values, Sequence[str]], bool]


def levels(segments: Rows) -> Iterator[tuple[str, int, Rows]]:
    """Split a set at its HL segments: level code (HL03), index of its first segment, segments.

    What stands before the first comes first, with an empty code.
    """
    bounds = [at for at, segment in enumerate(segments) if segment[0] in ("HL", "SE")]
    bounds.append(len(segments))
    yield "", 0, segments[: bounds[0]]
    for at, end in pairwise(bounds):
        code = padded(segments[at], 4)[3] if segments[at][0] == "HL" else "SE"
        yield code, at, segments[at:end]


def fill(
    values: Values,
    parts: Mapping[str, Part],
    block: Rows,
    number: int,
    loop: str,
    component: str,
    unread: list[int],
) -> list[Segment]:
    """Put a loop's segments into ``values``; gives those that no part takes whole, in order.

    ``number`` is the first segment's. Numbers of segments that could not be read are added to ``unread``.
    """
    extra = []
    for at, segment in enumerate(block, number):
        read = parts.get(segment[0])
        try:
            whole = read is not None and read(values, segment)
        except (ValueError, IndexError):
            unread.append(at)
            whole = False
        if not whole:
            extra.append(kept(loop, segment, component))
    return extra


def nothing(values: Values, segment: Sequence[str]) -> bool:
    """Take a segment that says nothing that the values do not know."""
    return True
