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

_STRANGE = (
    b"", b"*", b"HL*1**20*1", b"HL*2*1*22*0", b"CLM*A*1***11:B:1", b"CLP*A*22*-1*-1", b"SVC*HC:X*1*1", b"SV1*HC:X*1*UN*1***1",
    b"CAS*CO*45*1", b"CAS**", b"NM1", b"NM1*IL", b"PLB*1*20261231*WO:1*-1", b"LX*1", b"TRN*2*A", b"STC*A1:20*20261014*WQ*1",
    b"AK2*837*0001", b"IK3*NM1*8**8", b"IK4*1:2*66*7", b"IK5*R*5", b"AK9*R*1*1*0", b"SBR*S*18", b"DTP*472*RD8*20261014-20261013",
    b"DTP*472*D8*20261331", b"HI*ABK:A:::::::Y", b"TA1*000000905*261014*0930*A*000", b"BPR*I*1*C*CHK", b"SE*1*0001",
    b"ST*835*0002", b"AMT*D*1.234", b"AMT*T3*" + b"9" * 40, b"REF*6R*" + b"A" * 80, b"N4*X*XX*1",
    b"SVD*P*1*HC:A**1", b"DMG*D8*20260231*F",
)  # fmt: skip
_GUIDES = (
    (b"005010X222A1", b"005010X223A2"), (b"005010X223A2", b"005010X222A1"), (b"005010X214", b"005010X212"),
    (b"005010X212", b"005010X214"), (b"*277*", b"*276*"), (b"*276*", b"*277*"), (b"005010X221A1", b"004010X091"),
    (b"ST*835*", b"ST*837*"), (b"ST*837*", b"ST*835*"), (b"005010X231A1", b"005010X221A1"),
)  # fmt: skip

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
    elements[random.randrange(len(elements))] = random.choice(_VALUES)
    segments[at] = b"*".join(elements)
    data[:] = b"~".join(segments)


def _cut(random: Random, data: bytearray) -> None:
    del data[random.randrange(len(data)) :]


def _delimiter(random: Random, data: bytearray) -> None:
    old, new = random.choice((b"*", b":", b"~", b"^")), bytes([random.randrange(256)])
    data[:] = data.replace(old, new)


def _insert(random: Random, data: bytearray) -> None:
    at = random.randrange(len(data) + 1)
    data[at:at] = random.choice(_PIECES)


def _graft(random: Random, data: bytearray) -> None:
    """Segments of another place of the file, or of another file's kind, where nobody expects them."""
    segments = data.split(b"~")
    at = random.randrange(len(segments))
    many = random.choice((1, 1, 1, 2, 5, 40))
    segments[at:at] = [random.choice((random.choice(segments), random.choice(_STRANGE)))] * many
    data[:] = b"~".join(segments)


def _retype(random: Random, data: bytearray) -> None:
    """The same segments announced as another kind of set."""
    for old, new in (random.choice(_GUIDES), random.choice(_GUIDES)):
        data[:] = data.replace(old, new)


BENDS: tuple[Bend, ...] = (_flip, _drop, _double, _swap, _empty, _cut, _delimiter, _insert, _graft, _retype)


def bent(random: Random, seeds: Sequence[bytes]) -> bytes:
    """A seed file bent one to five times; one input in twenty is plain noise."""
    if random.random() < 0.05:
        return random.randbytes(random.randrange(400))
    data = bytearray(random.choice(seeds))
    for _ in range(random.randint(1, 5)):
        if data:
            random.choice(BENDS)(random, data)
    return bytes(data)
