"""The door that is no HTTP: HL7 v2 over MLLP."""

from services.intake.doors.mllp import mllp_door
from services.intake.doors.watching import watching_door

__all__ = ["mllp_door", "watching_door"]
