"""One regular expression per place of a segment, made from the table: a clean segment costs one match and nothing else.

What does not match is looked at element by element (``shared.x12.judge.elements``), which says what is wrong.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from shared.x12.grammar import Condition, Element, SegmentUse
from shared.x12.segments import Delimiters

_MONTH = (
    r"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)|02(?:0[1-9]|1\d|2[0-8]))"
)
_LEAP = r"(?:\d\d(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)0229"
DATE = rf"(?:(?:1[89]|2\d)\d\d{_MONTH}|{_LEAP})"
"""A date CCYYMMDD that exists, from 1800 on."""

TIME = r"(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d(?:\d\d?)?)?"
"""A time HHMM, HHMMSS or with hundredths."""


_USUAL = Delimiters()
_OTHERS = Delimiters("\x02", "\x04", "\x03", "\x01")


class Spelling(NamedTuple):
    """Which delimiters the patterns are made for, and how a text gets them (None: it has them)."""

    marks: Delimiters
    table: dict[int, str] | None


@lru_cache(maxsize=256)
def spelling(marks: Delimiters) -> Spelling:
    """Patterns are made twice at most: for the usual delimiters, and for all others, whose texts are respelt.

    Else a file whose every interchange announces delimiters of its own would have hundreds of patterns made for each.
    """
    if (marks.element, marks.component, marks.repetition) == ("*", ":", "^"):
        return Spelling(_USUAL, None)
    table = {ord(mark): "\x00" for mark in (_OTHERS.element, _OTHERS.component, _OTHERS.repetition)}
    for own, ours in ((marks.repetition, "\x03"), (marks.component, "\x04"), (marks.element, "\x02")):
        if own:
            table[ord(own)] = ours
    return Spelling(_OTHERS, table)


@lru_cache(maxsize=4096)
def matcher(use: SegmentUse, marks: Delimiters) -> Callable[[str], re.Match[str] | None]:
    """The test that a clean segment of this place passes, for the delimiters of its interchange."""
    return re.compile(_segment(use, marks)).fullmatch


def _segment(use: SegmentUse, marks: Delimiters) -> str:
    separator = re.escape(marks.element)
    ties = "".join(_condition(c, separator) for c in use.conditions if _can_break(c, use))
    ends = "".join(re.escape(m) for m in (marks.element, marks.component, marks.repetition) if m)
    return f"{ties}{use.id}{_tail(use.elements, separator, marks)}(?<![{ends}])"


def _can_break(condition: Condition, use: SegmentUse) -> bool:
    """Conditions over elements that the guide makes all required or leaves all out can't be broken by a match."""
    return any(use.elements[p - 1].usage == "S" for p in condition.positions)


def _tail(elements: Sequence[Element], separator: str, marks: Delimiters) -> str:
    """What follows: a separator before each, and what is empty at the end left off."""
    text, needed = "", False
    for element in reversed(elements):
        if element.usage == "N" and not text:
            continue
        part = _element(element, marks)
        needed = needed or element.usage == "R"
        text = f"{separator}{part if element.usage != 'S' else f'(?:{part})?'}{text}"
        text = text if needed else f"(?:{text})?"
    return text


def _element(element: Element, marks: Delimiters) -> str:
    if element.usage == "N":
        return ""
    one = _composite(element, marks) if element.components else simple(element, marks)
    if element.repeats > 1 and marks.repetition:
        return f"{one}(?:{re.escape(marks.repetition)}{one}){{0,{element.repeats - 1}}}"
    return one


def _composite(element: Element, marks: Delimiters) -> str:
    first, *others = element.components
    head = _element(first, marks)
    return (head if first.usage == "R" else f"(?:{head})?") + _tail(others, re.escape(marks.component), marks)


def simple(element: Element, marks: Delimiters) -> str:
    """The pattern of a simple element's value."""
    if element.codes:
        return "(?:" + "|".join(sorted(map(re.escape, element.codes))) + ")"
    low, high = element.low, element.high
    if element.kind == "DT":
        return DATE if high == 8 else rf"\d\d{_MONTH}|\d\d0229"
    if element.kind == "TM":
        return TIME
    if element.kind.startswith("N"):
        return rf"-?\d{{{low},{high}}}"
    if element.kind == "R":
        return rf"(?!-?(?:\.?\d){{{high + 1}}})-?(?:\d+(?:\.\d*)?|\.\d+)"
    return f"[{allowed(marks)}]{{{low},{high}}}"


@lru_cache(maxsize=64)
def allowed(marks: Delimiters) -> str:
    """The inside of a character class: printable ASCII without the delimiters."""
    taken = {marks.element, marks.component, marks.repetition, marks.segment}
    return "".join(re.escape(chr(c)) for c in range(32, 127) if chr(c) not in taken)


def _condition(condition: Condition, separator: str) -> str:
    present = [rf"(?=(?:[^{separator}]*{separator}){{{p}}}[^{separator}])" for p in condition.positions]
    absent = [rf"(?!(?:[^{separator}]*{separator}){{{p}}}[^{separator}])" for p in condition.positions]
    everything, nothing = "".join(present), "".join(absent)
    if condition.kind == "P":
        return f"(?:{everything}|{nothing})"
    if condition.kind == "R":
        return "(?:" + "|".join(present) + ")"
    if condition.kind == "E":
        return (
            "(?:"
            + nothing
            + "|"
            + "|".join(
                present[i] + "".join(a for j, a in enumerate(absent) if j != i) for i in range(len(present))
            )
            + ")"
        )
    if condition.kind == "C":
        return f"(?:{absent[0]}|{''.join(present)})"
    return f"(?:{absent[0]}|" + "|".join(present[1:]) + ")"
