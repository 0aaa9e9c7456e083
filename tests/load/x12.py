"""How fast X12 is read, judged, proved and written, and in how much memory: ``python -m tests.load.x12 [--mb N] [--claims N]``.

CPU time of one core; reported, never asserted. The goals stand beside the figures.
"""

import argparse
import logging
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from shared.service.memory import settle
from tests.load.x12_files import large
from tests.load.x12_readers import rows


def main() -> int:
    """Print the table, then the memory of large files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mb", type=float, default=2, help="size of each file")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--claims", type=int, default=300_000, help="claims of the large file; 0: none")
    parser.add_argument("--gigabyte", action="store_true", help="a file of 1 GB as well")
    options = parser.parse_args()
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    settle()
    say(
        f"{_processor()}, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}; CPU time, best of {options.rounds}"
    )
    for one in rows(options.mb, options.rounds):
        say(f"{one.file:16} {one.name:28} {one.megabytes:8.2f} MB/s {one.claims:9.0f} claims/s  {one.goal}")
    if options.claims:
        weigh(options.claims)
    if options.gigabyte:
        weigh(2_100_000)
    return 0


def weigh(claims: int) -> None:
    """Read a large file in a process of its own, as one set and as many, and say its peak memory."""
    for sets in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "large.837")
            size = large(path, claims, sets=sets) / 1e6
            for words in ((), ("judged",)):
                command = [sys.executable, "-m", "tests.load.x12_memory", str(path), *words]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
                what = f"{said[0]} claims, {size:.0f} MB, {'sets of 5,000' if sets else 'one set'}, {''.join(words) or 'read'}"
                say(f"{what:58} {size / float(said[1]):6.2f} MB/s, peak {said[2]} MB of memory  <= 150 MB")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor() or platform.machine()


def say(text: str) -> None:
    """Print now."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
