"""Forms of numbers and codes that need no list, and the few lists that anybody may ship: states, places of service."""

import re
from functools import lru_cache
from typing import Final

from shared.claim import luhn_is_valid, npi_is_valid
from shared.x12.code_lists import places

STATES: Final = frozenset(places.STATES.codes)
"""USPS states, territories and military codes, and Canada's provinces."""

PLACES_OF_SERVICE: Final = frozenset(places.PLACES.codes)
"""CMS place-of-service codes."""


def npi_problem(value: str) -> str:
    """The finding that an NPI deserves, empty when it is right. A first digit other than 1 or 2 is not assigned yet."""
    return _npi_problem(value) if len(value) == 10 else "X12-0601"


@lru_cache(maxsize=8192)
def _npi_problem(value: str) -> str:
    if npi_is_valid(value):
        return ""
    digits = len(value) == 10 and value.isascii() and value.isdigit()
    return "X12-0639" if digits and luhn_is_valid("80840" + value) else "X12-0601"


taxonomy = re.compile(r"[0-9A-Z]{9}[XYN]").fullmatch
"""Ten characters, the last an X; a few old codes end with Y or N (NUCC)."""

tax_id = re.compile(r"\d{9}").fullmatch
zip_code = re.compile(r"\d{5}(?:\d{4})?").fullmatch
country = re.compile(r"[A-Z]{2,3}").fullmatch
icd10 = re.compile(r"[A-Z]\d[0-9A-Z][0-9A-Z]{0,4}").fullmatch
icd10_procedure = re.compile(r"[0-9A-HJ-NP-Z]{7}").fullmatch
icd9 = re.compile(r"(?:\d{3}|V\d\d|E\d{3})\d{0,2}").fullmatch
icd9_procedure = re.compile(r"\d{3,4}").fullmatch
procedure = re.compile(r"[0-9A-Z]{5}").fullmatch
"""HCPCS and CPT alike: five characters. Whether a code exists on a day is the scrubber's question."""

modifier = re.compile(r"[0-9A-Z]{2}").fullmatch
ndc = re.compile(r"\d{11}").fullmatch
revenue = re.compile(r"\d{4}").fullmatch
bill_type = re.compile(r"[1-9]\d").fullmatch
phone = re.compile(r"\d{10}").fullmatch
email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch
drg = re.compile(r"\d{3,4}").fullmatch
hour = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d").fullmatch
