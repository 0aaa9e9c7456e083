"""Put kinds of defects on trial over clean files."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from random import Random
from typing import NamedTuple

from shared.claim import Kind as ClaimKind
from shared.testing.every_claim import batch
from shared.x12 import read, write_837
from shared.x12.types import FileReading, X12Finding
from tests.mutants.kinds import Kind, Spot

TRIES = 12
"""Mutants of one kind that are judged, each of another clean file."""


class Verdict(NamedTuple):
    """How one kind fared: how many mutants were made, noticed, noticed at the right place.

    ``alarms`` counts the originals of which the same was said.
    """

    kind: Kind
    made: int
    noticed: int
    placed: int
    alarms: int = 0

    @property
    def good(self) -> bool:
        """Made at least once, and every one noticed where it is."""
        return self.alarms == 0 < self.made == self.noticed == self.placed


def clean_claims(seed: int = 0) -> Iterator[bytes]:
    """Clean 837 files, professional and institutional in turn, each of a few claims."""
    at = 0
    while True:
        kind: ClaimKind = "institutional" if at % 3 == 2 else "professional"
        yield write_837([batch(Random(f"mutants {seed} {at}"), kind, 3)])
        at += 1


def findings(reading: FileReading) -> list[X12Finding]:
    """Everything that was found in a file."""
    return [
        *reading.findings,
        *(found for one in reading.transactions for found in getattr(one, "findings", ())),
    ]


def false_alarms(files: Iterable[bytes]) -> list[str]:
    """Codes found on clean files."""
    return [found.code for data in files for found in findings(read(data))]


@lru_cache(maxsize=256)
def _codes(data: bytes) -> frozenset[str]:
    return frozenset(found.code for found in findings(read(data)))


def put_on_trial(kind: Kind, files: Sequence[bytes], tries: int = TRIES) -> Verdict:
    """Spoil clean files in one way until enough mutants were made, and judge each."""
    made = noticed = placed = alarms = 0
    for data in files:
        if made == tries:
            break
        mutant = kind.make(data)
        if mutant is None:
            continue
        made += 1
        spoilt, spot = mutant
        found = [one for one in findings(read(spoilt)) if one.code == kind.code]
        alarms += kind.code in _codes(data)
        noticed += bool(found)
        placed += any(_is_there(one, spot) for one in found)
    return Verdict(kind, made, noticed, placed, alarms)


def _is_there(found: X12Finding, spot: Spot) -> bool:
    return found.segment == spot.number and found.path.endswith(spot.path)
