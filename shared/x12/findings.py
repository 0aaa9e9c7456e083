"""What can be wrong with a file: one entry per defect, with our stable code, plain words, the fix, the source, the 999 codes.

The pages in docs/findings are generated from this table (``make docs``). Problems and fixes never repeat
a value: findings travel to logs and worklists. ``{}`` in a text is filled with names of places, counts or differences.
"""

from typing import Final, Literal

from msgspec import Struct

from shared.x12.types import X12Finding

Severity = Literal["error", "warning"]


class Entry(Struct, frozen=True, kw_only=True):
    """One kind of defect. ``ik3`` and ``ik4`` are IK304 and IK403 of a 999, ``ik5`` IK502, ``ak9`` AK905, ``ta1`` TA105.

    ``at`` and ``element`` are the place of a defect that can only be in one: ``IEA02`` and its plain name. ``trigger`` is what
    makes a rule of a situation apply (``CLM05-3``; CTX of a 999), ``asks`` the segment that is missing then (IK301).
    """

    code: str
    severity: Severity
    title: str
    problem: str
    fix: str
    source: str
    ik3: str = ""
    ik4: str = ""
    ik5: str = ""
    ak9: str = ""
    ta1: str = ""
    at: str = ""
    element: str = ""
    asks: str = ""
    trigger: str = ""


CATALOGUE: Final[dict[str, Entry]] = {}
"""Every entry by its code; filled by the modules of ``shared.x12.catalogue``."""


class Place(Struct, frozen=True, gc=False):
    """Where a finding is: segment number in the file, byte offset, loop path, the field's plain name, the segment's id."""

    segment: int = 0
    offset: int = 0
    path: str = ""
    element: str = ""
    segment_id: str = ""


NOWHERE: Final = Place()

MOST: Final = 1000
"""Findings of one kind that a file, a transaction set or a remittance lists; of the others it says how many there are."""

MOST_OF_CLAIM: Final = 100
"""The same for one claim."""


def entry(
    code: str, severity: Severity, title: str, problem: str, fix: str, source: str, *, ik3: str = "", ik4: str = "",
    ik5: str = "", ak9: str = "", ta1: str = "", at: str = "", asks: str = "", trigger: str = "",
) -> None:  # fmt: skip
    """Add one kind of defect to the catalogue; a code is given once and for all. ``at``: ``IEA02 interchange control number``."""
    assert code not in CATALOGUE, code
    path, _, element = at.partition(" ")
    CATALOGUE[code] = Entry(
        code=code, severity=severity, title=title, problem=problem, fix=fix, source=source, ik3=ik3, ik4=ik4, ik5=ik5, ak9=ak9,
        ta1=ta1, at=path, element=element, asks=asks, trigger=trigger,
    )  # fmt: skip


def finding(
    code: str, place: Place = NOWHERE, *words: object, value: str = "", claim: str = "", trigger: str = "",
    trigger_segment: int = 0,
) -> X12Finding:  # fmt: skip
    """Make a finding of a catalogued kind; ``words`` fill the braces of its problem."""
    kind = CATALOGUE[code]
    return X12Finding(
        code=code,
        severity=kind.severity,
        segment=place.segment,
        offset=place.offset,
        path=place.path or kind.at,
        element=place.element or kind.element,
        title=kind.title,
        problem=kind.problem.format(*words),
        fix=kind.fix,
        source=kind.source,
        value=value,
        ik3=kind.ik3,
        ik4=kind.ik4,
        segment_id=place.segment_id,
        claim=claim,
        asked=kind.asks,
        trigger=trigger,
        trigger_segment=trigger_segment,
    )


class Findings:
    """Takes findings as they come and lists the first ``most`` of each kind, so that a hostile file can't fill the memory.

    Each kind is counted by itself: no flood of warnings hides an error.
    """

    __slots__ = ("_counts", "_listed", "_most")

    def __init__(self, most: int = MOST) -> None:
        self._most: Final = most
        self._counts: Final[dict[str, int]] = {}
        self._listed: list[X12Finding] = []

    def take(self, found: X12Finding) -> None:
        """Take one more."""
        count = self._counts.get(found.code, 0)
        self._counts[found.code] = count + 1
        if count < self._most:
            self._listed.append(found)

    def fetch(self) -> list[X12Finding]:
        """The findings that are listed and that nobody fetched yet."""
        listed, self._listed = self._listed, []
        return listed

    def rest(self) -> list[X12Finding]:
        """One finding for each kind of which more were taken than are listed: how many more."""
        return [
            finding("X12-0903", NOWHERE, count - self._most, code)
            for code, count in self._counts.items()
            if count > self._most
        ]

    def all(self) -> list[X12Finding]:
        """What is listed, and how many more there are: when no more will come."""
        return [*self.fetch(), *self.rest()]
