"""The door that is no HTTP: HL7 v2 over MLLP."""

from services.intake.doors.mllp import mllp_door

__all__ = ["mllp_door"]
