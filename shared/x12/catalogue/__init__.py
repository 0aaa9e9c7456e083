"""The kinds of defects, by the level they are found at. Importing this fills ``findings.CATALOGUE``."""

from shared.x12.catalogue import (
    codes,
    envelope,
    parties,
    reading,
    receipts,
    remittance,
    situation,
    structure,
    sums,
)

__all__ = [
    "codes",
    "envelope",
    "parties",
    "reading",
    "receipts",
    "remittance",
    "situation",
    "structure",
    "sums",
]
