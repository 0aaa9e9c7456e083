"""HL7 v2 data types as values of the claim: times, names, addresses, people, clinicians."""

import re
from datetime import date

from services.intake.domain.hl7.message import Hl7Message, Segment
from shared.claim import Address, Name, Provider

_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)")
_COUNTRIES = {"USA": "", "US": "", "UNITED STATES": ""}
SEXES = {"F": "F", "M": "M", "U": "U", "O": "U", "A": "U", "N": "U"}
"""Table 0001 -> DMG03."""

RELATIONSHIPS = {
    "SEL": "18",
    "SELF": "18",
    "S": "18",
    "SPO": "01",
    "SPOUSE": "01",
    "DOM": "53",
    "CHD": "19",
    "CHILD": "19",
    "NCH": "19",
    "SCH": "19",
    "EMR": "20",
    "OTH": "G8",
    "UNK": "21",
}
"""Table 0063 -> SBR02 / PAT01; two-character X12 codes go through as they are."""


NOBODY = Name(last="")


def day(text: str) -> date | None:
    """The day of a DT, DTM or TS; None for an empty one. Raises ValueError without the text for any other."""
    if not text:
        return None
    match = _TIME.match(text)
    if match is None:
        raise ValueError("not a day")
    return date(int(match[1]), int(match[2]), int(match[3]))


def hour(text: str) -> str:
    """``HHMM`` of a time that has it."""
    return text[8:12] if re.match(r"\d{12}", text) else ""


def name(m: Hl7Message, raw: str, first: int = 1) -> Name:
    """An XPN, or from component 2 an XCN, as a name."""
    if not raw:
        return NOBODY
    last = m.part(raw, first)
    return Name(
        last=last,
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


def raw(segment: Segment, field: int) -> str:
    """A raw field, empty where the segment ends before it."""
    return segment[field] if field < len(segment) else ""
