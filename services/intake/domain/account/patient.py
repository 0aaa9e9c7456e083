"""A patient of a facility: what messages about the person say (A28, A31), and which numbers became one (A18, A34, A40).

An account asks for its patient each time it is weighed, and a patient's accounts are weighed again when something is said
of the patient: so it does not matter which of the two came first.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

from services.intake.domain.account.parts import NOTHING, Parts, join
from shared.deciding import Command, Decision

FOLLOWED = 5
"""How often a number may have given way to another until we stop following."""


class Patient(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One medical record number. ``absorbed`` are the numbers that were merged into it, both histories kept."""

    facility: str
    number: str
    parts: Parts = NOTHING
    absorbed: tuple[str, ...] = ()


class Tell(Command, frozen=True, kw_only=True):
    """A message said this about the patient."""

    facility: str
    number: str
    parts: Parts
    absorbed: tuple[str, ...] = ()


class Records(Struct, frozen=True, gc=False):
    """What is known of an account's patient, over all numbers, and the merges as ``(retired, kept)``."""

    parts: Parts = NOTHING
    merges: tuple[tuple[str, str], ...] = ()


NOBODY = Records()


def decide(state: Patient | None, what: Tell) -> Decision[Patient]:
    """Join what was told."""
    before = state or Patient(facility=what.facility, number=what.number)
    parts = join(before.parts, what.parts)
    absorbed = tuple(sorted({*before.absorbed, *what.absorbed}))
    if state is not None and parts is state.parts and absorbed == state.absorbed:
        return Decision(state)
    return Decision(structs.replace(before, parts=parts, absorbed=absorbed))


def records_of(number: str, patients: Mapping[str, Patient]) -> Records:
    """Follow a medical record number to the one that it gave way to, and join what is known of all of them."""
    parts, merges, seen = NOTHING, [], {number}
    at = patients.get(number)
    while at is not None:
        parts = join(parts, at.parts)
        kept = at.parts.renamed.value if at.parts.renamed else ""
        if not kept:
            break
        merges.append((at.number, kept))
        if kept in seen or len(seen) > FOLLOWED:  # a circle, told by mistake
            break
        seen.add(kept)
        at = patients.get(kept)
    return Records(parts, tuple(merges)) if merges or parts is not NOTHING else NOBODY
