"""What the X12 bench measures, each beside a bare split loop: our readers, judge, proof and writers, oxedi and pyx12."""

import gc
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import oxedi

from shared.x12 import ClaimRead, Prover, prove, read, read_stream, write_835, write_837
from shared.x12.types import Batch, ClaimPayment, Remittance
from tests.load.x12_files import every, payments, usual
from tests.x12_second_opinion import opinion

Work = Callable[[], object]


class Measured(NamedTuple):
    """One row: what was done with which file, its speed, and the goal (0: none)."""

    file: str
    name: str
    megabytes: float
    claims: float
    goal: str = ""


def chunks(data: bytes) -> Iterator[bytes]:
    """As a file comes from disk."""
    return (data[at : at + 65536] for at in range(0, len(data), 65536))


def streamed(data: bytes, *, judged: bool) -> int:
    """Read an 837 claim by claim, keeping none."""
    return sum(isinstance(event, ClaimRead) for event in read_stream(chunks(data), judged=judged))


def proved_in_pieces(data: bytes) -> int:
    """Read an 835 claim by claim and prove all three levels: what a large file is given to."""
    prover = Prover()
    for event in read_stream(chunks(data), judged=False, piecewise=True):
        if isinstance(event, ClaimPayment):
            prover.claim(event)
        elif isinstance(event, Remittance):
            prover.end(event)
    return prover.claims


def proved_whole(data: bytes, *, judged: bool) -> int:
    """Read an 835 into one value and prove it."""
    (one,) = (event for event in read_stream(chunks(data), judged=judged) if isinstance(event, Remittance))
    prove(one)
    return len(one.claims)


def split(data: bytes) -> int:
    """The least that any reader in Python must do."""
    return len([text.split("*") for text in data.decode().split("~")])


def rows(megabytes: float, rounds: int) -> Iterator[Measured]:
    """Measure everything. Each figure is the best of some rounds of CPU time: other programs only ever add to it."""
    yield from _remittances(payments(megabytes), payments(megabytes / 20), rounds)
    for name, made, few in (
        ("837P usual", usual(int(megabytes * 2000)), usual(40)),
        ("837P every loop", every("professional", int(megabytes * 570)), every("professional", 20)),
        ("837I every loop", every("institutional", int(megabytes * 570)), every("institutional", 20)),
    ):
        yield from _claims(name, made, write_837([few]), rounds)


def _remittances(data: bytes, small: bytes, rounds: int) -> Iterator[Measured]:
    count, few = data.count(b"~CLP*"), small.count(b"~CLP*")
    (value,) = read(data, judged=False).transactions
    assert isinstance(value, Remittance)
    works: list[tuple[str, Work, str]] = [
        ("bare split loop", lambda: split(data), ""),
        ("read + three-level proof", lambda: proved_in_pieces(data), ">= 10 MB/s"),
        ("the same, kept as one value", lambda: proved_whole(data, judged=False), ""),
        ("read, judged and proved", lambda: proved_whole(data, judged=True), ""),
        ("written", lambda: write_835([value]), ""),
        ("oxedi, read only (Rust)", lambda: oxedi.parse(data), ""),
    ]
    for name, work, goal in works:
        yield _row("835", name, len(data), count, best(work, rounds), goal)
    yield _row("835", "pyx12, form only", len(small), few, best(lambda: opinion(small), 1))


def _claims(file: str, made: Batch, small: bytes, rounds: int) -> Iterator[Measured]:
    data, count = write_837([made]), len(made.claims)
    goals = file.startswith("837P")
    works: list[tuple[str, Work, str]] = [
        ("bare split loop", lambda: split(data), ""),
        ("read into claims", lambda: streamed(data, judged=False), ">= 8 MB/s" if goals else ""),
        ("read and judged in full", lambda: streamed(data, judged=True), ">= 4 MB/s" if goals else ""),
        ("the same, kept as one value", lambda: read(data), ""),
        ("written", lambda: write_837([made]), ">= 20,000 claims/s" if file == "837P usual" else ""),
    ]
    for name, work, goal in works:
        yield _row(file, name, len(data), count, best(work, rounds), goal)
    yield _row(file, "pyx12, form only", len(small), small.count(b"~CLM*"), best(lambda: opinion(small), 1))


def _row(file: str, name: str, size: int, claims: int, seconds: float, goal: str = "") -> Measured:
    return Measured(file, name, size / 1e6 / seconds, claims / seconds, goal)


def best(work: Work, rounds: int) -> float:
    """The least CPU seconds of some rounds, the collector's included."""
    least = float("inf")
    for _ in range(rounds):
        gc.collect()
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least
