"""`claimflow feed`: what names no subcommand is sent as it always was; a feed file is tried without a server; fields are told."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.local.cli import app
from services.intake.settings import OWN_FEEDS
from services.intake.tests.messages import dft
from services.intake.tests.resources import CLAIM
from shared.claim.checking import write_claim
from shared.testing.builders import a_claim

SPRINGFIELD = (OWN_FEEDS / "springfield.yaml").read_text()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLAIMFLOW_LOCAL", str(tmp_path / "local"))
    (tmp_path / "messages.hl7").write_bytes(dft(FT1_8="words") + dft(PID_18="A2", FT1_11="x"))
    (tmp_path / "mine.yaml").write_text(SPRINGFIELD + "hl7:\n  line.description: { from: [FT1-8] }\n")
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["feed", *words], env={"COLUMNS": "200"})


def test_a_changed_feed_file_is_tried_on_files_without_a_server(folder: Path) -> None:
    result = run("check", str(folder / "mine.yaml"), str(folder / "messages.hl7"))
    assert result.exit_code == 1
    assert "/lines/*/description in 1" in result.output
    told = json.loads(run("check", "--json", str(folder / "mine.yaml"), str(folder / "messages.hl7")).output)
    assert (told["messages"], told["changed"], told["before"]["refused"]) == (2, 1, 1)


def test_it_is_tried_on_files_of_every_door(folder: Path) -> None:
    (folder / "claim.json").write_text(json.dumps(CLAIM))
    (folder / "own.json").write_bytes(write_claim(a_claim(1)))
    (folder / "mine.yaml").write_text(SPRINGFIELD + "fhir:\n  line.code: { codes: { G0463: G0499 } }\n")
    files = [str(folder / name) for name in ("claim.json", "own.json", "messages.hl7")]
    told = json.loads(run("check", "--json", str(folder / "mine.yaml"), *files).output)
    assert (told["messages"], told["before"]["claims"]) == (4, 3)
    assert [(c["message"], c["places"]) for c in told["claims"]] == [("claim.json", ["/lines/0/code"])]


def test_a_feed_file_that_changes_nothing_says_so(folder: Path) -> None:
    (folder / "mine.yaml").write_text(SPRINGFIELD)
    result = run("check", str(folder / "mine.yaml"), str(folder / "messages.hl7"))
    assert (result.exit_code, "Nothing would be different." in result.output) == (0, True)


def test_a_feed_file_that_cannot_be_used_is_told_with_its_line(folder: Path) -> None:
    (folder / "mine.yaml").write_text(SPRINGFIELD + "hl7: { line.chrage: {} }\n")
    result = run("check", str(folder / "mine.yaml"), str(folder / "messages.hl7"))
    assert result.exit_code == 2
    assert f"mine.yaml:{SPRINGFIELD.count(chr(10)) + 1}: hl7.line.chrage" in result.output


def test_what_of_a_message_is_used_is_told_without_its_values(folder: Path) -> None:
    result = run("coverage", "--feed", str(folder / "mine.yaml"), str(folder / "messages.hl7"))
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split()[1:] for line in result.output.splitlines() if line.strip()}
    assert lines["FT1-8"] == ["line.description", "1"]
    assert lines["DG1-3.2"] == ["ignored", "4"]
    assert "TESTA" not in result.output


@pytest.mark.parametrize("words", [["x.hl7"], ["--raw", "x.hl7"], ["send", "x.hl7"]])
def test_a_file_is_sent_whether_or_not_send_is_written(folder: Path, words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "does not run here" in str(result.exception)
