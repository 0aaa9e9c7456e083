"""``python -m tests.load``: the bench. Prints figures; nothing here can fail because of a figure."""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.load.floor import Floor, Moved, Servers, run_floor
from tests.load.lifecycle import Bench, Run, system
from tests.load.meters import Meter, per_claim
from tests.load.moved import Moves

CORES = 2


def main() -> None:
    """Parse the options and run."""
    parser = argparse.ArgumentParser(prog="claimflow bench", description=__doc__)
    parser.add_argument(
        "--warmup", type=int, default=20_000, help="claims before the measured ones (the JVM needs them)"
    )
    parser.add_argument(
        "--claims",
        type=int,
        default=60_000,
        help="claims of the backlog run: so many that filling and emptying the stages are a small part of it",
    )
    parser.add_argument("--rate", type=float, default=400.0, help="claims per second of the paced run")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of the paced run")
    parser.add_argument("--floor", type=int, default=60_000, help="claims of the floor run; 0 leaves it out")
    parser.add_argument("--json", action="store_true", help="print one object as the last line")
    asked = parser.parse_args()
    result = asyncio.run(_bench(asked))
    if asked.json:
        print(json.dumps(result))


async def _bench(asked: argparse.Namespace) -> dict[str, object]:
    _say("starting PostgreSQL, Kafka, five services and the sandbox (no console)")
    async with system() as bench:
        _say(f"warm-up: {asked.warmup:,} claims")
        await bench.backlog(asked.warmup)
        _say(f"backlog: {asked.claims:,} claims through the whole life cycle")
        before = await bench.moved() if asked.floor else None
        backlog = await bench.backlog(asked.claims)
        moved = await bench.moves(before, asked.claims) if before else None
        _say(f"paced: {asked.rate:g} claims/s for {asked.seconds:g} s, one JSON claim per request")
        paced = await bench.paced(asked.rate, asked.seconds)
        floor = await _floor(bench, asked.floor, moved, bare=False) if moved else None
        bare = await _floor(bench, asked.floor, moved, bare=True) if moved else None
    result = _result(backlog, paced, asked.rate, (floor, bare), moved.moves if moved else {})
    _table(result)
    return result


async def _floor(bench: Bench, claims: int, moved: Moved, *, bare: bool) -> Floor:
    kind = "bare floor" if bare else "floor"
    _say(
        f"{kind}: {claims:,} claims, the same bytes and rows through the same doors and processes, with no logic"
    )
    machine = bench.machine
    roots = {kind: bench.meter.roots[kind] for kind in ("postgres", "kafka") if kind in bench.meter.roots}
    with bench.still(), tempfile.TemporaryDirectory() as folder:
        servers = Servers(machine.server_url, machine.bootstrap, Path(folder))
        return await run_floor(servers, claims, moved, Meter(roots), bare=bare)


def _result(
    backlog: Run,
    paced: Run,
    rate: float,
    floors: tuple[Floor | None, Floor | None],
    moved: Mapping[str, Moves],
) -> dict[str, object]:
    floor, bare = floors
    cpu = per_claim(backlog.before, backlog.after, backlog.claims)
    used = sum(paced.after.cpu.values()) - sum(paced.before.cpu.values())
    return {
        "claims_per_second": round(backlog.per_second),
        "floor_claims_per_second": round(floor.per_second) if floor else None,
        "floor_ratio": round(backlog.per_second / floor.per_second, 3) if floor else None,
        "bare_floor_claims_per_second": round(bare.per_second) if bare else None,
        "bare_floor_ratio": round(backlog.per_second / bare.per_second, 3) if bare else None,
        "cpu_us_per_claim": {**cpu, "total": round(sum(cpu.values()), 1)},
        "mean_batch": round(backlog.mean_batch, 1),
        "floor_cpu_us_per_claim": floor.cpu if floor else None,
        "bare_floor_cpu_us_per_claim": bare.cpu if bare else None,
        "moved_per_claim": {name: moves.as_dict() for name, moves in moved.items()},
        "wal_bytes_per_claim": round((backlog.after.wal - backlog.before.wal) / backlog.claims),
        "memory_mb": {kind: round(mb) for kind, mb in sorted(paced.after.memory.items())},
        "paced": {
            "rate": rate,
            "cpu_share": round(used / paced.seconds / CORES, 3),
            "mean_batch": round(paced.mean_batch, 1),
            "p50_ms": _percentile(paced.latencies, 0.5),
            "p99_ms": _percentile(paced.latencies, 0.99),
        },
    }


def _percentile(seconds: tuple[float, ...], share: float) -> float | None:
    if not seconds:
        return None
    return round(seconds[min(int(len(seconds) * share), len(seconds) - 1)] * 1000, 1)


def _say(words: str) -> None:
    print(words, flush=True)


def _table(result: dict[str, object]) -> None:
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    sys.exit(main())
