"""Taking HL7 v2 apart as real feeds send it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.hl7.message import NotHl7Error, broken_lines, parse
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Result
from services.intake.tests.messages import AT, FEEDS, dft

HEAD = "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.5\r"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_segments_may_end_in_cr_lf_or_crlf(end: str) -> None:
    message = parse((HEAD + "PID|1||X^Y\rPV1|1|O\r").replace("\r", end).encode())
    assert [s[0] for s in message.segments] == ["MSH", "PID", "PV1"]


def test_fields_have_hl7s_own_numbers_in_msh_too() -> None:
    message = parse(HEAD.encode())
    assert (message.get(message.header, 1), message.header[2]) == ("|", "^~\\&")
    assert message.get(message.header, 9, 2) == "A01"


def test_components_repetitions_and_subcomponents_are_found_by_number() -> None:
    message = parse((HEAD + "PID|1||a^b^c&d~e^f\r").encode())
    pid = message.first("PID")
    assert [
        message.get(pid, 3, 2),
        message.get(pid, 3, 3, 2),
        message.get(pid, 3, 2, repetition=2),
    ] == [
        "b",
        "d",
        "f",
    ]
    assert message.repetitions(pid, 3) == ["a^b^c&d", "e^f"]


def test_missing_trailing_fields_and_segments_are_empty() -> None:
    message = parse((HEAD + "PID|1\r").encode())
    assert message.get(message.first("PID"), 30, 4) == ""
    assert message.get(message.first("ZZZ"), 3) == ""


def test_the_delimiters_are_those_that_msh_says() -> None:
    message = parse(b"MSH#*!$%#A#B#C#D#1##ADT*A01#1#P#2.5\rPID#1##x*y%z!q\r")
    assert (message.get(message.header, 9, 2), message.get(message.first("PID"), 3, 2, 2)) == ("A01", "z")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"a\F\b", "a|b"), (r"a\S\b", "a^b"), (r"a\T\b", "a&b"), (r"a\R\b", "a~b"), (r"a\E\b", "a\\b"),
        (r"a\X41\b", "aAb"), (r"a\.br\b", "a b"), (r"\H\a\N\b", "ab"), (r"a\X0D\b", "a b"), (r"a\b", r"a\b"),
        (r"a\Xzz\b", "ab"),
    ],
)  # fmt: skip
def test_escape_sequences_are_read_after_the_splitting(written: str, meant: str) -> None:
    message = parse(f"{HEAD}NTE|1||{written}\r".encode())
    assert message.get(message.first("NTE"), 3) == meant


def test_hl7s_null_is_empty() -> None:
    message = parse((HEAD + 'PID|1||""\r').encode())
    assert message.get(message.first("PID"), 3) == ""


@pytest.mark.parametrize(
    ("said", "codec"),
    [("8859/1", "latin-1"), ("UNICODE UTF-8", "utf-8"), ("", "utf-8"), ("", "cp1252"), ("ASCII", "cp1252")],
)
def test_the_character_set_is_msh_18_or_found_out(said: str, codec: str) -> None:
    text = f"MSH|^~\\&|A|B|C|D|1||ADT^A01|1|P|2.5||||||{said}\rPID|1||Müller\r"
    assert parse(text.encode(codec)).segments[1][3] == "Müller"


def test_lines_that_are_no_segments_are_counted() -> None:
    message = parse((HEAD + "NTE|1||two\rlines here\rPID|1\r").encode())
    assert list(broken_lines(message)) == [3]


@pytest.mark.parametrize("raw", [b"", b"x", b"MSH", b"MSHA^~", b"PID|1", b"{}", b"MSH |^~"])
def test_what_does_not_begin_with_msh_is_no_hl7(raw: bytes) -> None:
    with pytest.raises(NotHl7Error):
        parse(raw)


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(raw: bytes) -> None:
    reading = read_hl7(raw, FEEDS, AT)
    assert reading.refused == 1
    assert b"\rMSA|A" in reading.reply(Result(message="x")).body


@given(st.data())
def test_any_change_of_a_charge_message_gets_an_answer(data: st.DataObject) -> None:
    raw = bytearray(dft())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    reading = read_hl7(bytes(raw), FEEDS, AT)
    body = reading.reply(Result(message="x", claims=(("c", "made"),) * len(reading.facts))).body
    # bent bytes may come to stand in MSH-15 and MSH-16 and ask for silence
    assert (body.startswith(b"\x0bMSH") and re.search(rb"\rMSA.A[AER]", body)) or _asks_for_silence(
        bytes(raw)
    )
    assert bool(reading.facts) != bool(reading.refused) or reading.kind != "DFT^P03"


def _asks_for_silence(raw: bytes) -> bool:
    message = parse(raw)
    asked = {message.get(message.header, field).upper() for field in (15, 16)}
    return asked <= {"", "NE", "ER", "SU"} and asked != {""}
