"""The last resort: when the supervisor is gone, end what it left. ``python -m deploy.local.watch PID STATE_FILE``."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from shared.testing.servers.keeper import wait_for_end

PATIENCE = 12.0


def main(pid: int, state_file: Path) -> None:
    """Wait for that process to end, then end every process that its state file still names."""
    wait_for_end(pid)
    left = [found for told in _processes(state_file) if (found := _same(told))]
    family = [each for parent in left for each in (parent, *_children(parent))]
    for process in family:
        _try(process.terminate)
    _, alive = psutil.wait_procs(family, timeout=PATIENCE)
    for process in alive:
        _try(process.kill)


def _processes(state_file: Path) -> list[dict[str, float]]:
    try:
        told = json.loads(state_file.read_text())["processes"].values()
    except (FileNotFoundError, ValueError, KeyError):
        return []
    return [each for each in told if each.get("pid")]


def _same(told: dict[str, float]) -> psutil.Process | None:
    """The process that was meant, not another one that got its number since."""
    try:
        process = psutil.Process(int(told["pid"]))
        return process if process.create_time() == told["born"] else None
    except psutil.NoSuchProcess:
        return None


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _try(act: Callable[[], None]) -> None:
    try:
        act()
    except psutil.NoSuchProcess:
        return


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
