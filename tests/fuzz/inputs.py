"""Bytes to try: files bent at random, and bytes that are no file at all."""

from collections.abc import Callable, Sequence
from random import Random

_VALUES = (b"", b"^", b":", b"::::", b"^^^^^", b"-", b".", b"9" * 30, b"\xc3\x89", b"\xff")
_PIECES = (
    b"~",
    b"*",
    b"ISA*",
    b"~ISA*00*",
    b"~GS*HC~",
    b"~ST*837*1~",
    b"~SE*1*1~",
    b"~IEA*1*1~",
    b"\r\n",
    b"\x00",
)

Bend = Callable[[Random, bytearray], None]


def _flip(random: Random, data: bytearray) -> None:
    data[random.randrange(len(data))] = random.randrange(256)


def _drop(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data))
    del data[at : at + random.randint(1, 40)]


def _double(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data))
    data[at:at] = data[at : at + random.randint(1, 200)]


def _swap(random: Random, data: bytearray) -> None:
    segments = data.split(b"~")
    if len(segments) > 2:
        one, two = random.randrange(len(segments)), random.randrange(len(segments))
        segments[one], segments[two] = segments[two], segments[one]
        data[:] = b"~".join(segments)


def _empty(random: Random, data: bytearray) -> None:
    segments = data.split(b"~")
    at = random.randrange(len(segments))
    elements = segments[at].split(b"*")
    elements[random.randrange(len(elements))] = random.choice(
        (b"", b"^", b":", b"::::", b"^^^^^", b"-", b".", b"9" * 30, b"\xc3\x89", b"\xff")
    )
    segments[at] = b"*".join(elements)
    data[:] = b"~".join(segments)


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _delimiter(random: Random, data: bytearray) -> None:
    old, new = random.choice((b"*", b":", b"~", b"^")), bytes([random.randrange(256)])
    data[:] = data.replace(old, new)


def _insert(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(
        (
            b"~",
            b"*",
            b"ISA*",
            b"~ISA*00*",
            b"~GS*HC~",
            b"~ST*837*1~",
            b"~SE*1*1~",
            b"~IEA*1*1~",
            b"\r\n",
            b"\x00",
        )
    )


BENDS: tuple[Bend, ...] = (_flip, _drop, _double, _swap, _empty, _cut, _delimiter, _insert)


def bent(random: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed file bent one to five times; one input in twenty is plain noise."""
    if random.random() < 0.05:
        return random.randbytes(random.randrange(400))
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 5)):
        if data:
            random.choice(BENDS)(random, data)
    return bytes(data)
