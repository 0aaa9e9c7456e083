"""Judge one HL7 message: is it for us, what does it say of which account, and what do we answer?"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from msgspec import Struct, structs

from services.intake.domain.account.facts import Facts
from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.hl7.ack import answers
from services.intake.domain.hl7.claim import uncarried
from services.intake.domain.hl7.events import EVENTS, Event, event_of
from services.intake.domain.hl7.facts import facts_of
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.message import Hl7Message, NotHl7Error, Repair, broken_lines, parse
from services.intake.domain.hl7.sequence import RESTART, number_of
from services.intake.domain.inbound import Answer, Numbered, Reading, Result

VERSIONS = re.compile(r"2\.[3-8](\.\d)?")
ALMOST = re.compile(r"2\.[129](\.\d)?")
"""2.1 and 2.2 say the same things in the same places, and 2.9 adds to them: they are read as well as can be."""

PROCESSING = frozenset("PTD")
"""Table 0103: production, training, debugging."""


class Judged(Struct, frozen=True):
    """What is known of one message before anybody is answered. ``message`` None: it is no HL7 v2."""

    message: Hl7Message | None
    kind: str
    faults: tuple[Fault, ...]
    facts: tuple[Facts, ...] = ()
    feed: Feed | None = None
    number: int | None = None
    """MSH-13, where the feed keeps to the sequence number protocol."""

    @property
    def refused(self) -> bool:
        """It cannot be taken."""
        return _errors(self.faults)


def judge(raw: bytes, feeds: Feeds, at: datetime) -> Judged:
    """Understand one message. Never raises for what a sender may send."""
    try:
        m = parse(raw)
    except NotHl7Error as error:
        fault = Fault(code=100, segment="MSH", problem=str(error), fix="Send one HL7 v2 message per frame.")
        return Judged(None, "HL7", (fault,))
    kind, trigger = type_of(m)
    event = event_of(kind, trigger)
    feed = feeds.find("hl7", sender_of(m))
    if feed and feed.charset and not m.get(m.header, 18):
        m = parse(raw, feed.charset)
    number, uncounted = _number(m, feed)
    if number is not None and number <= RESTART:  # about the link, and about no patient
        return Judged(m, shown(kind, trigger), (), (), feed, number)
    faults = [*_header(m, kind, event), *_processing(m, feed), *_structure(m, event), *uncounted]
    facts: tuple[Facts, ...] = ()
    if feed and event and not _errors(faults):
        facts, more = understood(m, feed, feeds.hl7(feed), event, at)
        faults += more
    return Judged(m, shown(kind, trigger), tuple(faults), facts, feed, number)


def read_hl7(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """Understand one message, and how it is answered. Never raises for what a sender may send."""
    judged = judge(raw, feeds, at)
    m, feed, faults = judged.message, judged.feed, judged.faults
    if m is None:
        return _reading(None, judged.kind, "", "", faults, at, refused=1)
    control, name = m.get(m.header, 10), feed.name if feed else ""
    refused = int(_errors(faults))
    sender, number = sender_of(m), judged.number
    reading = _reading(m, judged.kind, sender, control, faults, at, refused, name, judged.facts)
    if number is None:
        return reading

    def out_of_turn(expected: int) -> Reading:
        told = _out_of_turn(number, expected)
        return _reading(m, judged.kind, sender, control, (told,), at, 1, name)

    return replace(reading, numbered=Numbered(number, out_of_turn))


def _number(m: Hl7Message, feed: Feed | None) -> tuple[int | None, tuple[Fault, ...]]:
    """The message's place in its sender's sequence, where its feed keeps one."""
    if feed is None or feed.sequence == "ignore":
        return None, ()
    try:
        return number_of(m.get(m.header, 13)), ()
    except ValueError:
        problem = "This is not a sequence number."
        return None, (_fault(102, 13, problem, "Send a whole number, or nothing."),)


def _out_of_turn(number: int, expected: int) -> Fault:
    if number > expected:
        problem = "Messages before this one have not come."
        fix = "Send the message whose number is expected, then all behind it; MSA-4 says it."
    else:
        problem = "Another message came under this number or a later one."
        fix = "Go on with the number that MSA-4 says, or send -1 in MSH-13 to count anew."
    return _fault(199, 13, problem, fix)


def sender_of(m: Hl7Message) -> str:
    """Who sent it, as feeds know senders: ``MSH-3|MSH-4``."""
    return f"{m.get(m.header, 3)}|{m.get(m.header, 4)}"


def type_of(m: Hl7Message) -> tuple[str, str]:
    """Message type and event of MSH-9; an event that it leaves out stands in EVN-1."""
    kind, trigger = m.get(m.header, 9, 1).upper(), m.get(m.header, 9, 2).upper()
    return kind, trigger or m.get(m.first("EVN"), 1).upper()


def understood(
    m: Hl7Message, feed: Feed, table: FieldTable, event: Event, at: datetime
) -> tuple[tuple[Facts, ...], list[Fault]]:
    """What a message says of accounts, and all that is wrong with it; no facts where any of it is an error."""
    facts, faults = facts_of(m, feed, table, event, at)
    if not _errors(faults):
        told = {f.location for f in faults}
        found = {f.location: f for one in facts for f in uncarried(m, one, feed, table)}
        more = [f for place, f in found.items() if place not in told]
        strict = event.happening == "charged"
        faults += more if strict else [structs.replace(f, severity="W") for f in more]
    return (() if _errors(faults) else facts), faults


def _errors(faults: Sequence[Fault]) -> bool:
    return any(f.severity == "E" for f in faults)


def read_broken(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """A message whose frame was never ended: kept, and refused, since half a charge is not a charge."""
    whole = read_hl7(raw, feeds, at)
    fault = Fault(
        code=100, segment="MSH", problem=_UNENDED, fix="End each message with FS and CR, and send it again."
    )
    try:
        m = parse(raw)
    except NotHl7Error:
        m = None
    return _reading(m, whole.kind, whole.sender, whole.control, (fault,), at, refused=1, feed=whole.feed)


def read_too_long(head: bytes, at: datetime) -> Reading:
    """A message beyond the limit, by its beginning. It is answered and not kept."""
    fault = Fault(code=207, segment="MSH", problem="The message is longer than this door takes.", fix=_SPLIT)
    try:
        m = parse(head.split(b"\r")[0].split(b"\n")[0])
    except NotHl7Error:
        m = None
    return _reading(m, "HL7", "", "", (fault,), at, refused=1)


_UNENDED = "The frame of this message was not ended before the next one began."
_SPLIT = "Split it, or raise the limit of the door."


def _reading(
    m: Hl7Message | None,
    kind: str,
    sender: str,
    control: str,
    faults: Sequence[Fault],
    at: datetime,
    refused: int = 0,
    feed: str = "",
    facts: tuple[Facts, ...] = (),
) -> Reading:
    def reply(result: Result) -> Answer:
        told = [*faults, _CONFLICT] if result.conflict else faults
        return Answer(body=answers(m, told, result.message, at, result.expected))

    findings = tuple(f.finding() for f in faults)
    return Reading(
        "hl7", kind, sender, control, reply, feed, (), findings, refused, facts, mentions=_mentions(m)
    )


def _mentions(m: Hl7Message | None) -> tuple[tuple[Literal["account", "record"], str], ...]:
    """Account and medical record where most feeds write them: whoever looks for a refused message has only these."""
    if m is None:
        return ()
    pid = m.first("PID")
    records = [m.part(each) for each in m.repetitions(pid, 3)]
    return (
        ("account", m.get(pid, 18)),
        ("account", m.get(m.first("PV1"), 19)),
        *(("record", each) for each in (*records, m.get(pid, 2))),
    )


def _header(m: Hl7Message, kind: str, event: Event | None) -> list[Fault]:
    """What MSH says about type, version and control id."""
    found = []
    if kind not in EVENTS:
        fix = f"Send {', '.join(sorted(EVENTS))}; this message is kept."
        found.append(_fault(200, 9, "This type of message is not taken.", fix))
    elif event is None:
        fix = f"Send one of {', '.join(sorted(EVENTS[kind]))}; this message is kept."
        found.append(_fault(201, 9, "This event is not taken for this type of message.", fix, component=2))
    found += _version(m)
    if not m.get(m.header, 10):
        problem = "The message has no control id, so that its answer cannot be told from another's."
        found.append(_fault(101, 10, problem, "Send a control id in MSH-10.", severity="W"))
    return found


def _version(m: Hl7Message) -> list[Fault]:
    version = m.get(m.header, 12)
    fix = "Send HL7 version 2.3 to 2.8."
    if not version:
        return [_fault(101, 12, "The message does not say its version.", fix, severity="W")]
    if VERSIONS.fullmatch(version):
        return []
    almost = ALMOST.fullmatch(version)
    problem = "This version is read like 2.3 to 2.8." if almost else "This version is not taken."
    return [_fault(203, 12, problem, fix, severity="W" if almost else "E")]


def _processing(m: Hl7Message, feed: Feed | None) -> list[Fault]:
    if feed is None:
        fix = "Name the sending application and facility in a feed file, then send the message again."
        return [_fault(204, 3, "No feed is configured for this sender.", fix)]
    said = m.get(m.header, 11).upper() or "P"
    if "*" in feed.processing:
        problem = "This processing id is none of table 0103: a feed that takes only some will refuse it."
        return [] if said in PROCESSING else [_fault(202, 11, problem, "Send P, T or D.", severity="W")]
    if said not in feed.processing:
        fix = f"Send {', '.join(feed.processing)}, or allow this processing id in the feed file."
        return [_fault(202, 11, "This feed takes no messages of this processing id.", fix)]
    return []


def _structure(m: Hl7Message, event: Event | None) -> list[Fault]:
    """Lines that are no segments, a second message in the same frame, delimiters that cannot be told apart."""
    charges = event is not None and event.happening == "charged"
    found = [
        Fault(
            code=100,
            segment="MSH",
            severity="E" if charges else "W",
            problem=f"Line {place} is no segment: it does not begin with three letters and the separator.",
            fix="Escape line breaks inside fields, and send each segment on a line of its own.",
        )
        for place in broken_lines(m)
    ]
    if sum(s[0] == "MSH" for s in m.segments) > 1:
        problem, fix = "A second message begins here.", "Send one message per frame."
        found.append(Fault(code=100, segment="MSH", sequence=2, problem=problem, fix=fix))
    found += [_REPAIRS[repair] for repair in m.repairs]
    if not "".join(m.header[2:3]).strip():
        problem = "The message does not say its delimiters: the usual ones are taken."
        found.append(_fault(101, 2, problem, "Send ^~\\& in MSH-2.", severity="W"))
    if len({m.field, m.component, m.repetition, m.escape, m.sub}) < 5:
        problem = "Two delimiters are the same sign, so that fields cannot be told apart."
        found.append(_fault(102, 2, problem, "Send five different signs in MSH-1 and MSH-2."))
    return found


def _fault(code: int, field: int, problem: str, fix: str, component: int = 0, severity: str = "E") -> Fault:
    return Fault(
        code=code,
        segment="MSH",
        field=field,
        component=component,
        severity=severity,  # type: ignore[arg-type]
        problem=problem,
        fix=fix,
    )


_REPAIRS: dict[Repair, Fault] = {
    "charset": _fault(
        102, 18, "The bytes are not those of this character set.", "Say the set that is sent.", severity="W"
    ),
    "lines": _fault(100, 0, "All segments stand on one line.", "End each segment with CR.", severity="W"),
    "delimiters": _fault(
        102,
        2,
        "A delimiter stands twice: the second one was passed over.",
        "Send ^~\\& in MSH-2.",
        severity="W",
    ),
}


def shown(kind: str, trigger: str) -> str:
    """Type and event as they may stand in a plain column; of what is not HL7's form nothing that a sender wrote."""
    if not (len(kind) == 3 and kind.isascii() and kind.isalpha()):
        return "HL7"
    known = re.fullmatch(r"[A-Z]\d\d", trigger)
    return f"{kind}^{trigger}" if known else kind


_CONFLICT = Fault(
    code=205,
    segment="MSH",
    field=10,
    severity="W",
    problem="This control id was used before, for another message; both are kept.",
    fix="Give each message a control id of its own.",
)
