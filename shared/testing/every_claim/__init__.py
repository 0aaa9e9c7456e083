"""Invented claims that use everything an 837 can say, each clean by its guide. Every person in them is made up.

``claim(random, kind)`` draws from any ``random.Random``, also hypothesis's: the same generator feeds property tests,
the second opinion, mutants and the load bench.
"""

from shared.testing.every_claim.batch import batch
from shared.testing.every_claim.claim import claim

__all__ = ["batch", "claim"]
