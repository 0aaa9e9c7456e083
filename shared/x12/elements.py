"""Single elements of payer answers, read strictly and fast: amounts, dates, times, names.

Each function raises ValueError, with a message that does not repeat the text, when the element is not what it must be.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from functools import lru_cache

from shared.claim import Address, Cents, Contact, Name, Segment, parse_cents

_PAD = [""] * 20
_LONGEST_AMOUNT = 40
_MOST = 10**17


def padded(segment: Sequence[str], size: int) -> list[str]:
    """Give the first ``size`` elements, identifier first, empty where the sender left off."""
    return [*segment, *_PAD][:size]


@lru_cache(maxsize=16384)
def amount(text: str) -> Cents:
    """Read an amount; the two usual forms without the general reader's regular expression, repeats from memory.

    What no database holds in 64 bits is no amount: element 782 has at most 18 digits, and no bill as many.
    """
    if text.isdecimal() and text.isascii() and len(text) < 15:
        return int(text) * 100
    if text[-3:-2] == "." and len(text) < 18:
        digits = text[:-3] + text[-2:]
        if digits.isdecimal() and digits.isascii():
            return int(digits)
    cents = parse_cents(text) if len(text) <= _LONGEST_AMOUNT else _MOST
    if abs(cents) >= _MOST:
        raise ValueError("an amount larger than any")
    return cents


@lru_cache(maxsize=8192)
def day(text: str) -> date:
    """Read a date CCYYMMDD. Days repeat within a file, so that the last thousands are remembered."""
    if len(text) != 8 or not text.isdecimal() or not text.isascii():
        raise ValueError("not a date CCYYMMDD")
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def clock(text: str) -> time:
    """Read a time HHMM, HHMMSS or with hundredths behind."""
    if len(text) not in (4, 6, 7, 8) or not text.isdecimal() or not text.isascii():
        raise ValueError("not a time")
    hundredths = int(text[6:].ljust(2, "0")) if len(text) > 6 else 0
    return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0), hundredths * 10_000)


def moment(day_text: str, time_text: str) -> datetime:
    """Join a date and a time element. X12 says no zone: UTC is taken."""
    return datetime.combine(day(day_text), clock(time_text) if time_text else time(), UTC)


def period(form: str, text: str) -> tuple[date, date | None]:
    """Read DTP02 and DTP03: one day (D8), or the first and last of a span (RD8)."""
    if form == "RD8":
        first, dash, last = text.partition("-")
        if not dash:
            raise ValueError("not a span of dates")
        return day(first), day(last)
    if form != "D8":
        raise ValueError("not a date format of this guide")
    return day(text), None


def name_of(segment: Sequence[str]) -> tuple[Name, str, str]:
    """Read an NM1: the name, the identifier's qualifier and the identifier."""
    _, _, kind, last, first, middle, prefix, suffix, qualifier, identifier = padded(segment, 10)
    name = Name(last=last, first=first, middle=middle, prefix=prefix, suffix=suffix, organization=kind == "2")
    return name, qualifier, identifier


def name_is_whole(segment: Sequence[str], qualifier: str) -> bool:
    """Whether name and identifier say all of an NM1: nothing behind NM109, and the qualifier that is written back."""
    if len(segment) > 10 or len(segment) < 3 or segment[2] not in ("1", "2"):
        return False
    said, identifier = padded(segment, 10)[8:]
    return (said, bool(identifier)) in ((qualifier, True), ("", False))


def contact_of(segment: Sequence[str]) -> Contact:
    """Read a PER: the name and up to three numbers with their qualifiers."""
    elements = padded(segment, 9)
    pairs = ((elements[at], elements[at + 1]) for at in (3, 5, 7))
    return Contact(name=elements[2], numbers=tuple(pair for pair in pairs if any(pair)))


def address_of(street: Sequence[str], city: Sequence[str]) -> Address:
    """Read N3 and N4, either of which may be missing (then empty)."""
    _, line1, line2 = padded(street, 3)
    _, town, state, code, country, _, _, subdivision = padded(city, 8)
    return Address(
        line1=line1, line2=line2, city=town, state=state, zip=code, country=country, subdivision=subdivision
    )


def kept(loop: str, segment: Sequence[str], component: str = ":") -> Segment:
    """Keep a segment as it was read, for what no field models; components are joined by ``:`` whatever the file said."""
    if component != ":":
        return Segment(loop, tuple([element.replace(component, ":") for element in segment]))
    return Segment(loop, tuple(segment))
