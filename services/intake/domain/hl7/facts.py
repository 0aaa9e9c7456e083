"""One message as what it says of accounts: the facts that services.intake.domain.account folds."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from msgspec import structs

from services.intake.domain.account.facts import Facts, Merge, Visit
from services.intake.domain.feed import Feed
from services.intake.domain.hl7.charges import Posted, posted
from services.intake.domain.hl7.coding import diagnoses, procedures
from services.intake.domain.hl7.events import Event
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.hl7.people import coverages, guarantor, patient
from services.intake.domain.hl7.source import NOWHERE, Source
from services.intake.domain.hl7.values import moment
from services.intake.domain.hl7.visit import visit

AHEAD = timedelta(days=366)
"""A time further ahead than this is a mistake, and would make the message hold against all that come after it."""

NOTHING = Posted((), 0)


def facts_of(
    m: Hl7Message, feed: Feed, table: FieldTable, event: Event, received: datetime
) -> tuple[tuple[Facts, ...], list[Fault]]:
    """What a message says of accounts, and what is wrong with it. Errors among the faults: nothing of it may be used."""
    faults: list[Fault] = []
    strict = event.happening == "charged"
    if event.about in ("patients", "accounts"):
        parts = [Source(group, feed, table, faults, strict) for group in _groups(m)]
    else:
        parts = [Source(m, feed, table, faults, strict)]
        _one_patient(parts[0])
    told = [facts for part in parts if (facts := _facts(part, event, received)) is not None]
    return tuple(told), faults


def _facts(source: Source, event: Event, received: datetime) -> Facts | None:
    if not source.m.has("PID"):
        source.missing("PID", "The message names no patient.", "Send a PID segment.")
        return None
    account, record = _numbers(source, event)
    _has_visit(source, event)
    if event.about in ("patients", "accounts"):
        return _merging(source, event, account, record, received)
    at = _when(source, received)
    source.when = None if at is received else at
    if event.about == "patient" or not (account or source.strict):
        return _of_patient(source, at, record) if record else None
    charged = _charged(source) if event.happening == "charged" else NOTHING
    return Facts(
        account=account,
        at=at,
        control=source.m.get(source.m.header, 10),
        sent=_sent(source),
        happening=event.happening,
        feed=source.feed.name,
        medical_record=record,
        visit=_visit(source, event, at, charged),
        patient=patient(source),
        guarantor=guarantor(source),
        coverages=coverages(source),
        diagnoses=diagnoses(source),
        procedures=procedures(source),
        charges=charged.charges,
        paid=charged.paid,
    )


def _has_visit(source: Source, event: Event) -> None:
    """A registration should say which visit it is about."""
    adt = source.m.get(source.m.header, 9).upper() == "ADT"
    if adt and event.about == "account" and not source.m.has("PV1"):
        fix = "Send a PV1: class, days and clinicians of the visit stand there."
        source.missing("PV1", "The message says nothing of the visit.", fix, severity="W")


def _one_patient(source: Source) -> None:
    """Two PID segments in one message are two patients, and nobody knows whose the rest is."""
    if sum(s[0] == "PID" for s in source.m.segments) > 1:
        fix = "Send a message for each patient."
        source.at(100, "PID", 2, "A second patient begins here.", fix)


def _numbers(source: Source, event: Event) -> tuple[str, str]:
    """Account and medical record number; what is missing is an error where nothing could be done without it."""
    account, record = source.value("account"), source.value("medical_record")
    if not account and event.about in ("account", "accounts"):
        needed = source.strict or event.about == "accounts" or not record
        problem = "The message names no account." if needed else _NO_ACCOUNT
        fix = "Send the patient account number in PID-18, or the visit number in PV1-19."
        source.fault(101, "account", 1, problem, fix, "E" if needed else "W")
    if not record:
        problem, fix = "The message has no medical record number.", "Send it in PID-3."
        needed = event.about in ("patient", "patients")
        source.fault(101, "medical_record", 1, problem, fix, "E" if needed else "W")
    return account, record


_NO_ACCOUNT = "The message names no account: only what it says of the patient is taken."


def _of_patient(source: Source, at: datetime, record: str) -> Facts:
    """What holds for all open accounts of a patient: who they are, who answers. Coverage only where the event is about it."""
    return Facts(
        account="",
        at=at,
        control=source.m.get(source.m.header, 10),
        sent=_sent(source),
        happening="updated",
        feed=source.feed.name,
        medical_record=record,
        patient=patient(source),
        guarantor=guarantor(source),
        coverages=coverages(source),
    )


def _merging(source: Source, event: Event, account: str, record: str, received: datetime) -> Facts | None:
    part, kept = ("merge.patient", record) if event.about == "patients" else ("merge.account", account)
    retired = source.value(part)
    if not source.m.has("MRG"):
        source.missing("MRG", "The merge does not say which number gives way.", "Send it in an MRG segment.")
    elif not retired:
        source.fault(101, part, 1, "The merge does not say which number gives way.", "Send it here.")
    elif retired == kept:
        source.fault(102, part, 1, "The number that gives way is the one that is kept.", "Send two numbers.")
    if not kept or not retired or retired == kept:
        return None
    return Facts(
        account=account if event.about == "accounts" else "",
        at=_when(source, received),
        control=source.m.get(source.m.header, 10),
        sent=_sent(source),
        happening="updated",
        feed=source.feed.name,
        medical_record=record,
        patient=patient(source),
        merge=Merge(what="patient" if event.about == "patients" else "account", kept=kept, retired=retired),
    )


def _charged(source: Source) -> Posted:
    charged = posted(source)
    if not source.m.has("FT1"):
        source.missing("FT1", "The message has no charge.", "Send one FT1 for each charge.")
    return charged


def _visit(source: Source, event: Event, at: datetime, charged: Posted) -> Visit | None:
    """The visit; a charge closes it where the feed says so, on the last day of service."""
    closes: date | None = None
    if event.happening == "charged" and source.value("visit.class").upper() in source.feed.charge_closes:
        days = [d for c in charged.charges for d in (c.line.first, c.line.last) if d]
        closes = max(days, default=None)
    here = (
        at if source.when else at.astimezone(source.feed.zone)
    )  # the day as it is written, or the hospital's
    told = visit(source, here if event.ends else None, closes)
    return structs.replace(told, closed=None) if told and event.happening == "discharge_cancelled" else told


def _when(source: Source, received: datetime) -> datetime:
    """When it happened: EVN-2, else MSH-7, else when it came. A time far ahead of its receipt is no time."""
    for found in source.table.every(source.m, "happened", NOWHERE):
        try:
            at = moment(found.text, source.feed.zone)
        except ValueError:
            at, problem = None, "This is not a time."
        else:
            problem = "This time has not come yet." if at and at > received + AHEAD else ""
        if problem:
            fix = "Write it as YYYYMMDDHHMMSS; until then the message counts from another time."
            source.at(102, found.path.segment, 1, problem, fix, found.path.field, severity="W")
        elif at:
            return at
    return received


def _sent(source: Source) -> datetime | None:
    """When the message was written; None where MSH-7 is no time."""
    try:
        return moment(source.m.get(source.m.header, 7), source.feed.zone)
    except ValueError:
        return None


def _groups(m: Hl7Message) -> Iterator[Hl7Message]:
    """A merge may repeat PID, MRG and PV1: each PID begins a pair of its own."""
    head: list[Segment] = []
    groups: list[list[Segment]] = []
    for segment in m.segments:
        if segment[0] == "PID":
            groups.append([])
        (groups[-1] if groups else head).append(segment)
    for group in groups or [[]]:
        yield Hl7Message([*head, *group], m.field, m.component + m.repetition + m.escape + m.sub)
