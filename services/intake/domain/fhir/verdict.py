"""What was found out about one entry of a FHIR document."""

from msgspec import Struct

from services.intake.domain.fhir.document import Entry
from services.intake.domain.fhir.outcome import Issue
from services.intake.domain.inbound import Candidate


class Verdict(Struct, frozen=True, kw_only=True):
    """One entry: what there is to say about it, and the claim that it makes, if it is one and makes one."""

    entry: Entry
    issues: tuple[Issue, ...] = ()
    candidate: Candidate | None = None

    @property
    def refused(self) -> bool:
        """It cannot be taken."""
        return any(i.severity == "error" for i in self.issues)
