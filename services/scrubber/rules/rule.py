"""What a rule is: a small pure function with an id, words, a source and dates of validity."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from services.scrubber.rules.facts import Facts
from shared.claim import Claim
from shared.claim.claim import Kind
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
    """One edit. ``first`` and ``last`` are the dates of service it holds for; both ends included.

    ``kind`` is the kind of claim it looks at, None for both.
    """

    id: str
    title: str
    fix: str
    source: str
    check: Check
    severity: Literal["error", "warning"] = "error"
    first: date = date.min
    last: date = date.max
    kind: Kind | None = None

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
    kind: Kind | None = None,
) -> Callable[[Check], Check]:
    """Register a check under its id. Raises ValueError when the id is taken."""

    def register(check: Check) -> Check:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        RULES[id] = Rule(id, title, fix, source, check, severity, first, last, kind)
        return check

    return register


@lru_cache(4096)
def in_force(kind: Kind, day: date) -> tuple[Rule, ...]:
    """The rules for this kind of claim on that first day of service, in the order they run."""
    return tuple(r for r in RULES.values() if r.first <= day <= r.last and r.kind in (None, kind))
