"""The scrubber's rules: each a small pure function with id, title, source, fix and dates of validity.

To add one: write a generator of ``Defect`` in the file of its subject, decorate it with ``@rule``, and add
a failing and a passing claim under its id in tests/cases.py. The catalogue page is generated.
"""

from msgspec.structs import replace

from services.scrubber.rules import coding, dates, identifiers, required, sums
from services.scrubber.rules.facts import Book, CodeSet, Facts, Payer
from services.scrubber.rules.identifiers import providers
from services.scrubber.rules.rule import RULES, Defect, Rule, in_force
from shared.claim import Claim
from shared.events import Finding

VERSION = "2026.11.1"
"""Raised with every change of a rule's meaning; the book's version is added to it."""


def scrub(claim: Claim, facts: Facts) -> tuple[Finding, ...]:
    """Run every rule that is in force on the claim's first day of service, in the order they were written.

    A claim is clean when no finding has severity ``error``.
    """
    found: list[Finding] = []
    first, last = claim.service_dates()
    left = dates.days_left(claim, facts, first, last)
    seen = replace(facts, first=first, last=last, days_left=left, providers=providers(claim))
    for rule in in_force(claim.kind, first or facts.today):
        for defect in rule.check(claim, seen):
            found.append(rule.finding(defect))  # noqa: PERF401 -- a comprehension per rule costs more
    return tuple(found)


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
    "in_force",
    "required",
    "scrub",
    "sums",
]
