"""277CA, 277 and 276 from their values: the levels are opened as providers and patients change."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Final

from shared.claim import Name, Segment
from shared.x12.interchange import write_interchange
from shared.x12.segments import Delimiters
from shared.x12.status.statuses import status_segments
from shared.x12.types import ClaimAnswer, ClaimAnswers, LineStatus, Status, StatusInquiry, StatusQuestion
from shared.x12.writing837.marks import C, E, R, S, cents, day, span

VERSION_277CA: Final = "005010X214"
VERSION_STATUS: Final = "005010X212"


def write_277ca(answers: ClaimAnswers, delimiters: Delimiters | None = None) -> bytes:
    """Write one 277CA (005010X214) in its own interchange. Raises ValueError when the header says no time."""
    return write_interchange([answers.header], "HN", VERSION_277CA, ["".join(_answers(answers))], delimiters)


def write_277(answers: ClaimAnswers, delimiters: Delimiters | None = None) -> bytes:
    """Write one 277 (005010X212), the reply to a 276, in its own interchange. Raises ValueError without a time."""
    return write_interchange([answers.header], "HN", VERSION_STATUS, ["".join(_answers(answers))], delimiters)


def write_276(inquiry: StatusInquiry, delimiters: Delimiters | None = None) -> bytes:
    """Write one 276 (005010X212) in its own interchange. Raises ValueError when the header says no time."""
    return write_interchange([inquiry.header], "HR", VERSION_STATUS, ["".join(_inquiry(inquiry))], delimiters)


class _Levels:
    """Numbers HL segments and remembers their parents by level code."""

    def __init__(self) -> None:
        self._count = 0
        self._open: dict[str, int] = {}

    def open(self, code: str, parent: str, child: str) -> str:
        """Write the next HL under the open level ``parent``; ``child`` is HL04."""
        self._count += 1
        self._open[code] = self._count
        return f"HL{E}{self._count}{E}{self._open.get(parent, '')}{E}{code}{E}{child}{S}"


def _answers(said: ClaimAnswers) -> Iterator[str]:
    levels, receipt = _Levels(), said.kind == "277CA"
    kept = _kept(said.extra, "277")
    head = f"0085{E}08" if receipt else f"0010{E}08"
    if "BHT" not in kept:
        when = f"{said.at:%Y%m%d}{E}{said.at:%H%M%S}" if said.at else E
        yield f"BHT{E}{head}{E}{said.reference}{E}{when}{E}{'TH' if receipt else 'DG'}{S}"
    yield "".join(kept.values())
    for one in said.by_source():
        yield from _source(one, levels)


def _source(said: ClaimAnswers, levels: _Levels) -> Iterator[str]:
    kept = {loop: _kept(said.extra, loop) for loop in ("2100A", "2100B")}
    yield levels.open("20", "", "1")
    if "NM1" not in kept["2100A"]:
        yield name(said.source_kind, said.source, "PI" if said.source_kind == "PR" else "46", said.source_id)
    yield kept["2100A"].pop("NM1", "")
    if said.trace:
        yield f"TRN{E}1{E}{said.trace}{S}"
    yield from _dated((("050", said.received), ("009", said.processed)))
    yield "".join(kept["2100A"].values())
    lonely = any(segment.loop == "2100C" for segment in said.extra)
    yield levels.open("21", "20", "1" if said.claims or lonely else "0")
    yield from _receiver(said, kept["2100B"])
    yield from _claims(said, levels)
    yield from _lonely(said.extra, levels)
    yield "".join(text for text in _kept(said.extra, "2100D").values())


def _receiver(said: ClaimAnswers, kept: dict[str, str]) -> Iterator[str]:
    if said.receiver and "NM1" not in kept:
        yield name("41", said.receiver, "46", said.receiver_id)
    yield kept.pop("NM1", "")
    if said.batch:
        yield f"TRN{E}2{E}{said.batch}{S}"
    yield _statuses(said.batch_statuses)
    for code, count in (("90", said.accepted_count), ("AA", said.rejected_count)):
        if count is not None:
            yield f"QTY{E}{code}{E}{count}{S}"
    for code, total in (("YU", said.accepted_cents), ("YY", said.rejected_cents)):
        if total is not None:
            yield f"AMT{E}{code}{E}{cents(total)}{S}"
    yield "".join(kept.values())


def _claims(said: ClaimAnswers, levels: _Levels) -> Iterator[str]:
    before: ClaimAnswer | None = None
    for claim in said.claims:
        if before is None or not _same_provider(before, claim):
            yield levels.open("19", "21", "1")
            yield from _provider(said, claim)
            before = None
        yield _patient(said, claim, before, levels) + _claim(said, claim)
        before = claim


def _provider(said: ClaimAnswers, claim: ClaimAnswer) -> Iterator[str]:
    kept = _kept(claim.extra, "2100C")
    if claim.provider and "NM1" not in kept:
        yield name("85" if said.kind == "277CA" else "1P", claim.provider, "XX", claim.provider_npi)
    yield "".join(kept.values())
    nothing = f"TRN{E}1{E}0{S}" if said.kind == "277CA" else ""
    yield "".join(_kept(claim.extra, "2200C").values()) or nothing


def _patient(said: ClaimAnswers, claim: ClaimAnswer, before: ClaimAnswer | None, levels: _Levels) -> str:
    kept = _kept(claim.extra, "2100D")
    if before is not None and _same_patient(before, claim) and not kept:
        return ""
    if said.kind == "277CA":
        level = levels.open("PT", "19", "")
        role, identifier = "QC", claim.member_id
    elif claim.subscriber is None:
        level = levels.open("22", "19", "0")
        role, identifier = "IL", claim.member_id
    else:
        level = ""
        if before is None or (before.subscriber, before.member_id) != (claim.subscriber, claim.member_id):
            level = levels.open("22", "19", "1") + name("IL", claim.subscriber, "MI", claim.member_id)
        level += levels.open("23", "22", "")
        role, identifier = "QC", ""
    own = name(role, claim.patient, "MI", identifier) if claim.patient and "NM1" not in kept else ""
    return level + own + "".join(kept.values())


def _claim(said: ClaimAnswers, claim: ClaimAnswer) -> str:
    trace, own = (claim.number, "") if said.kind == "277CA" else (claim.trace, claim.number)
    numbers = (("1K", claim.payer_claim_number), ("EJ", own), ("D9", claim.clearinghouse_number))
    kept = _kept(claim.extra, "2200D")
    dates = _days(claim.first, claim.last) + kept.pop("DTP", "")
    return "".join(
        (
            f"TRN{E}2{E}{trace}{S}",
            _statuses(claim.statuses),
            *[f"REF{E}{code}{E}{value}{S}" for code, value in numbers if value],
            *kept.values(),
            dates,
            *[_line(line) for line in claim.lines],
        )
    )


def _line(said: LineStatus) -> str:
    kept = _kept(said.extra, "2220D")
    service = kept.pop("SVC", "") or _service(said)
    control = f"REF{E}FJ{E}{said.control}{S}" if said.control else ""
    dates = _days(said.first, said.last) + kept.pop("DTP", "")
    return service + _statuses(said.statuses) + control + "".join(kept.values()) + dates


def _service(said: LineStatus) -> str:
    product = C.join((said.code_kind, said.code, *said.modifiers))
    charge = "" if said.charge is None else cents(said.charge)
    paid = "" if said.paid is None else cents(said.paid)
    return f"SVC{E}{product}{E}{charge}{E}{paid}{E}{said.revenue_code}{E * 3}{said.units}{S}"


def _lonely(extra: Iterable[Segment], levels: _Levels) -> Iterator[str]:
    """Providers that have no claims but a status of their own."""
    for segment in extra:
        if segment.loop == "2100C":
            yield levels.open("19", "21", "0")
        if segment.loop in ("2100C", "2200C"):
            yield _text(segment)


def _inquiry(said: StatusInquiry) -> Iterator[str]:
    levels = _Levels()
    yield f"BHT{E}0010{E}13{E}{said.reference}{E}{said.at:%Y%m%d}{E}{said.at:%H%M%S}{S}"
    yield levels.open("20", "", "1") + name("PR", said.payer, "PI", said.payer_id)
    yield levels.open("21", "20", "1") + name("41", said.receiver, "46", said.receiver_id)
    yield "".join(_text(segment) for segment in said.extra)
    before: StatusQuestion | None = None
    for question in said.questions:
        if before is None or (before.provider, before.provider_npi) != (
            question.provider,
            question.provider_npi,
        ):
            yield levels.open("19", "21", "1") + name("1P", question.provider, "XX", question.provider_npi)
            before = None
        yield from _asked(question, before, levels)
        before = question


def _asked(said: StatusQuestion, before: StatusQuestion | None, levels: _Levels) -> Iterator[str]:
    birth = day(said.birth) if said.birth else ""
    person = f"DMG{E}D8{E}{birth}{E}{said.sex}{S}" if birth or said.sex else ""
    if said.dependent:
        known = before is not None and before.dependent and before.member_id == said.member_id
        if not known or (before is not None and before.subscriber != said.subscriber):
            yield levels.open("22", "19", "1")
            yield name("IL", said.subscriber or said.patient, "MI", said.member_id)
        yield levels.open("23", "22", "") + person + name("QC", said.patient, "", "")
    else:
        yield levels.open("22", "19", "0") + person + name("IL", said.patient, "MI", said.member_id)
    kept = _kept(said.extra, "2200D")
    yield f"TRN{E}1{E}{said.trace}{S}"
    for code, value in (("1K", said.payer_claim_number), ("EJ", said.number)):
        if value:
            yield f"REF{E}{code}{E}{value}{S}"
    yield kept.pop("REF", "")
    if said.charge:
        yield f"AMT{E}T3{E}{cents(said.charge)}{S}"
    yield kept.pop("AMT", "") + _days(said.first, said.last)
    yield "".join(kept.values()) + "".join(_kept(said.extra, "2210D").values())


def name(code: str, said: Name, qualifier: str, identifier: str) -> str:
    """Write an NM1; without an identifier the qualifier is left out too."""
    names = E.join((said.last, said.first, said.middle, said.prefix, said.suffix))
    end = f"{E}{qualifier}{E}{identifier}" if identifier else ""
    return f"NM1{E}{code}{E}{2 if said.organization else 1}{E}{names}{end}{S}"


def _same_provider(one: ClaimAnswer, two: ClaimAnswer) -> bool:
    if two.extra and any(segment.loop in ("2100C", "2200C") for segment in two.extra):
        return False
    return (one.provider, one.provider_npi) == (two.provider, two.provider_npi)


def _same_patient(one: ClaimAnswer, two: ClaimAnswer) -> bool:
    return (one.patient, one.member_id, one.subscriber) == (two.patient, two.member_id, two.subscriber)


def _statuses(said: Sequence[Status]) -> str:
    return "".join([E.join(segment) + S for segment in status_segments(said, C)])


def _dated(said: Iterable[tuple[str, date | None]]) -> Iterator[str]:
    for code, on in said:
        if on:
            yield f"DTP{E}{code}{E}D8{E}{day(on)}{S}"


def _days(first: date | None, last: date | None) -> str:
    if first is None:
        return ""
    if last is None:
        return f"DTP{E}472{E}D8{E}{day(first)}{S}"
    return f"DTP{E}472{E}RD8{E}{span(first, last)}{S}"


def _kept(extra: Collection[Segment], loop: str) -> dict[str, str]:
    """The kept segments of a loop, as texts by identifier, each in the order they were read."""
    found: dict[str, str] = {}
    if not extra:
        return found
    for segment in extra:
        if segment.loop == loop:
            found[segment.elements[0]] = found.get(segment.elements[0], "") + _text(segment)
    return found


def _text(segment: Segment) -> str:
    return E.join(segment.elements).replace(":", C).replace("^", R) + S
