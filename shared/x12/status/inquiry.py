"""276: the questions of one set, from segments into a ``StatusInquiry`` (005010X212)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from shared.claim import Name, Segment
from shared.x12.elements import amount, day, kept, moment, name_is_whole, name_of, padded, period
from shared.x12.status.levels import Part, Rows, Values, fill, levels, nothing
from shared.x12.types import Header, StatusInquiry, StatusQuestion

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands for the time of an inquiry that says none: its BHT is a finding then."""


def read_inquiry(
    segments: Rows, component: str, header: Header, first: int = 1
) -> tuple[StatusInquiry, tuple[int, ...]]:
    """Read one 276, ST to SE. ``first`` is the number of ST in the file.

    Gives the numbers of the segments that could not be read beside it.
    """
    reader = _Questions(component, first)
    for code, at, block in levels(segments):
        reader.level(code, at, block)
    nobody: dict[str, Any] = {
        "reference": "",
        "at": NEVER,
        "payer": Name(last="", organization=True),
        "payer_id": "",
        "receiver": Name(last="", organization=True),
        "receiver_id": "",
    }
    values = nobody | reader.values
    inquiry = StatusInquiry(
        header=header, questions=tuple(reader.questions), extra=tuple(reader.extra), **values
    )
    return inquiry, tuple(reader.unread)


class _Questions:
    def __init__(self, component: str, first: int) -> None:
        self.values: Values = {}
        self.questions: list[StatusQuestion] = []
        self.extra: list[Segment] = []
        self.unread: list[int] = []
        self._component = component
        self._first = first
        self._provider: Values = {"provider": Name(last="", organization=True), "provider_npi": ""}
        self._subscriber: Values = {}

    def level(self, code: str, at: int, block: Rows) -> None:
        number = self._first + at
        if code in ("22", "23"):
            self._person(code, block, number)
        elif code == "19":
            provider: Values = {"provider": Name(last="", organization=True), "provider_npi": ""}
            self.extra += self._fill(provider, {"HL": nothing, "NM1": _provider}, block, number, "2100C")
            self._provider = provider
        elif code in ("20", "21"):
            parts = {"HL": nothing, "NM1": _payer if code == "20" else _receiver}
            self.extra += self._fill(self.values, parts, block, number, "2100A" if code == "20" else "2100B")
        else:
            self.extra += self._fill(
                self.values, {"ST": nothing, "SE": nothing, "BHT": _bht}, block, number, "276"
            )

    def _person(self, code: str, block: Rows, number: int) -> None:
        starts = [at for at, segment in enumerate(block) if segment[0] == "TRN"]
        starts.append(len(block))
        person: Values = {"patient": Name(last=""), "birth": None, "sex": "", "member_id": ""}
        self.extra += self._fill(
            person, {"HL": nothing, "NM1": _person, "DMG": _birth}, block[: starts[0]], number, "2100D"
        )
        if code == "22":
            self._subscriber = person
        else:
            person |= {
                "dependent": True,
                "subscriber": self._subscriber.get("patient"),
                "member_id": self._subscriber.get("member_id", ""),
            }
        for at, end in pairwise(starts):
            self._question(person, block[at:end], number + at)

    def _question(self, person: Values, block: Rows, number: int) -> None:
        values: Values = {"number": "", "charge": 0, "first": None, "last": None}
        lines = [at for at, segment in enumerate(block) if segment[0] == "SVC"]
        end = lines[0] if lines else len(block)
        extra = self._fill(values, _QUESTION, block[:end], number, "2200D")
        extra += [kept("2210D", segment, self._component) for segment in block[end:]]
        self.questions.append(StatusQuestion(**person, **self._provider, **values, extra=tuple(extra)))

    def _fill(
        self, values: Values, parts: Mapping[str, Part], block: Rows, number: int, loop: str
    ) -> list[Segment]:
        return fill(values, parts, block, number, loop, self._component, self.unread)


def _bht(values: Values, segment: Sequence[str]) -> bool:
    elements = padded(segment, 6)
    values["reference"] = elements[3]
    values["at"] = moment(elements[4], elements[5])
    return elements[1:3] == ["0010", "13"] and len(segment) <= 6


def _payer(values: Values, segment: Sequence[str]) -> bool:
    values["payer"], _, values["payer_id"] = name_of(segment)
    return segment[1] == "PR" and name_is_whole(segment, "PI")


def _receiver(values: Values, segment: Sequence[str]) -> bool:
    values["receiver"], _, values["receiver_id"] = name_of(segment)
    return segment[1] == "41" and name_is_whole(segment, "46")


def _provider(values: Values, segment: Sequence[str]) -> bool:
    values["provider"], qualifier, identifier = name_of(segment)
    values["provider_npi"] = identifier if qualifier == "XX" else ""
    return segment[1] == "1P" and name_is_whole(segment, "XX")


def _person(values: Values, segment: Sequence[str]) -> bool:
    values["patient"], _, values["member_id"] = name_of(segment)
    return segment[1] in ("IL", "QC") and name_is_whole(segment, "MI")


def _birth(values: Values, segment: Sequence[str]) -> bool:
    _, form, born, sex = padded(segment, 4)
    values["birth"] = day(born) if born else None
    values["sex"] = sex
    return form in ("D8", "") and len(segment) <= 4


def _trace(values: Values, segment: Sequence[str]) -> bool:
    values["trace"] = padded(segment, 3)[2]
    return segment[1] == "1" and len(segment) <= 3


def _reference(values: Values, segment: Sequence[str]) -> bool:
    name = {"1K": "payer_claim_number", "EJ": "number"}.get(segment[1])
    if name is None or values.get(name) or len(segment) != 3:
        return False
    values[name] = segment[2]
    return True


def _charge(values: Values, segment: Sequence[str]) -> bool:
    if segment[1] != "T3" or values["charge"] or len(segment) != 3:
        return False
    values["charge"] = amount(segment[2])
    return bool(values["charge"])


def _days(values: Values, segment: Sequence[str]) -> bool:
    if segment[1] != "472" or values["first"] or len(segment) != 4:
        return False
    values["first"], values["last"] = period(segment[2], segment[3])
    return True


_QUESTION: dict[str, Part] = {"TRN": _trace, "REF": _reference, "AMT": _charge, "DTP": _days}
