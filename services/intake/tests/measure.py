"""Print what reading HL7 v2 and FHIR costs, and folding it: ``python -m services.intake.tests.measure``; python-hl7 beside it."""

import sys
import time
from collections.abc import Callable
from importlib.util import find_spec

import msgspec

from services.intake.domain.account.account import Around, Fold, claims_now, decide
from services.intake.domain.account.parts import parts_of
from services.intake.domain.account.wishes import wishes
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.fhir.shape import unlike
from services.intake.domain.fhir.tree import parse as parse_fhir
from services.intake.domain.hl7.message import parse
from services.intake.domain.hl7.reading import read_hl7
from services.intake.tests.messages import AT, FEED, FEEDS, dft
from services.intake.tests.resources import CLAIM
from shared.deciding import Known


def cost(work: Callable[[], object], times: int = 400, rounds: int = 5) -> float:
    """Microseconds of CPU for one call: the best of several rounds."""
    best = float("inf")
    for _ in range(rounds):
        begun = time.process_time()
        for _ in range(times):
            work()
        best = min(best, time.process_time() - begun)
    return best / times * 1e6


def accounts(say: Callable[[str], object], raw: bytes) -> None:
    """The account's decisions by themselves."""
    (facts,) = read_hl7(raw, FEEDS, AT).facts
    feeds = {FEED.name: FEED}
    known = Known(AT, "", Around(feeds))
    fold = Fold(facility="s", number="A1", parts=parts_of(facts), message="m", door="hl7")
    state = decide(None, fold, known).state
    say(f"account: facts to parts {cost(lambda: parts_of(facts)):7.1f}\n")
    say(f"account: fold and weigh {cost(lambda: decide(None, fold, known)):7.1f}\n")
    say(f"account: nothing new    {cost(lambda: decide(state, fold, known)):7.1f}\n")
    say(
        f"account: its claims     {cost(lambda: list(wishes(state, claims_now(state, feeds), 'm', AT))):7.1f}\n"
    )


def documents(say: Callable[[str], object]) -> None:
    """A FHIR Claim of two items, its resources contained: read into a claim, and what of that is holding it against R4."""
    raw = msgspec.json.encode(CLAIM)
    tree = parse_fhir(raw)
    say(
        f"FHIR Claim, {len(raw)} bytes: claim and answer {cost(lambda: read_fhir(raw, 'ehr', '', FEEDS)):.1f}, "
    )
    say(f"of that its shape {cost(lambda: unlike(tree, 'Claim')):.1f}\n")


def main() -> None:
    """Print one line per way to read the same charge message."""
    raw = dft()
    text = raw.decode()
    say = sys.stdout.write
    say(f"{len(raw)} bytes, {len(raw.splitlines())} segments; us of CPU per message\n")
    say(f"ours, taken apart      {cost(lambda: parse(raw)):8.1f}\n")
    say(f"ours, facts and answer {cost(lambda: read_hl7(raw, FEEDS, AT)):8.1f}\n")
    accounts(say, raw)
    documents(say)
    if find_spec("hl7"):
        import hl7

        say(f"python-hl7 {hl7.__version__}, taken apart {cost(lambda: hl7.parse(text)):8.1f}\n")


if __name__ == "__main__":
    main()
