"""The order of segments in a loop: the table's, never the writer's."""

from collections.abc import Iterable
from operator import itemgetter
from typing import Final

from shared.claim import Segment
from shared.x12.grammar import Guide, Loop, SegmentUse
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P
from shared.x12.walker import code_of
from shared.x12.writing837.marks import C, E, R, S

Rows = list[tuple[int, str]]
"""Written segments with their rank in the loop."""

_RANK, _TEXT = itemgetter(0), itemgetter(1)


class Places(dict[str, int]):
    """Ranks of a loop's segments by tag; what the loop has no place for goes last, for the judge to see."""

    def __missing__(self, tag: str) -> int:
        return 999


class Ranks:
    """Ranks of every segment place of one guide, by loop and tag."""

    __slots__ = ("_uses", "loops", "professional", "version")

    def __init__(self, guide: Guide) -> None:
        self.professional: Final = guide.type == "837P"
        self.version: Final = guide.versions[0]
        self.loops: Final[dict[str, Places]] = {}
        self._uses: Final[dict[str, list[tuple[int, SegmentUse]]]] = {}
        self._add(guide.root)

    def _add(self, loop: Loop) -> None:
        places = [(rank, item) for rank, item in enumerate(loop.items) if isinstance(item, SegmentUse)]
        self._uses[loop.id] = places
        found = self.loops[loop.id] = Places({use.tag: rank for rank, use in places})
        found.update({f"{use.id}*{code}": rank for rank, use in places for code in use.only})
        for inner in loop.loops:
            self._add(inner)

    def of(self, loop: str, elements: tuple[str, ...]) -> int | None:
        """The rank of a kept segment in its loop; None when the guide has no such place."""
        code = code_of(list(elements), ":")
        for rank, use in self._uses.get(loop, ()):
            if use.id == elements[0] and (not use.only or code in use.only):
                return rank
        return None

    def keep(self, rows: Rows, loop: str, extra: Iterable[Segment]) -> None:
        """Add the kept segments of a loop at their ranks; what the guide has no place for is not written."""
        for segment in extra:
            if segment.loop == loop:
                rank = self.of(loop, segment.elements)
                if rank is not None:
                    rows.append((rank, _text(segment.elements)))


def _text(elements: tuple[str, ...]) -> str:
    return E.join(elements).replace(":", C).replace("^", R) + S


def joined(rows: Rows) -> str:
    """One loop's segments in the table's order."""
    rows.sort(key=_RANK)
    return "".join(map(_TEXT, rows))


PROFESSIONAL: Final = Ranks(CLAIM_837P)
INSTITUTIONAL: Final = Ranks(CLAIM_837I)
