"""An X12 837 file: its claims, one by one, so that a bad one does not stop its neighbours; and what is answered."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from msgspec import Struct, structs

from services.intake.domain.edi_answers import MEDIA, SetFate, again, answer, breaks, envelope_answer
from services.intake.domain.edi_receipt import Judged, receipts
from services.intake.domain.feed import Feed, Feeds
from services.intake.domain.inbound import Answer, Candidate, Reading, Result, candidate, finding_of
from shared.claim.checking import check_written, number_lines, write_claim
from shared.events import Finding
from shared.x12 import ClaimRead, SetEnd, SetStart, Stream, read_stream
from shared.x12.stream import Event
from shared.x12.types import Header, InterchangeAck, X12Finding

NOTE_ENVELOPE, NOTE_SENDER, NOTE_USAGE = "022", "006", "020"
NOT_SUPPORTED, SET_IN_ERROR = "1", "5"
_BLANK = b" \r\n\x1a"
_CONTROL = 9
"""Signs of an ISA13 and IEA02."""


class _File(Struct):
    """What a file is while it is read."""

    feed: Feed | None = None
    header: Header | None = None
    kind: str = ""
    sets: list[tuple[SetFate, tuple[Judged, ...]]] = []
    taken: list[Candidate] = []
    findings: list[Finding] = []
    trouble: bool = False


class _Set(Struct):
    """One 837 while it is read."""

    header: Header
    taken: list[Candidate] = []
    judged: list[Judged] = []
    findings: list[X12Finding] = []


class FileReader:
    """Reads one file piece by piece: feed it all of them, then ask for the reading. Never raises for what a sender may send."""

    def __init__(self, feeds: Feeds) -> None:
        self._feeds = feeds
        self._file = _File()
        self._set: _Set | None = None
        self._stream = Stream()

    def feed(self, piece: bytes) -> None:
        """Read what became whole with these bytes."""
        self._take(self._stream.feed(piece))

    def reading(self, raw: bytes, at: datetime) -> Reading:
        """What was understood of the file, which is ``raw`` as a whole."""
        self._take(self._stream.end())
        file = self._file
        sender, control = _names(file.header, raw)
        note = _refusal(file)
        if note:
            said = envelope_answer(file.header, note, at)
            return _reading(file, sender, control, lambda _: said, (), max(_claims(file), 1))
        refused = sum(s.refused or int(not s.taken) for s, _ in file.sets)
        return _reading(file, sender, control, partial(_reply, file, at), tuple(file.taken), refused)

    def _take(self, events: Iterable[Event]) -> None:
        file = self._file
        for event in events:
            if isinstance(event, SetStart):
                _meet(file, event.header, self._feeds, event.type)
                self._set = _Set(event.header)
            elif isinstance(event, ClaimRead) and self._set is not None:
                _claim(file, self._set, event)
            elif isinstance(event, SetEnd) and self._set is not None:
                _end(file, self._set, event)
            elif isinstance(event, X12Finding):
                file.findings.append(_finding(event))
                file.trouble = file.trouble or breaks(event)
            elif not isinstance(event, ClaimRead | SetEnd | InterchangeAck):
                _other(file, event, self._feeds)


def read_x12(raw: bytes, feeds: Feeds, at: datetime) -> Reading:
    """Understand one file. Never raises for what a sender may send."""
    reader = FileReader(feeds)
    reader.feed(raw)
    return reader.reading(raw, at)


def _reply(file: _File, at: datetime, result: Result) -> Answer:
    said = answer([s for s, _ in file.sets], at, reused=result.conflict)
    assert file.feed is not None
    return structs.replace(
        said,
        headers=(("Link", f'</x12/{result.message}/277ca>; rel="related"; type="{MEDIA}"'),),
        receipt=receipts(file.sets, file.feed.billing, result, at),
    )


def noticed_again(raw: bytes, at: datetime) -> bytes:
    """A TA1 that says of a file: it was here before, with the same content, and nothing was made twice."""
    header = next((e.header for e in read_stream((raw,), judged=False) if isinstance(e, SetStart)), None)
    return again(header, at) if header else b""


def is_closed(raw: bytes) -> bool:
    """Whether the last thing in the file is the end of an interchange: what is still written has none yet."""
    start = raw.find(b"ISA")
    if start < 0 or len(raw) < start + 106:
        return False
    terminator, element = raw[start + 105 : start + 106], raw[start + 3 : start + 4]
    text = raw.rstrip(_BLANK)
    end = text.removesuffix(terminator)
    last = end[end.rfind(terminator) + 1 :].lstrip(_BLANK).split(element)
    ended = len(text) > len(end) or terminator in _BLANK or len(last[-1]) == _CONTROL
    return last[0] == b"IEA" and len(last) == 3 and ended


def _meet(file: _File, header: Header, feeds: Feeds, kind: str) -> None:
    file.kind = file.kind or kind
    if file.header is None:
        file.header = header
        file.feed = feeds.find("x12", header.sender.id.strip())


def _claim(file: _File, current: _Set, read: ClaimRead) -> None:
    problems: tuple[X12Finding, ...] = ()
    if read.findings:
        current.findings += read.findings
        file.findings += [_finding(f) for f in read.findings]
        problems = tuple(filter(breaks, read.findings))
    claim = number_lines(read.claim) if read.claim is not None else None
    if claim is not None and not problems:
        written = write_claim(claim)
        defects = check_written(claim, written)
        file.findings += [finding_of(d, f"2300[{read.segments[0]}]") for d in defects]
        problems = tuple(_as_x12(read, d.problem, d.fix) for d in defects)
        current.findings += problems
        if file.feed is not None and not defects:
            current.taken.append(candidate(claim, file.feed.facility, written))
    elif not problems:
        problems = (_as_x12(read, "The claim cannot be read.", "Look at the other findings of this file."),)
    current.judged.append(Judged(number=read.number, claim=claim, problems=problems))


def _end(file: _File, current: _Set, end: SetEnd) -> None:
    """The set is over: an error that belongs to no claim refuses it whole, its claims cannot be told apart from it."""
    file.findings += [_finding(f) for f in end.findings]
    broken = any(map(breaks, end.findings))
    taken = [] if broken else current.taken
    file.taken += taken
    fate = SetFate(
        header=structs.replace(current.header, segments=end.batch.header.segments),
        batch=end.batch,
        taken=len(taken),
        refused=len(current.judged) - len(taken),
        findings=(*current.findings, *end.findings),
        reasons=(SET_IN_ERROR,) if broken else (),
    )
    file.sets.append((fate, tuple(current.judged)))


def _other(file: _File, event: object, feeds: Feeds) -> None:
    """A set that is no 837: an 835, a 270, something unknown."""
    header = getattr(event, "header", None)
    if header is None:
        return
    _meet(file, header, feeds, "X12")
    file.sets.append((SetFate(header=header, refused=1, reasons=(NOT_SUPPORTED,)), ()))
    file.findings += [_finding(f) for f in getattr(event, "findings", ())]
    file.findings.append(
        Finding(
            rule="X12-set",
            location=f"ST[{header.segments[0]}]",
            title="This transaction set is not taken here",
            problem="Only 837P and 837I files make claims.",
            fix="Send other sets to the door that they belong to.",
        )
    )


def _refusal(file: _File) -> str:
    """TA105 when the interchange is refused; empty when it is not."""
    if file.trouble or file.header is None or not file.sets:
        return NOTE_ENVELOPE
    problem: tuple[str, str, str] | None = None
    if file.feed is None:
        problem = ("ISA06", "No feed is configured for this sender.", "Name its ISA06 in a feed file.")
    elif file.header.usage not in file.feed.processing:
        problem = (
            "ISA15",
            "This feed takes no files of this usage.",
            "Send P, or allow it in the feed file.",
        )
    if problem is None:
        return ""
    place, words, fix = problem
    title = "The interchange is not for us"
    file.findings.append(Finding(rule=f"X12-{place}", location=place, title=title, problem=words, fix=fix))
    return NOTE_SENDER if place == "ISA06" else NOTE_USAGE


def _claims(file: _File) -> int:
    return sum(s.taken + s.refused for s, _ in file.sets)


def _names(header: Header | None, raw: bytes) -> tuple[str, str]:
    """Who sent it and under which ISA13; of an envelope that could not be read, what stands where they should."""
    if header is not None:
        return header.sender.id.strip(), f"{header.interchange:09d}"
    return raw[35:50].decode("ascii", "replace").strip(), ""


def _reading(
    file: _File,
    sender: str,
    control: str,
    reply: Callable[[Result], Answer],
    taken: tuple[Candidate, ...],
    refused: int,
) -> Reading:
    name = file.feed.name if file.feed else ""
    return Reading(
        "x12", file.kind or "X12", sender, control, reply, name, taken, tuple(file.findings), refused
    )


def _finding(found: X12Finding) -> Finding:
    return Finding(
        rule=found.code,
        severity="error" if breaks(found) else "warning",
        location=found.path or (f"segment {found.segment}" if found.segment else ""),
        title=found.title,
        problem=found.problem,
        fix=found.fix,
        source=found.source,
    )


def _as_x12(read: ClaimRead, problem: str, fix: str) -> X12Finding:
    """A claim that an 837 of ours could not carry, as a segment in error (IK304 = 8)."""
    return X12Finding(
        code="X12-length",
        severity="error",
        segment=read.segments[0],
        offset=0,
        path="2300/CLM",
        element="",
        title="The claim cannot be carried as it is",
        problem=problem,
        fix=fix,
        segment_id="CLM",
        ik3="8",
        claim=read.number,
    )
