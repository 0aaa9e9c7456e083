"""Every code that a 999 has (005010X231A1): a file with one defect, our finding, and that code at that place.

Which codes cannot arise with us, and why, is said in one table (``shared.x12.acknowledgments.codes.UNSAID``).
"""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from shared.tests.x12.test_acknowledge import GOOD, answer, only_set
from shared.x12 import read
from shared.x12.acknowledgments.codes import CODES, UNSAID
from shared.x12.types import Context, SegmentError

Spoil = Callable[[str], str]


def put(before: str, after: str, times: int = 1) -> Spoil:
    """Replace what the clean file has."""
    assert before in GOOD
    return lambda data: data.replace(before, after, times)


def recounted(data: str) -> str:
    """The file with a right SE01: the defect is the only one."""
    inside = data[data.index("~ST*") + 1 : data.index("~SE*")]
    return re.sub(r"~SE\*\d+\*", f"~SE*{inside.count('~') + 2}*", data)


def found(data: str) -> set[str]:
    """The kinds of findings of a file and of its sets."""
    reading = read(data.encode())
    return {one.code for part in (reading, *reading.transactions) for one in part.findings}


def names(data: str) -> list[str]:
    """The identifiers of the set, ST first."""
    return [text.partition("*")[0] for text in data[data.index("~ST*") + 1 :].split("~")]


class Case(NamedTuple):
    """``at`` is the segment whose position IK302 says: the one in error, or where one is missing."""

    code: str
    kind: str
    segment: str
    at: str
    loop: str
    spoil: Spoil


_HI = "HI*ABK:E119*ABF:J069~"

IK304 = (
    Case("1", "X12-0401", "XYZ", "XYZ", "2010", put("CLM*", "XYZ*1~CLM*")),
    Case("2", "X12-0402", "LIN", "LIN", "2010", put("CLM*", "LIN**N4*12345678901~CLM*")),
    Case("3", "X12-0403", "BHT", "ST", "", put("BHT*0019*00*B20261014*20261014*0930*CH~", "")),
    Case("4", "X12-0404", "NM1", "NM1", "1000", put("NM1*40*", "NM1*40*2*OTHER*****46*X~NM1*40*")),
    Case("5", "X12-0405", "BHT", "BHT", "", put("BHT*", "BHT*0019*00*X*20261014*0930*CH~BHT*")),
    Case("6", "X12-0411", "PLB", "PLB", "2010", put("CLM*", "PLB*1~CLM*")),
    Case("7", "X12-0406", "HI", "HI", "2300", put(f"{_HI}NM1*82*1*FICTUS*GIA****XX*1000200018~",
                                                 f"NM1*82*1*FICTUS*GIA****XX*1000200018~{_HI}")),
    Case("8", "X12-0501", "CLM", "CLM", "2300", put("*22:B:1*", "*22::1*")),
    Case("I4", "X12-0410", "CR4", "CR4", "2300", put("HI*", "CR4*1~HI*")),
    Case("I6", "X12-0801", "REF", "CLM", "2300", put("*22:B:1*", "*22:B:7*")),
    Case("I7", "X12-0407", "NM1", "ST", "1000", put("NM1*40*2*INVENTED CLEARINGHOUSE*****46*CLR01~", "")),
    Case("I8", "X12-0403", "N3", "NM1", "2010", put("N3*1 HOSPITAL WAY~", "")),
    Case("I9", "X12-0802", "REF", "REF", "2300", put("REF*EA*MRN000001~", "REF*F8*ICN1~REF*EA*MRN000001~")),
)  # fmt: skip


@pytest.mark.parametrize("case", IK304, ids=lambda case: case.code)
def test_each_ik304_is_told_at_its_segment(case: Case):
    data = recounted(case.spoil(GOOD))
    assert case.kind in found(data)
    told = [error for error in only_set(data).errors if error.code == case.code]
    assert {(error.segment, error.loop) for error in told} == {(case.segment, case.loop)}
    assert {names(data)[error.position - 1] for error in told} == {case.at}


IK403 = (
    ("1", "X12-0501", "NM1", (3, 0), put("NM1*40*2*INVENTED CLEARINGHOUSE", "NM1*40*2*")),
    ("2", "X12-0502", "NM1", (8, 0), put("*XX*1000200018", "**1000200018")),
    ("3", "X12-0503", "LX", (2, 0), put("LX*1~", "LX*1*2~")),
    ("4", "X12-0504", "N4", (1, 0), put("N4*SPRINGFIELD*", "N4*S*")),
    ("5", "X12-0505", "LX", (1, 0), put("LX*1~", "LX*1234567~")),
    ("6", "X12-0514", "SV1", (2, 0), put("*HC:G0463*125*", "*HC:G0463*1x5*")),
    ("7", "X12-0507", "BHT", (2, 0), put("BHT*0019*00*", "BHT*0019*02*")),
    ("8", "X12-0508", "DTP", (3, 0), put("DTP*472*D8*20261012", "DTP*472*D8*20261312")),
    ("9", "X12-0509", "BHT", (5, 0), put("*20261014*0930*CH~", "*20261014*2530*CH~")),
    ("10", "X12-0510", "N4", (7, 0), put("N4*SPRINGFIELD*IL*627011234~", "N4*SPRINGFIELD*IL*627011234*CA***ON~")),
    ("12", "X12-0511", "SV1", (4, 0), put("*UN*1*", "*UN*1^2*")),
    ("13", "X12-0512", "CLM", (5, 0), put("*22:B:1*", "*22:B:1:4*")),
    ("I6", "X12-0507", "BHT", (2, 0), put("BHT*0019*00*", "BHT*0019*08*")),
    ("I9", "X12-0815", "N4", (2, 0), put("*IL*627011234", "**627011234")),
    ("I10", "X12-0513", "CLM", (3, 0), put("***22:B:1*", "*CI**22:B:1*")),
    ("I12", "X12-0602", "REF", (2, 0), put("REF*EI*123456789", "REF*EI*12-3456789")),
    ("I13", "X12-0632", "NM1", (4, 0), put("NM1*85*2*SPRINGFIELD TEST HOSPITAL**",
                                          "NM1*85*2*SPRINGFIELD TEST HOSPITAL*ADA*")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "kind", "segment", "place", "spoil"), IK403, ids=[case[0] for case in IK403]
)
def test_each_ik403_is_told_at_its_element(
    code: str, kind: str, segment: str, place: tuple[int, int], spoil: Spoil
):
    data = spoil(GOOD)
    assert kind in found(data)
    told = [
        (error, element)
        for error in only_set(data).errors
        for element in error.elements
        if element.code == code
    ]
    assert {(error.segment, error.code) for error, _ in told} == {(segment, "8")}
    assert {(element.position, element.component) for _, element in told} == {place}
    assert {names(data)[error.position - 1] for error, _ in told} == {segment}


IK502 = (
    ("1", "X12-0306", put("ST*837*", "ST*834*")),
    ("2", "X12-0303", lambda data: re.sub(r"~SE\*\d+\*0001", "", data)),
    ("3", "X12-0301", put("*0001~GE", "*0002~GE")),
    ("4", "X12-0302", lambda data: re.sub(r"~SE\*\d+\*", "~SE*7*", data)),
    ("5", "X12-0503", put("LX*1~", "LX*1*2~")),
    ("6", "X12-0310", put("ST*837*", "ST*83*")),
    ("7", "X12-0304", lambda data: data.replace("ST*837*0001*", "ST*837*01*").replace("*0001~GE", "*01~GE")),
    ("18", "X12-0207", put("GS*HC*", "GS*HP*")),
    ("19", "X12-0308", put("ST*837*0001*005010X222A1~", "ST*837*0001*005010X222A2~")),
    ("23", "X12-0305", lambda data: _twice(data, "~ST*", "~GE*").replace("GE*1*", "GE*2*")),
    ("I5", "X12-0602", put("REF*EI*123456789", "REF*EI*12-3456789")),
    ("I6", "X12-0307", put("005010X222A1", "005010X299A1", 2)),
)  # fmt: skip


def _twice(data: str, start: str, end: str) -> str:
    first, last = data.index(start) + 1, data.index(end) + 1
    return data[:last] + data[first:last] + data[last:]


@pytest.mark.parametrize(("code", "kind", "spoil"), IK502, ids=[case[0] for case in IK502])
def test_each_ik502_is_told_of_its_set(code: str, kind: str, spoil: Spoil):
    data = spoil(GOOD)
    assert kind in found(data)
    assert code in answer(data).sets[-1].reasons


AK905 = (
    ("1", "X12-0207", put("GS*HC*", "GS*HP*")),
    ("2", "X12-0307", put("005010X222A1", "005010X299A1", 2)),
    ("3", "X12-0203", put("GE*1*17~", "")),
    ("4", "X12-0201", put("GE*1*17~", "GE*1*18~")),
    ("5", "X12-0202", put("GE*1*17~", "GE*2*17~")),
    ("6", "X12-0204", lambda data: data.replace("*0930*17*X*", "*0930*0*X*").replace("GE*1*17~", "GE*1*0~")),
    ("19", "X12-0205", lambda data: _twice(data, "~GS*", "~IEA*").replace("IEA*1*", "IEA*2*")),
)  # fmt: skip


@pytest.mark.parametrize(("code", "kind", "spoil"), AK905, ids=[case[0] for case in AK905])
def test_each_ak905_is_told_of_its_group(code: str, kind: str, spoil: Spoil):
    from shared.tests.x12.test_acknowledge import OURS
    from shared.x12 import acknowledge_999

    data = spoil(GOOD)
    assert kind in found(data)
    last = acknowledge_999(read(data.encode()), OURS)[-1]
    assert (last.code, last.accepted) == ("R", 0)
    assert code in last.reasons


ANSWERS = (
    ("A", lambda data: data),
    ("E", put("REF*EA*MRN000001~", "REF*F8*ICN1~REF*EA*MRN000001~")),
    ("R", put("LX*1~", "LX*1*2~")),
    ("P", lambda data: _twice(data, "~ST*", "~GE*").replace("GE*1*", "GE*2*")),
)


@pytest.mark.parametrize(("code", "spoil"), ANSWERS, ids=[case[0] for case in ANSWERS])
def test_each_ak901_is_given(code: str, spoil: Spoil):
    said = answer(recounted(spoil(GOOD)) if code == "E" else spoil(GOOD))
    assert said.code == code
    assert code == "P" or {one.code for one in said.sets} == {code}


def test_every_code_of_the_guide_has_its_test_or_its_reason_why_not():
    tested = {
        "IK304": {case.code for case in IK304},
        "IK403": {case[0] for case in IK403},
        "IK501": {code for code, _ in ANSWERS} - {"P"},
        "IK502": {case[0] for case in IK502},
        "AK901": {code for code, _ in ANSWERS},
        "AK905": {case[0] for case in AK905},
    }
    for element, codes in CODES.items():
        unsaid = {code for name, code in UNSAID if name == element}
        assert tested[element] | unsaid == set(codes), element
        assert not tested[element] & unsaid, element


# ------------------------------------------------------------------ CTX


def the_error(data: str, segment: str) -> SegmentError:
    (error,) = (one for one in only_set(data).errors if one.segment == segment)
    return error


def clm(data: str) -> int:
    return names(data).index("CLM") + 1


def test_a_missing_segment_is_told_with_the_element_that_asks_for_it_and_the_claim():
    data = put("*22:B:1*", "*22:B:7*")(GOOD)
    error = the_error(data, "REF")
    assert error.context == (Context(segment="CLM", position=clm(data), loop="2300", element=5, component=3),)
    assert error.claim == "CF00000001"


def test_a_segment_that_must_not_be_there_is_told_with_what_forbids_it():
    data = recounted(put("REF*EA*MRN000001~", "REF*F8*ICN1~REF*EA*MRN000001~")(GOOD))
    error = the_error(data, "REF")
    assert error.context == (Context(segment="CLM", position=clm(data), loop="2300", element=5, component=3),)


def test_a_missing_element_is_told_with_what_asks_for_it_at_the_element():
    data = put("*Y*A*Y*Y~", "*Y*A*Y*Y**AA~")(GOOD)
    errors = only_set(data).errors
    (element,) = (e for one in errors if one.segment == "CLM" for e in one.elements if e.code == "I9")
    assert (element.position, element.component) == (11, 4)
    assert element.context == (Context(segment="CLM", position=clm(data), loop="2300", element=11),)
    assert {one.code for one in errors if one.segment == "DTP"} == {"I6"}


def test_what_another_loop_asks_for_is_told_with_that_loops_segment():
    data = recounted(put("DMG*D8*19400207*F~", "")(GOOD))
    error = the_error(data, "DMG")
    assert (error.code, error.loop) == ("I6", "2010")
    assert error.context == (
        Context(segment="SBR", position=names(data).index("SBR") + 1, loop="2000", element=2),
    )


def test_two_segments_missing_at_one_place_are_two_errors():
    data = recounted(put("N3*101 EXAMPLE STREET~N4*SPRINGFIELD*IL*627011001~", "")(GOOD))
    assert [(one.segment, one.code) for one in only_set(data).errors] == [("N3", "I6"), ("N4", "I6")]


def test_an_error_outside_a_claim_names_no_business_unit():
    assert the_error(put("N4*SPRINGFIELD*IL*627011234", "N4*S*IL*627011234")(GOOD), "N4").claim == ""
