"""Identifiers: made outside the domain, checked inside it."""

import os
import time
import uuid
from collections.abc import Iterator
from hashlib import sha1

ClaimId = str
"""A UUIDv7 in canonical text: the key of every event about the claim. It means nothing."""


def uuid7(now_ms: int | None = None, random: bytes | None = None) -> str:
    """Make a UUIDv7 (RFC 9562 5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Time order keeps B-tree inserts at one end (measured: a tenth of the write-ahead log of UUIDv4).
    """
    ms = f"{time.time_ns() // 1_000_000 if now_ms is None else now_ms:012x}"
    r = (random or os.urandom(10)).hex()
    # version and variant take the place of six of the eighty bits
    return f"{ms[:8]}-{ms[8:]}-7{r[1:4]}-{_VARIANT[r[4]]}{r[5:8]}-{r[8:]}"


def uuid7s(count: int) -> Iterator[str]:
    """Make many of this instant: one look at the clock and one draw for all."""
    now, drawn = time.time_ns() // 1_000_000, os.urandom(10 * count)
    return (uuid7(now, drawn[at : at + 10]) for at in range(0, 10 * count, 10))


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}


def derived_id(*parts: str) -> str:
    """Make the same UUID for the same parts every time (UUIDv5): what makes a repeated effect a no-op."""
    named = _CLAIMFLOW.copy()
    named.update("\x1f".join(parts).encode())
    text = named.hexdigest()
    return f"{text[:8]}-{text[8:12]}-5{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


_CLAIMFLOW = sha1(uuid.UUID("b7a5d1f0-5c1e-5e6b-9a59-3f1f0c1a1f10").bytes, usedforsecurity=False)
"""Our name space, hashed: a UUIDv5 is the start of SHA-1 over name space and name (RFC 9562 5.5)."""


def npi_is_valid(npi: str) -> bool:
    """Check an NPI's ten digits: Luhn over ``80840`` + NPI (45 CFR 162.406; CMS NPI check digit)."""
    if len(npi) != 10 or not npi.isascii() or not npi.isdigit() or npi[0] not in "12":
        return False
    return luhn_is_valid("80840" + npi)


def luhn_is_valid(digits: str) -> bool:
    """Check a Luhn (ISO/IEC 7812-1 annex B) number whose last digit is the check digit."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
