"""Print what reading HL7 v2 costs: ``python -m services.intake.tests.measure``. With python-hl7 installed, its figure too."""

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

from services.intake.domain.hl7.message import parse
from services.intake.domain.hl7.reading import read_hl7
from services.intake.tests.messages import AT, FEEDS, dft


def cost(work: Callable[[], object], times: int = 400, rounds: int = 5) -> float:
    """Microseconds of CPU for one call: the best of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begun)
    return best / times * 1e6


def main() -> None:
    """Print one line per way to read the same charge message."""
    raw = dft()
    text = raw.decode()
    say = sys.stdout.write
    say(f"{len(raw)} bytes, {len(raw.splitlines())} segments; us of CPU per message\n")
    say(f"ours, taken apart      {cost(lambda: parse(raw)):8.1f}\n")
    say(f"ours, claim and answer {cost(lambda: read_hl7(raw, FEEDS, AT)):8.1f}\n")
    if find_spec("hl7"):
        import hl7

        say(f"python-hl7 {hl7.__version__}, taken apart {cost(lambda: hl7.parse(text)):8.1f}\n")


if __name__ == "__main__":
    main()
