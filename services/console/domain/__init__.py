"""What the console makes of public facts: where each claim is, whose turn it is, how much waits there."""

from services.console.domain.stages import OPEN_STATES, PART_DENIED, STAGES, Stage, stage_of
from services.console.domain.view import Money, Tally, View, fold, tallied

__all__ = [
    "OPEN_STATES",
    "PART_DENIED",
    "STAGES",
    "Money",
    "Stage",
    "Tally",
    "View",
    "fold",
    "stage_of",
    "tallied",
]
