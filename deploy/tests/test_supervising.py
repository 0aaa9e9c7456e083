"""The local machine's promises about processes, on real ones: PostgreSQL, Java, Python."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest

from deploy.local import keys
from deploy.local.place import PROJECT, Place, Trouble
from deploy.local.ports import choose

pytestmark = [pytest.mark.real, pytest.mark.slow]


@contextmanager
def system(folder: Path) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, "-m", "deploy.tests.system", str(folder)],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    try:
        said = []
        while "all ready\n" not in said:
            line = running.stdout.readline()
            assert line, f"the system ended while starting: {said}"
            said.append(line)
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
        running.wait(60)
        running.stdout.close()


def processes(folder: Path) -> dict[str, psutil.Process]:
    told = Place(folder).state()["processes"]
    return {name: psutil.Process(each["pid"]) for name, each in told.items()}


def soon(condition: Callable[[], bool], within: float = 40) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_supervisor_killed_hard_leaves_no_orphan_not_even_postgres_or_java(tmp_path: Path) -> None:
    with system(tmp_path) as supervisor:
        family = psutil.Process(supervisor.pid).children(recursive=True)
        names = {process.name() for process in family}
        assert {"postgres", "java"} <= names
        supervisor.kill()
        supervisor.wait()
        assert soon(lambda: all(map(gone, family))), [each for each in family if not gone(each)]


def test_a_fallen_process_is_started_again_and_the_others_stay(tmp_path: Path) -> None:
    with system(tmp_path):
        before = processes(tmp_path)
        url = Place(tmp_path).state()["urls"]["intake"]
        with pytest.raises(httpx.HTTPError):
            httpx.get(f"{url}/fall")
        assert soon(lambda: Place(tmp_path).state()["processes"]["intake"]["restarts"] == 1)
        assert soon(lambda: Place(tmp_path).state()["processes"]["intake"]["state"] == "ready")
        assert httpx.get(f"{url}/readyz").status_code == 200
        assert before["console"].is_running()


def test_a_second_start_says_what_to_do_and_data_survive_a_stop(tmp_path: Path) -> None:
    place = Place(tmp_path)
    with system(tmp_path) as first:
        with pytest.raises(Trouble, match=f"already runs.*kill {first.pid}"), place.alone():
            raise AssertionError("two at once")
        ports = place.state()["ports"]
        address = f"postgresql://intake:{keys.password(place, 'intake')}@127.0.0.1:{ports['postgres']}"
        asyncio.run(_run(f"{address}/intake", "CREATE TABLE kept AS SELECT 42 AS n"))
        family = psutil.Process(first.pid).children(recursive=True)
        first.send_signal(signal.SIGTERM)
        assert first.wait(60) == 0
        assert all(map(gone, family))
    with system(tmp_path):
        assert place.state()["ports"] == ports
        assert asyncio.run(_run(f"{address}/intake", "SELECT n FROM kept")) == 42
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            asyncio.run(_run(f"{address}/scrubber", "SELECT 1"))


async def _run(address: str, statement: str) -> object:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_the_secrets_can_be_read_by_their_owner_only(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.prepare()
    keys.sandbox_files(place, 2222)
    for secret in ("seal_key", "tokens/biller", "passwords/intake"):
        keys.kept(place.secrets / secret, lambda: "x")
    open_to_others = [
        path for path in place.secrets.rglob("*") if path.is_file() and path.stat().st_mode & 0o077
    ]
    assert [path.name for path in open_to_others] in ([], ["known_hosts"])
    assert place.secrets.stat().st_mode & 0o777 == 0o700


def test_an_asked_port_that_is_taken_is_refused_and_an_unasked_one_is_replaced() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with pytest.raises(Trouble, match=f"Port {taken}.*taken"):
            choose({"console.http": taken}, {})
        assert choose({}, {"console.http": taken})["console.http"] != taken


def test_a_reset_keeps_only_the_jars(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.prepare()
    (tmp_path / "kafka").mkdir()
    (place.data / "postgres").mkdir()
    place.state_file.write_text(json.dumps({}))
    place.reset()
    assert {path.name for path in tmp_path.iterdir()} == {"kafka", "lock"}


def test_a_full_disk_is_told_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.place.NEEDED_BYTES", 10**18)
    with pytest.raises(Trouble, match="MB are free"):
        Place(tmp_path).prepare()
