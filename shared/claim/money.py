"""Money is integer cents, everywhere; text with a point exists only at the edges."""

import re

Cents = int
"""An amount in US cents. Signed: the ledger and adjustments need both directions."""

_DECIMAL = re.compile(r"(-?)(\d*)(?:\.(\d*))?")


def parse_cents(text: str) -> Cents:
    """Read a decimal amount such as ``1234.5``, ``-3`` or ``.07`` into cents.

    X12 R elements, HL7 MO/CP and JSON amounts all pass through here, so that no float
    is ever made of money. Trailing zeros beyond cents are accepted (``1.500``), other
    digits there are not: rounding would be inventing or losing money.

    Raises ValueError, with a message that does not repeat the text.
    """
    match = _DECIMAL.fullmatch(text)
    if match is None or not (match[2] or match[3]):
        raise ValueError("not a decimal amount")
    sign, whole, fraction = match[1], match[2] or "0", match[3] or ""
    if fraction[2:].strip("0"):
        raise ValueError("an amount finer than a cent")
    cents = int(whole) * 100 + int(fraction[:2].ljust(2, "0"))
    return -cents if sign else cents


def format_cents(cents: Cents) -> str:
    """Write cents as X12 wants them: no trailing zeros, no point when whole (``1234.5``, ``-3``)."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole)
    return f"-{text}" if cents < 0 else text


def dollars(cents: Cents) -> str:
    """Write cents for people: ``$1,234.50``, ``-$3.00``."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}${whole:,}.{rest:02d}"
