"""How segments are put together: control characters stand for the delimiters until a whole claim is cleaned at once.

A value can then contain anything: what collides with a delimiter is found in the one pass that turns the marks into
delimiters, instead of at every value.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from shared.claim import Adjustment, format_cents
from shared.x12.segments import Delimiters

S, E, R, C = "\x01", "\x02", "\x03", "\x04"
"""Marks for the segment terminator, the element, repetition and component separators; no partner uses these as delimiters."""

_TRAILING = re.compile(f"{E}+(?={S})|{C}+(?=[{S}{E}{R}])")
_CLEAN = re.compile(r"[A-Z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$\x01-\x04]*").fullmatch
_FOREIGN = re.compile(r"[^A-Z0-9 !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$\x01-\x04]+")
_PADDED = re.compile(r" *([\x01-\x04]) *")

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
    text = _TRAILING.sub("", text)
    if not _CLEAN(text):
        text = _cleaned(text)
    for mark, delimiter in ((E, delimiters.element), (S, delimiters.segment), (C, delimiters.component)):
        if delimiter in text:
            text = text.replace(delimiter, " ")
        text = text.replace(mark, delimiter)
    return text.replace(R, delimiters.repetition)


def _cleaned(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").upper()
    return _PADDED.sub(r"\1", _FOREIGN.sub(" ", plain))


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
