"""What a case is made of, and the stays that many of them begin with."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.intake.domain.account.facts import Facts, Merge, Visit
from services.intake.tests.hospital import (
    ADA,
    CODED,
    INPATIENT,
    START,
    Hospital,
    Telling,
    charge,
    insured,
)

Script = Callable[[Hospital, Telling], object]
Case = tuple[str, Any, Script, list[str], list[str]]


def case(
    cases: list[Case],
    name: str,
    script: Script,
    *journal: str,
    waits: tuple[str, ...] = (),
    feed: Any = None,
) -> None:
    """What happens, what is said of the claims in order, what the account waits for then."""
    cases.append((name, feed, script, list(journal), list(waits)))


def admitted(t: Telling, *charges: Any, **said: Any) -> list[Facts]:
    """An inpatient, charged and coded, not yet discharged."""
    told: dict[str, Any] = {"visit": INPATIENT, "patient": ADA, "coverages": insured()}
    return [
        t("registered", **told | said),
        t("charged", *(charges or (charge("T1"),))),
        t("coded", diagnoses=CODED),
    ]


def discharged(t: Telling, days: int = 0) -> Facts:
    return t("discharged", visit=Visit(closed=START.date() + timedelta(days=days)))


def became(t: Telling, retired: str, kept: str) -> Facts:
    """A40: one medical record number gives way to another."""
    merge = Merge(what="patient", kept=kept, retired=retired)
    return t("updated", account="", medical_record=kept, merge=merge)


def moved(t: Telling) -> Facts:
    """A41: account A1 gives way to A2."""
    return t("updated", account="A2", merge=Merge(what="account", kept="A2", retired="A1"))
