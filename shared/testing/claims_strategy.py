"""Hypothesis over claims: everything that an 837 can say, through ``shared.testing.every_claim``."""

from hypothesis import strategies as st

from shared.claim import Claim, Kind
from shared.testing.every_claim import claim


def claims(kind: Kind) -> st.SearchStrategy[Claim]:
    """Claims of one kind, clean by their guide."""
    return st.randoms(use_true_random=False).map(lambda random: claim(random, kind))


professional = claims("professional")
institutional = claims("institutional")
