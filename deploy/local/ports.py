"""Which ports: the ones asked for, else last time's, else the usual ones, else any; never one that is taken."""

import fcntl
import os
import socket
import tempfile
from collections.abc import Mapping
from pathlib import Path

from deploy.local.place import Trouble
from deploy.local.stack import PARTS
from shared.testing.servers.process import HOST, free_port

WISHES: Mapping[str, int] = {
    "postgres": 5432,
    "kafka": 9092,
    **{f"{part.name}.{port}": number for part in PARTS for port, number in part.ports.items()},
}


def choose(asked: Mapping[str, int], last_time: Mapping[str, int]) -> dict[str, int]:
    """A free port for everything that listens. Raises Trouble for an asked one that is taken or has no owner."""
    unknown = asked.keys() - WISHES.keys()
    if unknown:
        raise Trouble(
            f"There is no port called {', '.join(sorted(unknown))}. There are: {', '.join(WISHES)}."
        )
    chosen: dict[str, int] = {}
    for name, usual in WISHES.items():
        if name in asked:
            chosen[name] = _asked(name, asked[name])
        else:
            chosen[name] = _first_free((last_time.get(name, usual), usual), chosen)
    return chosen


def _asked(name: str, port: int) -> int:
    if not is_free(port):
        raise Trouble(
            f"Port {port}, asked for {name}, is taken by another program. Stop that one "
            f"(`ss -ltnp sport = :{port}` names it), ask for another port, or leave --port {name} away."
        )
    _claimed(port)
    return port


def _first_free(wanted: tuple[int, ...], taken: Mapping[str, int]) -> int:
    for port in wanted:
        if port not in taken.values() and is_free(port) and _claimed(port):
            return port
    while not _claimed(port := free_port()):
        pass
    return port


_CLAIMS: dict[int, int] = {}
"""Port -> descriptor of its locked file: two systems that start at once never choose the same port."""


def _claimed(port: int) -> bool:
    if port in _CLAIMS:
        return True
    folder = Path(tempfile.gettempdir()) / f"claimflow-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = os.open(folder / str(port), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        return False
    _CLAIMS[port] = file
    return True


def is_free(port: int) -> bool:
    """Whether 127.0.0.1 could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
