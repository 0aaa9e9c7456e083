"""An X12 837 file: its claims, one by one, and the 999 or TA1 that answers it."""

from datetime import datetime

from services.intake.domain.feed import Feeds
from services.intake.domain.inbound import Answer, Reading, Result
from services.intake.domain.own import problem
from shared.claim.checking import Defect


def read_x12(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """Understand one file. Never raises for what a sender may send."""

    def reply(result: Result) -> Answer:
        return problem(501, "not-yet", "This door is not open yet", (_NOT_YET,), f"/inbox/{result.message}")

    return Reading("x12", "X12", raw[35:50].decode("ascii", "replace").strip(), "", reply, refused=1)


_NOT_YET = Defect(
    "not-yet", "", "X12 files are kept and not read yet.", "They are replayed once the door is open."
)
