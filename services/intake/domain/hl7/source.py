"""A message while it is mapped: the table in force, and what was found wrong so far."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from services.intake.domain.feed import Feed
from services.intake.domain.hl7 import values
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable, Near
from services.intake.domain.hl7.message import Hl7Message
from shared.claim import parse_cents

NOWHERE: Near = {}
Severity = Literal["E", "W", "I"]
NOT_A_DAY = "This is not a day of the calendar."
AS_DAY = "Write it as YYYYMMDD."


class Source(Struct):
    """The message, its feed, the feed's table, the faults.

    ``near``: the segments of the line, coverage or diagnosis at hand. ``strict``: a value that cannot be read refuses the
    message. So it is where it brings charges; a registration is taken without that value, since what else it says must
    not wait.
    """

    m: Hl7Message
    feed: Feed
    table: FieldTable
    faults: list[Fault]
    strict: bool = True
    when: datetime | None = None
    """When the message says that it happened, once that is known."""

    def value(self, name: str, near: Near = NOWHERE) -> str:
        """One part of the claim, by the table: its default and its codes too."""
        return self.table.value(self.m, name, near)

    def values(self, name: str, near: Near = NOWHERE) -> list[str]:
        """The raw repetitions of a part."""
        return self.table.repetitions(self.m, name, near)

    def raw(self, name: str, near: Near = NOWHERE) -> str:
        """The first raw repetition of a part, empty where there is none."""
        found = self.values(name, near)
        return found[0] if found else ""

    def day(self, name: str, sequence: int = 1, near: Near = NOWHERE) -> date | None:
        """A part that is a day."""
        try:
            return values.day(self.value(name, near))
        except ValueError:
            self.unreadable(name, sequence, NOT_A_DAY, AS_DAY)
            return None

    def amount(self, name: str, sequence: int, near: Near) -> int | None:
        """A part that is money, in cents; None where absent, 0 after noting what cannot be read."""
        text = self.value(name, near).removeprefix("$")
        if not text:
            return None
        try:
            return parse_cents(text)
        except ValueError:
            problem = "This is not an amount of dollars and cents."
            self.unreadable(name, sequence, problem, "Write it as 125.50.")
            return 0

    def coded(self, name: str, sequence: int, meanings: tuple[str, ...], near: Near = NOWHERE) -> str:
        """A part that is one of some codes; empty after noting what none of them stands for."""
        meaning = self.value(name, near)
        if not meaning or meaning in meanings:
            return meaning
        fix = f"Send one of {', '.join(sorted(self.table.fields[name].codes))}, or translate it in the feed file."
        self.fault(103, name, sequence, "This code is not known.", fix, severity="W")
        return ""

    def unreadable(self, name: str, sequence: int, problem: str, fix: str) -> None:
        """Note a value that cannot be what it should be."""
        self.fault(102, name, sequence, problem, fix, severity="E" if self.strict else "W")

    def fault(
        self, code: int, name: str, sequence: int, problem: str, fix: str, severity: Severity = "E"
    ) -> None:
        """Note a defect at the place where the table looks for that part."""
        spot = self.table.spot(name)
        component = spot.component if spot.component > 1 else 0
        self.at(code, spot.segment, sequence, problem, fix, spot.field, component, severity)

    def missing(self, segment: str, problem: str, fix: str, severity: Severity = "E") -> None:
        """Note that a whole segment is missing."""
        self.at(100, segment, 1, problem, fix, severity=severity)

    def at(
        self,
        code: int,
        segment: str,
        sequence: int,
        problem: str,
        fix: str,
        field: int = 0,
        component: int = 0,
        severity: Severity = "E",
    ) -> None:
        """Note a defect at a place of the message."""
        self.faults.append(
            Fault(
                code=code,
                segment=segment,
                sequence=sequence,
                field=field,
                component=component,
                severity=severity,
                problem=problem,
                fix=fix,
            )
        )
