"""What transactions and guides are called: those we take, and those we know only by name."""

from typing import Final

from shared.x12.grammar import Guide
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P

CLAIM_GUIDES: Final = {"005010X222": CLAIM_837P, "005010X223": CLAIM_837I}

_SETS = {
    "270": "eligibility inquiry (270)", "271": "eligibility answer (271)", "275": "attachment (275)",
    "276": "claim status inquiry (276)",
    "277": "claim status answer (277)", "278": "authorization request or answer (278)", "820": "premium payment (820)",
    "834": "enrollment (834)", "835": "remittance (835)", "837": "claim (837)", "997": "functional acknowledgment (997)",
    "999": "implementation acknowledgment (999)", "824": "application advice (824)", "864": "text message (864)",
    "850": "purchase order (850)", "810": "invoice (810)", "856": "ship notice (856)", "855": "order answer (855)",
}  # fmt: skip
_GUIDES = {
    "X224": "dental claim (837D)",
    "X364": "277 pending claims",
    "X213": "277 request for information",
    "X228": "277 pending (X228)",
}
FUNCTIONAL: Final = {
    "837": "HC", "835": "HP", "999": "FA", "997": "FA", "277": "HN", "276": "HR", "270": "HS", "271": "HB", "278": "HI",
    "834": "BE", "820": "RA",
}  # fmt: skip
"""GS01 by transaction set."""


def claim_guide(version: str) -> Guide | None:
    """The claim guide that a GS08 or ST03 announces."""
    return CLAIM_GUIDES.get(version[:10])


def name_of(set_id: str, version: str) -> str:
    """What an unsupported transaction is called."""
    if not set_id.isascii() or not set_id.isdigit() or len(set_id) != 3:
        return "transaction set without a known number"
    name = next(
        (words for part, words in _GUIDES.items() if part in version),
        _SETS.get(set_id, f"transaction set {set_id}"),
    )
    release = version[:6]
    if release.isascii() and release.isdigit() and release != "005010":
        return f"{name} of version {release}"
    return name


def unknown_version(set_id: str, version: str) -> str:
    """The version, where the transaction set would be taken in another one; empty where it is not taken at all."""
    if set_id not in ("837", "835", "999", "277", "276") or any(part in version for part in _GUIDES):
        return ""
    return version[:12] if version.isascii() and version.isalnum() else "announced"


def short_name_of(set_id: str, version: str) -> str:
    """What an unsupported transaction is called in a word: ST01, or 837D for the dental guide."""
    return "837D" if set_id == "837" and "X224" in version else set_id[:3]
