"""Which loop does a segment belong to? A walk over the guide's table, remembered step by step.

The table is searched only the first time a kind of segment follows in a given place; the answer becomes a step of an
automaton, so that the usual segment costs one dictionary look-up. States are the open loops with the rank reached in
each: there are a few hundred, however large the file.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import Struct

from shared.x12.dictionary import DISCRIMINATORS
from shared.x12.grammar import Guide, Loop, SegmentUse

Elements = list[str]

_MOST_STEPS = 300


class Frame(NamedTuple):
    """An open loop and the rank of its item that was seen last."""

    loop: Loop
    rank: int


class Step:
    """What one segment does: leave ``close`` loops, open ``opens`` (outermost first), stand at ``use``.

    ``use`` is None when the guide has no place for it (then nothing moves). ``late`` tells that the place
    exists, but earlier: the segment is out of order. A late segment that opens no loop belongs ``close`` loops
    further out, and closes none.
    ``plain`` tells that it is neither of both, ``moves`` that loops open or close. ``fits`` and ``good`` belong to the judge: the
    test of a segment's text, and texts that passed.
    """

    __slots__ = ("close", "fits", "good", "late", "moves", "opens", "plain", "state", "tag", "use")

    def __init__(
        self, state: "State", use: SegmentUse | None, close: int, opens: tuple[Loop, ...], late: bool
    ) -> None:
        self.state: Final = state
        self.use: Final = use
        self.close: Final = close
        self.opens: Final = opens
        self.late: Final = late
        self.plain: Final = use is not None and not late
        self.moves: Final = bool(close or opens)
        self.tag: Final = use.tag if use is not None else ""
        self.fits: Callable[[str], object] | None = None
        self.good: Final[set[str]] = set()


class State:
    """A place in the guide: the frames from the root inwards, and the steps found so far."""

    __slots__ = ("frames", "steps")

    def __init__(self, frames: tuple[Frame, ...]) -> None:
        self.frames: Final = frames
        self.steps: Final[dict[str, Step]] = {}


class Node(Struct, eq=False):
    """One instance of a loop: its segments as ``(tag, elements, segment number)`` in order, and its inner loops by id.

    ``elements[0]`` is the identifier, so ``elements[1]`` is element 01. ``number`` is the first segment's. ``index`` counts
    instances of the loop within ``parent``, from 1; ``parent`` is known while the loop is open (no cycles are left behind).
    ``counts`` counts inner loops that are not hung in ``kids`` because they stream by; ``head`` is the number of the first
    segment of the first of them. ``coded`` is the judge's: how many diagnoses there are, -1 while nobody has counted.
    """

    loop: Loop
    number: int
    parent: "Node | None" = None
    index: int = 1
    rows: list[tuple[str, Elements, int]] = []
    kids: dict[str, list["Node"]] = {}
    counts: dict[str, int] | None = None
    head: int = 0
    coded: int = -1

    def hang(self, inner: "Node") -> None:
        """Hang an inner loop into this one; its index says which of its kind it is."""
        siblings = self.kids.get(inner.loop.id)
        if siblings is None:
            self.kids[inner.loop.id] = [inner]
        else:
            siblings.append(inner)
            inner.index = len(siblings)

    def count(self, loop: str) -> int:
        """How many inner loops of that id there were."""
        if self.counts is not None and loop in self.counts:
            return self.counts[loop]
        return len(self.kids.get(loop, ()))

    def first(self, tag: str) -> Elements | None:
        """The first segment at that place, or None."""
        for row in self.rows:
            if row[0] == tag:
                return row[1]
        return None

    def all(self, tag: str) -> list[Elements]:
        """All segments at that place, in order."""
        return [row[1] for row in self.rows if row[0] == tag]

    def kid(self, loop: str) -> "Node | None":
        """The first inner loop of that id, or None."""
        found = self.kids.get(loop)
        return found[0] if found else None


class Walker:
    """The automaton of one guide. Shared by all readings: it only ever learns."""

    def __init__(self, guide: Guide) -> None:
        self.guide: Final = guide
        self.start: Final = State((Frame(guide.root, 0),))
        self._states: dict[tuple[tuple[str, int], ...], State] = {}
        self.known: Final = frozenset(_identifiers(guide.root))

    def step(self, state: State, key: str, identifier: str, code: str) -> Step:
        """Find where a segment goes from ``state`` and remember it under ``key``."""
        step = self._search(state, identifier, code, ordered=True) or self._search(
            state, identifier, code, ordered=False
        )
        # Codes that no table names must not grow the memory of the walker, which lives on after a hostile file.
        if len(state.steps) >= _MOST_STEPS:
            state.steps.clear()
        state.steps[key] = step = step or Step(state, None, 0, (), False)
        return step

    def _search(self, state: State, identifier: str, code: str, *, ordered: bool) -> Step | None:
        frames = state.frames
        for depth in range(len(frames) - 1, -1, -1):
            loop, rank = frames[depth]
            # A loop's trigger never repeats within it: a second one opens the loop anew, from the parent.
            for item in loop.items[1:]:
                if ordered and item.order < rank:
                    continue
                path = _fits(item, identifier, code)
                if path is not None:
                    stays = frames[: depth + 1]
                    return self._moved(
                        state, stays, item.order if ordered else rank, path, len(frames) - depth - 1, ordered
                    )
        return None

    def _moved(
        self,
        state: State,
        frames: tuple[Frame, ...],
        rank: int,
        path: tuple["Loop | SegmentUse", ...],
        close: int,
        ordered: bool,
    ) -> Step:
        *opened, use = path
        assert isinstance(use, SegmentUse)
        loops = tuple(item for item in opened if isinstance(item, Loop))
        if not ordered and not loops:
            # A late segment is noted where it belongs, and reading goes on where it stood.
            return Step(state, use, close, (), True)
        base = frames[-1].loop
        inner = [Frame(item, follower.order) for item, follower in zip(loops, path[1:], strict=False)]
        return Step(self._state((*frames[:-1], Frame(base, rank), *inner)), use, close, loops, not ordered)

    def _state(self, frames: tuple[Frame, ...]) -> State:
        key = tuple((frame.loop.id, frame.rank) for frame in frames)
        state = self._states.get(key)
        if state is None:
            state = self._states[key] = State(frames)
        return state


def _fits(item: "SegmentUse | Loop", identifier: str, code: str) -> tuple["Loop | SegmentUse", ...] | None:
    if isinstance(item, SegmentUse):
        return (item,) if item.id == identifier and (not item.only or code in item.only) else None
    inner = _fits(item.items[0], identifier, code)
    return (item, *inner) if inner is not None else None


def _identifiers(loop: Loop) -> set[str]:
    found = {use.id for use in loop.segments}
    for inner in loop.loops:
        found |= _identifiers(inner)
    return found


def code_of(elements: Elements, component: str) -> str:
    """The value that tells namesakes apart (NM101, HI01-1, HL03 ...), empty where the identifier suffices."""
    place = DISCRIMINATORS.get(elements[0])
    if place is None or len(elements) <= place[0]:
        return ""
    value = elements[place[0]]
    return value.split(component, 1)[0] if place[1] and component else value
