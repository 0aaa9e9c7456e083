"""Ways to spoil a claim file: each function makes one defect and says where it must be noticed."""

import itertools
from collections.abc import Callable

from tests.mutants.kinds import Segments, Spoil, Spot, where


def late(identifier: str, behind: str, path: str) -> Spoil:
    """A segment moved behind one that must follow it."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        later = where(segments, behind, after=at or 0) if at is not None else None
        if at is None or later is None or later < at:
            return None
        moved = segments.pop(at)
        segments.insert(later, moved)
        return Spot(later + 1, path)

    return spoil


def again(identifier: str, *codes: str, path: str) -> Spoil:
    """The same segment twice."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        segments.insert(at + 1, list(segments[at]))
        return Spot(at + 2, path)

    return spoil


def claim_twice(segments: Segments) -> Spot | None:
    """A claim begins anew right after it began: the first one has nothing of what a claim needs."""
    at = where(segments, "CLM")
    if at is None:
        return None
    segments.insert(at + 1, list(segments[at]))
    return Spot(at + 1, "HI")


def when(fits: Callable[[Segments], bool], spoil: Spoil) -> Spoil:
    """A defect that only files of a certain kind can have."""
    return lambda segments: spoil(segments) if fits(segments) else None


def claim_says(position: int, *words: str) -> Callable[[Segments], bool]:
    """Whether the first claim has one of the words among the components of an element."""

    def fits(segments: Segments) -> bool:
        claim = segments[where(segments, "CLM") or 0]
        return len(claim) > position and not set(words).isdisjoint(claim[position].split(":"))

    return fits


def begins(identifier: str, position: int, *words: str) -> Callable[[Segments], bool]:
    """Whether an element of the first such segment begins with one of the words."""

    def fits(segments: Segments) -> bool:
        at = where(segments, identifier)
        elements = segments[at] if at is not None else []
        return len(elements) > position and elements[position].startswith(words)

    return fits


def component(identifier: str, position: int, component: int, value: str, path: str) -> Spoil:
    """One component of a composite replaced."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None or len(segments[at]) <= position:
            return None
        parts = segments[at][position].split(":")
        parts += [""] * (component - len(parts))
        parts[component - 1] = value
        segments[at][position] = ":".join(parts)
        return Spot(at + 1, path)

    return spoil


def add_cent(identifier: str, position: int, path: str) -> Spoil:
    """An amount changed by one cent."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None or len(segments[at]) <= position:
            return None
        segments[at][position] = more(segments[at][position])
        return Spot(at + 1, path)

    return spoil


def more(amount: str) -> str:
    return f"{(round(float(amount or 0) * 100) + 1) / 100:.2f}"


def claim_off(segments: Segments) -> Spot | None:
    """CLM02 a cent too high, on a claim without other payers."""
    at = alone(segments)
    if at is None:
        return None
    segments[at][2] = more(segments[at][2])
    return Spot(at + 1, "CLM02")


def alone(segments: Segments) -> int | None:
    """A claim that has no other payer: its sums are those of its lines alone."""
    starts = [i for i, e in enumerate(segments) if e[0] == "CLM"] + [len(segments)]
    for start, stop in itertools.pairwise(starts):
        if not any(e[0] == "OI" for e in segments[start:stop]):
            return start
    return None


def line_off(segments: Segments) -> Spot | None:
    """A line's charge a cent too high: the claim does not sum up."""
    claim = alone(segments)
    if claim is None:
        return None
    at = next(i for i in range(claim, len(segments)) if segments[i][0] in ("SV1", "SV2"))
    position = 2 if segments[at][0] == "SV1" else 3
    segments[at][position] = more(segments[at][position])
    return Spot(claim + 1, "CLM02")


def paid_off_of_lines(segments: Segments) -> Spot | None:
    """The same on a claim whose lines say what that payer paid."""
    at, line = where(segments, "AMT", "D"), where(segments, "SVD")
    if at is None or line is None or line < at or any(e[0] in ("CLM", "SBR") for e in segments[at:line]):
        return None
    return paid_off(segments)


def paid_off(segments: Segments) -> Spot | None:
    """AMT*D a cent too high: the claim-level equation breaks."""
    at = where(segments, "AMT", "D")
    if at is None:
        return None
    segments[at][2] = more(segments[at][2])
    return Spot(at + 1, "AMT02")


def pointer(segments: Segments) -> Spot | None:
    at = where(segments, "SV1")
    if at is None:
        return None
    segments[at][7] = "12:11" if segments[at][7].startswith("12") else "12"
    claim = max(i for i in range(at) if segments[i][0] == "CLM")
    diagnoses = sum(len(e) - 1 for e in segments[claim:at] if e[0] == "HI" and e[1].startswith("ABK"))
    return None if diagnoses == 12 else Spot(at + 1, "SV107-1")


def same_control(segments: Segments) -> Spot | None:
    first = where(segments, "REF", "6R")
    second = where(segments, "REF", "6R", of=2)
    claims = [i for i, e in enumerate(segments) if e[0] == "CLM"]
    if first is None or second is None or any(first < i < second for i in claims):
        return None
    segments[second][2] = segments[first][2]
    return Spot(second + 1, "REF02")


def reference_of_seven(segments: Segments) -> Spot | None:
    at = where(segments, "REF", "F8")
    claim = next((i for i, e in enumerate(segments) if e[0] == "CLM" and e[5].endswith((":7", ":8"))), None)
    if at is None or claim is None or at < claim:
        return None
    del segments[at]
    return Spot(claim + 1, "CLM05-3")


def same_order(segments: Segments) -> Spot | None:
    other = next((i for i, e in enumerate(segments) if e[0] == "SBR" and e[2:3] not in (["18"], [""])), None)
    if other is None:
        return None
    billed = max(i for i in range(other) if segments[i][0] == "SBR" and segments[i - 1][0] == "HL")
    segments[other][1] = segments[billed][1]
    return Spot(other + 1, "SBR01")


def no_relationship(segments: Segments) -> Spot | None:
    at = where(segments, "SBR")
    if at is None or segments[at][2] != "18":
        return None
    segments[at][2] = ""
    return Spot(at + 1, "SBR02")


def own_address(identifier: str) -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        level = next(
            (
                i
                for i, e in enumerate(segments)
                if e[0] == "SBR" and e[2:3] == ["18"] and segments[i - 1][0] == "HL"
            ),
            None,
        )
        if level is None:
            return None
        name = where(segments, "NM1", "IL", after=level)
        at = where(segments, identifier, after=level)
        assert name is not None
        assert at is not None
        del segments[at]
        return Spot(name + 1, identifier)

    return spoil


def wrong_first_segment(segments: Segments) -> Spot | None:
    """A loop whose trigger is missing: what follows has no place."""
    at = where(segments, "NM1", "PR")
    if at is None or where(segments, "N3", after=at) != at + 1:
        return None
    del segments[at]
    level = max(i for i in range(at) if segments[i][0] == "HL")
    return Spot(level + 1, "NM1")
