"""What somebody did not like about a claim, in words that name the place and the fix."""

from typing import Literal

from msgspec import Struct


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One defect.

    ``rule`` is our stable code (``SCR-0104``, ``X12-...``), ``place`` a JSON pointer into the claim
    (``/lines/0/charge``), ``location`` the same place in the sender's own format where it is known
    (``2400/SV101-2``, ``PID-3[1].1``, ``Claim.item[0].net``). ``problem`` and ``fix`` are plain words
    without patient data: findings travel to worklists, logs never carry their values.
    """

    rule: str
    severity: Literal["error", "warning"] = "error"
    place: str = ""
    location: str = ""
    title: str
    problem: str
    fix: str
    source: str = ""


class Change(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One corrected field: JSON pointer, the value before and after as JSON text."""

    place: str
    before: str = ""
    after: str = ""
