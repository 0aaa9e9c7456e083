"""The doors that are no HTTP: HL7 v2 over MLLP, mailboxes, and the eye on all feeds."""

from services.intake.doors.crew import Crew
from services.intake.doors.handed import handed_door
from services.intake.doors.mailbox import mailbox_jobs
from services.intake.doors.mllp import mllp_door
from services.intake.doors.watching import watching_door

__all__ = ["Crew", "handed_door", "mailbox_jobs", "mllp_door", "watching_door"]
