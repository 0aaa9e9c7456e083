"""``python -m tests.fuzz [--inputs N] [--seed S] [--seconds T]``: bend files and read them; print the count, or what broke."""

import argparse
import sys
import time
from random import Random

from shared.x12 import read, write_837
from shared.x12.types import Batch
from tests.fuzz.inputs import bent
from tests.fuzz.seeds import seeds


def main() -> int:
    """Read bent files until the count or the time is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after this time, whatever the count")
    options = parser.parse_args()
    random, files = Random(options.seed), seeds()
    started, slowest, size = time.monotonic(), 0.0, 0
    done = 0
    while done < options.inputs and not 0 < options.seconds < time.monotonic() - started:
        data = bent(random, files)
        before = time.process_time()
        _read(data)
        slowest = max(slowest, time.process_time() - before)
        size += len(data)
        done += 1
    took = time.monotonic() - started
    sys.stdout.write(
        f"{done} inputs, {size / 1e6:.1f} MB, {took:.0f} s, slowest {slowest * 1000:.0f} ms, nothing broke\n"
    )
    return 0


def _read(data: bytes) -> None:
    """Read, and write again what could be read; an exception ends the run, with the input printed."""
    whole = False
    try:
        for one in read(data).transactions:
            if isinstance(one, Batch) and one.claims:
                write_837([one])
        whole = True
    finally:
        if not whole:
            sys.stdout.write(f"broke on {data!r}\n")


if __name__ == "__main__":
    sys.exit(main())
