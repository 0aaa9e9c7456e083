"""HL7 v2 data types as values of the claim: times, names, addresses, clinicians."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

from services.intake.domain.hl7.message import Hl7Message
from shared.claim import Address, Name, Provider

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:\.\d+)?)?(?:([+-])(\d\d):?(\d\d))?")
_WRITTEN = re.compile(r"(\d{4})[-/](\d\d?)[-/](\d\d?)(?:[ T](\d\d):?(\d\d).*)?")
_AMERICAN = re.compile(r"(\d\d?)/(\d\d?)/(\d{4})")
_COUNTRIES = {"USA": "", "US": "", "UNITED STATES": ""}

NOBODY = Name(last="")


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


def moment(text: str) -> datetime | None:
    """The time of a DTM or TS; one without an offset counts as UTC, one without an hour as midnight. Raises ValueError."""
    match = _TIME.match(text)
    if match is None:
        on = day(text)
        return datetime(on.year, on.month, on.day, tzinfo=UTC) if on else None
    parts = [int(part or 0) for part in match.groups()[:6]]
    offset = timedelta(hours=int(match[8]), minutes=int(match[9])) if match[7] else timedelta()
    zone = timezone(-offset if match[7] == "-" else offset) if offset else UTC
    return datetime(*parts[:3], *parts[3:], tzinfo=zone)  # type: ignore[arg-type,misc]


def hour(text: str) -> str:
    """``HHMM`` of a time that has it."""
    if re.match(r"\d{12}", text):
        return text[8:12]
    match = _WRITTEN.fullmatch(text)
    return (match[4] or "") + (match[5] or "") if match else ""


def name(m: Hl7Message, raw: str, first: int = 1) -> Name:
    """An XPN, or from component 2 an XCN, as a name."""
    if not raw:
        return NOBODY
    return Name(
        last=m.part(raw, first),
        first=m.part(raw, first + 1),
        middle=m.part(raw, first + 2),
        suffix=m.part(raw, first + 3),
    )


def address(m: Hl7Message, raw: str) -> Address | None:
    """An XAD; None where it says neither street nor city."""
    if not raw:
        return None
    line1, city = m.part(raw, 1), m.part(raw, 3)
    if not line1 and not city:
        return None
    country = m.part(raw, 6).upper()
    return Address(
        line1=line1,
        line2=m.part(raw, 2),
        city=city,
        state=m.part(raw, 4).upper(),
        zip=zip_code(m.part(raw, 5), country),
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
    raw = next((r for r in repetitions if _is_npi(m, r)), repetitions[0])
    npi = m.part(raw, 1) if _is_npi(m, raw) else ""
    who = name(m, raw, first=2)
    return Provider(name=who, npi=npi) if npi or who.last else None


def _is_npi(m: Hl7Message, raw: str) -> bool:
    if "NPI" in (m.part(raw, 9).upper(), m.part(raw, 13).upper()):
        return True
    digits = m.part(raw, 1)
    return len(digits) == 10 and digits.isascii() and digits.isdigit()
