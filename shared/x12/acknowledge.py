"""999 and TA1 for a file that was received, made from its findings."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from msgspec.structs import replace

from shared.x12.dictionary import COMPOSITES, SEGMENTS
from shared.x12.findings import CATALOGUE
from shared.x12.types import (
    Batch,
    ElementError,
    Envelope,
    FileReading,
    GroupAck,
    GroupEnvelope,
    Header,
    InterchangeAck,
    SegmentError,
    SetAck,
    Transaction,
    Unsupported,
    X12Finding,
)

_PLACE = re.compile(r"[A-Z0-9]{2,3}?(\d\d)(?:-(\d+))?")
_SET_IDS = {
    "837P": "837",
    "837I": "837",
    "Remittance": "835",
    "ClaimAnswers": "277",
    "StatusInquiry": "276",
    "GroupAck": "999",
}

_NOTES = {
    "ISA01": "010", "ISA02": "011", "ISA03": "012", "ISA04": "013", "ISA05": "005", "ISA06": "006", "ISA07": "007",
    "ISA08": "008", "ISA09": "014", "ISA10": "015", "ISA14": "019", "ISA15": "020",
}  # fmt: skip
"""TA105 of a defect of one element of the ISA; others are told by the kind of defect (catalogue)."""

_MOST_ERRORS = 500
"""Segment errors told of one set: a receiver that reads more of them gains nothing."""


def acknowledge_999(reading: FileReading, header: Header) -> tuple[GroupAck, ...]:
    """Answer each group of a file: which sets are accepted, which rejected, and why (005010X231A1).

    ``header`` is the first answer's envelope, with control numbers from the caller; parties are turned round from the
    received interchange, and the group number counts up from one answer to the next. Acknowledgments (FA) are not answered.
    """
    answers: list[GroupAck] = []
    for envelope in reading.envelopes:
        for group in envelope.groups:
            if group.functional == "FA":
                continue
            own = _turned(header, envelope, len(answers))
            answers.append(_group(reading, envelope, group, own))
    return tuple(answers)


def acknowledge_ta1(reading: FileReading, header: Header) -> tuple[InterchangeAck, ...]:
    """Answer each interchange of a file: A, or R with the note code of its first error (TA105)."""
    return tuple(
        _interchange(reading, envelope, _turned(header, envelope, at))
        for at, envelope in enumerate(reading.envelopes)
    )


def _turned(header: Header, envelope: Envelope, count: int) -> Header:
    return replace(
        header,
        sender=envelope.receiver,
        receiver=envelope.sender,
        interchange=header.interchange + count,
        group=header.group + count,
    )


def _interchange(reading: FileReading, envelope: Envelope, header: Header) -> InterchangeAck:
    notes = [
        _NOTES.get(found.path) or CATALOGUE[found.code].ta1
        for found in reading.findings
        if found.severity == "error" and CATALOGUE[found.code].ta1 and _within(found, envelope.segments)
    ]
    return InterchangeAck(
        sender=header.sender,
        receiver=header.receiver,
        control=envelope.control,
        at=envelope.at,
        code="R" if notes else "A",
        note=notes[0] if notes else "000",
        header=header,
    )


def _within(found: X12Finding, segments: tuple[int, int]) -> bool:
    return segments[0] <= found.segment <= segments[1]


def _group(reading: FileReading, envelope: Envelope, group: GroupEnvelope, header: Header) -> GroupAck:
    sets = tuple(_set(one, reading.findings) for one in reading.transactions if _belongs(one, group))
    reasons = _reasons(reading.findings, group)
    accepted = sum(one.code != "R" for one in sets)
    whole = "A" if accepted == len(sets) else "P" if accepted else "R"
    if reasons:
        sets, accepted, whole = tuple(_refused(sets, reasons)), 0, "R"
    return GroupAck(
        header=header,
        functional=group.functional,
        group=group.control,
        guide=group.guide,
        code=whole,  # type: ignore[arg-type]
        included=group.announced,
        received=group.received,
        accepted=accepted,
        reasons=reasons,
        sets=sets,
    )


def _belongs(transaction: Transaction, group: GroupEnvelope) -> bool:
    header = None if isinstance(transaction, InterchangeAck) else transaction.header
    return header is not None and group.segments[0] <= header.segments[0] <= group.segments[1]


def _reasons(findings: Iterable[X12Finding], group: GroupEnvelope) -> tuple[str, ...]:
    """AK905 to AK909: at most five codes."""
    codes = (
        CATALOGUE[one.code].ak9
        for one in findings
        if one.severity == "error" and _within(one, group.segments)
    )
    return tuple(dict.fromkeys(code for code in codes if code))[:5]


def _refused(sets: Iterable[SetAck], reasons: tuple[str, ...]) -> Iterator[SetAck]:
    """The sets of a refused group: those with defects of their own, and all of them where the group's reason is about sets.

    A set is not said to have a defect that it has not: that the whole group was refused is what AK901 and AK905 say.
    """
    own = tuple(_OF_SETS[reason] for reason in reasons if reason in _OF_SETS)
    for one in sets:
        said = one.reasons or own
        if said or one.errors:
            yield replace(one, code="R", reasons=said)


_OF_SETS = {"1": "18", "2": "I6"}
"""AK905 to IK502: the group is not of its sets' kind, or of a version that is not taken."""


def _set(transaction: Transaction, of_file: Iterable[X12Finding]) -> SetAck:
    """Answer one set; what the file's findings say of its ST (a number used twice) is against the set too."""
    assert not isinstance(transaction, InterchangeAck)
    header = transaction.header
    assert header is not None
    known = [found for found in of_file if CATALOGUE[found.code].ik5 and _within(found, header.segments)]
    errors = [found for found in (*known, *transaction.findings) if found.severity == "error"]
    own = tuple(dict.fromkeys(CATALOGUE[found.code].ik5 for found in errors if CATALOGUE[found.code].ik5))
    told = tuple(_segment_errors(errors, header.segments[0]))
    reasons = (*own, "5") if told else own
    return SetAck(
        transaction=header.transaction.zfill(4),
        set_id=_set_id(transaction),
        guide=header.guide,
        code="R" if errors else "A",
        reasons=reasons[:5],
        errors=told,
    )


def _set_id(transaction: Transaction) -> str:
    """AK201, which is ST01: three digits, also of a set that is not taken (a 277 is called so, whatever its guide)."""
    if isinstance(transaction, Batch):
        return "837"
    known = _SET_IDS.get(type(transaction).__name__, "")
    return known or (transaction.set_id[:3] if isinstance(transaction, Unsupported) else "")


def _segment_errors(errors: list[X12Finding], first: int) -> Iterator[SegmentError]:
    told = [found for found in errors if found.ik3]
    told.sort(key=lambda one: (one.segment, one.ik3 == "8", one.ik3))
    for (number, code), same in groupby(told[:_MOST_ERRORS], key=lambda one: (one.segment, one.ik3)):
        found = list(same)
        yield SegmentError(
            segment=found[0].segment_id,
            position=max(number - first + 1, 1),
            loop=_loop(found[0].path),
            code=code,
            claim=found[0].claim[:35],
            elements=tuple(_element(one) for one in found if one.ik4),
        )


def _loop(path: str) -> str:
    parts = [part.partition("[")[0] for part in path.split("/") if part[:1].isdigit()]
    return parts[-1][:4] if parts else ""


def _element(found: X12Finding) -> ElementError:
    place = _PLACE.fullmatch(found.path.rpartition("/")[2])
    position, component = (int(place[1]), int(place[2] or 0)) if place else (1, 0)
    return ElementError(
        position=position,
        component=component,
        code=found.ik4,
        reference=_reference(found.segment_id, position, component),
    )


def _reference(segment: str, position: int, component: int) -> str:
    """IK402: the number of the data element."""
    layout = SEGMENTS[segment].layout if segment in SEGMENTS else ()
    number = layout[position - 1].partition("*")[0] if position <= len(layout) else ""
    if component and number in COMPOSITES:
        inner = COMPOSITES[number].layout
        return inner[component - 1] if component <= len(inner) and inner[component - 1].isdigit() else ""
    return number if number.isdigit() else ""
