"""What a hospital is answered to its 837 file: a TA1 for the envelope, a 999 for each functional group.

IK501 is A when every claim of the set was taken, R when none was, and E (accepted, errors noted) when some were: then the
claims that were not are those that CTX*CLM01 names. The answers' own control numbers are the answered file's.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from msgspec import Struct, structs

from services.intake.domain.inbound import Answer
from shared.x12 import write_999, write_ta1
from shared.x12.types import (
    Batch,
    ElementError,
    GroupAck,
    Header,
    InterchangeAck,
    Party,
    SegmentError,
    SetAck,
    X12Finding,
)

MEDIA = "application/edi-x12"
MOST_ERRORS = 100
NOTE_REUSED = "025"
"""TA105: duplicate interchange control number."""
_CONTENT = ("X12-06", "X12-07", "X12-08")
_UNSAID = re.compile(r"[^ -)+-9;-\]_-}]")
_ELEMENT = re.compile(r"/[A-Z][A-Z0-9]{1,2}(\d\d)(?:-(\d+))?$")
_LOOP = re.compile(r"(\d{4}[A-Z]{0,2})(?:\[\d+\])?/[A-Z0-9-]+$")


class SetFate(Struct, frozen=True, kw_only=True):
    """One transaction set: how many of its claims were taken, how many not, what is said about it, what it says of itself."""

    header: Header
    batch: Batch | None = None
    taken: int = 0
    refused: int = 0
    findings: tuple[X12Finding, ...] = ()
    reasons: tuple[str, ...] = ()
    """IK502 and following, for a set that was refused as a whole."""

    @property
    def code(self) -> Literal["A", "E", "R"]:
        """IK501."""
        if not self.taken:
            return "R"
        return "E" if self.refused else "A"


def breaks(found: X12Finding) -> bool:
    """Whether a defect is one of form: envelope, loops, segments, elements. What stands in a sound claim is the scrubber's."""
    return found.severity == "error" and not found.code.startswith(_CONTENT)


def envelope_answer(header: Header | None, note: str, at: datetime) -> Answer:
    """A TA1 that refuses the interchange. ``note`` is TA105."""
    return Answer(status=422, media=MEDIA, body=_ta1(header or _NOBODY, "R", note, at))


def answer(sets: Sequence[SetFate], at: datetime, *, reused: bool = False) -> Answer:
    """A 999 for each functional group, behind a TA1 where ISA14 asks for one.

    ``reused``: the control number was another file's; both are taken, and the TA1 notes it.
    """
    header = sets[0].header
    body = _ta1(header, "A", "000", at) if header.acknowledge and not reused else b""
    if reused:
        body = again(header, at)
    for group in dict.fromkeys((s.header.interchange, s.header.group) for s in sets):
        body += _group([s for s in sets if (s.header.interchange, s.header.group) == group], at)
    status = 200 if any(s.taken for s in sets) else 422
    return Answer(status=status, media=MEDIA, body=body)


def again(header: Header, at: datetime) -> bytes:
    """A TA1 that takes the interchange and notes that its control number was here before."""
    return _ta1(header, "E", NOTE_REUSED, at)


def _ta1(header: Header, code: Literal["A", "E", "R"], note: str, at: datetime) -> bytes:
    ours = back(header, at)
    ack = InterchangeAck(
        sender=ours.sender,
        receiver=ours.receiver,
        control=header.interchange,
        at=header.at,
        code=code,
        note=note,
        header=ours,
    )
    return write_ta1(ack)


def back(header: Header, at: datetime) -> Header:
    """The envelope of the answer: sender and receiver the other way round."""
    return structs.replace(
        header,
        sender=_party(header.receiver),
        receiver=_party(header.sender),
        transaction="0001",
        guide="",
        at=at,
        acknowledge=False,
    )


def _party(said: Party) -> Party:
    qualifier, application = plain(said.qualifier, 2) or "ZZ", plain(said.application, 15)
    return Party(id=plain(said.id, 15), qualifier=qualifier, application=application)


def plain(text: str, longest: int) -> str:
    """What a sender wrote, as our own segments can say it again."""
    if not text or (text.isalnum() and text.isascii() and len(text) <= longest):
        return text
    return _UNSAID.sub("?", text.strip())[:longest]


def _group(sets: Sequence[SetFate], at: datetime) -> bytes:
    header = sets[0].header
    codes = {s.code for s in sets}
    ack = GroupAck(
        header=back(header, at),
        functional="HC",
        group=header.group,
        guide=plain(header.guide, 12),
        code=codes.pop() if len(codes) == 1 else "E" if codes == {"A", "E"} else "P",
        included=len(sets),
        received=len(sets),
        accepted=sum(s.code != "R" for s in sets),
        sets=tuple(_set(s) for s in sets),
    )
    return write_999(ack)


def _set(fate: SetFate) -> SetAck:
    errors = [f for f in fate.findings if breaks(f) and f.segment_id not in ("", "ST", "SE")]
    reasons = fate.reasons if fate.code == "R" else ()
    if fate.code != "A" and not reasons:
        reasons = ("5",)  # one or more segments in error
    return SetAck(
        transaction=plain(fate.header.transaction, 9) or "0000",
        guide=plain(fate.header.guide, 35),
        code=fate.code,
        reasons=reasons,
        errors=tuple(_error(f, fate.header) for f in errors[:MOST_ERRORS]),
    )


def _error(found: X12Finding, header: Header) -> SegmentError:
    element = _ELEMENT.search(found.path)
    loop = _LOOP.search(found.path)
    elements: tuple[ElementError, ...] = ()
    if found.ik4 and element:
        elements = (ElementError(position=int(element[1]), component=int(element[2] or 0), code=found.ik4),)
    return SegmentError(
        segment=plain(found.segment_id, 3),
        position=max(found.segment - header.segments[0] + 1, 1),
        loop=loop[1] if loop else "",
        code=found.ik3 or "8",
        claim=plain(found.claim, 38),
        elements=elements,
    )


_NOBODY = Header(
    sender=Party(id="UNKNOWN"), receiver=Party(id="CLAIMFLOW"), interchange=0, group=0, transaction="0001"
)
