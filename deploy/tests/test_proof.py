"""`make test` counts honestly."""

from pathlib import Path

import pytest

from deploy.local import proof
from deploy.local.logs import readable


def _report(path: Path, **figures: int) -> Path:
    told = " ".join(f'{name}="{count}"' for name, count in figures.items())
    path.write_text(f"<testsuites><testsuite {told}/></testsuites>")
    return path


def test_a_report_counts_passed_failed_and_skipped(tmp_path: Path) -> None:
    report = _report(tmp_path / "r.xml", tests=10, failures=2, errors=1, skipped=3)
    assert proof._read(report) == proof.Count(passed=4, failed=3, skipped=3)


def test_a_run_that_breaks_off_without_a_failing_test_counts_as_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks_off(name: str, command: list[str], env: object = None) -> int:
        report = next(word for word in command if word.startswith("--junit-xml=")).partition("=")[2]
        _report(Path(report), tests=5, failures=0, errors=0, skipped=0)
        return 3

    monkeypatch.setattr(proof, "_run", breaks_off)
    assert proof._tested("tests", []) == proof.Count(passed=5, failed=1)


def test_a_run_without_a_report_is_no_success(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof, "_run", lambda *_: 0)
    assert proof._tested("tests", []).passed == 0


def test_a_log_line_is_shown_in_words_and_a_foreign_one_as_it_is() -> None:
    assert (
        readable('{"event": "started", "level": "info", "port": 8081, "service": "x"}')
        == "info started port=8081"
    )
    assert readable("Traceback (most recent call last):") == "Traceback (most recent call last):"
