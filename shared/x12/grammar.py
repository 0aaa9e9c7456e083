"""What a guide's table is made of: elements, segments, loops. One table drives reader, judge, writer and pages.

A guide module says its table in the notation of ``shared.x12.notation``; the X12 standard's own facts (type and
length of data element 67, which elements an NM1 has, that NM108 and NM109 come as a pair) are said once in
``shared.x12.dictionary``.
"""

from typing import Literal

from msgspec import Struct

Usage = Literal["R", "S", "N"]
"""R required, S situational, N not used by the guide (though the standard has it)."""

MANY = 1 << 30
"""A repeat that the guide does not limit."""


class Element(Struct, frozen=True, kw_only=True, gc=False):
    """One element of a segment, or one component of a composite.

    ``position`` is 1-based. ``number`` is the X12 data element (``67``, ``C003``), ``kind`` its type: AN, ID, DT, TM,
    R, Nn, B, or ``C`` for a composite. ``codes`` empty means that the guide names no codes. ``repeats`` > 1 allows
    the repetition separator.
    """

    position: int
    name: str
    number: str
    kind: str
    low: int
    high: int
    usage: Usage
    codes: frozenset[str] = frozenset()
    repeats: int = 1
    components: tuple["Element", ...] = ()


class Condition(Struct, frozen=True, gc=False):
    """A relational condition of the standard (X12.6 section 3.8.3): P, R, E, C or L and the positions it ties.

    P all or none, R at least one, E at most one, C if the first then all others, L if the first then one of the others.
    """

    kind: Literal["P", "R", "E", "C", "L"]
    positions: tuple[int, ...]

    @property
    def text(self) -> str:
        """The condition as the standard prints it: ``P0809``."""
        return self.kind + "".join(f"{p:02d}" for p in self.positions)


class SegmentUse(Struct, frozen=True, kw_only=True):
    """One place of a segment in a loop: usage, repeats, elements, and by which codes it is told from its neighbours.

    ``tag`` names the place within its loop: the identifier, and where a code tells it apart, ``*`` and the codes
    (``REF*EI/SY``, ``N3``). ``order`` is its rank in the loop: equal ranks may come in any order (neighbours with the
    same identifier). ``only`` holds the discriminating codes, empty when the identifier suffices.
    ``elements`` runs to the last position of the standard; those the guide leaves out have usage N.
    """

    id: str
    tag: str
    name: str
    usage: Usage
    max: int
    elements: tuple[Element, ...]
    conditions: tuple[Condition, ...] = ()
    only: frozenset[str] = frozenset()
    order: int = 0


class Loop(Struct, frozen=True, kw_only=True):
    """A loop: its segments and the loops inside it, in order; the first segment is the trigger.

    ``rules`` names checks over the whole loop instance (``shared.x12.judge`` holds them by name): situational rules
    that can be computed, and sums.
    """

    id: str
    name: str
    usage: Usage
    max: int
    items: tuple["SegmentUse | Loop", ...]
    order: int = 0
    rules: tuple[str, ...] = ()

    @property
    def trigger(self) -> SegmentUse:
        """The segment that opens the loop."""
        first = self.items[0]
        return first if isinstance(first, SegmentUse) else first.trigger

    @property
    def segments(self) -> tuple[SegmentUse, ...]:
        """The loop's own segments."""
        return tuple(i for i in self.items if isinstance(i, SegmentUse))

    @property
    def loops(self) -> tuple["Loop", ...]:
        """The loops directly inside."""
        return tuple(i for i in self.items if isinstance(i, Loop))


class Guide(Struct, frozen=True, kw_only=True):
    """One implementation guide. ``versions`` are the GS08/ST03 values it is announced by, the first is what we write.

    ``root`` is the transaction set from ST to SE.
    """

    type: str
    set_id: str
    functional: str
    title: str
    versions: tuple[str, ...]
    root: Loop
