"""What independent readers say of the 835s we write: ``python -m tests.remit_second_opinion [--files N] [--seed S]``.

pyx12 checks form by maps of its own; oxedi reads and, when it writes, proves the money. Exit 1 when one of them, our own judge
or our own proof has something to say, or when oxedi counts other money than we do.
"""

import argparse
import logging
import sys
from collections import Counter
from decimal import Decimal
from random import Random
from typing import NamedTuple

import oxedi

from shared.testing.every_remittance import remittance
from shared.x12 import prove, read, write_835
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.types import Remittance
from tests.x12_second_opinion import complaints, loops, loops_used, opinion

KNOWN = "Loop FOOTER exceeded max count"
"""pyx12 wraps each PLB into a loop of its own that may stand once; the guide (and its own map) let PLB repeat."""


class Opinions(NamedTuple):
    """What the four say of one file: empty when there is nothing to say."""

    ours: tuple[str, ...]
    pyx12: tuple[str, ...]
    oxedi: tuple[str, ...]

    @property
    def clean(self) -> bool:
        """Whether nobody has anything to say."""
        return not (self.ours or self.pyx12 or self.oxedi)


def opinions(data: bytes) -> Opinions:
    """Ask our judge and proof, pyx12, and oxedi."""
    ours = [found.code for one in read(data).transactions for found in getattr(one, "findings", ())]
    read_back = [one for one in read(data).transactions if isinstance(one, Remittance)]
    ours += [f"{found.level} {found.delta}" for one in read_back for found in prove(one)]
    valid, text = opinion(data)
    every = list(complaints(text)) or ([] if valid else ["refused"])
    theirs = [words for words in every if KNOWN not in words]
    return Opinions(tuple(ours), tuple(theirs), tuple(_oxedi(data, read_back)))


def _oxedi(data: bytes, ours: list[Remittance]) -> list[str]:
    result = oxedi.parse(data)
    said = [str(one) for one in result.diagnostics]
    claims = sum(len(one.claims) for one in ours)
    paid = Decimal(sum(one.paid for one in ours)) / 100
    if result.count_claims() != claims:
        said.append(f"oxedi counts {result.count_claims()} claims, we {claims}")
    if result.sum_payments() != paid:
        said.append("oxedi sums other payments")
    return said


def main() -> int:
    """Write payments, ask everybody, print what anybody says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    logging.getLogger("pyx12").setLevel(logging.CRITICAL)
    refused = claims = 0
    said: Counter[str] = Counter()
    missing = loops(REMITTANCE_835.root)
    for at in range(options.files):
        chance = Random(f"{options.seed}-{at}")
        one = remittance(chance, chance.randint(1, 6), at + 1)
        data = write_835([one])
        claims += len(one.claims)
        missing -= loops_used(data, REMITTANCE_835)
        found = opinions(data)
        refused += not found.clean
        for who, words in zip(found._fields, found, strict=True):
            said.update(f"{who}: {word[:200]}" for word in words)
    every = "every loop used" if not missing else f"loops never used: {sorted(missing)}"
    sys.stdout.write(f"835: {options.files} files, {claims} claims, {every}\n")
    for words, count in said.most_common(20):
        sys.stdout.write(f"{count:6} {words}\n")
    sys.stdout.write(f"{refused} of {options.files} files with a word from pyx12, oxedi or our own judge\n")
    return int(refused > 0)


if __name__ == "__main__":
    sys.exit(main())
