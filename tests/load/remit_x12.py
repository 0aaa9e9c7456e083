"""How fast an 835 is read and proved, beside a bare split loop, oxedi and pyx12: ``python -m tests.load.remit_x12 [--mb N]``.

CPU time of one process. Reported, never asserted: the goal is 10 MB/s for reading and the three-level proof on one core.
"""

import argparse
import logging
import resource
import sys
import time
from collections.abc import Callable, Iterator
from random import Random

import oxedi

from shared.testing.every_remittance import remittance
from shared.x12 import Prover, prove, read, read_stream, write_835
from shared.x12.types import ClaimPayment, Remittance
from tests.x12_second_opinion import opinion


def payments(megabytes: float) -> bytes:
    """One 835 of that size: realistic claims, repeated; its total does not close, its claims do."""
    data = write_835([remittance(Random("bench"), 300)])
    start, end = data.index(b"CLP*"), data.index(b"PLB*") if b"PLB*" in data else data.index(b"SE*")
    times = int(megabytes * 1e6 / (end - start)) or 1
    return data[:start] + data[start:end] * times + data[end:]


def proved_in_pieces(data: bytes) -> int:
    """Read claim by claim and prove: what a large file is given to."""
    prover = Prover()
    pieces = (data[at : at + 65536] for at in range(0, len(data), 65536))
    for event in read_stream(pieces, judged=False, piecewise=True):
        if isinstance(event, ClaimPayment):
            prover.claim(event)
        elif isinstance(event, Remittance):
            prover.end(event)
    return prover.claims


def proved_whole(data: bytes, *, judged: bool) -> int:
    """Read into one value and prove it."""
    (one,) = (event for event in read_stream((data,), judged=judged) if isinstance(event, Remittance))
    prove(one)
    return len(one.claims)


def _split(data: bytes) -> int:
    return sum(1 for text in data.decode().split("~") if text.split("*")[0] == "CLP")


def _written(data: bytes) -> int:
    (one,) = read(data).transactions
    assert isinstance(one, Remittance)
    begin = time.process_time()
    size = len(write_835([one]))
    sys.stdout.write(f"{'835 written':34} {size / 1e6 / (time.process_time() - begin):8.2f} MB/s\n")
    return len(one.claims)


def rows(megabytes: float) -> Iterator[tuple[str, float, float]]:
    """Measure each reader: its name, MB/s, claims/s."""
    large, small = payments(megabytes), payments(megabytes / 20)
    readers: list[tuple[str, bytes, Callable[[bytes], int]]] = [
        ("bare split loop", large, _split),
        ("835 read and proved, in pieces", large, proved_in_pieces),
        ("835 read and proved, whole", large, lambda data: proved_whole(data, judged=False)),
        ("835 read, judged and proved", large, lambda data: proved_whole(data, judged=True)),
        ("oxedi, read only (Rust)", large, lambda data: oxedi.parse(data).count_claims()),
        ("pyx12, form only", small, lambda data: 0 * len(opinion(data)[1]) + _split(data)),
    ]
    for name, data, work in readers:
        begin = time.process_time()
        claims = work(data)
        spent = time.process_time() - begin
        yield name, len(data) / 1e6 / spent, claims / spent


def main() -> int:
    """Print the table and the memory that it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=4)
    options = parser.parse_args()
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    for name, speed, claims in rows(options.mb):
        sys.stdout.write(f"{name:34} {speed:8.2f} MB/s {claims:10.0f} claims/s\n")
    _written(payments(options.mb / 4))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(f"peak memory of all of it: {peak} MB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
