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

    ``at`` and ``element`` are the place of a defect that can only be in one: ``IEA02`` and its plain name.
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


def entry(
    code: str, severity: Severity, title: str, problem: str, fix: str, source: str, *, ik3: str = "", ik4: str = "",
    ik5: str = "", ak9: str = "", ta1: str = "", at: str = "",
) -> None:  # fmt: skip
    """Add one kind of defect to the catalogue; a code is given once and for all. ``at``: ``IEA02 interchange control number``."""
    assert code not in CATALOGUE, code
    path, _, element = at.partition(" ")
    CATALOGUE[code] = Entry(
        code=code, severity=severity, title=title, problem=problem, fix=fix, source=source, ik3=ik3, ik4=ik4, ik5=ik5, ak9=ak9,
        ta1=ta1, at=path, element=element,
    )  # fmt: skip


def finding(
    code: str, place: Place = NOWHERE, *words: object, value: str = "", claim: str = ""
) -> X12Finding:
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
    )
