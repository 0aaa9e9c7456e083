"""HL7 v2 data types as values of the claim: times, names, addresses, clinicians."""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from services.intake.domain.hl7.message import Hl7Message
from shared.claim import Address, Name, Provider

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d+)?)?(?:([+-])(\d\d):?(\d\d))?")
_WRITTEN = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[ T](\d\d):?(\d\d).*)?")
_AMERICAN = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
_COUNTRIES = {"USA": "", "US": "", "UNITED STATES": ""}

NOBODY = Name(last="")


@lru_cache(4096)  # the same few days stand in every message
def day(text: str) -> date | None:
    """The day of a DT, DTM or TS, or of ``2026-10-12`` and ``10/12/2026`` as some feeds write it.

    None for an empty one and for zeros. Raises ValueError without the text for any other.
    """
    if not text.strip("0"):
        return None
    if match := re.match(r"(\d{4})(\d\d)(\d\d)", text) or _WRITTEN.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _AMERICAN.fullmatch(text):
        return date(int(match[3]), int(match[1]), int(match[2]))
    raise ValueError("not a day")


@lru_cache(64)  # EVN-2 and MSH-7 mostly say the same
def moment(text: str, zone: tzinfo = UTC) -> datetime | None:
    """The time of a DTM or TS; one without an offset is the zone's, one without an hour its midnight. Raises ValueError.

    An hour that comes twice, when clocks are turned back, is the first of the two.
    """
    match = _TIME.match(text)
    if match is None:
        on = day(text)
        return _there(datetime(on.year, on.month, on.day, tzinfo=zone)) if on else None
    parts = [int(part or 0) for part in match.groups()[:6]]
    if match[7]:
        offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
        zone = timezone(-offset if match[7] == "-" else offset) if offset else UTC
    return _there(datetime(*parts[:3], *parts[3:], tzinfo=zone))  # type: ignore[arg-type,misc]


def _there(at: datetime) -> datetime:
    """With the offset alone: two times of one zone would be compared by their clocks, not by when they were."""
    return at if at.tzinfo is UTC else at.replace(tzinfo=timezone(at.utcoffset() or timedelta()))


def hour(text: str) -> str:
    """``HHMM`` of a time that has it."""
    if re.match(r"\d{12}", text):
        return text[8:12]
    match = _WRITTEN.fullmatch(text)
    return (match[4] or "") + (match[5] or "") if match else ""


def name(m: Hl7Message, raw: str) -> Name:
    """An XPN as a name."""
    if not raw:
        return NOBODY
    last, first, middle, suffix = m.parts(raw, 4)
    return Name(last=last, first=first, middle=middle, suffix=suffix)


def address(m: Hl7Message, raw: str) -> Address | None:
    """An XAD; None where it says neither street nor city."""
    if not raw:
        return None
    line1, line2, city, state, code, country = m.parts(raw, 6)
    if not line1 and not city:
        return None
    country = country.upper()
    return Address(
        line1=line1,
        line2=line2,
        city=city,
        state=state.upper(),
        zip=zip_code(code, country),
        country=_COUNTRIES.get(country, country),
    )


def zip_code(text: str, country: str = "") -> str:
    """A US ZIP code as digits only; another country's as written."""
    return text.replace("-", "").replace(" ", "") if country in ("", "US", "USA") else text


def clinician(m: Hl7Message, repetitions: list[str]) -> Provider | None:
    """An XCN as a provider. Of several repetitions the one that is an NPI counts.

    An id is an NPI when its authority (XCN-9) or its type (XCN-13) says so, or when it has ten digits; whether the
    check digit is right is the scrubber's matter.
    """
    if not repetitions:
        return None
    several = [m.parts(raw, 13) for raw in repetitions]
    parts = next(filter(_is_npi, several), several[0])
    npi = parts[0] if _is_npi(parts) else ""
    last, first, middle, suffix = parts[1:5]
    who = Name(last=last, first=first, middle=middle, suffix=suffix)
    return Provider(name=who, npi=npi) if npi or last else None


def _is_npi(parts: list[str]) -> bool:
    """Whether an XCN's first component is an NPI."""
    digits = parts[0]
    if "NPI" in (parts[8].upper(), parts[12].upper()):
        return True
    return len(digits) == 10 and digits.isascii() and digits.isdigit()
