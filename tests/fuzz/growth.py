"""Does work grow with the size of the input and no faster? Each segment of each kind of file, and other things, many times over.

A ratio of CPU times, not a time: four times the input may cost four times as much, sixteen times would be quadratic.
"""

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from tests.fuzz.reading import read_and_write
from tests.fuzz.seeds import seeds

LIMIT = 8.0
"""Growth of CPU time at four times the input: 4 is linear, 16 quadratic."""


class Shape(NamedTuple):
    """A hostile input of any size: ``make(n)`` repeats something ``n`` times."""

    name: str
    make: Callable[[int], bytes]


def repeated_segments(files: Sequence[bytes]) -> Iterator[Shape]:
    """Each kind of segment of each kind of file, repeated behind itself."""
    seen: set[tuple[bytes, bytes]] = set()
    for data in files:
        segments = data.split(b"~")
        guide = segments[1][-12:]
        for at, segment in enumerate(segments[1:-1], 1):
            elements = segment.split(b"*")
            key = guide, b"*".join(elements[: 1 if elements[0] in _NUMBERED else 2])
            if key not in seen:
                seen.add(key)
                yield Shape(f"{guide.decode()} {elements[0].decode()} (segment {at})", _behind(segments, at))


_NUMBERED = (b"LX", b"HL", b"SVC", b"SV1", b"SV2", b"CLM", b"CLP", b"N3", b"TS2", b"TS3", b"DMG")


def _behind(segments: list[bytes], at: int) -> Callable[[int], bytes]:
    before, after = b"~".join(segments[: at + 1]), b"~".join(segments[at + 1 :])
    return lambda n: before + (b"~" + segments[at]) * n + b"~" + after


def repeated_loops(data: bytes, starts: Sequence[bytes]) -> Iterator[Shape]:
    """Whole loops of a file repeated: from the first segment that begins so, to the next one."""
    for start in starts:
        first = data.find(b"~" + start) + 1
        if not first:
            continue
        end = data.find(b"~" + start, first)
        end = end + 1 if end > 0 else data.find(b"~SE*") + 1
        yield Shape(f"loop {start.decode()}", _between(data, first, end))


def _between(data: bytes, first: int, end: int) -> Callable[[int], bytes]:
    return lambda n: data[:first] + data[first:end] * (n // 20) + data[end:]


def soups(data: bytes) -> Iterator[Shape]:
    """Inputs that are no file, or a file with one part blown up."""
    whole = data.rstrip(b"\n")
    group = whole.index(b"GS*")
    for name, unit in (
        ("ISA*", b"ISA*"),
        ("ISA only", whole[:106]),
        ("empty segments", b"~"),
        ("noise", b"MSH|\xff"),
    ):
        yield Shape(name, lambda n, unit=unit: unit * n * 5)  # type: ignore[misc]
    yield Shape("whole interchanges", lambda n: whole * (n // 20))
    yield Shape("empty interchanges", lambda n: (whole[:106] + b"IEA*0*000000905~") * n)
    yield Shape(
        "empty groups", lambda n: whole[:group] + b"GS*HC*A*B*20261014*0930*17*X*005010X222A1~GE*0*17~" * n
    )
    yield Shape(
        "empty sets", lambda n: data[: data.index(b"ST*")] + b"ST*837*0001*005010X222A1~SE*2*0001~" * n
    )
    for name, unit in (("elements", b"*"), ("components", b":"), ("repetitions", b"^"), ("characters", b"A")):
        for segment in (b"CLM*", b"HI*", b"~N3*", b"~SV1*", b"~REF*", b"~PER*"):
            at = data.find(segment) + len(segment)
            yield Shape(
                f"{name} in {segment.decode()}",
                lambda n, at=at, unit=unit: data[:at] + unit * n * 10 + data[at:],  # type: ignore[misc]
            )


def every_shape() -> Iterator[Shape]:
    """All of them, over one file of each kind."""
    files = seeds()
    yield from soups(files[0])
    yield from repeated_segments(files)
    for data in files[:2]:
        yield from repeated_loops(data, (b"HL*", b"NM1*", b"CLM*", b"SBR*", b"LX*", b"SVD*"))
    for data in files[-8:]:
        yield from repeated_loops(
            data, (b"CLP*", b"LX*", b"SVC*", b"HL*", b"AK2*", b"IK3*", b"TRN*", b"STC*")
        )


def growth(shape: Shape, size: int, tries: int = 3) -> float:
    """How CPU time grows from ``size`` to four times of it; the least of some tries, since other programs only ever add."""
    ratio = float("inf")
    for _ in range(tries):
        ratio = min(ratio, _cost(shape.make(4 * size)) / _cost(shape.make(size)))
        if ratio < LIMIT:
            break
    return ratio


def _cost(data: bytes) -> float:
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        read_and_write(data)
        return max(time.process_time() - began, 1e-3)
    finally:
        gc.enable()
