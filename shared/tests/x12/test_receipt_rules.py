"""What the judge says of 277CA, 277 and 999 (claims-rules 3.7)."""

from random import Random
from typing import Any

import msgspec
import pytest

from shared.claim import Name, Segment
from shared.testing.every_receipt import inquiry, status_answers
from shared.tests.x12.payments import header
from shared.tests.x12.receipts import AT, DAY, MIXED, answer, codes, only, receipt, said
from shared.x12 import write_276, write_277, write_277ca, write_999, write_ta1
from shared.x12.code_lists import INTERCHANGE_NOTES
from shared.x12.types import (
    ClaimAnswers,
    GroupAck,
    InterchangeAck,
    SegmentError,
    SetAck,
    Status,
)


def test_rule_3_7_a_receipt_whose_counts_and_amounts_close_has_no_finding():
    assert codes(write_277ca(receipt(*MIXED))) == []


def test_rule_3_7_the_batch_number_is_our_own_and_each_claim_says_whether_it_got_in():
    one = only(write_277ca(receipt(*MIXED)))
    assert isinstance(one, ClaimAnswers)
    assert one.batch == "BATCH1"
    assert [(c.number, c.accepted, c.payer_claim_number) for c in one.claims] == [
        ("1", True, "ICN1"),
        ("2", False, ""),
        ("3", True, "ICN3"),
    ]


@pytest.mark.parametrize(("category", "accepted"), [(f"A{n}", n not in (3, 6, 7, 8)) for n in range(9)])
def test_rule_3_7_a3_a6_a7_and_a8_are_rejections(category: str, accepted: bool):
    assert answer("1", category).accepted is accepted


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("accepted_count", 3, "X12-1101"),
        ("rejected_count", 2, "X12-1101"),
        ("accepted_cents", 1, "X12-1102"),
        ("rejected_cents", 2501, "X12-1102"),
        ("batch_statuses", (said("A1", 99),), "X12-1106"),
    ],
)
def test_rule_3_7_counts_and_amounts_equal_the_claims_rfi_1991(field: str, value: Any, code: str):
    assert codes(write_277ca(receipt(*MIXED, **{field: value}))) == [code]


PROVIDER_COUNTS = [("QTY", "QA", "2"), ("QTY", "QC", "1"), ("AMT", "YU", "103"), ("AMT", "YY", "25")]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (None, None),
        (("QTY", "QA", "3"), "X12-1101"),
        (("QTY", "QC", "0"), "X12-1101"),
        (("AMT", "YU", "103.01"), "X12-1102"),
        (("AMT", "YY", "24"), "X12-1102"),
    ],
)
def test_rule_3_7_each_providers_counts_and_amounts_equal_its_own_claims(
    wrong: tuple[str, str, str] | None, code: str | None
):
    said = [wrong if wrong and one[:2] == wrong[:2] else one for one in PROVIDER_COUNTS]
    counts = tuple(Segment("2200C", words) for words in [("TRN", "1", "0"), *said])
    first, *others = MIXED
    elsewhere = answer("4", cents=700, provider=Name(last="OTHER CLINIC", organization=True))
    claims = (msgspec.structs.replace(first, extra=counts), *others, elsewhere)
    assert codes(write_277ca(receipt(*claims))) == ([code] if code else [])


def test_rule_3_7_there_are_no_warnings_and_no_other_categories_rfi_2203_rfi_1942():
    assert "X12-1104" in codes(write_277ca(receipt(answer("1", "E0"))))


def test_rule_3_7_the_action_follows_the_category():
    odd = answer("1", statuses=(Status(category="A7", status="562", on=DAY, action="WQ", charge=10000),))
    assert codes(write_277ca(receipt(odd))) == ["X12-1103"]


def test_rule_3_7_an_unknown_status_is_told():
    assert codes(write_277ca(receipt(answer("1", statuses=(said("A2", 10000, "99999"),))))) == ["X12-1105"]


def test_rule_3_7_a_batch_refused_as_a_whole_lists_no_claims():
    refused = receipt(batch_statuses=(said("A3", 10000),), rejected_count=7, rejected_cents=10000)
    assert codes(write_277ca(refused)) == []


def test_rule_3_7_a_277_tells_where_the_claim_is_and_moves_no_money():
    status = Status(
        category="F1",
        status="65",
        on=DAY,
        charge=10000,
        paid=8000,
        payment=("20261001", "ACH", "20261005", "T1"),
    )
    answered = receipt(
        answer("1", statuses=(status,), trace="Q1"),
        header=msgspec.structs.replace(header("005010X212"), at=AT),
        kind="277",
        source_kind="PR",
        trace="",
        received=None,
        processed=None,
        batch="",
        batch_statuses=(),
        accepted_count=None,
        accepted_cents=None,
    )
    one = only(write_277(answered))
    assert isinstance(one, ClaimAnswers)
    assert (one.claims[0].trace, one.claims[0].number, one.claims[0].statuses) == ("Q1", "1", (status,))


def ack(*sets: SetAck, code: str = "A", accepted: int = 1, **more: Any) -> GroupAck:
    values: dict[str, Any] = {"included": len(sets) or 1, "received": len(sets) or 1}
    return GroupAck(
        header=msgspec.structs.replace(header("005010X231A1"), at=AT),
        functional="HC",
        group=7,
        guide="005010X222A1",
        code=code,  # type: ignore[arg-type]
        accepted=accepted,
        sets=sets,
        **(values | more),
    )


GOOD = SetAck(transaction="0001", guide="005010X222A1", code="A")
BAD = SetAck(
    transaction="0002",
    guide="005010X222A1",
    code="R",
    reasons=("5",),
    errors=(SegmentError(segment="NM1", position=8, loop="2010AA", code="8", claim="CLAIM1"),),
)


def test_rule_3_7_a_999_that_fits_together_has_no_finding():
    assert codes(write_999(ack(GOOD))) == []
    assert codes(write_999(ack(GOOD, BAD, code="P", accepted=1))) == []
    assert codes(write_999(ack(BAD, code="R", accepted=0))) == []
    assert codes(write_999(ack(msgspec.structs.replace(GOOD, code="E"), code="E"))) == []


@pytest.mark.parametrize(
    ("group", "code"),
    [
        (ack(GOOD, BAD, code="P", accepted=2), "X12-1201"),
        (ack(GOOD, included=1, received=2, accepted=1), "X12-1201"),
        (ack(BAD, code="A", accepted=0), "X12-1202"),
        (ack(GOOD, code="R", accepted=1), "X12-1202"),
        (ack(SetAck(transaction="0003", code="R"), code="R", accepted=0), "X12-1203"),
    ],
)
def test_rule_3_7_a_999_that_contradicts_itself_is_told(group: GroupAck, code: str):
    assert code in codes(write_999(group))


def test_rule_3_7_a_code_that_nobody_knows_counts_as_rejected():
    data = write_999(ack(GOOD)).replace(b"IK5*A~", b"IK5*Z~").replace(b"AK9*A*", b"AK9*Z*")
    one = only(data)
    assert isinstance(one, GroupAck)
    assert (one.code, one.sets[0].code) == ("R", "R")


def test_rule_3_7_a_rejected_interchange_names_the_one_that_it_answers():
    answered = InterchangeAck(
        sender=header().sender,
        receiver=header().receiver,
        control=42,
        at=AT,
        code="R",
        note="025",
        header=msgspec.structs.replace(header(""), at=AT, group=0, transaction=""),
    )
    one = only(write_ta1(answered))
    assert isinstance(one, InterchangeAck)
    assert (one.control, one.code, one.note, one.at) == (42, "R", "025", AT)


@pytest.mark.parametrize(
    "write",
    [
        lambda: write_999(msgspec.structs.replace(ack(GOOD), header=header())),
        lambda: write_ta1(
            InterchangeAck(
                sender=header().sender, receiver=header().receiver, control=1, code="A", note="000"
            )
        ),
    ],
)
def test_an_answer_without_a_time_is_not_written(write: Any):
    with pytest.raises(ValueError, match="when it was made"):
        write()


@pytest.mark.parametrize("seed", range(5))
def test_rule_3_12_a_question_after_a_silent_claim_and_its_answer_are_clean(seed: int):
    """276 first: a silent claim is never sent again blindly."""
    asked = inquiry(Random(seed))
    answered = status_answers(asked)
    assert codes(write_276(asked)) == []
    assert codes(write_277(answered)) == []
    one = only(write_277(answered))
    assert isinstance(one, ClaimAnswers)
    assert [(c.trace, c.number) for c in one.claims] == [(q.trace, q.number) for q in asked.questions]


def test_a_service_line_where_no_claim_is_is_kept_and_told():
    data = write_277ca(receipt(*MIXED)).replace(b"~TRN*2*BATCH1", b"~SVC*HC:G0463*1~TRN*2*BATCH1", 1)
    one = only(data)
    assert isinstance(one, ClaimAnswers)
    assert [s.elements[0] for s in one.extra if s.loop == "2100B"] == ["SVC"]
    assert one.findings


# ------------------------------------------------------------------ TA1


def noted(answered: str, note: str) -> list[tuple[str, str]]:
    """What is said of a TA1 whose TA104 and TA105 are these."""
    own = msgspec.structs.replace(header(""), at=AT, group=0, transaction="")
    clean = InterchangeAck(
        sender=own.sender, receiver=own.receiver, control=42, at=AT, code="A", note="000", header=own
    )
    data = write_ta1(clean).replace(b"*A*000~", f"*{answered}*{note}~".encode())
    return [(found.code, found.path) for found in only(data).findings]


@pytest.mark.parametrize("note", [f"{number:03d}" for number in range(1, 32)])
def test_rule_3_7_every_note_of_the_list_is_known_by_number_and_said_in_our_words(note: str):
    assert noted("R", note) == noted("E", note) == []
    assert INTERCHANGE_NOTES.words(note) != f"TA105 {note}"


@pytest.mark.parametrize("note", ["032", "99", "", "0AB", "25"])
def test_rule_3_7_a_note_that_no_list_has_is_told(note: str):
    assert noted("R", note) == [("X12-1205", "TA105")]


def test_rule_3_7_an_interchange_answer_that_nobody_knows_is_told_and_counts_as_rejected():
    assert noted("Q", "000") == [("X12-1204", "TA104")]
    assert noted("Q", "99") == [("X12-1204", "TA104"), ("X12-1205", "TA105")]


@pytest.mark.parametrize(("answered", "note"), [("A", "025"), ("R", "000"), ("E", "000")])
def test_rule_3_7_an_answer_that_its_note_contradicts_is_told(answered: str, note: str):
    assert noted(answered, note) == [("X12-1206", "TA105")]
