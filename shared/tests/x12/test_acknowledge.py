"""The answers to a received file, made from its findings: 999 (IK3, IK4, CTX, IK5, AK9) and TA1 (claims-rules 3.7)."""

from datetime import UTC, datetime

import pytest

from shared.testing.builders import a_claim, an_institutional_claim
from shared.testing.every_claim.batch import around
from shared.x12 import acknowledge_999, acknowledge_ta1, read, write_837, write_999, write_ta1
from shared.x12 import catalogue as _catalogue  # noqa: F401  the kinds of findings must be known
from shared.x12.acknowledgments.codes import AK905, IK304, IK403, IK502
from shared.x12.code_lists import INTERCHANGE_NOTES
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

TA105 = set(INTERCHANGE_NOTES.codes)


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
        assert entry.ik3 in {*IK304, ""}, entry.code
        assert entry.ik4 in {*IK403, ""}, entry.code
        assert entry.ik5 in {*IK502, ""}, entry.code
        assert entry.ak9 in {*AK905, ""}, entry.code
        assert entry.ta1 in {*TA105, ""}, entry.code
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


def test_two_sets_with_one_number_are_told_by_ik502_23():
    start, end = GOOD.index("~ST*") + 1, GOOD.index("~GE*") + 1
    said = answer(f"{GOOD[:end]}{GOOD[start:end]}{GOOD[end:].replace('GE*1*', 'GE*2*')}")
    assert [(one.code, one.reasons) for one in said.sets] == [("A", ()), ("R", ("23",))]
    assert (said.code, said.included, said.received, said.accepted) == ("P", 2, 2, 1)


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


def test_a_component_separator_that_is_not_announced_is_noted_on_an_accepted_interchange():
    said = envelope(GOOD.replace("*0*P*:~", "*0*P*;~"))
    assert (said.code, said.note) == ("E", "027")


def test_a_warning_that_a_999_can_say_is_noted_on_an_accepted_set_and_group():
    noted = write_837([around([a_claim(1, original_reference="ICN1")])]).decode()
    said = answer(noted)
    assert (said.code, said.included, said.accepted) == ("E", 1, 1)
    assert [(one.code, one.reasons) for one in said.sets] == [("E", ("I5",))]


def test_rfi_2293_a_claim_number_that_a_999_cannot_carry_is_left_out_and_a_long_one_is_cut():
    claims = {
        number: only_set(GOOD.replace("CF00000001", number).replace("*HC:G0463*125*", "*HC:G0463*12x*"))
        for number in ("C\u00c4F1", "C" * 38)
    }
    named = {
        number: {error.claim for error in said.errors if error.segment == "SV1"}
        for number, said in claims.items()
    }
    assert "" in named["C\u00c4F1"]
    assert "C" * 35 in named["C" * 38]
