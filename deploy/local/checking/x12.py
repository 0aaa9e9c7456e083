"""X12: what ``shared.x12`` reads and judges, told as transactions, claims and findings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final

from msgspec.structs import replace

from deploy.local.checking.seam import Claim, Finding, Kind, Page, Said, Severity, Transaction, verdict_of
from deploy.local.checking.x12words import page_of, parts_of, type_of, words_of_claim, words_of_payment
from shared.x12.claimset import ClaimRead
from shared.x12.findings import CATALOGUE
from shared.x12.stream import Event, SetEnd, SetStart, read_stream
from shared.x12.types import (
    ClaimAnswers,
    ClaimPayment,
    Envelope,
    Header,
    InterchangeAck,
    Remittance,
    StatusInquiry,
    Unsupported,
    X12Finding,
)
from shared.x12.types import Transaction as Whole

SUMS: Final = frozenset(
    ("X12-0701", "X12-0702", "X12-0703", "X12-0704", "X12-1001", "X12-1002", "X12-1003", "X12-1101", "X12-1102", "X12-1106")
)  # fmt: skip
"""What says that a sum does not close: in an 837 CLM02 and other payers' amounts, in an 835 three levels, in a 277CA totals."""

UNREADABLE: Final = "X12-0902"
"""An amount that cannot be read: whether the sums close cannot be said."""

MOST_TOLD: Final = 1000
"""Payments of one 835 that are told one by one: they are held until its end, when their findings are known."""

_SUMMED = frozenset(("837P", "837I", "835", "277CA"))
_OTHERS = (b"MSH", b"FHS", b"BHS", b"{", b"[", b"<")
_ISA = re.compile(rb"ISA([^A-Za-z0-9\s])(?:[^\x00-\x08]{0,20}?\1){2}")
_HEADLESS = re.compile(
    rb"(?:\A|[^A-Za-z0-9])(?:GS([^\w\s])(?:BE|FA|H[A-Z]|RA)\1|ST([^\w\s])[0-9]{3}\2|(?:GE|IEA|SE)([^\w\s])[0-9]+\3)"
)


class X12:
    """Interchanges of any supported transaction; what is not supported is named and refused."""

    kind: Final[Kind] = "x12"
    looked_for: Final = "X12 (an interchange header ISA)"

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """The catalogue of findings."""
        return {code: page_of(entry) for code, entry in CATALOGUE.items()}

    def knows(self, head: bytes) -> bool:
        """An ISA, also behind a banner; or group and set headers whose ISA is lost."""
        text = head.lstrip(b"\xef\xbb\xbf\x0b\x00 \t\r\n")
        if text.startswith(b"ISA"):
            return not text[3:4].isalnum()
        if text.startswith(_OTHERS):
            return False
        return bool(_ISA.search(text) or _HEADLESS.search(text))

    def check(self, chunks: Iterable[bytes]) -> Iterator[Said]:
        """Tell each set when its interchange is over: until then a trailer may refuse it."""
        reading = _Reading()
        for event in read_stream(chunks, piecewise=True):
            yield from reading.take(event)
        yield from reading.release()


class _Reading:
    """One file while it is read."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Transaction, set[Severity]]] = []
        self._envelope: Envelope | None = None
        self._outside: list[X12Finding] = []
        self._set = _Set()

    def take(self, event: Event) -> Iterator[Said]:
        if isinstance(event, X12Finding):
            self._outside.append(event)
            yield finding_of(event)
            return
        if self._envelope is not None:
            yield from self.release()
        if isinstance(event, SetStart):
            self._set = _Set(event.type)
        elif isinstance(event, ClaimRead):
            yield from self._set.claim(event)
        elif isinstance(event, SetEnd):
            yield from self._close(event.batch.header, event.findings)
        elif isinstance(event, ClaimPayment):
            self._set.payment(event)
        elif isinstance(event, Envelope):
            self._envelope = event
        else:
            yield from self._whole(event)

    def _whole(self, event: Whole) -> Iterator[Said]:
        self._set.type = type_of(event)
        self._set.summed = self._set.type in _SUMMED and not isinstance(event, Unsupported)
        if isinstance(event, ClaimAnswers):
            self._set.claims = len(event.claims)
        elif isinstance(event, StatusInquiry):
            self._set.claims = len(event.questions)
        yield from (
            self._set.payments_with(event.findings) if isinstance(event, Remittance) else parts_of(event)
        )
        control = f"{event.control:09d}" if isinstance(event, InterchangeAck) else None
        yield from self._close(event.header, event.findings, control)

    def _close(
        self, header: Header | None, findings: Iterable[X12Finding], control: str | None = None
    ) -> Iterator[Said]:
        for found in findings:
            self._set.note(found)
            yield finding_of(found)
        told = self._set.told(header, control)
        self._waiting.append((told, self._set.severities))
        self._set = _Set()

    def release(self) -> Iterator[Said]:
        """Tell the sets of the interchange that is over, refused where group or interchange are."""
        waiting, self._waiting = self._waiting, []
        outside, self._outside = self._outside, []
        envelope, self._envelope = self._envelope, None
        for told, severities in waiting:
            refused = any(_refuses(found, told, envelope) for found in outside)
            yield replace(told, verdict="refused" if refused else verdict_of(severities))


def _refuses(found: X12Finding, told: Transaction, envelope: Envelope | None) -> bool:
    """Whether an error of the envelope takes this set with it: a TA1 all of the interchange, AK9 all of a group."""
    if found.severity != "error" or envelope is None:
        return False
    kind = CATALOGUE[found.code]
    if kind.ta1:
        return _within(found.segment, envelope.segments)
    groups = [one.segments for one in envelope.groups if _within(told.segments[0], one.segments)]
    return bool(kind.ak9) and any(_within(found.segment, segments) for segments in groups)


def _within(number: int, segments: tuple[int, int]) -> bool:
    return segments[0] <= number <= segments[1]


class _Set:
    """One transaction set while it is read."""

    def __init__(self, type_: str = "") -> None:
        self.type = type_
        self.summed = type_ in _SUMMED
        self.claims = 0
        self.severities: set[Severity] = set()
        self._codes: set[str] = set()
        self._payments: list[ClaimPayment] = []

    def note(self, found: X12Finding) -> None:
        self.severities.add(found.severity)
        self._codes.add(found.code)

    def claim(self, read: ClaimRead) -> Iterator[Said]:
        self.claims += 1
        verdict = verdict_of({found.severity for found in read.findings})
        words = words_of_claim(read.claim)
        yield Claim(words=words, verdict=verdict, number=read.number, segments=read.segments)
        for found in read.findings:
            self.note(found)
            yield finding_of(found)

    def payment(self, said: ClaimPayment) -> None:
        self.claims += 1
        if len(self._payments) <= MOST_TOLD:
            self._payments.append(said)

    def payments_with(self, findings: Iterable[X12Finding]) -> Iterator[Claim]:
        """The claims of an 835, each with the verdict that the findings between it and the next one make."""
        starts = [said.segment for said in self._payments] + [1 << 62]
        worst: list[set[Severity]] = [set() for _ in self._payments]
        ordered = sorted(findings, key=lambda one: one.segment)
        at = -1
        for found in ordered:
            while at + 1 < len(worst) and starts[at + 1] <= found.segment:
                at += 1
            if at >= 0:
                worst[at].add(found.severity)
        for place, said in enumerate(self._payments[:MOST_TOLD]):
            last = starts[place + 1] - 1 if place + 1 < len(self._payments) else 0
            yield Claim(
                words=words_of_payment(said),
                verdict=verdict_of(worst[place]),
                number=said.number,
                segments=(said.segment, last),
            )

    def told(self, header: Header | None, control: str | None) -> Transaction:
        return Transaction(
            type=self.type,
            control=control if control is not None else header.transaction if header else "",
            verdict="accepted",
            claims=self.claims,
            balanced=self._balanced(),
            segments=header.segments if header else (0, 0),
        )

    def _balanced(self) -> bool | None:
        if not self.summed:
            return None
        if self._codes & SUMS:
            return False
        return None if UNREADABLE in self._codes else True


def finding_of(said: X12Finding) -> Finding:
    """A finding in the form of all checkers."""
    return Finding(
        code=said.code,
        severity=said.severity,
        segment=said.segment,
        offset=said.offset,
        path=said.path,
        element=said.element,
        title=said.title,
        problem=said.problem,
        fix=said.fix,
        source=said.source,
        value=said.value,
    )
