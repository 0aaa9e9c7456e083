"""Files for the X12 bench: usual claims, claims that use every loop, payments; and a file of any number of claims on disk."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

from shared.claim import Kind
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.testing.every_remittance import remittance
from shared.x12 import write_835, write_837
from shared.x12.types import Batch
from tests.load.feeding import claims

DAY = date(2026, 10, 12)


def usual(count: int) -> Batch:
    """Claims of different people with one to five lines: 23 segments and 480 bytes each."""
    return around(list(claims(1, count, DAY)))


def every(kind: Kind, count: int) -> Batch:
    """Claims that use every loop of the guide between them: about 75 segments and 1,750 bytes each."""
    return batch(Random("bench"), kind, count)


def payments(megabytes: float) -> bytes:
    """One 835 of that size: realistic claims, repeated; its total does not close, its claims do."""
    data = write_835([remittance(Random("bench"), 300)])
    start = data.index(b"~CLP*") + 1
    end = (data.index(b"~PLB*") if b"~PLB*" in data else data.index(b"~SE*")) + 1
    times = int(megabytes * 1e6 / (end - start)) or 1
    return data[:start] + data[start:end] * times + data[end:]


def large(path: Path, count: int, *, sets: bool) -> int:
    """Write an 837P of ``count`` usual claims to disk, in one set or in sets of 5,000; gives its size in bytes.

    Made of one thousand claims over and over: hierarchy numbers and the count in SE are wrong, which costs the reader more.
    """
    data = write_837([usual(1000)])
    start, end = data.index(b"~ST*") + 1, data.index(b"~GE*") + 1
    first, last = data.index(b"~HL*1*") + 1, data.index(b"~SE*") + 1
    with path.open("wb") as file:
        file.write(data[:start])
        for part in _parts(
            data[start:first], data[first:last], data[last:end], count // 1000, 5 if sets else count
        ):
            file.write(part)
        file.write(data[end:])
        return file.tell()


def _parts(head: bytes, body: bytes, tail: bytes, times: int, each: int) -> Iterator[bytes]:
    for number in range(times):
        if number % each == 0:
            yield head
        yield body
        if number % each == each - 1 or number == times - 1:
            yield tail
