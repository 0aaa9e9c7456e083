"""The harness's own promises, on real servers."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.testing.fixtures import NewDatabase
from shared.testing.servers import Postgres

pytestmark = pytest.mark.real


async def test_each_test_has_a_database_of_its_own(new_database: NewDatabase) -> None:
    one, other = new_database(None), new_database(None)
    first, second = await asyncpg.connect(one), await asyncpg.connect(other)
    await first.execute("CREATE TABLE mark (n int)")
    assert await second.fetchval("SELECT to_regclass('mark')") is None
    await first.close()
    await second.close()


async def test_an_error_message_in_the_servers_log_quotes_no_row(tmp_path: Path) -> None:
    with Postgres(tmp_path, durable=False) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE person (name text PRIMARY KEY)")
        await connection.execute("INSERT INTO person VALUES ('Zebulon')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("INSERT INTO person VALUES ('Zebulon')")
        await connection.close()
    said = server.log.read_text()
    assert "duplicate key value" in said
    assert "Zebulon" not in said


def test_postgres_runs_below_a_folder_that_is_closed_to_others(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(0o700)
    with Postgres(closed / "server", durable=False) as server:
        assert server.answers()


async def test_a_killed_postgres_starts_again_with_its_data_on_the_same_port(tmp_path: Path) -> None:
    with Postgres(tmp_path, durable=False) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        os.kill(backend, signal.SIGSTOP)  # it will not notice by itself that its parent is gone
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)
        again = await asyncpg.connect(server.url)
        assert await again.fetchval("SELECT n FROM kept") == 42
        await again.close()
        connection.terminate()


async def test_what_is_sent_to_kafka_comes_back_in_order(kafka_bootstrap: str) -> None:
    topic = f"test.{os.getpid()}.{time.monotonic_ns()}"
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    await admin.start()
    await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=kafka_bootstrap, enable_idempotence=True) as producer:
        for number in range(5):
            await producer.send_and_wait(topic, str(number).encode())
    async with AIOKafkaConsumer(
        topic, bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest"
    ) as consumer:
        heard = [(await consumer.getone()).value for _ in range(5)]
    assert heard == [b"0", b"1", b"2", b"3", b"4"]


RUN = """
import sys, time
from pathlib import Path
from shared.testing.fixtures import _start_keeper
print(_start_keeper(sys.argv[1]), flush=True)
time.sleep(600)
"""


@pytest.mark.parametrize("kind", ["postgres", "kafka"])
def test_a_killed_test_run_leaves_no_server_behind(kind: str) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, kind], stdout=subprocess.PIPE, text=True,
        env={name: value for name, value in os.environ.items() if name != "PYTEST_XDIST_WORKER"},
    )  # fmt: skip
    assert run.stdout is not None
    address = run.stdout.readline().strip()
    port = int(address.split("/")[2].split(":")[1] if "/" in address else address.split(":")[1])
    keeper = next(p for p in psutil.process_iter(["cmdline"]) if str(run.pid) in (p.info["cmdline"] or []))
    servers = keeper.children(recursive=True)
    assert servers
    assert port in {c.laddr.port for p in servers for c in p.net_connections("tcp") if c.status == "LISTEN"}
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    assert _soon(lambda: not any(map(_alive, [keeper, *servers])))


def test_a_killed_keeper_takes_its_server_with_it(tmp_path: Path) -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "shared.testing.servers.keeper", "postgres", str(tmp_path), str(os.getpid())]
    )
    assert _soon((tmp_path / "address").exists)
    servers = psutil.Process(keeper.pid).children(recursive=True)
    assert servers
    keeper.kill()
    keeper.wait()
    assert _soon(lambda: not any(map(_alive, servers)))


def _alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _soon(condition: Callable[[], bool], within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()
