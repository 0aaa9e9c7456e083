"""One HL7 v2 file while it is read: each message judged as intake's door would judge it, and the batch around them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from deploy.local.checking.hl7words import COUNT, FRAME, LONG, PAGES, STRAY, UNENDED
from deploy.local.checking.seam import Claim, Finding, Said, Severity, Transaction, verdict_of
from services.intake.domain.feed import Feeds
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import path_of
from services.intake.domain.hl7.message import Hl7Message
from services.intake.domain.hl7.reading import Judged, judge, sender_of
from services.intake.domain.hl7.splitting import Piece, pieces
from services.intake.mappings import Tables, load_tables, open_feeds

MOST_CONTROLS: Final = 500_000
"""Control ids that are remembered: memory must not grow with the file."""

_ENDS: Final = {"BTS": "BHS", "FTS": "FHS"}
_HEADER: Final = {
    1: "field separator", 2: "encoding characters", 3: "sending application", 4: "sending facility", 7: "time of the message",
    9: "message type", 10: "message control id", 11: "processing id", 12: "version", 18: "character set",
}  # fmt: skip


def told(chunks: Iterable[bytes]) -> Iterator[Said]:
    """What there is to say about a file, message by message."""
    reading = _Reading()
    for piece in pieces(chunks):
        yield from reading.take(piece)
    yield from reading.end()


def names_of(tables: Tables) -> dict[tuple[str, int], str]:
    """What each field is in plain words, by segment and field: what the table says becomes of it."""
    found = {("MSH", field): words for field, words in _HEADER.items()}
    for part, rule in tables.hl7.items():
        for source in rule.sources or ():
            path = path_of(source)
            found.setdefault((path.segment, path.field), tables.claim[part].words)
    return found


class _Reading:
    """One file while it is read."""

    def __init__(self) -> None:
        tables = load_tables()
        self._feeds: Feeds = open_feeds(tables)
        self._names = names_of(tables)
        self._now = datetime.now(UTC)
        self._open: list[tuple[Piece, int]] = []
        """Batch and file headers without their trailer so far, each with what was counted since."""
        self._any = False
        self._controls: dict[bytes, bytes] = {}
        """Sender and control id, and content, as hashes: what was seen."""

    def take(self, piece: Piece) -> Iterator[Said]:
        """One message, one line of an envelope, or lines that belong to nothing."""
        if piece.what == "stray":
            yield _at_line(STRAY, piece, piece.raw[:3].decode("ascii", "replace"))
        elif piece.what == "envelope":
            yield from self._envelope(piece)
        else:
            self._count("BHS")
            self._any = True
            yield from self._message(piece)

    def end(self) -> Iterator[Said]:
        """What is still open."""
        for header, _ in self._open:
            yield _at_line(UNENDED, header, header.name)
        if not self._any:
            yield from self._nothing()

    def _nothing(self) -> Iterator[Said]:
        """A file without any message."""
        empty = Piece(what="message", raw=b"\r", offset=0, segment=1, lines=(0,))
        yield _at_line("HL7-100", empty, "MSH")
        yield Transaction(type="HL7", control="", verdict="refused", segments=(1, 1))

    def _count(self, name: str) -> None:
        """Count what the innermost header of that name holds."""
        for place in reversed(range(len(self._open))):
            header, count = self._open[place]
            if header.name == name:
                self._open[place] = (header, count + 1)
                return

    def _envelope(self, piece: Piece) -> Iterator[Said]:
        if piece.name not in _ENDS:
            if piece.name == "BHS":
                self._count("FHS")
            self._open.append((piece, 0))
            return
        begun = _ENDS[piece.name]
        while self._open and begun in (h.name for h, _ in self._open) and self._open[-1][0].name != begun:
            yield _at_line(UNENDED, self._open.pop()[0], "BHS")
        if not self._open or self._open[-1][0].name != begun:
            yield _at_line(UNENDED, piece, piece.name)
            return
        _, count = self._open.pop()
        told = piece.raw[4:].split(piece.raw[3:4])[0].strip()
        if told and told.isdigit() and int(told) != count:
            yield _at_line(COUNT, piece, f"{piece.name}-1[1]")

    def _message(self, piece: Piece) -> Iterator[Said]:
        judged = judge(piece.raw, self._feeds, self._now)
        lines = _Lines(judged, piece)
        found = [_finding(fault, lines, self._names) for fault in judged.faults]
        if judged.message is not None and self._used(judged.message, piece.raw):
            found.append(_at_line("HL7-205", piece, "MSH-10[1]", "warning"))
        if piece.cut:
            found.append(_at_line(FRAME if piece.cut == "frame" else LONG, piece, "MSH"))
        verdict = verdict_of(f.severity for f in found)
        claims = [] if verdict == "refused" else [f for f in judged.facts if f.charges]
        last = piece.segment + len(piece.lines) - 1
        for facts in claims:
            kind = facts.visit.kind if facts.visit else "professional"
            words = f"charges of a {kind} account, {len(facts.charges)} transactions"
            yield Claim(words=words, verdict=verdict, number=facts.account, segments=(piece.segment, last))
        yield from found
        m = judged.message
        yield Transaction(
            type=judged.kind,
            control=m.get(m.header, 10) if m else "",
            verdict=verdict,
            claims=len(claims),
            segments=(piece.segment, last),
        )

    def _used(self, m: Hl7Message, raw: bytes) -> bool:
        """Whether this control id was another message's of the same sender: the door takes it, and flags both."""
        control = m.get(m.header, 10)
        if not control or len(self._controls) >= MOST_CONTROLS:
            return False
        key = sha256(f"{sender_of(m)}\x1f{control}".encode()).digest()[:16]
        content = sha256(raw).digest()[:16]
        return self._controls.setdefault(key, content) != content


class _Lines:
    """Where the segments of one message stand, looked up once for all its findings."""

    def __init__(self, judged: Judged, piece: Piece) -> None:
        self.message = judged.message
        self.piece = piece
        self.raw = piece.raw.split(b"\r")
        self.places: dict[str, list[int]] = {}
        for place, segment in enumerate(judged.message.segments if judged.message else ()):
            self.places.setdefault(segment[0], []).append(place)

    def place(self, fault: Fault) -> int | None:
        """The place of the fault's segment in its message; None where it is missing."""
        found = self.places.get(fault.segment, [])
        return found[fault.sequence - 1] if fault.sequence <= len(found) else None

    def value(self, fault: Fault) -> str:
        """What stands at the fault's place."""
        place = self.place(fault)
        if self.message is None or place is None or not fault.field:
            return ""
        segment = self.message.segments[place]
        return self.message.get(segment, fault.field, fault.component or 1, repetition=fault.repetition)

    def offset(self, fault: Fault) -> int:
        """The byte where the field begins, or would begin; the message's where its segment is missing."""
        place = self.place(fault)
        if place is None or place >= len(self.piece.lines):
            return self.piece.offset
        separator = self.raw[0][3:4]
        if not fault.field or not separator:
            return self.piece.lines[place]
        before = fault.field - 1 if fault.segment == "MSH" else fault.field
        line = self.raw[place]
        head = separator.join(line.split(separator, before)[:before])
        return self.piece.lines[place] + min(len(head) + 1, len(line))


def _finding(fault: Fault, lines: _Lines, names: Mapping[tuple[str, int], str]) -> Finding:
    """A fault with its line in the file, its field's name, and what stands there."""
    told = fault.finding()
    page = PAGES[told.rule]
    place = min(lines.place(fault) or 0, len(lines.piece.lines) - 1)
    return Finding(
        code=told.rule,
        severity=told.severity,
        segment=lines.piece.segment + place,
        offset=lines.offset(fault),
        path=told.location,
        element=names.get(
            (fault.segment, fault.field), f"{fault.segment} segment" if not fault.field else ""
        ),
        title=page.title,
        problem=told.problem,
        fix=told.fix,
        source=told.source,
        value=lines.value(fault),
    )


def _at_line(code: str, piece: Piece, path: str, severity: Severity | None = None) -> Finding:
    page = PAGES[code]
    return Finding(
        code=code,
        severity=severity or page.severity,
        segment=piece.segment,
        offset=piece.offset,
        path=path,
        element="",
        title=page.title,
        problem=page.problem,
        fix=page.fix,
        source=page.source,
    )
