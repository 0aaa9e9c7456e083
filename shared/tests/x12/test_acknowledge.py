"""The answers to a received file, made from its findings: 999 (IK3, IK4, CTX, IK5, AK9) and TA1 (claims-rules 3.7)."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shared.testing.builders import a_claim, an_institutional_claim
from shared.testing.every_claim.batch import around
from shared.x12 import acknowledge_999, acknowledge_ta1, read, write_837, write_999, write_ta1
from shared.x12 import catalogue as _catalogue  # noqa: F401  the kinds of findings must be known
from shared.x12.findings import CATALOGUE
from shared.x12.types import GroupAck, Header, InterchangeAck, Party, SetAck

OURS = Header(
    sender=Party(id=""),
    receiver=Party(id=""),
    interchange=7,
    group=3,
    transaction="0001",
    at=datetime(2026, 10, 14, 12, tzinfo=UTC),
)
GOOD = write_837([around([a_claim(1), a_claim(2)])]).decode()

IK304 = {"1", "2", "3", "4", "5", "6", "7", "8", "I4", "I6", "I7", "I8", "I9"}
IK403 = {
    "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "I6", "I9", "I10", "I11", "I12", "I13",
}  # fmt: skip
IK502 = {*map(str, range(1, 14)), *map(str, range(15, 20)), *map(str, range(23, 28)), "I5", "I6"}
AK905 = {*map(str, range(1, 7)), *map(str, range(10, 20)), *map(str, range(23, 27))}
TA105 = {f"{number:03d}" for number in range(32)}


def answer(data: str) -> GroupAck:
    """The 999 to a file, written and read again, so that it is clean by our own judge."""
    (made,) = acknowledge_999(read(data.encode()), OURS)
    (back,) = read(write_999(made)).transactions
    assert isinstance(back, GroupAck)
    assert back.findings == ()
    return back


def only_set(data: str) -> SetAck:
    (one,) = answer(data).sets
    return one


def envelope(data: str) -> InterchangeAck:
    """The TA1 to a file, written and read again."""
    (made,) = acknowledge_ta1(read(data.encode()), OURS)
    (back,) = read(write_ta1(made)).transactions
    assert isinstance(back, InterchangeAck)
    return back


def test_every_code_of_the_catalogue_is_one_that_999_and_ta1_have():
    for entry in CATALOGUE.values():
        assert entry.ik3 in IK304 | {""}, entry.code
        assert entry.ik4 in IK403 | {""}, entry.code
        assert entry.ik5 in IK502 | {""}, entry.code
        assert entry.ak9 in AK905 | {""}, entry.code
        assert entry.ta1 in TA105 | {""}, entry.code
        assert not entry.ik4 or entry.ik3 == "8", entry.code


def test_a_clean_file_is_accepted_at_every_level():
    said = answer(GOOD)
    assert (said.code, said.included, said.received, said.accepted) == ("A", 1, 1, 1)
    assert [(one.code, one.errors, one.reasons) for one in said.sets] == [("A", (), ())]
    assert (envelope(GOOD).code, envelope(GOOD).note) == ("A", "000")


def test_the_answer_goes_back_to_the_sender_with_numbers_of_our_own():
    (made,) = acknowledge_999(read(GOOD.encode()), OURS)
    assert (made.header.sender.id, made.header.receiver.id) == ("CLEARING1", "HOSPITAL1")
    assert (made.header.interchange, made.group, made.guide) == (7, 17, "005010X222A1")


def test_an_element_in_error_is_told_by_segment_position_loop_element_and_claim():
    one = only_set(GOOD.replace("SV1*HC:G0463*125*UN*1", "SV1*HC:G0463*12O*UN*1", 1))
    assert one.code == "R"
    error = next(e for e in one.errors if e.segment == "SV1")
    place = (
        GOOD.split("ST*")[1]
        .split("~")
        .index(next(s for s in GOOD.split("ST*")[1].split("~") if s.startswith("SV1")))
    )
    assert (error.position, error.loop, error.code, error.claim) == (place + 1, "2400", "8", "CF00000001")
    assert [(e.position, e.component, e.reference, e.code, e.value) for e in error.elements] == [
        (2, 0, "782", "6", "")
    ]


def test_a_component_in_error_is_told_with_its_own_data_element():
    one = only_set(GOOD.replace("HC:G0463*", "HC:G046*", 1))
    (error,) = (e for e in one.errors if e.segment == "SV1")
    assert [(e.position, e.component, e.reference, e.code) for e in error.elements] == [(1, 2, "234", "7")]


def _cut(text: str) -> Callable[[str], str]:
    return lambda data: data.replace(text, "", 1)


def _before(text: str, segment: str) -> Callable[[str], str]:
    return lambda data: data.replace(text, f"{segment}~{text}", 1)


@pytest.mark.parametrize(
    ("code", "segment", "spoil"),
    [
        ("1", "XYZ", _before("CLM*", "XYZ*1")),
        ("2", "LIN", _before("CLM*", "LIN**N4*12345678901")),
        (
            "3",
            "N3",
            lambda data: data.replace(next(s for s in data.split("~") if s[:3] == "N3*") + "~", "", 1),
        ),
        ("4", "NM1", _before("NM1*40*", "NM1*40*2*OTHER*****46*X")),
        ("5", "BHT", _before("BHT*", "BHT*0019*00*X*20261014*0930*CH")),
        ("6", "PLB", _before("CLM*", "PLB*1")),
        ("7", "REF", lambda data: data.replace("LX*1~", "LX*1~REF*F8*X~", 1)),
        ("8", "CLM", lambda data: data.replace("*22:B:1*", "*22::1*", 1)),
        ("I4", "CR4", _before("HI*", "CR4*1")),
        ("I6", "CLM", lambda data: data.replace("*22:B:1*", "*22:B:7*", 1)),
    ],
)
def test_a_segment_in_error_is_told_by_its_ik304(code: str, segment: str, spoil: Callable[[str], str]):
    told = {(error.segment, error.code) for error in only_set(spoil(GOOD)).errors}
    assert (segment, code) in told or (code == "7" and any(c in ("2", "7") for _, c in told))


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("1", "NM1*40*2*INVENTED CLEARINGHOUSE", "NM1*40*2*"),
        ("2", "*XX*10002", "**10002"),
        ("3", "LX*1~", "LX*1*2~"),
        ("4", "N4*SPRINGFIELD*", "N4*S*"),
        ("5", "LX*1~", "LX*1234567~"),
        ("6", "*HC:G0463*125*", "*HC:G0463*1x5*"),
        ("7", "BHT*0019*00*", "BHT*0019*02*"),
        ("8", "DTP*472*D8*20261012", "DTP*472*D8*20261312"),
        ("9", "*20261014*0930*CH~", "*20261014*2530*CH~"),
        ("12", "*UN*1*", "*UN*1^2*"),
        ("13", "*22:B:1*", "*22:B:1:4*"),
        ("I9", "*IL*62701", "**62701"),
        ("I10", "***22:B:1*", "*CI**22:B:1*"),
        ("I13", "NM1*85*2*SPRINGFIELD TEST HOSPITAL**", "NM1*85*2*SPRINGFIELD TEST HOSPITAL*ADA*"),
    ],
)
def test_an_element_in_error_is_told_by_its_ik403(code: str, before: str, after: str):
    assert before in GOOD
    errors = only_set(GOOD.replace(before, after, 1)).errors
    assert code in {element.code for error in errors for element in error.elements}


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("3", "*0001~GE", "*0002~GE"),
        ("7", "ST*837*0001*", "ST*837*01*"),
        ("5", "LX*1~", "LX*1*2~"),
        ("1", "005010X222A1~BHT", "005010X224A2~BHT"),
    ],
)
def test_a_set_in_error_is_told_by_its_ik502(code: str, before: str, after: str):
    assert before in GOOD
    one = only_set(GOOD.replace(before, after))
    assert one.code == "R"
    assert code in one.reasons


def test_a_set_whose_count_is_wrong_is_told_by_ik502_4():
    count = GOOD.split("~SE*")[1].split("*")[0]
    assert only_set(GOOD.replace(f"~SE*{count}*", f"~SE*{int(count) + 1}*")).reasons == ("4",)


def test_two_sets_with_one_number_are_told_by_ik502_23():
    start, end = GOOD.index("~ST*") + 1, GOOD.index("~GE*") + 1
    said = answer(f"{GOOD[:end]}{GOOD[start:end]}{GOOD[end:].replace('GE*1*', 'GE*2*')}")
    assert [(one.code, one.reasons) for one in said.sets] == [("A", ()), ("R", ("23",))]
    assert (said.code, said.included, said.received, said.accepted) == ("P", 2, 2, 1)


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("1", "GS*HC*", "GS*HP*"),
        ("4", "GE*1*17~", "GE*1*18~"),
        ("5", "GE*1*17~", "GE*2*17~"),
        ("3", "GE*1*17~", ""),
    ],
)
def test_a_group_in_error_is_told_by_its_ak905(code: str, before: str, after: str):
    assert before in GOOD
    said = answer(GOOD.replace(before, after))
    assert (said.code, said.accepted) == ("R", 0)
    assert code in said.reasons
    assert [one.reasons for one in said.sets] == ([("18",)] if code == "1" else [])


@pytest.mark.parametrize(
    ("note", "before", "after"),
    [
        ("001", "IEA*1*000000905", "IEA*1*000000906"),
        ("005", "*ZZ*HOSPITAL1", "*Q1*HOSPITAL1"),
        ("006", "*HOSPITAL1      *", f"*{' ' * 15}*"),
        ("007", "*ZZ*CLEARING1", "*Q1*CLEARING1"),
        ("008", "*CLEARING1      *", f"*{' ' * 15}*"),
        ("010", "ISA*00*", "ISA*QQ*"),
        ("012", "*00*          *ZZ*HOS", "*QQ*          *ZZ*HOS"),
        ("014", "*261014*0930*^", "*261314*0930*^"),
        ("015", "*261014*0930*^", "*261014*2530*^"),
        ("017", "*00501*000000905*", "*00401*000000905*"),
        ("018", "*00501*000000905*0", "*00501*00000090A*0"),
        ("019", "*000000905*0*P*", "*000000905*7*P*"),
        ("020", "*0*P*:", "*0*X*:"),
        ("021", "IEA*1*", "IEA*2*"),
    ],
)
def test_an_interchange_in_error_is_told_by_its_ta105(note: str, before: str, after: str):
    assert before in GOOD
    said = envelope(GOOD.replace(before, after, 1))
    assert (said.code, said.note) == ("R", note)


def test_an_interchange_that_is_cut_off_is_told_by_ta105_023():
    assert envelope(GOOD[: GOOD.index("IEA*")]).note == "023"


def test_a_control_number_that_comes_twice_is_told_by_ta105_025():
    made = acknowledge_ta1(read(GOOD.encode() * 2), OURS)
    assert [(one.code, one.note) for one in made] == [("A", "000"), ("R", "025")]


def test_no_answer_repeats_a_value_that_may_be_a_patients():
    said = answer(GOOD.replace("SPRINGFIELD*IL*", "SPRINGFIELD*Q7*"))
    assert all(element.value == "" for one in said.sets for e in one.errors for element in e.elements)


def test_an_acknowledgment_is_not_acknowledged():
    (made,) = acknowledge_999(read(GOOD.encode()), OURS)
    assert acknowledge_999(read(write_999(made)), OURS) == ()


def test_each_group_of_a_file_has_an_answer_of_its_own():
    other = write_837([around([an_institutional_claim(4)])]).decode().replace("000000905", "000000906")
    made = acknowledge_999(read((GOOD + other).encode()), OURS)
    assert [(one.guide, one.header.interchange, one.header.group) for one in made] == [
        ("005010X222A1", 7, 3),
        ("005010X223A2", 8, 4),
    ]
