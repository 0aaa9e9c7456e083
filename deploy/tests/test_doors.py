"""`claimflow feed`: which door a file belongs to, and what a door's answer means."""

import json
from pathlib import Path

import pytest

from deploy.local.doors import _fhir_words as fhir_words
from deploy.local.doors import _x12_words as x12_words
from deploy.local.doors import kind_of, messages, read, read_ack
from deploy.local.place import Trouble


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"MSH|^~\\&|EPIC|", "hl7"),
        (b"\x0bMSH|^~\\&|EPIC|", "hl7"),
        (b"\xef\xbb\xbfMSH|^~\\&|", "hl7"),
        (b"FHS|^~\\&|", "hl7"),
        (b"\r\nISA*00*", "x12"),
        (b'{"resourceType": "Claim"}', "fhir"),
        (b'{"resourceType": "Bundle"}', "fhir"),
        (b'{"number": "A1"}', "json"),
        (b"[1]", "json"),
    ],
)
def test_a_file_is_known_by_its_content(content: bytes, kind: str) -> None:
    assert kind_of(content) == kind


@pytest.mark.parametrize("content", [b"", b"hello", b"{broken", b"\x89PNG"])
def test_what_no_door_takes_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(Trouble, match=r"no door takes it|is not"):
        kind_of(content)


def test_a_file_of_several_messages_is_cut_at_each_msh_and_loses_its_frames() -> None:
    one, two = b"MSH|^~\\&|A\rPID|1\r", b"MSH|^~\\&|B\rPID|2\r"
    framed = b"\x0b" + one + b"\x1c\r\x0b" + two + b"\x1c\r"
    assert messages(framed) == messages(one + two) == [one, two]
    assert messages(b"FHS|^~\\&\rBHS|^~\\&\r" + one.replace(b"\r", b"\r\n") + b"BTS|1\r") == [
        one + b"BTS|1\r"
    ]


def test_an_acknowledgment_says_where_and_why() -> None:
    new = b"MSH|^~\\&|X\rMSA|AE|C1\rERR||PID^1^7|102^Data type error^HL70357|E||||Not a day. Write it as YYYYMMDD.\r"
    answer = read_ack(new)
    assert not answer.taken
    assert "PID-7: Not a day. Write it as YYYYMMDD." in answer.words
    old = b"MSH|^~\\&|X\rMSA|AR|C1\rERR|MSH^1^12^203&Unsupported version id&HL70357\r"
    assert "MSH-12: Unsupported version id" in read_ack(old).words
    assert read_ack(b"MSH|^~\\&|X\rMSA|AA|C1\r").taken


def test_an_outcome_says_its_issues_with_their_place() -> None:
    issue = {"severity": "error", "details": {"text": "type is missing."}, "expression": ["Claim.type"]}
    words = fhir_words(json.dumps({"resourceType": "OperationOutcome", "issue": [issue]}), "")
    assert words == "error: type is missing. (Claim.type)"


def test_a_999_says_what_was_taken_and_where_it_was_not() -> None:
    isa = "ISA*00*          *00*          *ZZ*CLAIMFLOW      *ZZ*SPRINGFIELD    *261124*0436*^*00501*000000014*0*T*:~"
    assert len(isa) == 106
    words = x12_words(isa + "AK2*837*0001~IK3*NM1*12**8~IK5*R*I5~AK9*P*2*2*1~", "")
    assert words == "  segment NM1 at 12\ntransaction refused\ngroup taken in part"


def test_a_file_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="cannot be read: No such file"):
        read(tmp_path / "absent.hl7")
