"""What an independent validator says of the claims we write: ``python -m tests.x12_second_opinion [--claims N] [--seed S]``.

pyx12 checks structure and elements of 837P and 837I by maps of its own. Exit 1 when it or our own judge refuses a file.
"""

import argparse
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from random import Random

import pyx12.params
import pyx12.x12n_document

from shared.claim import Kind
from shared.testing.every_claim import batch
from shared.x12 import read, write_837
from shared.x12.grammar import Guide, Loop
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P
from shared.x12.walker import Walker, code_of

KINDS: dict[Kind, Guide] = {"professional": CLAIM_837P, "institutional": CLAIM_837I}


def opinion(data: bytes) -> tuple[bool, str]:
    """pyx12's verdict on a file, and what it says."""
    said = io.StringIO()
    params = pyx12.params.params()
    valid = pyx12.x12n_document.x12n_document(
        params, io.StringIO(data.decode("ascii")), None, None, None, said
    )
    return valid, said.getvalue()


def complaints(said: str) -> Iterator[str]:
    """The single errors in pyx12's report."""
    yield from _walk(json.loads(said) if said.strip() else {})


def _walk(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        if "err_cde" in node or "code" in node:
            yield json.dumps(node, sort_keys=True)[:300]
        for value in node.values():
            yield from _walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from _walk(value)


def loops(loop: Loop) -> set[str]:
    """All loop ids of a guide."""
    return {loop.id, *(name for inner in loop.loops for name in loops(inner))}


def loops_used(data: bytes, guide: Guide) -> set[str]:
    """The loops that a file of one set opens."""
    walker = Walker(guide)
    state, used = walker.start, {guide.root.id}
    for text in data.decode("ascii").split("~")[3:-4]:
        elements = text.split("*")
        step = walker.step(state, "", elements[0], code_of(elements, ":"))
        state = step.state
        used.update(loop.id for loop in step.opens)
    return used


def main() -> int:
    """Write claims in batches of twenty, ask pyx12 and our own judge, print what either of them says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--claims", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    refused = 0
    said: Counter[str] = Counter()
    for kind, guide in KINDS.items():
        missing = loops(guide.root)
        for at in range(options.claims // 2 // 20):
            data = write_837([batch(Random(f"{options.seed}-{kind}-{at}"), kind, 20)])
            ours = [found.code for one in read(data).transactions for found in getattr(one, "findings", ())]
            missing -= loops_used(data, guide)
            valid, text = opinion(data)
            said.update(complaints(text))
            said.update(f"our judge: {code}" for code in ours)
            refused += not valid or bool(ours)
        every = "every loop used" if not missing else f"loops never used: {sorted(missing)}"
        sys.stdout.write(f"{kind}: {options.claims // 2} claims, {every}\n")
    for words, count in said.most_common(20):
        sys.stdout.write(f"{count:6} {words}\n")
    sys.stdout.write(f"{refused} of {options.claims // 20} files refused by pyx12 or by our judge\n")
    return int(refused > 0)


if __name__ == "__main__":
    sys.exit(main())
