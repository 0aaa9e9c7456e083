"""Originals laid out place by place."""

import pytest

from services.intake.domain.layout import MOST, lay_out
from services.intake.tests.messages import dft
from shared.claim.checking import write_claim
from shared.testing.builders import a_claim


def test_an_hl7_value_stands_at_its_own_place() -> None:
    laid = dict(lay_out("hl7", dft()))
    assert laid["MSH-9.2"] == "P03"
    assert laid["PID-3.1"] == "MRN001"
    assert laid["FT1[2]-7"] == "J1885"
    assert laid["DG1[1]-3.1"] == "I10"


def test_a_repetition_is_numbered_and_an_escape_is_read() -> None:
    raw = b"MSH|^~\\&|A|B\rPID|1||x^y~z\rNTE|1||a\\T\\b\r"
    laid = dict(lay_out("hl7", raw))
    assert (laid["PID-3[1].2"], laid["PID-3[2]"], laid["NTE-3"]) == ("y", "z", "a&b")


def test_a_json_value_stands_at_its_pointer_and_a_resource_by_its_name() -> None:
    laid = dict(lay_out("json", write_claim(a_claim(1))))
    assert laid["number"] == a_claim(1).number
    assert laid["lines[0].charge"] == str(a_claim(1).lines[0].charge)
    assert dict(lay_out("fhir", b'{"resourceType": "Claim", "item": [{"sequence": 1}]}')) == {
        "Claim.resourceType": "Claim",
        "Claim.item[0].sequence": "1",
    }


def test_x12_is_laid_out_by_segments() -> None:
    isa = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *260101*0101*^*00501*000000001*0*T*:~"
    assert lay_out("x12", (isa + "\nGS*HC~").encode())[1] == ("2 GS", "GS*HC")


@pytest.mark.parametrize("door", ["hl7", "x12", "fhir", "json"])
@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"ISA", b"{", b"MSH|"])
def test_what_cannot_be_taken_apart_is_laid_out_as_nothing(door: str, raw: bytes) -> None:
    assert lay_out(door, raw)[3:] == []  # type: ignore[arg-type]


def test_a_very_long_message_is_laid_out_to_a_limit() -> None:
    assert len(lay_out("json", b"[" + b"1," * MOST + b"1, 1]")) == MOST
