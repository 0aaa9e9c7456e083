"""What TA1, 999, 277CA and 277 come to, and whether a 277CA agrees with our 837."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from services.submitter.domain import words
from services.submitter.domain.answers import Message, kinds_of, messages_of
from services.submitter.domain.reconcile import disagreements
from shared.claim import Name
from shared.x12.acknowledgments.codes import CODES
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    ElementError,
    FileReading,
    FurtherSource,
    GroupAck,
    Header,
    InterchangeAck,
    Party,
    SegmentError,
    SetAck,
    Status,
)

THEM, US = Party(id="THEM"), Party(id="US")
HEADER = Header(sender=THEM, receiver=US, interchange=1, group=1, transaction="0001")
HOUSE = ("THEM",)


def ta1(code: str, note: str) -> InterchangeAck:
    return InterchangeAck(sender=THEM, receiver=US, control=7, code=code, note=note)  # type: ignore[arg-type]


def ack(code: str, *sets: SetAck, reasons: tuple[str, ...] = ()) -> GroupAck:
    return GroupAck(
        header=HEADER, functional="HC", group=7, code=code, included=1, received=1, accepted=1, sets=sets, reasons=reasons
    )  # type: ignore[arg-type]  # fmt: skip


def answer(category: str, number: str = "CF1", charge: int = 100, icn: str = "") -> ClaimAnswer:
    status = Status(category=category, status="20", on=date(2026, 10, 20), charge=charge)
    return ClaimAnswer(number=number, statuses=(status,), payer_claim_number=icn)


def answers(*claims: ClaimAnswer, source: str = "THEM", kind: str = "277CA", **more: object) -> ClaimAnswers:
    return ClaimAnswers(
        header=HEADER,
        kind=kind,  # type: ignore[arg-type]
        source=Name(last="X", organization=True),
        source_id=source,
        batch="NORTH-7",
        at=datetime(2026, 10, 20, tzinfo=UTC),
        claims=claims,
        **more,  # type: ignore[arg-type]
    )


def heard(*transactions: object) -> tuple[Message, ...]:
    return messages_of(FileReading(transactions=transactions), HOUSE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "note", "whole", "duplicate"),
    [("A", "000", "passed", False), ("E", "018", "passed", False), ("R", "009", "rejected", False)],
)
def test_a_ta1_answers_an_interchange(code: str, note: str, whole: str, duplicate: bool) -> None:
    (message,) = heard(ta1(code, note))
    assert (message.by, message.key, message.hop, message.whole) == ("interchange", "7", "interchange", whole)
    assert message.duplicate is duplicate


def test_reliability_5_6_a_ta1_about_a_repeated_control_number_rejects_nothing() -> None:
    (message,) = heard(ta1("R", "025"))
    assert (message.whole, message.reasons, message.duplicate) == ("passed", (), True)


@pytest.mark.parametrize(("code", "whole"), [("A", "passed"), ("E", "passed"), ("R", "rejected")])
def test_a_999_answers_a_transaction_set(code: str, whole: str) -> None:
    (message,) = heard(ack(code, SetAck(transaction="000000007", code=code)))  # type: ignore[arg-type]
    assert (message.by, message.key, message.transaction, message.whole) == ("group", "7", "000000007", whole)
    assert bool(message.reasons) is (whole == "rejected")


def test_a_999_without_sets_answers_its_group() -> None:
    (message,) = heard(ack("R", reasons=("5",)))
    assert (message.transaction, message.whole) == ("", "rejected")


def test_a_999s_reasons_name_the_place_and_never_the_value() -> None:
    error = SegmentError(
        segment="NM1", position=12, loop="2010BA", code="8",
        elements=(ElementError(position=9, code="7", value="SECRET"),),
    )  # fmt: skip
    (message,) = heard(ack("R", SetAck(transaction="1", code="R", errors=(error,), reasons=("5",))))
    assert message.reasons[0].place == "2010BA/NM109"
    assert "is not a valid code" in message.reasons[0].words
    assert all("SECRET" not in f"{reason}" for reason in message.reasons)


@pytest.mark.parametrize(
    ("category", "source", "icn", "hop", "verdict"),
    [
        ("A0", "THEM", "", "clearinghouse", "passed"),
        ("A1", "THEM", "", "clearinghouse", "passed"),
        ("A2", "THEM", "ICN1", "payer", "accepted"),
        ("A1", "SBX01", "", "payer", "accepted"),
        ("A2", "SBX01", "ICN1", "payer", "accepted"),
        ("A0", "SBX01", "", "payer", "passed"),
        ("A3", "THEM", "", "clearinghouse", "rejected"),
        ("A6", "SBX01", "", "payer", "rejected"),
        ("A7", "SBX01", "", "payer", "rejected"),
        ("A8", "THEM", "", "clearinghouse", "rejected"),
    ],
)
def test_claims_rules_3_7_a_277ca_says_for_whom_it_speaks_and_what(
    category: str, source: str, icn: str, hop: str, verdict: str
) -> None:
    (message,) = heard(answers(answer(category, icn=icn), source=source))
    (word,) = message.each
    assert (word.hop, word.verdict, word.payer_claim_number) == (hop, verdict, icn)
    assert bool(word.reasons) is (verdict == "rejected")
    assert word.proof == date(2026, 10, 20)


def test_a_277ca_that_refuses_a_batch_without_listing_claims_refuses_all_of_them() -> None:
    (message,) = heard(answers(batch_statuses=(Status(category="A3", status="24"),)))
    assert message.whole == "rejected"
    assert message.reasons[0].code == "A3"


def test_a_277_reports_and_decides_nothing() -> None:
    (message,) = heard(answers(answer("P1"), source="SBX01", kind="277"))
    assert [word.verdict for word in message.each] == ["reported"]


def test_a_file_tells_its_kinds_once_each() -> None:
    reading = FileReading(transactions=(ta1("A", "000"), ack("A"), ack("A"), answers()))
    assert kinds_of(reading) == ("TA1", "999", "277CA")


# ------------------------------------------------------------------ reconciliation

SENT = {"CF1": 100, "CF2": 250}


def agrees(*claims: ClaimAnswer, **totals: int) -> list[str]:
    (message,) = heard(answers(*claims, **totals))
    return [trouble.problem for trouble in disagreements(message, SENT)]


def test_rfi_1991_a_277ca_that_agrees_with_the_837_is_not_flagged() -> None:
    assert not agrees(
        answer("A2", "CF1", 100), answer("A7", "CF2", 250),
        accepted_count=1, rejected_count=1, accepted_cents=100, rejected_cents=250,
    )  # fmt: skip


def test_a_277ca_about_some_of_the_claims_is_not_flagged() -> None:
    assert not agrees(answer("A2", "CF1", 100), accepted_count=1, accepted_cents=100)


@pytest.mark.parametrize(
    ("claims", "totals", "words"),
    [
        ((answer("A2", "CF1", 100),), {"accepted_count": 2}, "counts 2 accepted"),
        ((answer("A7", "CF1", 100),), {"rejected_count": 0}, "counts 0 rejected"),
        ((answer("A2", "CF1", 100),), {"accepted_cents": 99}, "accepted amount"),
        ((answer("A7", "CF1", 100),), {"rejected_cents": 101}, "rejected amount"),
        ((answer("A2", "CF1", 101),), {}, "another charge"),
        ((answer("A2", "CF9", 100),), {}, "not in our file"),
        ((answer("A2", "CF1", 100), answer("A2", "CF1", 100)), {}, "more than once"),
    ],
)
def test_a_277ca_that_disagrees_is_flagged(
    claims: tuple[ClaimAnswer, ...], totals: dict[str, int], words: str
) -> None:
    assert any(words in problem for problem in agrees(*claims, **totals))


def test_each_payer_of_one_277ca_speaks_for_its_own_claims_with_its_own_totals():
    other = FurtherSource(
        source=Name(last="Y", organization=True), source_id="PAYER2", batch="SOUTH-8", accepted_count=1, accepted_cents=200
    )  # fmt: skip
    theirs = replace(answer("A2", "CF2", 200), level=1)
    first, second = heard(
        answers(answer("A2"), theirs, accepted_count=1, accepted_cents=100, further=(other,))
    )
    assert (first.key, first.hop, [word.number for word in first.each]) == (
        "NORTH-7",
        "clearinghouse",
        ["CF1"],
    )
    assert (second.key, second.hop, [word.number for word in second.each]) == ("SOUTH-8", "payer", ["CF2"])
    totals = [(one.totals.accepted_count, one.totals.accepted_cents) for one in (first, second) if one.totals]
    assert totals == [(1, 100), (1, 200)]


def test_every_code_of_a_999_that_can_be_about_our_file_has_words_of_its_own():
    known = {"IK304": words.SEGMENTS, "IK403": words.ELEMENTS, "IK502": words.SETS, "AK905": words.GROUPS}
    for element, said in known.items():
        assert set(said) == {code for code, meaning in CODES[element].items() if meaning != "security"}, (
            element
        )


def test_what_refuses_a_group_is_told_in_the_groups_words():
    (message,) = heard(ack("R", reasons=("4",)))
    (reason,) = message.reasons
    assert (reason.code, reason.place) == ("AK9-4", "GS")
    assert "GS and GE" in reason.words
