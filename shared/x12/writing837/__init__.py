"""Canonical claims into 837P and 837I: envelope, hierarchy, then the loops in the tables' order.

A file that was read and is written again is the same but for its dress: upper case, characters that X12 has, amounts without
trailing zeros, BHT05 without zero seconds, references (REF) of a loop in one order, levels (HL) that say the same once and are
numbered anew, no separators at the end of a segment, one CLM06 for professional claims alone. Facts that the guide does not
ask for in a loop (the birth date of another payer's subscriber, the telephone of a rendering provider) are left out.

Nothing is cut and nothing is judged here: a value that is too long, or a segment that the guide does not have in that
place, is written as it is, and ``shared.x12.judge`` says so. Lower case and characters that X12 does not have are the
exception: they are cleaned, because no payer takes them.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from shared.claim import Claim, Segment
from shared.x12.segments import Delimiters
from shared.x12.types import Batch, Header
from shared.x12.writing837.claim import claim
from shared.x12.writing837.coverage import billed_payer, subscriber
from shared.x12.writing837.marks import C, E, S, finish, finish_each
from shared.x12.writing837.parties import address, contact, name, patient_facts, person, provider, references
from shared.x12.writing837.ranks import INSTITUTIONAL, PROFESSIONAL, Ranks, Rows, joined

_CONTROL = re.compile(rb"(?<!\\)\\u00[01][0-9a-f]")
_encode = msgspec.json.Encoder().encode
_OUTER = ("2000A", "2010AA", "2010AB", "2010AC", "2000B", "2010BA", "2010BB", "2000C", "2010CA")


def write_837(batches: Sequence[Batch], delimiters: Delimiters | None = None) -> bytes:
    """Write one interchange with one group and one transaction set per batch.

    All batches share sender, receiver, interchange and group number: the first header's are used; each set has its
    own ST02. Raises ValueError when there is no batch, or when kinds are mixed (one group is of one guide).
    """
    if not batches or len({batch.kind for batch in batches}) != 1:
        raise ValueError("one interchange carries batches of one kind, at least one")
    marks = delimiters or Delimiters()
    header = batches[0].header
    ranks = PROFESSIONAL if batches[0].kind == "professional" else INSTITUTIONAL
    parts = [interchange_start(header, marks, batches[0].at)]
    parts.append(finish(_group_start(header, ranks, batches[0].at), marks))
    for batch in batches:
        parts += finish_each(batch_texts(ranks, batch), marks)
    parts.append(
        finish(f"GE{E}{len(batches)}{E}{header.group}{S}IEA{E}1{E}{header.interchange:09d}{S}", marks)
    )
    return "".join(parts).encode("ascii")


def interchange_start(header: Header, marks: Delimiters, at: datetime) -> str:
    """Write the ISA: every element at its fixed width. It announces the delimiters."""
    when = header.at or at
    ends = "".join([f"{_fixed(text, width, marks)}{marks.element}" for text, width in (
        (header.sender.qualifier, 2), (header.sender.id, 15), (header.receiver.qualifier, 2), (header.receiver.id, 15)
    )])  # fmt: skip
    start = marks.element.join(("ISA", "00", " " * 10, "00", " " * 10, ""))
    number = f"{header.interchange:09d}{marks.element}{int(header.acknowledge)}{marks.element}{header.usage}"
    stamp = f"{when:%y%m%d}{marks.element}{when:%H%M}"
    return (
        marks.element.join((f"{start}{ends}{stamp}", marks.repetition, "00501", number, marks.component))
        + marks.segment
    )


def _fixed(text: str, width: int, marks: Delimiters) -> str:
    """A text of the ISA: cleaned like any other, and exactly as wide as its element."""
    return f"{finish(text, marks):{width}.{width}}"


def _group_start(header: Header, ranks: Ranks, at: datetime) -> str:
    when = header.at or at
    ends = f"{header.sender.application or header.sender.id}{E}{header.receiver.application or header.receiver.id}"
    return f"GS{E}HC{E}{ends}{E}{when:%Y%m%d}{E}{when:%H%M}{E}{header.group}{E}X{E}{header.guide or ranks.version}{S}"


def batch_texts(ranks: Ranks, batch: Batch) -> Iterator[str]:
    """Write one transaction set, claim by claim, ST to SE."""
    head = _head(ranks, harmless_batch(batch))
    count = head.count(S)
    yield head
    levels = _Levels(ranks)
    for one in map(harmless, batch.claims):
        text = levels.before(one) + claim(ranks, one)
        count += text.count(S)
        yield text
    yield f"SE{E}{count + 1}{E}{batch.header.transaction}{S}"


def harmless(said: Claim) -> Claim:
    """The claim without control characters: a mark inside a value would end the segment it stands in."""
    raw = _encode(said)
    return msgspec.json.decode(_CONTROL.sub(b" ", raw), type=Claim) if b"\\u00" in raw else said


def harmless_batch(said: Batch) -> Batch:
    """The batch without its claims and without control characters."""
    raw = _encode(replace(said, claims=()))
    return msgspec.json.decode(_CONTROL.sub(b" ", raw), type=Batch) if b"\\u00" in raw else said


def _head(ranks: Ranks, batch: Batch) -> str:
    header = batch.header
    text = f"ST{E}837{E}{header.transaction}{E}{header.guide or ranks.version}{S}"
    text += f"BHT{E}0019{E}{batch.purpose}{E}{batch.batch}{E}{batch.at:%Y%m%d}{E}{_clock(batch)}{E}{batch.usage}{S}"
    text += name("41", batch.submitter, "46", batch.submitter_id) + contact(batch.submitter_contact)
    second: Rows = []
    ranks.keep(second, "1000A", batch.extra)
    return text + joined(second) + name("40", batch.receiver, "46", batch.receiver_id)


def _clock(batch: Batch) -> str:
    return f"{batch.at:%H%M%S}" if batch.at.second else f"{batch.at:%H%M}"


class _Levels:
    """The hierarchy as far as it is open: claims of one billing provider, one subscriber and payer share their levels."""

    __slots__ = ("_billing", "_child", "_last", "_number", "_patient", "_ranks", "_subscriber")

    def __init__(self, ranks: Ranks) -> None:
        self._ranks = ranks
        self._number = self._billing = self._subscriber = 0
        self._last: Claim | None = None

    def before(self, said: Claim) -> str:
        """Write the levels that must be opened before this claim."""
        last, self._last = self._last, said
        texts: list[str] = []
        if last is None or not _same_billing(last, said):
            texts.append(self._open_billing(said))
            last = None
        if last is None or not _same_subscriber(last, said):
            texts.append(self._open_subscriber(said))
            last = None
        if said.patient is not None and (last is None or not _same_patient(last, said)):
            texts.append(self._open_patient(said))
        return "".join(texts)

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _open_billing(self, said: Claim) -> str:
        ranks = self._ranks
        self._billing = self._next()
        rows: Rows = [(0, f"HL{E}{self._billing}{E}{E}20{E}1{S}")]
        taxonomy = said.billing.taxonomy
        if taxonomy:
            rows.append((ranks.loops["2000A"]["PRV"], f"PRV{E}BI{E}PXC{E}{taxonomy}{S}"))
        ranks.keep(rows, "2000A", said.extra)
        return joined(rows) + billing(ranks, said)

    def _open_subscriber(self, said: Claim) -> str:
        ranks, coverage = self._ranks, said.coverage
        self._subscriber = self._next()
        has_patient = said.patient is not None
        rows: Rows = [(0, f"HL{E}{self._subscriber}{E}{self._billing}{E}22{E}{int(has_patient)}{S}")]
        rows.append((1, subscriber(ranks, coverage, "" if has_patient else coverage.relationship)))
        facts = patient_facts("", coverage.subscriber)
        if facts:
            rows.append((ranks.loops["2000B"].get("PAT", 999), facts))
        if said.extra:
            ranks.keep(rows, "2000B", said.extra)
        text = joined(rows) + person(ranks, "2010BA", "IL", coverage.subscriber, said.extra)
        return text + billed_payer(ranks, coverage, said.extra)

    def _open_patient(self, said: Claim) -> str:
        assert said.patient is not None
        rows: Rows = [(0, f"HL{E}{self._next()}{E}{self._subscriber}{E}23{E}0{S}")]
        rows.append((1, patient_facts(said.coverage.relationship, said.patient)))
        self._ranks.keep(rows, "2000C", said.extra)
        return joined(rows) + person(self._ranks, "2010CA", "QC", said.patient, said.extra)


def billing(ranks: Ranks, said: Claim) -> str:
    """Write loops 2010AA, 2010AB and 2010AC."""
    text = provider(ranks, "2010AA", "85", replace(said.billing, taxonomy=""), said.extra)
    if said.pay_to is not None:
        rows: Rows = [(0, f"NM1{E}87{E}2{S}")]
        address(rows, ranks.loops["2010AB"], said.pay_to)
        ranks.keep(rows, "2010AB", said.extra)
        text += joined(rows)
    if said.pay_to_plan is not None:
        plan, places = said.pay_to_plan, ranks.loops["2010AC"]
        rows = [(0, name("PE", plan.name, plan.id_kind, plan.id))]
        address(rows, places, plan.address)
        references(rows, places, plan.references)
        if plan.tax_id:
            rows.append((places["REF*EI"], f"REF{E}EI{E}{plan.tax_id}{S}"))
        text += joined(rows)
    return text


def _same_billing(one: Claim, two: Claim) -> bool:
    return (
        (one.billing is two.billing or one.billing == two.billing)
        and one.pay_to == two.pay_to
        and one.pay_to_plan == two.pay_to_plan
        and (one.extra is two.extra or _outer(one.extra) == _outer(two.extra))
    )


def _same_subscriber(one: Claim, two: Claim) -> bool:
    if (one.patient is None) != (two.patient is None):
        return False
    first, second = one.coverage, two.coverage
    return first is second or first == second


def _same_patient(one: Claim, two: Claim) -> bool:
    return one.patient is two.patient or one.patient == two.patient


def _outer(extra: tuple[Segment, ...]) -> tuple[Segment, ...]:
    return tuple([s for s in extra if s.loop in _OUTER])


__all__ = ["C", "batch_texts", "interchange_start", "write_837"]
