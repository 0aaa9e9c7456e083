"""Is it true without a computer? A claim's life in the scrubber: states, commands, decisions."""

from services.scrubber.domain.corrections import CorrectionDoesNotFit, corrected
from services.scrubber.domain.deciding import decide, proposed
from services.scrubber.domain.states import Correct, Replace, Rescrub, Scrubbing, Withdraw

__all__ = [
    "Correct",
    "CorrectionDoesNotFit",
    "Replace",
    "Rescrub",
    "Scrubbing",
    "Withdraw",
    "corrected",
    "decide",
    "proposed",
]
