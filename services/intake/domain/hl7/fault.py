"""What is wrong with an HL7 message: where, which code of table 0357, what to do."""

from typing import Literal

from msgspec import Struct

from shared.events import Finding

CODES = {
    100: "Segment sequence error",
    101: "Required field missing",
    102: "Data type error",
    103: "Table value not found",
    199: "Out of sequence",
    200: "Unsupported message type",
    201: "Unsupported event code",
    202: "Unsupported processing id",
    203: "Unsupported version id",
    204: "Unknown key identifier",
    205: "Duplicate key identifier",
    207: "Application internal error",
}
"""The codes of table 0357 that we use, in our own words."""

REJECTS = frozenset({199, 200, 201, 202, 203, 204, 207})
"""Codes that make it AR: the message is not for us as it is. The others are AE: its content must be mended."""


class Fault(Struct, frozen=True, kw_only=True, gc=False):
    """One defect at ``segment[sequence]-field[repetition].component``; ``field`` 0 means the whole segment."""

    code: int
    segment: str
    sequence: int = 1
    field: int = 0
    repetition: int = 1
    component: int = 0
    severity: Literal["E", "W", "I"] = "E"
    problem: str
    fix: str

    @property
    def location(self) -> str:
        """``PID-7[1]``, ``PID-3[1].4``, ``FT1[2]-11[1]``: segment (its number from 2 on), field, repetition, component."""
        segment = self.segment if self.sequence == 1 else f"{self.segment}[{self.sequence}]"
        component = f".{self.component}" if self.component else ""
        return f"{segment}-{self.field}[{self.repetition}]{component}" if self.field else segment

    def finding(self) -> Finding:
        """The same for lists and pages."""
        return Finding(
            rule=f"HL7-{self.code}",
            severity="error" if self.severity == "E" else "warning",
            location=self.location,
            title=CODES[self.code],
            problem=self.problem,
            fix=self.fix,
            source="HL7 table 0357",
        )
