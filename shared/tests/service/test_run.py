"""A service as a process: starts, answers, stops when told, and says why when it cannot."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.service.auth import hash_of
from shared.testing.app import BLIND_KEY, SEAL_KEYS

pytestmark = pytest.mark.real
PROJECT = Path(__file__).parents[3]
CLAIM = "0199a000-0000-7000-8000-000000000001"
Start = Callable[..., "Process"]


class Process:
    """A running service with what it has logged."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.port = int(environment["CLAIMFLOW_HTTP_PORT"])
        self.child = subprocess.Popen(
            [sys.executable, "-m", "shared.tests.service.counter"],
            cwd=PROJECT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.child.stdout is not None
        self.lines.extend(iter(self.child.stdout.readline, ""))

    def ready(self) -> None:
        """Wait until /readyz says so."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and self.child.poll() is None:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.05)
        pytest.fail(f"not ready: {''.join(self.lines)}")

    def ended(self, within: float) -> int:
        """The exit code; fails the test when it takes longer."""
        code = self.child.wait(within)
        self._reader.join(5)
        return code

    def logged(self) -> list[dict[str, Any]]:
        """Every line, each of which must be JSON."""
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def start(postgres_url: str) -> Iterator[Start]:
    made: list[Process] = []

    def start_one(**changes: str) -> Process:
        tokens = {"test": {"sha256": hash_of("t"), "scopes": ["claims:read", "claims:write"]}}
        environment = {
            "CLAIMFLOW_DATABASE_URL": postgres_url,
            "CLAIMFLOW_KAFKA_BOOTSTRAP": "memory",
            "CLAIMFLOW_HTTP_PORT": str(_free_port()),
            "CLAIMFLOW_SEAL_KEYS": SEAL_KEYS,
            "CLAIMFLOW_BLIND_KEY": BLIND_KEY,
            "CLAIMFLOW_TOKENS": json.dumps(tokens),
        }
        made.append(Process({**environment, **changes}))
        return made[-1]

    yield start_one
    for process in made:
        process.child.kill()
        process.child.wait()
        process._reader.join(5)
        assert process.child.stdout is not None
        process.child.stdout.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_signal_ends_it_cleanly_within_ten_seconds(start: Start, number: int) -> None:
    process = start()
    process.ready()
    answer = httpx.post(
        f"http://127.0.0.1:{process.port}/claims/{CLAIM}/withdrawal", headers={"authorization": "Bearer t"}
    )
    assert answer.status_code == 200
    process.child.send_signal(number)
    assert process.ended(within=10) == 0
    events = [line["event"] for line in process.logged()]
    assert events.index("started") < events.index("stopping")
    assert {line["service"] for line in process.logged()} == {"scrubber"}
    assert "cut off" not in events


def test_a_taken_port_ends_it_with_code_1(start: Start) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = start(CLAIMFLOW_HTTP_PORT=str(taken.getsockname()[1]))
        assert process.ended(within=120) == 1
    assert process.logged()[-1]["event"].startswith("the port is taken")


def test_a_database_that_refuses_ends_it_with_code_1_and_no_address_in_the_log(start: Start) -> None:
    process = start(CLAIMFLOW_DATABASE_URL=f"postgresql://app:hunter2@127.0.0.1:{_free_port()}/none")
    assert process.ended(within=120) == 1
    assert process.logged()[-1]["error"].startswith("ConnectionRefusedError")
    assert "hunter2" not in "".join(process.lines)


def test_two_processes_on_one_database_start_together(start: Start) -> None:
    first, second = start(), start()
    first.ready()
    second.ready()
    for process in (first, second):
        process.child.terminate()
    assert [first.ended(10), second.ended(10)] == [0, 0]


def test_a_missing_setting_is_named_and_a_wrong_one_is_not_repeated(start: Start) -> None:
    process = start(CLAIMFLOW_SEAL_KEYS="", CLAIMFLOW_HTTP_PORT="0", CLAIMFLOW_TRACE_SHARE="hunter2")
    assert process.ended(within=120) == 1
    assert process.lines[0].startswith("CLAIMFLOW_TRACE_SHARE: Input should be a valid number")
    assert "hunter2" not in "".join(process.lines)
