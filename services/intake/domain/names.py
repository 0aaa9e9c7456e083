"""By which names a message can be found again: account, medical record, claim number. Stored as keyed hashes only."""

from collections.abc import Iterator
from typing import Literal

from services.intake.domain.inbound import Reading

Kind = Literal["account", "record", "claim"]


def name(kind: Kind, value: str) -> str:
    """One name in the form that is hashed: people type it in any case, with blanks around it."""
    return f"{kind}\x1f{value.strip().upper()}"


def names_of(reading: Reading) -> frozenset[str]:
    """Every name that a message mentions, also one that was refused."""
    return frozenset(name(kind, value) for kind, value in _mentioned(reading) if value.strip())


def _mentioned(reading: Reading) -> Iterator[tuple[Kind, str]]:
    yield from reading.mentions
    for candidate in reading.claims:
        claim = candidate.claim
        yield "claim", claim.number
        yield "account", claim.account or claim.number
        yield "record", claim.medical_record
    for fact in reading.facts:
        yield "account", fact.account
        yield "claim", fact.account  # the number of the account's first claim; others have suffixes
        yield "record", fact.medical_record
        if fact.merge:
            kind: Kind = "record" if fact.merge.what == "patient" else "account"
            yield kind, fact.merge.kept
            yield kind, fact.merge.retired
