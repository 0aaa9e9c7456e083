"""``python -m tests.fuzz.intake [--count N] [--seed S]``: bend HL7, FHIR and JSON; every one must get an answer.

Of ``--count`` inputs, ten in thirteen are HL7 messages (also cut by the MLLP framer), two FHIR documents, one our own JSON.
Says how many there were, the slowest, and how much the memory grew between a tenth of the way and the end.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random

import msgspec
import psutil

from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.hl7.batch import answer_file, read_file, refusal
from services.intake.domain.hl7.reading import read_broken, read_hl7
from services.intake.domain.inbound import Reading, Result
from services.intake.domain.own import read_own
from services.intake.doors.framing import Framer, NotMllpError
from services.intake.tests.messages import AT, OPEN_FEEDS, dft
from services.intake.tests.resources import CLAIM, bundled
from services.intake.tests.talking import framed
from shared.claim.checking import write_claim
from shared.testing.builders import a_claim, an_institutional_claim

LIMIT = 200_000
KINDS = ("hl7",) * 10 + ("fhir",) * 2 + ("json",)
_MARKS = (
    b"|",
    b"^",
    b"~",
    b"\\",
    b"&",
    b"\r",
    b"\n",
    b"\x0b",
    b"\x1c",
    b'""',
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b'"',
)
_VALUES = (
    b"",
    b"-1",
    b"9" * 40,
    b"\xff\xfe",
    b"\xc3\x28",
    b"\x00",
    b"null",
    b"1e999",
    b"\\X0D\\",
    b"20261399",
    b"MSH|",
    b"NaN",
    b"\xe2\x80\xae",
)

Bend = Callable[[Random, bytearray], None]


def _flip(random: Random, data: bytearray) -> None:
    data[random.randrange(len(data))] = random.randrange(256)


def _drop(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data))
    del data[at : at + random.randint(1, 60)]


def _double(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data))
    data[at:at] = data[at : at + random.randint(1, 300)] * random.choice((1, 1, 1, 20))


def _insert(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(_MARKS + _VALUES)


def _replace(random: Random, data: bytearray) -> None:
    """Another value between two marks."""
    mark = random.choice((b"|", b"^", b'"', b"\r", b","))
    parts = data.split(mark)
    parts[random.randrange(len(parts))] = bytearray(random.choice(_VALUES))
    data[:] = mark.join(parts)


def _swap(random: Random, data: bytearray) -> None:
    lines = data.split(random.choice((b"\r", b"|", b",")))
    one, two = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[two] = lines[two], lines[one]
    data[:] = b"\r".join(lines)


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _other_mark(random: Random, data: bytearray) -> None:
    data[:] = data.replace(random.choice(_MARKS[:5]), bytes([random.randrange(256)]))


def _other_charset(random: Random, data: bytearray) -> None:
    data[:] = data.decode("utf-8", "replace").encode(
        random.choice(("utf-16", "utf-16-be", "cp1252", "utf-8-sig")), "replace"
    )


BENDS: tuple[Bend, ...] = (
    _flip,
    _drop,
    _double,
    _insert,
    _replace,
    _replace,
    _swap,
    _cut,
    _other_mark,
    _other_charset,
)


def seeds() -> dict[str, list[bytes]]:
    """What is bent, by kind: invented messages and documents that are taken as they are."""
    charge = dft(
        DG1_6="A",
        PV1_2="I",
        PV1_44="20261010",
        PV1_45="20261012",
        MSH_15="AL",
        MSH_16="ER",
        MSH_18="UNICODE UTF-8",
    )
    batch = b"FHS|^~\\&|A|B\rBHS|^~\\&|A|B\r" + dft() + charge + b"BTS|2\rFTS|1\r"
    registered = [dft(MSH_9=f"{kind}^{event}", EVN_1=event, FT1=None) for kind, event in _EVENTS]
    claims = [write_claim(a_claim(1)), write_claim(an_institutional_claim(2))]
    return {
        "hl7": [dft(), charge, batch, *registered],
        "fhir": [msgspec.json.encode(CLAIM), msgspec.json.encode(bundled())],
        "json": [*claims, b"[" + b",".join(claims) + b"]", b"\n".join(claims)],
    }


_EVENTS = (
    ("ADT", "A01"), ("ADT", "A03"), ("ADT", "A06"), ("ADT", "A08"), ("ADT", "A11"), ("ADT", "A13"), ("ADT", "A34"),
    ("ADT", "A40"), ("DFT", "P11"), ("BAR", "P01"), ("BAR", "P05"), ("BAR", "P06"), ("ORU", "R01"),
)  # fmt: skip


def bent(random: Random, files: Sequence[bytes]) -> bytes:
    """A seed bent one to six times; one input in thirty is plain noise."""
    if random.random() < 1 / 30:
        return random.randbytes(random.randrange(300))
    data = bytearray(random.choice(files))
    for _ in range(random.randint(1, 6)):
        if data:
            random.choice(BENDS)(random, data)
    return bytes(data)


def answered(kind: str, data: bytes, random: Random) -> int:
    """Read one input as its door does and give its answers; how many there were. Raises AssertionError without one."""
    if kind == "hl7":
        return sum(_said(reading) for reading in _messages(data, random))
    if kind == "fhir":
        return _said(read_fhir(data, "test", "", OPEN_FEEDS))
    return _said(read_own(data, "test", "", OPEN_FEEDS, lines=random.random() < 0.2))


def _messages(data: bytes, random: Random) -> list[Reading]:
    """As the framer makes messages of the bytes, in packets of any size; and as one message, and as a file."""
    framer, found = Framer(LIMIT), [read_hl7(data, OPEN_FEEDS, AT)]
    stream = framed(data)
    try:
        while stream:
            size = random.randint(1, len(stream))
            for raw, whole in framer.feed(stream[:size]):
                if raw != data:
                    found.append((read_hl7 if whole else read_broken)(raw, OPEN_FEEDS, AT))
            stream = stream[size:]
    except NotMllpError:
        stream = b""
    file = read_file(data)
    found += [read_hl7(message, OPEN_FEEDS, AT) for message in file.messages if message != data]
    found += [refusal(data, file, "", AT)] if file.faults else []
    assert answer_file(file, [], "1", AT).startswith(b"FHS") == bool(file.file or file.batches)
    return found


def _said(reading: Reading) -> int:
    answer = reading.reply(
        Result(message="m", claims=tuple((f"c{n}", "made") for n in range(len(reading.claims))))
    )
    silent = reading.door == "hl7" and not answer.body
    assert silent or answer.body, "no answer"
    assert reading.door == "hl7" or 200 <= answer.status < 500
    return int(not silent)


def run(count: int, seed: int, say: Callable[[str], object] = sys.stdout.write) -> Counter[str]:
    """Try so many inputs. Returns how many of each kind; an exception ends the run, with the input said."""
    random, files = Random(seed), seeds()
    done: Counter[str] = Counter()
    process, began = psutil.Process(), time.process_time()
    early = slowest = 0.0
    answers = 0
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        data = bent(random, files[kind])
        before, whole = time.process_time(), False
        try:
            answers += answered(kind, data, random)
            whole = True
        finally:
            if not whole:
                say(f"broke as {kind} on {data!r}\n")
        done[kind] += 1
        slowest = max(slowest, time.process_time() - before)
        if number == count // 10:
            early = process.memory_info().rss
    grown = (process.memory_info().rss - early) / 1e6
    kinds = ", ".join(f"{n:,} {kind}" for kind, n in sorted(done.items()))
    say(
        f"{count:,} inputs ({kinds}), {answers:,} answers, {time.process_time() - began:.0f} s of CPU,"
        f" slowest {slowest * 1000:.0f} ms, memory {grown:+.1f} MB, seed {seed}, nothing broke\n"
    )
    return done


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    run(given.count, given.seed)
