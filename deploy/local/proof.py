"""``make test`` and ``make check``: run every kind of proof, show it as it runs, and count honestly at the end.

The last line is ``N passed, N failed``: each check counts one, each test of pytest counts one, the demo counts one.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree

from deploy.local.place import PROJECT

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Count:
    """What one part of the proof came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


def main() -> int:
    """Run the parts; 0 only when something passed and nothing failed."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument(
        "--quick", action="store_true", help="only the checks and the tests that need no server"
    )
    quick: bool = asked.parse_args().quick
    total = Count()
    for name, count in _parts(quick):
        total += count
        print(f"== {name}: {count.passed} passed, {count.failed} failed", flush=True)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"\n{total.passed} passed, {total.failed} failed{skipped}", flush=True)
    return 0 if total.passed and not total.failed else 1


def _parts(quick: bool) -> Iterator[tuple[str, Count]]:
    for name, *command in _CHECKS:
        yield name, _checked(name, [str(BIN / command[0]), *command[1:]])
    if quick:
        yield "quick tests", _tested("quick tests", ["-m", "not real and not slow", "-n", "2"])
        return
    yield "tests", _tested("tests", ["-n", "2", "--dist", "worksteal"])
    yield "demo", _demo()


_CHECKS = (
    ("style", "ruff", "check", "."),
    ("format", "ruff", "format", "--check", "."),
    ("types", "mypy"),
    ("import law", "lint-imports"),
)


def _checked(name: str, command: list[str]) -> Count:
    return Count(passed=1) if _run(name, command) == 0 else Count(failed=1)


def _demo() -> Count:
    """The README's demo in a folder of its own: a developer's running system and its data are left alone."""
    with TemporaryDirectory(prefix="claimflow-demo-") as folder:
        # PostgreSQL's user must be able to pass through
        Path(folder).chmod(0o711)
        local = {**os.environ, "CLAIMFLOW_LOCAL": folder}
        code = _run("demo", [str(BIN / "claimflow"), "demo", "--once"], local)
        if code:
            _show_logs(Path(folder) / "logs")
    return Count(passed=1) if code == 0 else Count(failed=1)


def _tested(name: str, options: list[str]) -> Count:
    """pytest's own figures, from its report; a run that broke off counts as one more failure."""
    with TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=short", f"--junit-xml={report}"]
        # told that it runs in a CI, pytest prints every difference whole, twice
        brief = {name: value for name, value in os.environ.items() if name not in ("CI", "BUILD_NUMBER")}
        code = _run(name, [*command, *options], brief)
        count = _read(report)
    return count if code == 0 or count.failed else count + Count(failed=1)


def _read(report: Path) -> Count:
    if not report.exists():
        return Count()
    count = Count()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):  # noqa: S314 -- pytest wrote it just now
        all_, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        count += Count(passed=all_ - failed - skipped, failed=failed, skipped=skipped)
    return count


def _run(name: str, command: list[str], env: dict[str, str] | None = None) -> int:
    began = time.monotonic()
    print(f"\n== {name}", flush=True)
    code = subprocess.run(command, cwd=PROJECT, env=env, check=False).returncode
    print(f"   ({time.monotonic() - began:.1f} s)", flush=True)
    return code


def _show_logs(folder: Path) -> None:
    for log in sorted(folder.glob("*.log")):
        print(f"-- {log.name}", *log.read_text(errors="replace").splitlines()[-15:], sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
