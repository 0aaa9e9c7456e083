"""Defects of 837P and 837I: structure, elements, codes, sums, situational rules."""

import itertools
from collections.abc import Callable
from functools import partial

from tests.mutants.kinds import Kind, Segments, Spoil, Spot, drop, insert, put, where


def _late(identifier: str, behind: str, path: str) -> Spoil:
    """A segment moved behind one that must follow it."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        later = where(segments, behind, after=at or 0) if at is not None else None
        if at is None or later is None or later < at:
            return None
        moved = segments.pop(at)
        segments.insert(later, moved)
        return Spot(later + 1, path)

    return spoil


def _again(identifier: str, *codes: str, path: str) -> Spoil:
    """The same segment twice."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier, *codes)
        if at is None:
            return None
        segments.insert(at + 1, list(segments[at]))
        return Spot(at + 2, path)

    return spoil


def _claim_twice(segments: Segments) -> Spot | None:
    """A claim begins anew right after it began: the first one has nothing of what a claim needs."""
    at = where(segments, "CLM")
    if at is None:
        return None
    segments.insert(at + 1, list(segments[at]))
    return Spot(at + 1, "HI")


def _when(fits: Callable[[Segments], bool], spoil: Spoil) -> Spoil:
    """A defect that only files of a certain kind can have."""
    return lambda segments: spoil(segments) if fits(segments) else None


def _claim_says(position: int, *words: str) -> Callable[[Segments], bool]:
    """Whether the first claim has one of the words among the components of an element."""

    def fits(segments: Segments) -> bool:
        claim = segments[where(segments, "CLM") or 0]
        return len(claim) > position and not set(words).isdisjoint(claim[position].split(":"))

    return fits


def _component(identifier: str, position: int, component: int, value: str, path: str) -> Spoil:
    """One component of a composite replaced."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None or len(segments[at]) <= position:
            return None
        parts = segments[at][position].split(":")
        parts += [""] * (component - len(parts))
        parts[component - 1] = value
        segments[at][position] = ":".join(parts)
        return Spot(at + 1, path)

    return spoil


def _add_cent(identifier: str, position: int, path: str) -> Spoil:
    """An amount changed by one cent."""

    def spoil(segments: Segments) -> Spot | None:
        at = where(segments, identifier)
        if at is None or len(segments[at]) <= position:
            return None
        segments[at][position] = _more(segments[at][position])
        return Spot(at + 1, path)

    return spoil


def _more(amount: str) -> str:
    return f"{(round(float(amount or 0) * 100) + 1) / 100:.2f}"


def _claim_off(segments: Segments) -> Spot | None:
    """CLM02 a cent too high, on a claim without other payers."""
    at = _alone(segments)
    if at is None:
        return None
    segments[at][2] = _more(segments[at][2])
    return Spot(at + 1, "CLM02")


def _alone(segments: Segments) -> int | None:
    """A claim that has no other payer: its sums are those of its lines alone."""
    starts = [i for i, e in enumerate(segments) if e[0] == "CLM"] + [len(segments)]
    for start, stop in itertools.pairwise(starts):
        if not any(e[0] == "OI" for e in segments[start:stop]):
            return start
    return None


def _line_off(segments: Segments) -> Spot | None:
    """A line's charge a cent too high: the claim does not sum up."""
    claim = _alone(segments)
    if claim is None:
        return None
    at = next(i for i in range(claim, len(segments)) if segments[i][0] in ("SV1", "SV2"))
    position = 2 if segments[at][0] == "SV1" else 3
    segments[at][position] = _more(segments[at][position])
    return Spot(claim + 1, "CLM02")


def _paid_off_of_lines(segments: Segments) -> Spot | None:
    """The same on a claim whose lines say what that payer paid."""
    at, line = where(segments, "AMT", "D"), where(segments, "SVD")
    if at is None or line is None or line < at or any(e[0] in ("CLM", "SBR") for e in segments[at:line]):
        return None
    return _paid_off(segments)


def _paid_off(segments: Segments) -> Spot | None:
    """AMT*D a cent too high: the claim-level equation breaks."""
    at = where(segments, "AMT", "D")
    if at is None:
        return None
    segments[at][2] = _more(segments[at][2])
    return Spot(at + 1, "AMT02")


def _pointer(segments: Segments) -> Spot | None:
    at = where(segments, "SV1")
    if at is None:
        return None
    segments[at][7] = "12:11" if segments[at][7].startswith("12") else "12"
    claim = max(i for i in range(at) if segments[i][0] == "CLM")
    diagnoses = sum(len(e) - 1 for e in segments[claim:at] if e[0] == "HI" and e[1].startswith("ABK"))
    return None if diagnoses == 12 else Spot(at + 1, "SV107-1")


def _same_control(segments: Segments) -> Spot | None:
    first = where(segments, "REF", "6R")
    second = where(segments, "REF", "6R", of=2)
    claims = [i for i, e in enumerate(segments) if e[0] == "CLM"]
    if first is None or second is None or any(first < i < second for i in claims):
        return None
    segments[second][2] = segments[first][2]
    return Spot(second + 1, "REF02")


def _reference_of_seven(segments: Segments) -> Spot | None:
    at = where(segments, "REF", "F8")
    claim = next((i for i, e in enumerate(segments) if e[0] == "CLM" and e[5].endswith((":7", ":8"))), None)
    if at is None or claim is None or at < claim:
        return None
    del segments[at]
    return Spot(claim + 1, "CLM05-3")


def _same_order(segments: Segments) -> Spot | None:
    other = next((i for i, e in enumerate(segments) if e[0] == "SBR" and e[2:3] not in (["18"], [""])), None)
    if other is None:
        return None
    billed = max(i for i in range(other) if segments[i][0] == "SBR" and segments[i - 1][0] == "HL")
    segments[other][1] = segments[billed][1]
    return Spot(other + 1, "SBR01")


def _no_relationship(segments: Segments) -> Spot | None:
    at = where(segments, "SBR")
    if at is None or segments[at][2] != "18":
        return None
    segments[at][2] = ""
    return Spot(at + 1, "SBR02")


def _own_address(identifier: str) -> Spoil:
    def spoil(segments: Segments) -> Spot | None:
        level = next(
            (
                i
                for i, e in enumerate(segments)
                if e[0] == "SBR" and e[2:3] == ["18"] and segments[i - 1][0] == "HL"
            ),
            None,
        )
        if level is None:
            return None
        name = where(segments, "NM1", "IL", after=level)
        at = where(segments, identifier, after=level)
        assert name is not None
        assert at is not None
        del segments[at]
        return Spot(name + 1, identifier)

    return spoil


def _wrong_first_segment(segments: Segments) -> Spot | None:
    """A loop whose trigger is missing: what follows has no place."""
    at = where(segments, "NM1", "PR")
    if at is None or where(segments, "N3", after=at) != at + 1:
        return None
    del segments[at]
    level = max(i for i in range(at) if segments[i][0] == "HL")
    return Spot(level + 1, "NM1")


_professional = partial(_when, _claim_says(5, "B"))
_auto = partial(_when, _claim_says(11, "AA"))
_accident = partial(_when, _claim_says(11, "AA", "OA"))


def _inpatient(spoil: Spoil) -> Spoil:
    return _when(_claim_says(5, "A"), _when(_claim_says(5, "11", "18"), spoil))


STRUCTURE = (
    Kind("unknown segment", "structure", "X12-0401", insert("CLM", segment="ZZZ*1", path="ZZZ")),
    Kind("loop of before", "structure", "X12-0408", insert("LX", segment="SBR*P*18", path="SBR")),
    Kind("name of no role here", "structure", "X12-0402", insert("CLM", segment="NM1*QQ*1*FERN", path="NM1")),
    Kind(
        "REF qualifier not of this loop",
        "structure",
        "X12-0402",
        insert("CLM", segment="REF*ZZ*1", path="REF"),
    ),
    Kind("required N3 missing", "structure", "X12-0403", drop("N3", stands="NM1*85", path="N3")),
    Kind("required BHT missing", "structure", "X12-0403", drop("BHT", stands="ST", path="BHT")),
    Kind("required HI missing", "structure", "X12-0403", drop("HI", stands="CLM", path="HI")),
    Kind("CLM twice in a row", "structure", "X12-0403", _claim_twice),
    Kind("loop too often", "structure", "X12-0404", _again("NM1", "40", path="NM1")),
    Kind("segment too often", "structure", "X12-0405", _again("DMG", path="DMG")),
    Kind("tax id twice", "structure", "X12-0405", _again("REF", "EI", path="REF")),
    Kind("segment out of order", "structure", "X12-0406", _late("SBR", "NM1", path="SBR")),
    Kind("payer loop missing", "structure", "X12-0407", _wrong_first_segment),
    Kind("separators at the end", "structure", "X12-0409", put("N3", position=2, value="", path="N3")),
    Kind("HL01 jumps", "structure", "X12-0630", put("HL", "2", position=1, value="7", path="HL01")),
    Kind(
        "HL02 names another level",
        "structure",
        "X12-0631",
        put("HL", "2", position=2, value="9", path="HL02"),
    ),
    Kind(
        "HL04 says no children", "structure", "X12-0638", put("HL", "1", position=4, value="0", path="HL04")
    ),
    Kind("LX does not count", "structure", "X12-0629", put("LX", "1", position=1, value="5", path="LX01")),
)

ELEMENT = (
    Kind(
        "required element empty", "element", "X12-0501", put("NM1", "85", position=3, value="", path="NM103")
    ),
    Kind("required component empty", "element", "X12-0501", _component("CLM", 5, 2, "", "CLM05-2")),
    Kind("pair half empty", "element", "X12-0502", put("NM1", "85", position=8, value="", path="NM108")),
    Kind(
        "element that the guide does not use",
        "element",
        "X12-0513",
        put("CLM", position=3, value="CI", path="CLM03"),
    ),
    Kind("too many elements", "element", "X12-0503", put("LX", position=2, value="X", path="LX02")),
    Kind("element too short", "element", "X12-0504", put("N4", position=1, value="X", path="N401")),
    Kind("element too long", "element", "X12-0505", put("N4", position=1, value="X" * 31, path="N401")),
    Kind(
        "claim number too long", "element", "X12-0505", put("CLM", position=1, value="A" * 39, path="CLM01")
    ),
    Kind(
        "character outside the sets",
        "element",
        "X12-0506",
        put("N3", position=1, value="1 \x07 STREET", path="N301"),
    ),
    Kind("code not of the guide", "element", "X12-0507", put("BHT", position=6, value="QQ", path="BHT06")),
    Kind("component code not of the guide", "element", "X12-0507", _component("CLM", 5, 2, "Z", "CLM05-2")),
    Kind(
        "date that does not exist",
        "element",
        "X12-0508",
        put("DMG", position=2, value="19570230", path="DMG02"),
    ),
    Kind("date too short", "element", "X12-0508", put("BHT", position=4, value="202610", path="BHT04")),
    Kind(
        "time that does not exist", "element", "X12-0509", put("BHT", position=5, value="2561", path="BHT05")
    ),
    Kind("letters in an amount", "element", "X12-0514", put("CLM", position=2, value="12O.5", path="CLM02")),
    Kind(
        "repeated where it may not", "element", "X12-0511", put("CLM", position=8, value="Y^N", path="CLM08")
    ),
    Kind(
        "composite where it may not", "element", "X12-0512", put("CLM", position=8, value="Y:N", path="CLM08")
    ),
    Kind(
        "too many components", "element", "X12-0512", put("CLM", position=5, value="11:B:1:9:9", path="CLM05")
    ),
)

CODE = (
    Kind(
        "NPI with a wrong digit",
        "code",
        "X12-0601",
        put("NM1", "85", position=9, value="1234567890", path="NM109"),
    ),
    Kind(
        "NPI with nine digits",
        "code",
        "X12-0601",
        put("NM1", "85", position=9, value="123456789", path="NM109"),
    ),
    Kind(
        "tax id with a hyphen",
        "code",
        "X12-0602",
        put("REF", "EI", position=2, value="12-3456789", path="REF02"),
    ),
    Kind("state that is none", "code", "X12-0604", put("N4", position=2, value="XX", path="N402")),
    Kind("ZIP of seven digits", "code", "X12-0605", put("N4", position=3, value="1234567", path="N403")),
    Kind("ZIP without plus four", "code", "X12-0606", put("N4", position=3, value="12345", path="N403")),
    Kind("taxonomy too short", "code", "X12-0607", put("PRV", position=3, value="207Q0000", path="PRV03")),
    Kind(
        "period backwards",
        "code",
        "X12-0608",
        put("DTP", "472", "RD8", position=3, value="20261012-20261011", path="DTP03"),
    ),
    Kind(
        "place of service that is none",
        "code",
        "X12-0610",
        _professional(_component("CLM", 5, 1, "89", "CLM05-1")),
    ),
    Kind("diagnosis with its point", "code", "X12-0613", _component("HI", 1, 2, "E11.9", "HI01-2")),
    Kind("procedure of four characters", "code", "X12-0615", _component("SV1", 1, 2, "G046", "SV101-2")),
    Kind("modifier with a sign", "code", "X12-0623", _component("SV1", 1, 3, "R-", "SV101-3")),
    Kind(
        "drug code with hyphens",
        "code",
        "X12-0616",
        put("LIN", position=3, value="1234-5678-90", path="LIN03"),
    ),
    Kind("pointer to no diagnosis", "code", "X12-0620", _pointer),
    Kind("line control number twice", "code", "X12-0621", _same_control),
    Kind(
        "organisation with a first name",
        "code",
        "X12-0632",
        put("NM1", "41", position=4, value="ANNA", path="NM104"),
    ),
)

SUM = (
    Kind("claim a cent too high", "sum", "X12-0701", _claim_off),
    Kind("line a cent too high", "sum", "X12-0701", _line_off),
    Kind("other payer's claim amount a cent too high", "sum", "X12-0702", _paid_off),
    Kind("other payer's line amount a cent too high", "sum", "X12-0704", _add_cent("SVD", 2, "SVD02")),
    Kind("claim amount is not the lines'", "sum", "X12-0703", _paid_off_of_lines),
)

SITUATION = (
    Kind("replacement without the payer's number", "situation", "X12-0801", _reference_of_seven),
    Kind(
        "auto accident without a state",
        "situation",
        "X12-0803",
        _auto(_component("CLM", 11, 4, "", "CLM11-4")),
    ),
    Kind(
        "accident without a day",
        "situation",
        "X12-0804",
        _accident(drop("DTP", "439", stands="CLM", path="CLM11")),
    ),
    Kind("patient without a street", "situation", "X12-0805", _own_address("N3")),
    Kind("patient without a birth date", "situation", "X12-0805", _own_address("DMG")),
    Kind("subscriber is not said to be the patient", "situation", "X12-0806", _no_relationship),
    Kind("two payers in one place", "situation", "X12-0808", _same_order),
    Kind(
        "line decision of an unknown payer",
        "situation",
        "X12-0809",
        put("SVD", position=1, value="NOBODY", path="SVD01"),
    ),
    Kind("address without a state", "situation", "X12-0815", put("N4", position=2, value="", path="N402")),
    Kind(
        "inpatient without an admission",
        "situation",
        "X12-0810",
        _inpatient(drop("DTP", "435", stands="CLM", path="CLM")),
    ),
)

CLAIMS = (*STRUCTURE, *ELEMENT, *CODE, *SUM, *SITUATION)
