"""ISA, GS, ST and their trailers: control numbers, counts, versions. What a TA1 and a 999's AK9 answer."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from shared.x12.elements import day
from shared.x12.findings import Place, finding
from shared.x12.segments import Delimiters
from shared.x12.types import Envelope, GroupEnvelope, Header, Party, X12Finding
from shared.x12.walker import Elements

_WIDTHS = (3, 2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_ISA_CODES = {1: ("00", "03"), 3: ("00", "01"), 14: ("0", "1"), 15: ("P", "T", "I")}
_QUALIFIERS = frozenset(("01", "14", "20", "27", "28", "29", "30", "33", "ZZ"))

_ELEMENTS = {
    "ISA01": "authorization qualifier", "ISA02": "authorization", "ISA03": "security qualifier", "ISA04": "security",
    "ISA05": "sender qualifier", "ISA06": "sender", "ISA07": "receiver qualifier", "ISA08": "receiver",
    "ISA09": "interchange date", "ISA10": "interchange time", "ISA11": "repetition separator",
    "ISA12": "interchange version", "ISA13": "interchange control number", "ISA14": "acknowledgment requested",
    "ISA15": "usage", "ISA16": "component separator", "GS02": "application sender", "GS03": "application receiver",
    "GS04": "group date", "GS05": "group time", "GS07": "responsible agency", "GS08": "guide",
}  # fmt: skip

Report = Callable[[X12Finding], None]


class Interchange:
    """One ISA to IEA as far as it is read."""

    def __init__(self, elements: Elements, place: Place) -> None:
        isa = [*elements, *[""] * (17 - len(elements))]
        self.elements: Final = isa
        self.place: Final = place
        self.sender: Final = Party(id=isa[6].strip(), qualifier=isa[5].strip())
        self.receiver: Final = Party(id=isa[8].strip(), qualifier=isa[7].strip())
        self.control: Final = (
            int(isa[13]) if isa[13].isascii() and isa[13].isdigit() and len(isa[13]) < 10 else 0
        )
        self.usage: Final = "T" if isa[15] == "T" else "P"
        self.at: Final = moment("20" + isa[9], isa[10])
        self.groups = 0
        self.acks = 0
        self.group_numbers: Final[set[str]] = set()
        self.finished: Final[list[GroupEnvelope]] = []

    def over(self, last: int) -> Envelope:
        """The interchange as a value."""
        return Envelope(
            sender=self.sender,
            receiver=self.receiver,
            control=self.control,
            at=self.at,
            acknowledge=self.elements[14] == "1",
            groups=tuple(self.finished),
            segments=(self.place.segment, last),
        )


class Group:
    """One GS to GE as far as it is read."""

    def __init__(self, elements: Elements, place: Place) -> None:
        gs = [*elements, *[""] * (9 - len(elements))]
        self.elements: Final = gs
        self.place: Final = place
        self.control: Final = int(gs[6]) if gs[6].isascii() and gs[6].isdigit() and len(gs[6]) < 10 else 0
        self.sets = 0
        self.set_numbers: Final[set[str]] = set()

    def over(self, announced: object, last: int) -> GroupEnvelope:
        """The group as a value; ``announced`` is GE01 where there is one."""
        return GroupEnvelope(
            functional=self.elements[1],
            control=self.control,
            guide=self.elements[8],
            announced=announced if isinstance(announced, int) else self.sets,
            received=self.sets,
            segments=(self.place.segment, last),
        )


def moment(date_text: str, time_text: str) -> datetime | None:
    """Read a date CCYYMMDD and a time HHMM or longer; None when they are none. X12 says no zone: UTC is taken."""
    try:
        on = day(date_text)
        hour, minute = int(time_text[:2] or 0), int(time_text[2:4] or 0)
        second = int(time_text[4:6] or 0)
        return datetime(on.year, on.month, on.day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


def header(
    interchange: Interchange | None, group: Group | None, st: Elements, first: int, last: int
) -> Header:
    """Make the header of one transaction set."""
    gs = group.elements if group else [""] * 9
    sender = interchange.sender if interchange else Party(id="")
    receiver = interchange.receiver if interchange else Party(id="")
    return Header(
        sender=Party(id=sender.id, qualifier=sender.qualifier, application=gs[2]),
        receiver=Party(id=receiver.id, qualifier=receiver.qualifier, application=gs[3]),
        interchange=interchange.control if interchange else 0,
        group=group.control if group else 0,
        transaction=st[2] if len(st) > 2 else "",
        usage="T" if interchange and interchange.usage == "T" else "P",
        guide=(st[3] if len(st) > 3 else "") or gs[8],
        at=moment(gs[4], gs[5]) or (interchange.at if interchange else None),
        segments=(first, last),
        acknowledge=bool(interchange and interchange.elements[14] == "1"),
    )


def judge_isa(isa: Elements, marks: Delimiters, exact: bool, place: Place, report: Report) -> None:
    """Check an ISA: widths, codes, version, date, control number, delimiters."""
    isa = [*isa, *[""] * (17 - len(isa))]
    narrow = next((p for p, (e, w) in enumerate(zip(isa, _WIDTHS, strict=False)) if len(e) != w), None)
    if narrow:
        report(_at("X12-0107", place, narrow))
    elif not exact:
        report(finding("X12-0107", place))
    if isa[12] != "00501":
        report(finding("X12-0109", place))
    for position in _wrong_codes(isa):
        report(_at("X12-0110", place, position))
    if moment("20" + isa[9], "") is None:
        report(_at("X12-0111", place, 9))
    if not _is_time(isa[10]):
        report(_at("X12-0111", place, 10))
    if len(isa[13]) != 9 or not (isa[13].isascii() and isa[13].isdigit()):
        report(finding("X12-0112", place))
    chosen = [m for m in (marks.element, marks.component, marks.repetition, marks.segment) if m]
    if len(set(chosen)) != len(chosen) or any(m.isalnum() or m == " " for m in chosen):
        report(finding("X12-0117", place))


def _wrong_codes(isa: Elements) -> list[int]:
    wrong = [position for position, codes in _ISA_CODES.items() if isa[position] not in codes]
    wrong += [position for position in (5, 7) if isa[position].strip() not in _QUALIFIERS]
    wrong += [position for position in (6, 8) if not isa[position].strip()]
    return sorted(wrong)


def judge_gs(group: Group, report: Report) -> None:
    """Check a GS: applications, date, control number, agency, version."""
    gs, place = group.elements, group.place
    for position in (2, 3, 8):
        if not gs[position].strip():
            report(_at("X12-0206", place, position))
    if gs[7] != "X":
        report(_at("X12-0206", place, 7))
    if moment(gs[4], "") is None:
        report(_at("X12-0208", place, 4))
    if not _is_time(gs[5]):
        report(_at("X12-0208", place, 5))
    if not group.control:
        report(finding("X12-0204", place))


def _at(code: str, place: Place, position: int) -> X12Finding:
    """A finding at one element of the ISA or GS."""
    path = f"{place.segment_id}{position:02d}"
    spot = Place(place.segment, place.offset, path, _ELEMENTS[path], place.segment_id)
    return finding(code, spot, f"element {position:02d}")


def _is_time(text: str) -> bool:
    return (
        len(text) in (4, 6, 7, 8)
        and text.isascii()
        and text.isdigit()
        and int(text[:2]) < 24
        and int(text[2:4]) < 60
    )
