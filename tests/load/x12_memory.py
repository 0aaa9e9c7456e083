"""``python -m tests.load.x12_memory FILE``: read a file in a process of its own; print claims, CPU and peak memory."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from shared.x12 import ClaimRead, read_stream
from shared.x12.types import ClaimPayment


def main(path: str, *words: str) -> None:
    """Print ``claims CPU-seconds peak-megabytes``, as read; the file is judged when ``judged`` is said."""
    claims = 0
    for event in read_stream(_chunks(Path(path)), judged="judged" in words, piecewise=True):
        claims += isinstance(event, ClaimRead | ClaimPayment)
    peak = _peak_mb()
    sys.stdout.write(f"{claims} {time.process_time():.2f} {peak:.0f}\n")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(1 << 16):
            yield chunk


def _peak_mb() -> float:
    """This process's own peak: getrusage counts what its parent had when it was forked."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("/proc/self/status has no VmHWM")


if __name__ == "__main__":
    main(*sys.argv[1:])
