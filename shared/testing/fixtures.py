"""pytest's side of the harness: servers per test run, databases per test. The root conftest.py makes it known.

Servers are found in this order: an address in the environment (DATABASE_URL, KAFKA_BOOTSTRAP), a Docker engine that
has the image, processes of our own. The workers of one run share them; they end with the run.
"""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.testing.databases import Databases

NewDatabase = Callable[[str | None], str]
START_LIMIT = 120.0
PROJECT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The superuser's address of a PostgreSQL that this test run may fill with databases."""
    return os.environ.get("DATABASE_URL") or _kept("postgres", _shared_folder(tmp_path_factory))


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a Kafka that this test run shares: name your topics and groups so that nobody else has them."""
    return os.environ.get("KAFKA_BOOTSTRAP") or _kept("kafka", _shared_folder(tmp_path_factory))


@pytest.fixture
def migrations() -> str | None:
    """Which migrations ``postgres_url`` has; override it with a folder such as ``services/scrubber/migrations``."""
    return None


@pytest.fixture
def new_database(postgres_server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewDatabase]:
    """Make a database (empty, or with the migrations of a folder) and get its address; all are dropped afterwards."""
    databases = Databases(postgres_server, _shared_folder(tmp_path_factory) / "templates")
    yield databases.new
    databases.drop()


@pytest.fixture
def postgres_url(new_database: NewDatabase, migrations: str | None) -> str:
    """The address of a fresh database of this test's own."""
    return new_database(migrations)


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _kept(kind: str, shared: Path) -> str:
    """The address of the run's server of that kind; the first who asks has it started."""
    with (shared / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = shared / f"{kind}.address"
        if not known.exists():
            known.write_text(_start_keeper(kind))
        return known.read_text()


def _start_keeper(kind: str) -> str:
    # not below pytest's folder: that one is kept for three runs, and its parents are closed to PostgreSQL's user
    folder = Path(tempfile.mkdtemp(prefix=f"claimflow-{kind}-"))
    run = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
    with (folder / "keeper.log").open("wb") as log:
        keeper = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "shared.testing.servers.keeper", kind, str(folder), str(run)],
            cwd=PROJECT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    address, failure = folder / "address", folder / "failure"
    deadline = time.monotonic() + START_LIMIT
    while not address.exists():
        if failure.exists():
            pytest.fail(failure.read_text(), pytrace=False)
        if keeper.poll() is not None or time.monotonic() > deadline:
            pytest.fail(
                f"{kind} could not be started: {(folder / 'keeper.log').read_text()[-2000:]}", pytrace=False
            )
        time.sleep(0.05)
    keeper.returncode = 0  # it is meant to outlive this object: no ResourceWarning
    return address.read_text()
