"""999 and TA1 for a file that was received, made from its findings."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from shared.x12.acknowledgments.telling import segment_errors, set_reasons
from shared.x12.findings import CATALOGUE
from shared.x12.types import (
    Batch,
    Envelope,
    FileReading,
    GroupAck,
    GroupEnvelope,
    Header,
    InterchangeAck,
    SetAck,
    Transaction,
    Unsupported,
    X12Finding,
)

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
    """Answer each interchange of a file: R with the note (TA105) of its first error, E with that of its first warning, or A."""
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
    every = chain(reading.findings, *(one.findings for one in reading.transactions))
    told = [
        (found.severity == "error", _NOTES.get(found.path) or CATALOGUE[found.code].ta1)
        for found in every
        if CATALOGUE[found.code].ta1 and _within(found, envelope.segments)
    ]
    errors = [note for is_error, note in told if is_error]
    return InterchangeAck(
        sender=header.sender,
        receiver=header.receiver,
        control=envelope.control,
        at=envelope.at,
        code="R" if errors else "E" if told else "A",
        note=errors[0] if errors else told[0][1] if told else "000",
        header=header,
    )


def _within(found: X12Finding, segments: tuple[int, int]) -> bool:
    return segments[0] <= found.segment <= segments[1]


def _group(reading: FileReading, envelope: Envelope, group: GroupEnvelope, header: Header) -> GroupAck:
    inside = [one for one in reading.transactions if _belongs(one, group)]
    sets = tuple(_set(one, reading.findings) for one in inside)
    reasons = _reasons(reading.findings, group) or _common(inside)
    accepted = sum(one.code != "R" for one in sets)
    noted = "E" if any(one.code == "E" for one in sets) else "A"
    whole = noted if accepted == len(sets) else "P" if accepted else "R"
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


def _common(inside: Sequence[Transaction]) -> tuple[str, ...]:
    """What is the group's fault when each of its sets suffers from it: a version that is not taken."""
    faults = [
        {CATALOGUE[one.code].ak9 for one in said.findings if one.severity == "error"} for said in inside
    ]
    return tuple(sorted(set.intersection(*faults) - {""})) if faults else ()


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
    """Answer one set; what the file's findings say of its ST (a number used twice) is against the set too.

    Warnings that a 999 can say are noted on a set that is accepted (E).
    """
    assert not isinstance(transaction, InterchangeAck)
    header = transaction.header
    assert header is not None
    known = [found for found in of_file if CATALOGUE[found.code].ik5 and _within(found, header.segments)]
    found = [*known, *transaction.findings]
    errors = [one for one in found if one.severity == "error"]
    noted = errors or [one for one in found if one.ik3 or CATALOGUE[one.code].ik5]
    set_id = _set_id(transaction)
    told = tuple(segment_errors(noted, set_id, header.segments[0]))
    own = tuple(dict.fromkeys(CATALOGUE[one.code].ik5 for one in noted if CATALOGUE[one.code].ik5))
    return SetAck(
        transaction=header.transaction.zfill(4),
        set_id=set_id,
        guide=header.guide,
        code="R" if errors else "E" if noted else "A",
        reasons=(*own, *set_reasons(told))[:5],
        errors=told,
    )


def _set_id(transaction: Transaction) -> str:
    """AK201, which is ST01: three digits, also of a set that is not taken (a 277 is called so, whatever its guide)."""
    if isinstance(transaction, Batch):
        return "837"
    known = _SET_IDS.get(type(transaction).__name__, "")
    named = transaction.set_id[:3] if isinstance(transaction, Unsupported) else ""
    # AK201 has three characters: an ST01 that has fewer cannot be repeated.
    return known or (named if len(named) == 3 else "000")
