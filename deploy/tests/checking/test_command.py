"""`claimflow check` as a caller sees it: exit codes, one object per file, every kind of thing that a path can be."""

import json
import os
from pathlib import Path
from random import Random
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from deploy.local.checking.commands import check, explain
from deploy.local.checking.registry import pages
from shared.testing import samples
from shared.testing.every_claim import batch
from shared.testing.every_remittance import remittance
from shared.x12 import write_835, write_837

KEYS = {"code", "severity", "segment", "offset", "path", "element", "title", "problem", "fix", "source"}

app = typer.Typer()
app.command()(check)
app.command()(explain)


def run(*words: str, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(
        app, list(words), input=stdin, env={"COLUMNS": "400", "CLAIMFLOW_LOCAL": os.devnull}
    )


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout_bytes.splitlines()]


@pytest.fixture
def claims() -> bytes:
    return write_837([batch(Random("check"), "professional", 3)])


@pytest.fixture
def payment() -> bytes:
    return write_835([remittance(Random("check"), 4)])


def spoilt(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def test_a_clean_file_is_accepted_and_told_in_exactly_the_promised_form(
    tmp_path: Path, claims: bytes
) -> None:
    file = tmp_path / "claims.837"
    file.write_bytes(claims)
    result = run("check", "--json", str(file))
    assert result.exit_code == 0
    (told,) = objects(result)
    segments = claims.count(b"~")
    assert told == {
        "file": str(file),
        "kind": "x12",
        "verdict": "accepted",
        "transactions": [
            {
                "type": "837P",
                "control": told["transactions"][0]["control"],
                "verdict": "accepted",
                "claims": 3,
                "balanced": True,
                "segments": [3, segments - 2],
            }
        ],
        "findings": [],
    }


def test_a_payment_that_does_not_close_is_refused_at_its_level_and_said_not_to_balance(
    payment: bytes,
) -> None:
    start = payment.index(b"BPR*")
    amount = payment[start:].split(b"*")[2]
    result = run(
        "check", "--json", "-", stdin=spoilt(payment, b"*" + amount + b"*", b"*" + amount + b"1" + b"*")
    )
    assert result.exit_code == 1
    (told,) = objects(result)
    assert (told["file"], told["verdict"], told["transactions"][0]["balanced"]) == ("-", "refused", False)
    found = next(one for one in told["findings"] if one["code"] == "X12-1003")
    assert set(found) == KEYS
    assert (found["segment"], found["offset"], found["path"]) == (4, start, "BPR02")


def test_one_bad_set_is_refused_and_its_neighbours_are_not(payment: bytes) -> None:
    first, last = payment.index(b"ST*835"), payment.index(b"GE*1*")
    whole = payment[first:last]
    control = whole.split(b"*")[2].split(b"~")[0]
    second = whole.replace(b"*" + control + b"~", b"*7777~").replace(b"SE*", b"SE*9", 1)
    data = payment[:last] + second + payment[last:].replace(b"GE*1*", b"GE*2*")
    (told,) = objects(run("check", "--json", "-", stdin=data))
    assert [one["verdict"] for one in told["transactions"]] == ["accepted", "refused"]
    assert [one["control"] for one in told["transactions"]] == [control.decode(), "7777"]


def test_an_envelope_that_a_ta1_would_refuse_refuses_every_set_in_it(claims: bytes) -> None:
    end = claims.rindex(b"IEA*1*")
    (told,) = objects(run("check", "--json", "-", stdin=claims[:end] + b"IEA*1*999999999~"))
    assert told["verdict"] == told["transactions"][0]["verdict"] == "refused"
    assert [one["code"] for one in told["findings"]] == ["X12-0113"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "FILE-0002"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "FILE-0001"),
        (b"hello ISA and GS\n", "FILE-0001"),
    ],
)
def test_what_is_no_x12_is_unknown_and_refused_with_one_finding(content: bytes, code: str) -> None:
    result = run("check", "--json", "-", stdin=content)
    (told,) = objects(result)
    assert result.exit_code == 1
    assert (told["kind"], told["verdict"], told["transactions"]) == ("unknown", "refused", [])
    assert [one["code"] for one in told["findings"]] == [code]


@pytest.mark.parametrize(
    ("cut", "code"), [(b"GS*", "X12-0101"), (b"ST*837", "X12-0101"), (b"ISA*00*", "X12-0108")]
)
def test_x12_that_lost_its_beginning_is_x12_all_the_same(claims: bytes, cut: bytes, code: str) -> None:
    data = claims[claims.index(cut) :] if cut[:2] != b"IS" else b"ISA*00*~GS*HC*A*B~"
    (told,) = objects(run("check", "--json", "-", stdin=data))
    assert told["kind"] == "x12"
    assert code in {one["code"] for one in told["findings"]}


def test_a_folder_is_gone_through_whatever_lies_in_it(tmp_path: Path, claims: bytes) -> None:
    (tmp_path / "a.x12").write_bytes(claims)
    (tmp_path / "empty").touch()
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "back").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "inner" / "again.x12").symlink_to(tmp_path / "a.x12")
    (tmp_path / "inner" / "gone").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.bin")).write_bytes(bytes(range(256)))
    result = run("check", "--json", str(tmp_path))
    told = {one["file"].removeprefix(str(tmp_path)): one for one in objects(result)}
    assert {name: one["verdict"] for name, one in told.items()} == {
        "/a.x12": "accepted",
        "/empty": "refused",
        "/\ufffd\ufffd.bin": "refused",
        "/inner/again.x12": "accepted",
        "/inner/gone": "refused",
    }
    assert result.exit_code == 2


@pytest.mark.parametrize("path", ["/no/such/file", "a" * 5000])
def test_a_path_that_cannot_be_read_is_said_and_the_run_could_not_be_done(path: str) -> None:
    result = run("check", "--json", path)
    assert result.exit_code == 2
    assert [one["code"] for one in objects(result)[0]["findings"]] == ["FILE-0003"]


def test_a_folder_without_files_is_no_clean_run(tmp_path: Path) -> None:
    assert run("check", str(tmp_path)).exit_code == 2


def test_values_are_shown_only_on_request(claims: bytes) -> None:
    bad = spoilt(claims, b"*D8*", b"*D8*19779999")
    without, with_ = run("check", "-", stdin=bad), run("check", "-", "--show-values", stdin=bad)
    number = claims[claims.index(b"CLM*") + 4 :].split(b"*")[0].decode()
    assert "19779999" not in without.output
    assert number not in without.output
    assert number in with_.output
    assert "value" not in objects(run("check", "--json", "-", stdin=bad))[0]["findings"][0]
    shown = objects(run("check", "--json", "--show-values", "-", stdin=bad))[0]["findings"]
    assert any("19779999" in one.get("value", "") for one in shown)


def test_the_report_for_people_says_what_where_and_how_to_mend_it(claims: bytes) -> None:
    bad = spoilt(claims, b"~CLM*", b"~ZZ\x1b[31m*1~CLM*")
    output = run("check", "-", stdin=bad).output
    assert "837P" in output
    assert "X12-0401" in output
    assert "fix: " in output
    assert "at segment " in output
    assert "\x1b" not in output


def test_errors_are_told_before_warnings(claims: bytes) -> None:
    bad = claims.replace(b"~", b"~\n").replace(b"\nSE*", b"\nSE*9")
    (told,) = objects(run("check", "--json", "-", stdin=bad))
    assert [one["severity"] for one in told["findings"]] == ["error", "warning"]


def test_findings_are_explained_by_code_and_by_the_beginning_of_one() -> None:
    assert "ZIP+4" in run("explain", "X12-0606").output
    several = run("explain", "x12-10", "X12-0101")
    assert several.exit_code == 0
    assert "X12-1003" in several.output
    assert "not an X12 file" in several.output
    assert run("explain", "--list").output.count("\n") == len(pages())


def test_an_unknown_code_is_said_in_a_sentence() -> None:
    result = run("explain", "X12-9999")
    assert result.exit_code == 2
    assert "There is no finding X12-9999." in result.output


@samples.needed
def test_every_sample_is_checked_and_told_as_one_object() -> None:
    result = run("check", "--json", str(samples.FOLDER))
    told = objects(result)
    assert len(told) == sum(1 for file in samples.FOLDER.rglob("*") if file.is_file())
    assert {one["kind"] for one in told if "/x12/" in one["file"]} == {"x12"}
    assert not {one["verdict"] for one in told} - {"accepted", "warnings", "refused"}
    assert all(one["code"] in pages() for each in told for one in each["findings"])


def test_a_table_has_a_line_for_each_file_with_its_first_reason(tmp_path: Path, claims: bytes) -> None:
    (tmp_path / "a.837").write_bytes(claims)
    (tmp_path / "b.837").write_bytes(spoilt(claims, b"~SE*", b"~SE*9"))
    (tmp_path / "c.txt").write_bytes(b"nothing that anybody knows")
    told = run("check", "--table", str(tmp_path))
    rows = [line.split("\t") for line in told.stdout.splitlines()]
    assert [(Path(name).name, kind, verdict) for name, kind, verdict, _ in rows] == [
        ("a.837", "x12 837P", "accepted"),
        ("b.837", "x12 837P", "refused"),
        ("c.txt", "unknown", "refused"),
    ]
    assert [bool(why) for *_, why in rows] == [False, True, True]
    assert rows[2][3].startswith("FILE-0001")
    assert told.exit_code == 1
