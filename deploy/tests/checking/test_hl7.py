"""`claimflow check` over HL7 v2: every form that a file of messages has, and one defect at a time at its place."""

import json
from typing import Any

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from deploy.local.checking.commands import check, explain
from deploy.local.checking.hl7 import Hl7
from deploy.local.checking.registry import checker_for, pages
from deploy.local.checking.seam import Finding, Transaction
from services.intake.domain.hl7.splitting import pieces
from services.intake.tests.messages import dft

app = typer.Typer()
app.command()(check)
app.command()(explain)

ADT = dft(MSH_9="ADT^A01", FT1=None, MSH_10="ADT1")
DFT = dft()
SIU = dft(MSH_9="SIU^S12", FT1=None)


def run(raw: bytes, *words: str) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["check", "--json", *words, "-"], input=raw)
    told: dict[str, Any] = json.loads(result.stdout_bytes)
    assert result.exit_code == (told["verdict"] == "refused")
    assert all(found["code"] in pages() for found in told["findings"])
    return told


def types(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(t["type"], t["control"], t["verdict"]) for t in told["transactions"]]


def places(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f["code"], f["path"]) for f in told["findings"]]


def framed(*messages: bytes) -> bytes:
    return b"".join(b"\x0b" + m + b"\x1c\r" for m in messages)


def test_a_clean_charge_is_accepted_and_told_in_the_promised_form() -> None:
    assert run(DFT) == {
        "file": "-",
        "kind": "hl7",
        "verdict": "accepted",
        "transactions": [
            {
                "type": "DFT^P03",
                "control": "MSG1",
                "verdict": "accepted",
                "claims": 1,
                "balanced": None,
                "segments": [1, DFT.count(b"\r")],
            }
        ],
        "findings": [],
    }


@pytest.mark.parametrize(
    "raw",
    [
        DFT + ADT,
        framed(DFT, ADT),
        b"\xef\xbb\xbf" + (DFT + ADT).replace(b"\r", b"\n"),
        (DFT + b"\r" + ADT).replace(b"\r", b"\r\n"),
        b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + DFT + ADT + b"BTS|2\rFTS|1\r",
        b"BHS|^~\\&|A\r" + framed(DFT, ADT) + b"BTS|2\r",
    ],
)
def test_many_messages_in_a_file_are_told_one_by_one(raw: bytes) -> None:
    told = run(raw)
    assert types(told) == [("DFT^P03", "MSG1", "accepted"), ("ADT^A01", "ADT1", "accepted")]
    assert (told["verdict"], told["findings"]) == ("accepted", [])


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (b"BHS|^~\\&\r" + DFT + b"BTS|3\r", [("HL7-903", "BTS-1[1]")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r" + DFT + b"BTS|1\rFTS|2\r", [("HL7-903", "FTS-1[1]")]),
        (b"FHS|^~\\&\rBHS|^~\\&\r" + DFT, [("HL7-904", "FHS"), ("HL7-904", "BHS")]),
        (DFT + b"BTS|1\r", [("HL7-904", "BTS")]),
        (b"PID|1||X\r" + DFT, [("HL7-902", "PID")]),
        (b"\x0b" + DFT, [("HL7-901", "MSH")]),
        (b"\x0b" + DFT + b"\x0b" + ADT + b"\x1c\r", [("HL7-901", "MSH")]),
        (b"PID|1||X\rPV1|1|O\r", [("HL7-902", "PID"), ("HL7-100", "MSH")]),
        (b"MSHx^~\\&xA\r", [("HL7-100", "MSH")]),
        (b'<ADT_A01 xmlns="urn:hl7-org:v2xml"/>', [("HL7-906", "")]),
    ],
)
def test_what_is_wrong_around_messages_is_told(raw: bytes, wanted: list[tuple[str, str]]) -> None:
    assert sorted(places(run(raw))) == sorted(wanted)


DEFECTS: list[tuple[dict[str, str | None], str, str]] = [
    ({"MSH_9": "SIU^S12"}, "refused", "MSH-9[1]"), ({"MSH_9": "ADT^A60"}, "refused", "MSH-9[1].2"),
    ({"MSH_9": ""}, "refused", "MSH-9[1]"), ({"MSH_12": "3.0"}, "refused", "MSH-12[1]"),
    ({"MSH_10": ""}, "warnings", "MSH-10[1]"), ({"PID": None}, "refused", "PID"),
    ({"PID_18": "", "PV1_19": ""}, "refused", "PID-18[1]"), ({"PID_7": "19801399"}, "refused", "PID-7[1]"),
    ({"FT1": None}, "refused", "FT1"), ({"FT1_4": ""}, "refused", "FT1-4[1]"),
    ({"FT1_4": "20260231"}, "refused", "FT1-4[1]"), ({"FT1_11": "12,50"}, "refused", "FT1-11[1]"),
    ({"FT1_2__12": ""}, "refused", "FT1[2]-11[1]"), ({"FT1_10": "one"}, "refused", "FT1-10[1]"),
    ({"FT1_6": "ZZ"}, "warnings", "FT1-6[1]"), ({"IN1_3": "", "IN1_2": ""}, "refused", "IN1-3[1]"),
    ({"PID_18": "X" * 21}, "refused", "PID-18[1]"), ({"PID_5": "X" * 61}, "refused", "PID-5[1]"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "verdict", "place"), DEFECTS)
def test_one_defect_is_found_at_its_place_and_spoils_no_neighbour(
    changes: dict[str, str | None], verdict: str, place: str
) -> None:
    told = run(ADT + dft(**{"MSH_10": "ONE", **changes}) + DFT)
    assert [v for _, _, v in types(told)] == ["accepted", verdict, "accepted"]
    assert place in [path for _, path in places(told)]
    assert told["verdict"] == verdict


def test_a_finding_says_segment_and_byte_in_the_file() -> None:
    raw = ADT + dft(FT1_11="12,50")
    (found,) = run(raw)["findings"]
    assert raw[found["offset"] :].startswith(b"12,50")
    assert raw[: found["offset"]].count(b"\r") + 1 == found["segment"]
    assert found["element"] == "the amount for all units"


def test_a_control_id_that_is_used_twice_for_different_messages_is_told_and_a_repetition_is_not() -> None:
    told = run(DFT + DFT + dft(PID_18="A2") + DFT)
    assert places(told) == [("HL7-205", "MSH-10[1]")]
    assert [v for _, _, v in types(told)] == ["accepted", "accepted", "warnings", "accepted"]


def test_values_are_shown_only_on_request() -> None:
    raw = dft(FT1_11="12,50")
    assert "value" not in run(raw)["findings"][0]
    assert run(raw, "--show-values")["findings"][0]["value"] == "12,50"


def test_a_message_that_is_not_taken_says_what_is() -> None:
    told = run(SIU)
    assert types(told) == [("SIU^S12", "MSG1", "refused")]
    assert "ADT, BAR, DFT" in told["findings"][0]["fix"]


@given(
    st.lists(st.sampled_from([DFT, ADT, SIU, framed(DFT), b"BTS|1\r", b"junk\r", b"\x0b"]), max_size=6),
    st.data(),
)
def test_a_file_is_taken_apart_the_same_whatever_the_chunks(parts: list[bytes], data: st.DataObject) -> None:
    raw = b"".join(parts)
    size = data.draw(st.integers(1, 700))
    cut = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert list(pieces(cut)) == list(pieces([raw]))


@given(st.binary(max_size=200), st.integers(0, len(DFT)))
def test_no_bytes_are_met_with_an_exception(noise: bytes, at: int) -> None:
    raw = DFT[:at] + noise + DFT[at:]
    said = list(Hl7().check([raw]))
    assert any(isinstance(one, (Finding, Transaction)) for one in said)


@pytest.mark.parametrize(
    "head",
    [
        DFT,
        b"\x0b" + DFT,
        b"FHS|^~\\&\r",
        b"\r\n\r\n" + DFT,
        b"PID|1||X\r",
        b"msh|^~\\&",
        b"# export\nMSH|^~\\&|A",
    ],
)
def test_hl7_is_known_by_its_beginning(head: bytes) -> None:
    found = checker_for(head)
    assert found is not None
    assert found.kind == "hl7"
