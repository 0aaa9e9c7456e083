"""What a rule is: a small pure function with an id, words, a source and dates of validity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.scrubber.rules.facts import Facts
from shared.claim import Claim
from shared.events import Finding


@dataclass(frozen=True, slots=True)
class Defect:
    """Where a claim breaks a rule: JSON pointer, X12 place, the problem in words without patient data."""

    place: str
    location: str
    problem: str
    fix: str = ""


Check = Callable[[Claim, Facts], Iterator[Defect]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One edit. ``first`` and ``last`` are the dates of service it holds for; both ends included."""

    id: str
    title: str
    fix: str
    source: str
    check: Check
    severity: Literal["error", "warning"] = "error"
    first: date = date.min
    last: date = date.max

    def finding(self, defect: Defect) -> Finding:
        """What is told about one defect."""
        return Finding(
            rule=self.id,
            severity=self.severity,
            place=defect.place,
            location=defect.location,
            title=self.title,
            problem=defect.problem,
            fix=defect.fix or self.fix,
            source=self.source,
        )


RULES: dict[str, Rule] = {}
"""Every rule by its id, in the order they run."""


def rule(
    id: str,  # noqa: A002 - the field's word
    title: str,
    *,
    fix: str,
    source: str,
    severity: Literal["error", "warning"] = "error",
    first: date = date.min,
    last: date = date.max,
) -> Callable[[Check], Check]:
    """Register a check under its id. Raises ValueError when the id is taken."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        RULES[id] = Rule(id, title, fix, source, check, severity, first, last)
        return check

    return register
