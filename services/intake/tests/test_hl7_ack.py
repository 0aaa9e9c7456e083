"""Acknowledgments: original and enhanced mode, ERR in both shapes (HL7 v2 chapter 2.9, tables 0155 and 0357)."""

import pytest

from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Result
from services.intake.tests.messages import AT, FEEDS, dft
from services.intake.tests.talking import code_of, errors_of

GOOD: dict[str, str | None] = {}
BAD: dict[str, str | None] = {"FT1_11": "x"}
NOT_FOR_US: dict[str, str | None] = {"MSH_9": "MDM^T02"}


def answers(**changes: str | None) -> list[str]:
    body = read_hl7(dft(**changes), FEEDS, AT).reply(Result(message="OUR1", claims=(("c", "made"),))).body
    return [m.removeprefix("\x0b") for m in body.decode().split("\x1c\r") if m]


@pytest.mark.parametrize(
    ("accept", "application", "changes", "codes"),
    [
        ("", "", GOOD, ["AA"]), ("", "", BAD, ["AE"]), ("", "", NOT_FOR_US, ["AR"]),
        ("AL", "NE", GOOD, ["CA"]), ("AL", "NE", BAD, ["CE"]), ("AL", "NE", NOT_FOR_US, ["CR"]), ("AL", "", GOOD, ["CA"]),
        ("AL", "AL", GOOD, ["CA", "AA"]), ("AL", "AL", BAD, ["CA", "AE"]), ("AL", "ER", GOOD, ["CA"]),
        ("AL", "ER", BAD, ["CA", "AE"]), ("NE", "AL", BAD, ["AE"]), ("NE", "NE", GOOD, []), ("NE", "NE", BAD, []),
        ("ER", "NE", GOOD, []), ("ER", "NE", BAD, ["CE"]), ("SU", "NE", GOOD, ["CA"]), ("SU", "NE", BAD, []),
        ("NE", "SU", GOOD, ["AA"]),
    ],
)  # fmt: skip
def test_what_is_answered_when(
    accept: str, application: str, changes: dict[str, str | None], codes: list[str]
) -> None:
    told = answers(MSH_15=accept, MSH_16=application, **changes)
    assert [code_of(a) for a in told] == [(code, "MSG1") for code in codes]


def test_the_answer_goes_back_to_the_sender_in_its_version() -> None:
    (answer,) = answers(MSH_12="2.3", MSH_11="P")
    msh = answer.split("\r")[0].split("|")
    assert msh[2:6] == ["CLAIMFLOW", "HUB", "EPIC", "SPRINGFIELD"]
    assert (msh[8], msh[9], msh[10], msh[11]) == ("ACK^P03^ACK", "OUR1", "P", "2.3")


def test_each_defect_is_one_err_with_place_code_severity_and_words() -> None:
    (answer,) = answers(FT1_11="x", FT1_4="y")
    assert errors_of(answer) == [("FT1^1^4^1", "102"), ("FT1^1^11^1", "102")]
    err = answer.split("\r")[2].split("|")
    assert err[3] == "102^Data type error^HL70357"
    assert err[4] == "E"
    assert "YYYYMMDD" in err[8]


def test_before_2_5_the_place_and_the_code_are_in_err_1() -> None:
    (answer,) = answers(FT1_11="x", MSH_12="2.3.1")
    assert "ERR|FT1^1^11^102&Data type error&HL70357" in answer


def test_words_do_not_break_the_answer_whatever_the_delimiters() -> None:
    raw = dft(FT1_11="x").replace(b"^~\\&", b"^~\\d")
    body = read_hl7(raw, FEEDS, AT).reply(Result(message="OUR1")).body.decode()
    assert body.split("\r")[2].endswith("Write it as 125.50.")
    assert "an amount of \\T\\ollars an\\T\\ cents" in body.split("\r")[2]


def test_no_answer_quotes_the_message() -> None:
    (answer,) = answers(FT1_11="ZZTOP", PID_5="ZZTOP^ADA", PID_7="ZZTOP")
    assert "ZZTOP" not in answer
