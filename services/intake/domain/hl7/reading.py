"""Judge one HL7 message: is it for us, is it a charge, which claim is it, and what do we answer?"""

from collections.abc import Sequence
from datetime import datetime

from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.hl7.ack import answers
from services.intake.domain.hl7.charges import claim_of
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.message import Hl7Message, NotHl7Error, broken_lines, parse
from services.intake.domain.inbound import Answer, Candidate, Reading, Result, candidate

TAKEN = {"DFT": frozenset({"P03"}), "ADT": frozenset(f"A{n:02d}" for n in range(1, 63))}
"""Message types and events that are taken: charges become claims, registrations are kept."""


def read_hl7(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """Understand one message. Never raises for what a sender may send."""
    try:
        m = parse(raw)
    except NotHl7Error as error:
        fault = Fault(code=100, segment="MSH", problem=str(error), fix="Send one HL7 v2 message per frame.")
        return _reading(None, "HL7", "", "", (fault,), at, refused=1)
    kind, event = m.get(m.header, 9, 1).upper(), m.get(m.header, 9, 2).upper()
    sender = f"{m.get(m.header, 3)}|{m.get(m.header, 4)}"
    feed = feeds.find("hl7", sender)
    faults = [*_header(m, kind, event), *_processing(m, feed), *_structure(m, kind)]
    taken: tuple[Candidate, ...] = ()
    if feed and kind == "DFT" and not any(f.severity == "E" for f in faults):
        claim, more = claim_of(m, feed)
        faults += more
        if claim and not any(f.severity == "E" for f in more):
            taken = (candidate(claim, feed.facility),)
    named = f"{kind}^{event}" if event in TAKEN.get(kind, ()) else _shown(kind)
    refused = int(not taken and any(f.severity == "E" for f in faults))
    control = m.get(m.header, 10)
    return _reading(m, named, sender, control, faults, at, taken, refused, feed.name if feed else "")


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
    taken: tuple[Candidate, ...] = (),
    refused: int = 0,
    feed: str = "",
) -> Reading:
    def reply(result: Result) -> Answer:
        told = [*faults, _CONFLICT] if result.conflict else faults
        return Answer(body=answers(m, told, result.message, at))

    findings = tuple(f.finding() for f in faults)
    return Reading("hl7", kind, sender, control, reply, feed, taken, findings, refused)


def _header(m: Hl7Message, kind: str, event: str) -> list[Fault]:
    """What MSH says about type, version and control id."""
    found = []
    if kind not in TAKEN:
        fix = f"Send {', '.join(sorted(TAKEN))}; this message is kept."
        found.append(_fault(200, 9, "This type of message is not taken.", fix))
    elif event not in TAKEN[kind]:
        fix = f"Send one of {', '.join(sorted(TAKEN[kind])[:20])}; this message is kept."
        found.append(_fault(201, 9, "This event is not taken for this type of message.", fix, component=2))
    version = m.get(m.header, 12)
    if version and not version.startswith("2."):
        found.append(_fault(203, 12, "This version is not taken.", "Send HL7 version 2.3 to 2.8."))
    if not m.get(m.header, 10):
        problem = "The message has no control id, so that its answer cannot be told from another's."
        found.append(_fault(101, 10, problem, "Send a control id in MSH-10.", severity="W"))
    return found


def _processing(m: Hl7Message, feed: Feed | None) -> list[Fault]:
    if feed is None:
        fix = "Name the sending application and facility in a feed file, then send the message again."
        return [_fault(204, 3, "No feed is configured for this sender.", fix)]
    said = m.get(m.header, 11).upper() or "P"
    if said not in feed.processing:
        fix = f"Send {', '.join(feed.processing)}, or allow this processing id in the feed file."
        return [_fault(202, 11, "This feed takes no messages of this processing id.", fix)]
    return []


def _structure(m: Hl7Message, kind: str) -> list[Fault]:
    """Lines that are no segments, a second message in the same frame."""
    # Only where a claim is made: an ADT is kept as it came, nothing is read from it yet.
    if kind != "DFT":
        return []
    broken = [
        Fault(
            code=100,
            segment="MSH",
            problem=f"Line {place} is no segment: it does not begin with three letters and the separator.",
            fix="Escape line breaks inside fields, and send each segment on a line of its own.",
        )
        for place in broken_lines(m)
    ]
    if sum(s[0] == "MSH" for s in m.segments) > 1:
        fix = "Send one message per frame."
        broken.append(
            Fault(code=100, segment="MSH", sequence=2, problem="A second message begins here.", fix=fix)
        )
    return broken


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


def _shown(kind: str) -> str:
    """A type as it may stand in a plain column: three capitals, else nothing that a sender wrote."""
    return kind if len(kind) == 3 and kind.isascii() and kind.isalpha() else "HL7"


_CONFLICT = Fault(
    code=205,
    segment="MSH",
    field=10,
    severity="W",
    problem="This control id was used before, for another message; both are kept.",
    fix="Give each message a control id of its own.",
)
