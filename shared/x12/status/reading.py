"""277CA, 277 and 276: the levels (HL) of one set, from segments into ``ClaimAnswers`` and ``StatusInquiry``.

277CA is 005010X214, 277 and 276 are 005010X212. The levels are walked in file order; a provider's own status stands with
its first claim.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Literal

from shared.claim import Name, Segment
from shared.x12.elements import amount, day, kept, moment, name_is_whole, name_of, padded, period
from shared.x12.status.inquiry import read_inquiry
from shared.x12.status.levels import Part, Rows, Values, fill, levels, nothing
from shared.x12.status.statuses import read_statuses
from shared.x12.types import ClaimAnswer, ClaimAnswers, FurtherSource, Header, LineStatus


def read_answers(
    segments: Rows, component: str, header: Header, first: int = 1
) -> tuple[ClaimAnswers, tuple[int, ...]]:
    """Read one 277CA or 277, ST to SE; which one, the guide of the header says (X214 or X212).

    ``first`` is the number of ST in the file. Gives the numbers of the segments that could not be read beside it.
    """
    kind: Literal["277CA", "277"] = "277" if "X212" in header.guide else "277CA"
    reader = _Answers(component, first, kind)
    for code, at, block in levels(segments):
        reader.level(code, at, block)
    reader.close_provider()
    own, *further = map(_complete, reader.sources)
    answers = ClaimAnswers(
        header=header,
        kind=kind,
        claims=tuple(reader.claims),
        further=tuple(FurtherSource(**values) for values in further),
        **own,
    )
    return answers, tuple(reader.unread)


def _complete(values: Values) -> Values:
    """What a source says, with what every source must have."""
    nobody: Values = {"source": Name(last="", organization=True), "source_id": ""}
    statuses = tuple(values.get("batch_statuses", ()))
    return nobody | values | {"batch_statuses": statuses, "extra": tuple(values["extra"])}


class _Answers:
    """What is known while the levels go by: who answers, to whom, for which provider."""

    def __init__(self, component: str, first: int, kind: str) -> None:
        self.sources: list[Values] = [{"extra": []}]
        self._provider_extra: list[Segment] = []
        self._unheard: list[Segment] = []
        self.claims: list[ClaimAnswer] = []
        self.unread: list[int] = []
        self._component = component
        self._first = first
        self._kind = kind
        self._provider: Values = {}
        self._subscriber: Values = {}
        self._began = False
        # Functions and not methods: an answer's reader is not to hold itself (ADR 0118).
        stc, svc = partial(_stc, component), partial(_svc, component)
        self._of_receiver: Mapping[str, Part] = _RECEIVER | {"STC": stc}
        self._of_claim: Mapping[str, Part] = _CLAIM | {"STC": stc}
        self._of_line: Mapping[str, Part] = _LINE | {"STC": stc, "SVC": svc}

    @property
    def values(self) -> Values:
        """What the source says that is being read: the set's own, or a further one."""
        return self.sources[-1]

    @property
    def extra(self) -> list[Segment]:
        """What of it no field takes."""
        kept_so_far: list[Segment] = self.values["extra"]
        return kept_so_far

    def keep(self, more: Iterable[Segment]) -> None:
        """Keep segments of the source being read."""
        self.extra.extend(more)

    def level(self, code: str, at: int, block: Rows) -> None:
        number = self._first + at
        if code == "20":
            self._new_source(number)
            self.keep(self._fill(self.values, _SOURCE, block[1:], number + 1, "2100A"))
        elif code == "21":
            self.keep(self._fill(self.values, self._of_receiver, block[1:], number + 1, "2100B"))
        elif code == "19":
            self._new_provider(block, number)
        elif code in ("22", "23", "PT"):
            self._patient(code, block, number)
        elif code == "":
            # The head of the set, or what a level without a code says as if it were: never a further source's.
            own = self.sources[0]
            own["extra"] += self._fill(own, {"ST": nothing, "BHT": _bht}, block, number, "277")
        else:
            rest = block[1:] if code == "SE" else block
            # What has no level of its own belongs to the set, whoever answered last.
            self.sources[0]["extra"] += [kept("277", segment, self._component) for segment in rest]

    def _new_source(self, number: int) -> None:
        """A level 20: what was said so far belongs to the source before it, where there was one."""
        self.close_provider()
        self._provider, self._subscriber = {}, {}
        if self._began:
            self.sources.append({"extra": [], "segment": number})
        self._began = True

    def _new_provider(self, block: Rows, number: int) -> None:
        self.close_provider()
        self._provider = {}
        rest = self._fill(self._provider, {"NM1": _provider}, block[1:], number + 1, "2200C")
        self._provider_extra = [
            Segment("2100C", segment.elements) if segment.elements[0] == "NM1" else segment
            for segment in rest
        ]
        self._unheard = [
            kept("2100C", segment, self._component) for segment in block[1:2] if segment[0] == "NM1"
        ]
        if self._kind == "277CA" and padded(block[0], 5)[4] == "1" and self._provider_extra == [_NO_TRACE]:
            self._provider_extra = []

    def close_provider(self) -> None:
        """Keep a provider level that had no claims: its name, and what was said of it, belong to the set then."""
        said = [segment for segment in self._provider_extra if segment not in self._unheard]
        self.keep([*self._unheard, *said])
        self._unheard, self._provider_extra = [], []

    def _patient(self, code: str, block: Rows, number: int) -> None:
        starts = [at for at, segment in enumerate(block) if segment[0] == "TRN"]
        starts.append(len(block))
        person: Values = {}
        extra = self._fill(person, _PERSON, block[1 : starts[0]], number + 1, "2100D")
        if code == "22":
            self._subscriber = person
            if len(starts) == 1:
                self.keep(extra)
        elif code == "23" and self._subscriber:
            person = {
                "subscriber": self._subscriber.get("patient"),
                "member_id": person.get("member_id") or self._subscriber.get("member_id", ""),
                "patient": person.get("patient"),
            }
        for at, end in pairwise(starts):
            self._claim(person, block[at:end], number + at, extra)
            extra = []

    def _claim(self, person: Values, block: Rows, number: int, person_extra: list[Segment]) -> None:
        values: Values = {**person, **self._provider, "segment": number, "number": "", "statuses": []}
        values["level"] = len(self.sources) - 1
        opening, self._provider_extra, self._unheard = self._provider_extra, [], []
        lines = [at for at, segment in enumerate(block) if segment[0] == "SVC"]
        lines.append(len(block))
        extra = self._fill(values, self._of_claim, block[1 : lines[0]], number + 1, "2200D")
        trace = padded(block[0], 3)[2]
        values["number" if self._kind == "277CA" else "trace"] = trace
        values["statuses"] = tuple(values["statuses"])
        values["lines"] = tuple(self._line(block[at:end], number + at) for at, end in pairwise(lines))
        self.claims.append(ClaimAnswer(**values, extra=(*opening, *person_extra, *extra)))

    def _line(self, block: Rows, number: int) -> LineStatus:
        values: Values = {"statuses": []}
        extra = self._fill(values, self._of_line, block, number, "2220D")
        values["statuses"] = tuple(values["statuses"])
        return LineStatus(**values, extra=tuple(extra))

    def _fill(
        self, values: Values, parts: Mapping[str, Part], block: Rows, number: int, loop: str
    ) -> list[Segment]:
        return fill(values, parts, block, number, loop, self._component, self.unread)


_NO_TRACE = Segment("2200C", ("TRN", "1", "0"))
"""What a 277CA must say of a provider when it has nothing to say: written again without being kept."""


def _stc(component: str, values: Values, segment: Sequence[str]) -> bool:
    name = "statuses" if "statuses" in values else "batch_statuses"
    values.setdefault(name, []).extend(read_statuses(segment, component))
    return len(segment) <= 13


def _svc(component: str, values: Values, segment: Sequence[str]) -> bool:
    _, product, charge, paid, revenue, _, _, units = padded(segment, 8)
    kind, code, *modifiers = padded(product.split(component), 6)
    values |= {"code_kind": kind, "code": code, "modifiers": tuple(m for m in modifiers if m)}
    values |= {"revenue_code": revenue, "units": units}
    values["charge"] = amount(charge) if charge else None
    values["paid"] = amount(paid) if paid else None
    return not any(segment[5:7]) and len(product.split(component)) <= 6 and len(segment) <= 8


def _bht(values: Values, segment: Sequence[str]) -> bool:
    elements = padded(segment, 7)
    values["reference"] = elements[3]
    values["at"] = moment(elements[4], elements[5]) if elements[4] else None
    return elements[1:3] in (["0085", "08"], ["0010", "08"]) and elements[6] in ("TH", "DG")


def _source(values: Values, segment: Sequence[str]) -> bool:
    role = segment[1]
    name, _, identifier = name_of(segment)
    if "source" in values:
        return (values["source"], values["source_id"]) == (name, identifier)
    values |= {"source": name, "source_id": identifier}
    if role == "AY":
        values["source_kind"] = "AY"
    return role in ("PR", "AY") and name_is_whole(segment, "46" if role == "AY" else "PI")


def _receiver(values: Values, segment: Sequence[str]) -> bool:
    name, _, identifier = name_of(segment)
    if "receiver" in values:
        return (values["receiver"], values["receiver_id"]) == (name, identifier)
    values |= {"receiver": name, "receiver_id": identifier}
    return segment[1] == "41" and name_is_whole(segment, "46")


def _provider(values: Values, segment: Sequence[str]) -> bool:
    if "provider" in values:
        return False
    name, qualifier, identifier = name_of(segment)
    values |= {"provider": name, "provider_npi": identifier if qualifier == "XX" else ""}
    return segment[1] in ("85", "1P") and name_is_whole(segment, "XX")


def _person(values: Values, segment: Sequence[str]) -> bool:
    if "patient" in values:
        return False
    values["patient"], _, values["member_id"] = name_of(segment)
    return segment[1] in ("QC", "IL") and name_is_whole(segment, "MI")


def _trace(values: Values, segment: Sequence[str]) -> bool:
    name = {"1": "trace", "2": "batch"}.get(padded(segment, 2)[1], "")
    if not name or values.get(name, "") not in ("", segment[2]) or len(segment) != 3:
        return False
    values[name] = segment[2]
    return True


def _received(values: Values, segment: Sequence[str]) -> bool:
    name = {"050": "received", "009": "processed"}.get(segment[1])
    if name is None or name in values or segment[2] != "D8":
        return False
    values[name] = day(segment[3])
    return True


def _count(values: Values, segment: Sequence[str]) -> bool:
    name = {"90": "accepted_count", "AA": "rejected_count"}.get(segment[1])
    if name is None or name in values or len(segment) != 3:
        return False
    if not (segment[2].isdecimal() and segment[2].isascii() and len(segment[2]) < 16):
        raise ValueError("not a count")
    values[name] = int(segment[2])
    return True


def _sum(values: Values, segment: Sequence[str]) -> bool:
    name = {"YU": "accepted_cents", "YY": "rejected_cents"}.get(segment[1])
    if name is None or name in values or len(segment) != 3:
        return False
    values[name] = amount(segment[2])
    return True


def _references(names: dict[str, str]) -> Part:
    def read(values: Values, segment: Sequence[str]) -> bool:
        name = names.get(segment[1])
        if name is None or values.get(name) or len(segment) != 3:
            return False
        values[name] = segment[2]
        return True

    return read


def _days(values: Values, segment: Sequence[str]) -> bool:
    if segment[1] != "472" or "first" in values or len(segment) != 4:
        return False
    values["first"], values["last"] = period(segment[2], segment[3])
    return True


_SOURCE: dict[str, Part] = {"NM1": _source, "TRN": _trace, "DTP": _received}
_RECEIVER: dict[str, Part] = {"NM1": _receiver, "TRN": _trace, "QTY": _count, "AMT": _sum}
_PERSON: dict[str, Part] = {"NM1": _person}
_CLAIM: dict[str, Part] = {
    "REF": _references({"1K": "payer_claim_number", "D9": "clearinghouse_number", "EJ": "number"}),
    "DTP": _days,
}
_LINE: dict[str, Part] = {"REF": _references({"FJ": "control"}), "DTP": _days}

__all__ = ["read_answers", "read_inquiry"]
