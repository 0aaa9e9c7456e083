"""A message while it is mapped: the table in force, and what was found wrong so far."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from services.intake.domain.feed import Feed
from services.intake.domain.hl7 import values
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.message import Hl7Message, Segment
from shared.claim import parse_cents

Near = Mapping[str, Segment]
NOWHERE: Near = {}


class Source(Struct):
    """The message, its feed, the feed's table, the faults. ``near``: the segments of the line, coverage or diagnosis at hand."""

    m: Hl7Message
    feed: Feed
    table: FieldTable
    faults: list[Fault]

    def value(self, name: str, near: Near = NOWHERE) -> str:
        """One part of the claim, by the table."""
        return self.table.value(self.m, name, near)

    def values(self, name: str, near: Near = NOWHERE) -> list[str]:
        """The raw repetitions of a part."""
        return self.table.repetitions(self.m, name, near)

    def day(self, name: str, sequence: int = 1, near: Near = NOWHERE) -> date | None:
        """A part that is a day."""
        try:
            return values.day(self.value(name, near))
        except ValueError:
            self.fault(102, name, sequence, "This is not a day of the calendar.", "Write it as YYYYMMDD.")
            return None

    def amount(self, name: str, sequence: int, near: Near) -> int | None:
        """A part that is money, in cents; None where absent, 0 after noting what cannot be read."""
        text = self.value(name, near)
        if not text:
            return None
        try:
            return parse_cents(text)
        except ValueError:
            problem = "This is not an amount of dollars and cents."
            self.fault(102, name, sequence, problem, "Write it as 125.50.")
            return 0

    def fault(self, code: int, name: str, sequence: int, problem: str, fix: str) -> None:
        """Note a defect at the place where the table looks for that part."""
        spot = self.table.spot(name)
        component = spot.component if spot.component > 1 else 0
        self.at(code, spot.segment, sequence, problem, fix, field=spot.field, component=component)

    def missing(self, segment: str, problem: str, fix: str) -> None:
        """Note that a whole segment is missing."""
        self.at(100, segment, 1, problem, fix)

    def at(
        self,
        code: int,
        segment: str,
        sequence: int,
        problem: str,
        fix: str,
        field: int = 0,
        component: int = 0,
    ) -> None:
        """Note a defect at a place of the message."""
        self.faults.append(
            Fault(
                code=code,
                segment=segment,
                sequence=sequence,
                field=field,
                component=component,
                problem=problem,
                fix=fix,
            )
        )
