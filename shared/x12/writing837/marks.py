"""How segments are put together: control characters stand for the delimiters until a whole claim is cleaned at once.

A value can then contain anything: what collides with a delimiter is found in the one pass that turns the marks into
delimiters, instead of at every value.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from itertools import islice

from shared.claim import Adjustment, format_cents
from shared.x12.segments import Delimiters

S, E, R, C = "\x01", "\x02", "\x03", "\x04"
"""Marks for the segment terminator, the element, repetition and component separators; no partner uses these as delimiters."""

_TRAILING = re.compile(f"{E}+(?={S})|{C}+(?=[{S}{E}{R}])")
_RUNS = tuple(E * length + S for length in (8, 4, 2, 1))
_ALIKE = bytes.maketrans(b"\2\3\4", b"\1\1\1")
_SET = rb"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 !\"&'()+,-./;?=%@[]_{}\|<>#$" + b"\1\2\3\4"
_FOREIGN = re.compile(r"[^A-Z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$\x01-\x04]+")
_BLANK_BEFORE = re.compile(r" +([\x01-\x04])")
_BLANK_BEHIND = re.compile(r"([\x01-\x04]) +")
_TOGETHER = 32

cents = lru_cache(maxsize=16384)(format_cents)


@lru_cache(maxsize=8192)
def day(value: date) -> str:
    """Write a date CCYYMMDD."""
    return value.isoformat().replace("-", "")


def span(first: date, last: date) -> str:
    """Write a period CCYYMMDD-CCYYMMDD."""
    return f"{day(first)}-{day(last)}"


def finish(text: str, delimiters: Delimiters) -> str:
    """Drop trailing empty elements, clean the values, and put the delimiters where the marks are.

    Lower case becomes upper case, accents go, and what the basic and extended character sets of X12 do not have, or
    what is a delimiter, becomes a space (005010X222A1 appendix B.1.1.2.2).
    """
    text = _trimmed(text)
    if not _is_clean(text):
        text = _cleaned(text)
        if _has_blank_ends(text):
            text = _BLANK_BEHIND.sub(r"\1", _BLANK_BEFORE.sub(r"\1", text))
    return _delimited(text, delimiters)


def finish_each(texts: Iterable[str], delimiters: Delimiters) -> Iterator[str]:
    """Finish each of many texts; the pieces that come are of several texts each.

    All passes cost by the call as much as by the character. Only blanks at the ends of values are a matter of each text by
    itself: they stay in one that is clean otherwise.
    """
    rest = iter(texts)
    while some := tuple(islice(rest, _TOGETHER)):
        text = _cleaned(_trimmed("".join(some)))
        if _has_blank_ends(text):
            yield "".join([finish(one, delimiters) for one in some])
        else:
            yield _delimited(text, delimiters)


def _trimmed(text: str) -> str:
    """Without empty elements and components at an end: runs of up to fifteen marks are cut without the regular expression."""
    if E + S in text:
        for run in _RUNS:
            text = text.replace(run, S)
    if E + S in text or C + S in text or C + E in text or C + R in text:
        text = _TRAILING.sub("", text)
    return text


def _is_clean(text: str) -> bool:
    return text.isascii() and not text.encode("ascii").translate(None, _SET)


def _cleaned(text: str) -> str:
    """In upper case and of X12's characters alone; what is clean stays as it is."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    text = text.upper()
    return text if _is_clean(text) else _FOREIGN.sub(" ", text)


def _has_blank_ends(text: str) -> bool:
    raw = text.encode("ascii").translate(_ALIKE)
    return b" \1" in raw or b"\1 " in raw


def _delimited(text: str, delimiters: Delimiters) -> str:
    for mark, delimiter in ((E, delimiters.element), (S, delimiters.segment), (C, delimiters.component)):
        if delimiter in text:
            text = text.replace(delimiter, " ")
        text = text.replace(mark, delimiter)
    return text.replace(R, delimiters.repetition)


def adjustments(reasons: Sequence[Adjustment]) -> list[str]:
    """Write CAS segments: reasons that follow each other under one group share a segment, up to six."""
    rows: list[str] = []
    group, count = "", 6
    for reason in reasons:
        if reason.group != group or count == 6:
            rows.append(f"CAS{E}{reason.group}")
            group, count = reason.group, 0
        rows[-1] += f"{E}{reason.reason}{E}{cents(reason.cents)}{E}{reason.quantity}"
        count += 1
    return [row + S for row in rows]
