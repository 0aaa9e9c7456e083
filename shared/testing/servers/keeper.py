"""Hold one server for as long as another process lives: ``python -m shared.testing.servers.keeper postgres FOLDER PID``.

A test run's servers outlive the worker that asked for them first and end with the run, even one that is killed.
"""

import os
import select
import shutil
import sys
import time
from pathlib import Path

from shared.testing.servers.containers import Stop, container
from shared.testing.servers.kafka import Kafka
from shared.testing.servers.postgres import Postgres
from shared.testing.servers.process import ServerError


def main(kind: str, folder: Path, watched: int) -> None:
    """Start it, write its address to ``FOLDER/address`` (or why not to ``FOLDER/failure``), wait, stop, tidy up."""
    try:
        address, stop = in_docker(kind) or here(kind, folder)
    except ServerError as failure:
        publish(folder / "failure", str(failure))
        return
    publish(folder / "address", address)
    wait_for_end(watched)
    stop()
    shutil.rmtree(folder, ignore_errors=True)


def in_docker(kind: str) -> tuple[str, Stop] | None:
    """The server as a container, where a Docker engine answers and has the image."""
    return container(kind)


def here(kind: str, folder: Path) -> tuple[str, Stop]:
    """The server as a child process."""
    if kind == "postgres":
        postgres = Postgres(folder / "server", durable=False).start()
        return postgres.url, postgres.kill
    kafka = Kafka(folder / "server").start()
    return kafka.bootstrap, kafka.kill


def publish(path: Path, text: str) -> None:
    """Write a file in one step, so that nobody reads half of it."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(path)


def wait_for_end(pid: int) -> None:
    """Return when that process has ended (also as a zombie that nobody has reaped)."""
    try:
        if hasattr(os, "pidfd_open"):
            select.select([os.pidfd_open(pid)], [], [])
            return
        while True:  # macOS
            os.kill(pid, 0)
            time.sleep(0.5)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
