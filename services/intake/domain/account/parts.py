"""What is known of an account, each part with the message that last spoke of it. Joining two is all there is to arrival.

``join`` takes for each part the newer of two: it is associative, commutative and idempotent, so that the same messages
make the same parts in every order, late or twice, one by one or together (docs/decisions/0080).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from services.intake.domain.account.facts import Charge, Facts, Visit
from shared.claim import Coverage, Diagnosis, Guarantor, Kind, Person, Procedure, Provider, Stay

T = TypeVar("T")


class Told(Struct, Generic[T], frozen=True, array_like=True, gc=False):
    """One part, when it happened, the control id of the message that said so, and when that was written if not then."""

    value: T
    at: datetime
    control: str
    sent: datetime | None = None


class PatientClass(Struct, frozen=True, array_like=True, gc=False):
    """PV1-2 as written, the kind of claim that it makes, CLM05-1."""

    written: str
    kind: Kind
    place: str


class Parts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """All parts of an account, or of what one message says about it.

    ``charging`` is the feed that sends the charges, ``feed`` the one that spoke last. ``closed`` is None inside when a
    discharge was taken back. ``stay`` holds the fields of a Stay by name, days as ISO text. ``charges`` and ``credits``
    are by transaction id, ``payments`` by time and amount: a payment has no id. ``usual`` is the patient's insurance as
    messages about the patient say it: it counts where the account's own say none. ``moved`` is the account
    number that this one was merged into, ``renamed`` the medical record number that the patient's was merged into.
    """

    feed: Told[str] | None = None
    charging: Told[str] | None = None
    medical_record: Told[str] | None = None
    patient_class: Told[PatientClass] | None = None
    opened: Told[date] | None = None
    closed: Told[date | None] | None = None
    cancelled: Told[bool] | None = None
    authorization: Told[str] | None = None
    attending: Told[Provider] | None = None
    referring: Told[Provider] | None = None
    operating: Told[Provider] | None = None
    facility: Told[Provider] | None = None
    stay: dict[str, Told[str]] = {}
    patient: Told[Person] | None = None
    guarantor: Told[Guarantor] | None = None
    coverages: Told[tuple[Coverage, ...]] | None = None
    usual: Told[tuple[Coverage, ...]] | None = None
    diagnoses: Told[tuple[Diagnosis, ...]] | None = None
    procedures: Told[tuple[Procedure, ...]] | None = None
    charges: dict[str, Told[Charge]] = {}
    credits: dict[str, Told[Charge]] = {}
    payments: dict[str, Told[int]] = {}
    moved: Told[str] | None = None
    renamed: Told[str] | None = None


NOTHING = Parts()
_FIELDS = Parts.__struct_fields__
_MAPS = frozenset({"stay", "charges", "credits", "payments"})


def join(a: Parts, b: Parts) -> Parts:
    """All that either says, the newer of two where both speak. ``a`` itself when ``b`` adds nothing."""
    changed: dict[str, Any] = {}
    for name in _FIELDS:
        theirs = getattr(b, name)
        if theirs is None or (name in _MAPS and not theirs):
            continue
        ours = getattr(a, name)
        joined = _joined(ours, theirs) if name in _MAPS else newer(ours, theirs)
        if joined is not ours:
            changed[name] = joined
    return msgspec.structs.replace(a, **changed) if changed else a


def _joined(ours: dict[str, Told[T]], theirs: Mapping[str, Told[T]]) -> dict[str, Told[T]]:
    news = {}
    for key, told in theirs.items():
        before = ours.get(key)
        if newer(before, told) is not before:
            news[key] = told
    return {**ours, **news} if news else ours


def newer(a: Told[T] | None, b: Told[T] | None) -> Told[T] | None:
    """The one that happened later; of two at the same time the one written later, then by control id."""
    if a is None or b is None:
        return a or b
    ours, theirs = when(a), when(b)
    if (
        ours == theirs and a.value != b.value
    ):  # two senders, one control id: any order, as long as it is always the same
        return max(a, b, key=lambda told: msgspec.json.encode(told.value))
    return b if theirs > ours else a


def when(told: Told[Any]) -> tuple[datetime, datetime, int, str]:
    """What decides between two. Control ids are counters more often than not: a longer one is a later one."""
    return (told.at, told.sent or told.at, len(told.control), told.control)


def parts_of(facts: Facts) -> Parts:
    """What one message says, as parts."""

    told = _teller(facts)

    said: dict[str, Any] = {"feed": told(facts.feed)}
    if facts.medical_record:
        said["medical_record"] = told(facts.medical_record)
    for name in ("patient", "guarantor", "coverages", "diagnoses", "procedures"):
        if (value := getattr(facts, name)) is not None:
            said[name] = told(value)
    if facts.visit is not None:
        said.update((name, told(value)) for name, value in _visit(facts.visit))
        said["stay"] = {name: told(value) for name, value in _stay(facts.visit.stay)}
    if facts.charges:
        said["charging"] = said["feed"]
        said["charges"] = {c.id: told(c) for c in facts.charges if c.action != "credit"}
        said["credits"] = {c.id: told(c) for c in facts.charges if c.action == "credit"}
    if facts.paid:
        said["payments"] = {f"{facts.at.isoformat()}/{facts.paid}": told(facts.paid)}
    return Parts(**said | {name: told(value) for name, value in _happened(facts)})


def _teller(facts: Facts) -> Callable[[Any], Told[Any]]:
    sent = None if facts.sent == facts.at else facts.sent
    return lambda value: Told(value, facts.at, facts.control, sent)


def _visit(visit: Visit) -> list[tuple[str, object]]:
    said: list[tuple[str, object]] = []
    if visit.patient_class or visit.place:
        said.append(("patient_class", PatientClass(visit.patient_class, visit.kind, visit.place)))
    said.extend((name, value) for name in _VISIT if (value := getattr(visit, name)))
    return said


_VISIT = ("opened", "closed", "authorization", "attending", "referring", "operating", "facility")


def _stay(stay: Stay | None) -> list[tuple[str, str]]:
    if stay is None:
        return []
    return [(name, str(value)) for name in stay.__struct_fields__ if (value := getattr(stay, name))]


def _happened(facts: Facts) -> list[tuple[str, object]]:
    said: list[tuple[str, object]] = []
    match facts.happening:
        case "registered" | "reopened":
            said.append(("cancelled", False))
        case "cancelled":
            said.append(("cancelled", True))
        case "discharge_cancelled":
            said += [("closed", None), ("cancelled", False)]
        case "discharged" if facts.visit is None or facts.visit.closed is None:
            said.append(("closed", facts.at.date()))
    return said


def accounts_in(facts: Facts) -> Iterator[tuple[str, Parts]]:
    """The accounts that a message speaks of, and what it says of each."""
    if facts.account:
        yield facts.account, parts_of(facts)
    merge = facts.merge
    if merge is not None and merge.what == "account":
        told = _teller(facts)
        yield merge.retired, Parts(feed=told(facts.feed), moved=told(merge.kept))


def patients_in(facts: Facts) -> Iterator[tuple[str, Parts, tuple[str, ...]]]:
    """The patients that it speaks of: medical record number, what holds for all their accounts, numbers that became theirs."""
    merge = facts.merge if facts.merge is not None and facts.merge.what == "patient" else None
    if merge is not None:
        yield merge.retired, Parts(renamed=_teller(facts)(merge.kept)), ()
    whose = merge.kept if merge is not None else facts.medical_record
    if merge is None and (facts.account or not whose):
        return
    said = parts_of(facts)
    parts = Parts(patient=said.patient, guarantor=said.guarantor, usual=said.coverages)
    yield whose, parts, (merge.retired,) if merge is not None else ()


def charged_in(parts: Parts) -> Parts:
    """What goes along when an account is merged into another: its charges, credits and payments."""
    return Parts(
        charging=parts.charging, charges=parts.charges, credits=parts.credits, payments=parts.payments
    )
