"""``python -m tests.fuzz [--count N] [--seconds S] [--seed K]``: bend files and read them; print the count, or what broke.

A part of the inputs is made by atheris, which looks for new branches, and by hypothesis, which makes sets of any segments. At the
end the work of hostile shapes is measured at one and four times their size.
"""

import argparse
import subprocess
import sys
import time
from random import Random

import psutil
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded

from tests.fuzz.growth import LIMIT, every_shape, growth
from tests.fuzz.inputs import bent
from tests.fuzz.reading import in_pieces, read_and_write
from tests.fuzz.seeds import seeds, small_seeds
from tests.fuzz.soups import soups

LARGE_SHARE, SOUP_SHARE, GUIDED_SHARE = 0.02, 0.05, 0.05
EVERY = 20_000
SOUPS = 1000
GROWN = 40
"""Megabytes by which the process may have grown since it was warm."""


class Run:
    """Counts what was read, how long the slowest took, and how memory went."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.done = self.size = 0
        self.slowest = 0.0
        self._began = time.monotonic()
        self._until = self._began + seconds if seconds else float("inf")
        self._warm = 0.0
        self.watched = True

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self._until

    @property
    def left(self) -> int:
        """Seconds that are left; 0 when there is no limit."""
        return 0 if self._until == float("inf") else max(int(self._until - time.monotonic()), 1)

    def one(self, data: bytes) -> None:
        """Read one input; an exception ends the run, with the input printed."""
        before = time.process_time()
        try:
            (in_pieces if self.done % 10 == 9 else read_and_write)(data)
        except BaseException:
            say(f"broke on {data!r}")
            raise
        self.slowest = max(self.slowest, time.process_time() - before)
        self.size += len(data)
        self.done += 1
        if self.done % EVERY == 0:
            self.progress()

    def progress(self) -> None:
        """Say how far it is; stop when the process grows."""
        memory = psutil.Process().memory_info().rss / 1e6
        self._warm = self._warm or memory
        took = time.monotonic() - self._began
        speed = f"{took:6.0f} s, slowest {self.slowest * 1000:.0f} ms"
        say(f"{self.done:9} inputs, {self.size / 1e6:7.1f} MB, {speed}, {memory:.0f} MB of memory")
        if self.watched and memory > self._warm + GROWN:
            raise MemoryError(f"the process grew from {self._warm:.0f} to {memory:.0f} MB")


def main() -> int:
    """Read until the count or the time is reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after this time, whatever the count")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    run = Run(options.count, options.seconds)
    soup, guided = int(options.count * SOUP_SHARE), int(options.count * GUIDED_SHARE)
    read_bent(run, Random(options.seed), options.count - soup - guided)
    read_soups(run, soup, options.seed)
    found = 0 if run.over else read_guided(guided, run.left, options.seed)
    run.progress()
    say(f"{run.done + found} inputs ({found} of atheris), nothing broke")
    return 0 if run.over else weigh()


def weigh() -> int:
    """Measure how work grows with each hostile shape; 1 when one of them grows faster than its size."""
    steepest, name = max((growth(shape, 1000), shape.name) for shape in every_shape())
    say(
        f"steepest growth of CPU time at four times the size: {steepest:.1f} ({name}); 4 is linear, 16 quadratic"
    )
    return int(steepest > LIMIT)


def read_bent(run: Run, random: Random, count: int) -> None:
    """Files bent at random: mostly small ones, since small inputs are many in the same time."""
    small, large = small_seeds(), seeds()
    for _ in range(count):
        if run.over:
            return
        run.one(bent(random, large if random.random() < LARGE_SHARE else small))


def read_soups(run: Run, count: int, seed: int) -> None:
    """Sets that hypothesis makes, a thousand at a time: it remembers all it made, and that is not our memory."""
    run.watched = False
    for at in range(0, count, SOUPS):
        if not run.over:
            _read_some_soups(run, min(SOUPS, count - at), seed + at)


def _read_some_soups(run: Run, count: int, seed: int) -> None:
    quiet = settings(
        max_examples=count, deadline=None, database=None, phases=[Phase.generate], derandomize=False,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip

    @seeded(seed)
    @quiet
    @given(soups())
    def read_all(soup: tuple[str, bytes]) -> None:
        run.one(soup[1])

    read_all()


def read_guided(count: int, seconds: int, seed: int) -> int:
    """Inputs of atheris, in a process of its own; gives their number. Raises RuntimeError when one broke."""
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.guided",
        f"-runs={count}",
        f"-max_total_time={seconds}",
        f"-seed={seed}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout[-3000:] + done.stderr[-6000:])
    (line,) = (line for line in done.stderr.splitlines() if "number_of_executed_units" in line)
    return int(line.split()[-1])


def say(text: str) -> None:
    """Print now: somebody may be watching."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
