"""What a case is made of, and the stays that many of them begin with."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from services.intake.domain.account.facts import Facts, Visit
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
