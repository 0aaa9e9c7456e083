"""How often Python looks for cycles: rarely, and never at what was there from the start."""

import gc

_YOUNG = 50_000
"""New containers between two looks at the young ones. A batch of 1,000 claims makes a few hundred thousand, and nearly all
are gone with the batch, freed by their reference counts alone."""


def settle() -> None:
    """Call once everything is loaded: modules, rules and code sets are never walked again, and looks become rare.

    Python's defaults look every 700 containers: measured here, a quarter of a service's CPU (docs/decisions/0075).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
