"""The scrubber's rules: each a small pure function with id, title, source, fix and dates of validity.

To add one: write a generator of ``Defect`` in the file of its subject, decorate it with ``@rule``, and add
a failing and a passing claim under its id in tests/cases.py. The catalogue page is generated.
"""

from datetime import date

from services.scrubber.rules import coding, dates, identifiers, required, sums
from services.scrubber.rules.facts import Book, CodeSet, Facts, Payer
from services.scrubber.rules.rule import RULES, Defect, Rule
from shared.claim import Claim
from shared.events import Finding

VERSION = "2026.11.1"
"""Raised with every change of a rule's meaning; the book's version is added to it."""


def scrub(claim: Claim, facts: Facts) -> tuple[Finding, ...]:
    """Run every rule that is in force on the claim's first day of service, in order of rule id.

    A claim is clean when no finding has severity ``error``.
    """
    first, _ = claim.service_dates()
    day = first or facts.today
    return tuple(f for r in _in_force(day) for f in r.findings(claim, facts))


def _in_force(day: date) -> list[Rule]:
    return [r for r in RULES.values() if r.first <= day <= r.last]


__all__ = [
    "RULES",
    "VERSION",
    "Book",
    "CodeSet",
    "Defect",
    "Facts",
    "Payer",
    "Rule",
    "coding",
    "dates",
    "identifiers",
    "required",
    "scrub",
    "sums",
]
