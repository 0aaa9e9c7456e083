"""What a run cost: CPU and memory per kind of process, bytes of write-ahead log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import asyncpg
import psutil

Kind = str


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds since the start and resident megabytes now, by kind of process; bytes of log written so far."""

    cpu: Mapping[Kind, float]
    memory: Mapping[Kind, float]
    wal: int = 0


@dataclass(slots=True)
class Meter:
    """Reads the processes that ``roots`` names and all their children, those that ended included.

    ``roots`` is kind -> process ids. CPU is user + system time in seconds.
    """

    roots: Mapping[Kind, Iterable[int]]
    database: asyncpg.Connection | None = None
    _seen: dict[tuple[Kind, int], float] = field(default_factory=dict)
    _peak: dict[Kind, float] = field(default_factory=dict)

    async def read(self) -> Reading:
        """The state of now. Call it often enough that short-lived backends are seen at least once."""
        memory: dict[Kind, float] = {}
        children = _children()
        for kind, pids in self.roots.items():
            for process in _trees(pids, children):
                try:
                    times = process.cpu_times()
                    self._seen[kind, process.pid] = times.user + times.system
                    memory[kind] = memory.get(kind, 0) + _own_memory(process)
                except psutil.Error:
                    continue
        for kind, megabytes in memory.items():
            self._peak[kind] = max(self._peak.get(kind, 0), megabytes)
        cpu: dict[Kind, float] = {}
        for (kind, _), seconds in self._seen.items():
            cpu[kind] = cpu.get(kind, 0) + seconds
        return Reading(cpu, dict(self._peak), await self._wal())

    async def _wal(self) -> int:
        if self.database is None:
            return 0
        return int(await self.database.fetchval("select pg_current_wal_insert_lsn() - '0/0'::pg_lsn"))


def _children() -> Mapping[int, list[psutil.Process]]:
    """Every process of the machine by its parent: one look at all of them for all kinds, since each look costs."""
    found: dict[int, list[psutil.Process]] = {}
    for process in psutil.process_iter(["ppid"]):
        found.setdefault(process.info["ppid"], []).append(process)
    return found


def _trees(pids: Iterable[int], children: Mapping[int, list[psutil.Process]]) -> list[psutil.Process]:
    found = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    for process in found:  # grows while it is walked
        found += children.get(process.pid, [])
    return found


def _own_memory(process: psutil.Process) -> float:
    """Megabytes: private memory, so that PostgreSQL's shared buffers are not counted once per backend."""
    info = process.memory_info()
    shared = getattr(info, "shared", 0)
    return float(info.rss - shared) / 1_000_000


def per_claim(before: Reading, after: Reading, claims: int) -> dict[Kind, float]:
    """Microseconds of CPU per claim and kind between two readings."""
    return {
        kind: round((after.cpu[kind] - before.cpu.get(kind, 0)) * 1_000_000 / claims, 1)
        for kind in sorted(after.cpu)
    }
