"""Payer answers that we did not write: nothing is dropped, nothing crashes, what is wrong is said."""

import random
from collections import Counter
from pathlib import Path

import pytest
from msgspec.structs import replace

from shared.claim import Segment, format_cents, parse_cents
from shared.testing.samples import of_kinds
from shared.x12 import prove, read, read_stream, write_835
from shared.x12.segments import opening
from shared.x12.types import ClaimPayment, FileReading, Remittance, Unsupported

ALL = of_kinds("x12/835", "x12/999", "x12/ta1", "x12/277ca", "x12/277", "x12/276")
pytestmark = pytest.mark.skipif(not ALL, reason="the folder of samples is not there")

UNBALANCED = {
    "tertiary-payment.835": [["line"]],
    "sample1.txt": [["claim"], []],
    "sample2.txt": [["claim"]],
}
"""By the end of the file's name: the levels at which each of its payments does not close."""

files = pytest.mark.parametrize("file", ALL, ids=lambda file: file.name[-40:])
remittances = pytest.mark.parametrize("file", of_kinds("x12/835"), ids=lambda file: file.name[-40:])


def small(file: Path) -> bytes:
    """A file's bytes; of the one large file its first payments, which the others repeat."""
    return file.read_bytes()[:8000]


def uncut(file: Path) -> bytes:
    """A file's bytes; of the one large file its first interchange."""
    data = file.read_bytes()
    return data if len(data) < 8000 else data[: data.index(b"IEA*") + 16]


def payments(data: bytes) -> list[Remittance]:
    return [one for one in read(data).transactions if isinstance(one, Remittance)]


@files
def test_each_sample_is_read_into_a_value_of_its_own(file: Path):
    reading = read(file.read_bytes())
    assert reading.transactions
    strange = [one for one in reading.transactions if isinstance(one, Unsupported)]
    assert bool(strange) == (b"005010X364" in file.read_bytes())


@remittances
def test_each_835_is_proved_as_its_label_says(file: Path):
    expected = next((v for name, v in UNBALANCED.items() if file.name.endswith(name)), None)
    found = [[i.level for i in prove(one)] for one in payments(file.read_bytes())]
    assert found == (expected or [[]] * len(found))


@remittances
def test_an_835_that_was_read_is_written_as_it_was_but_for_its_dress(file: Path):
    """The dress: upper case, amounts without trailing zeros, reasons of one group in one CAS, namesakes in the table's order."""
    for one in payments(uncut(file).upper()):
        whole = replace(one, findings=(), header=replace(one.header, segments=(0, 0)))
        (again,) = payments(write_835([whole]))
        assert placeless(again) == placeless(whole)


def placeless(remittance: Remittance) -> Remittance:
    claims = tuple(
        replace(c, segment=0, services=tuple(replace(s, segment=0) for s in c.services))
        for c in remittance.claims
    )
    pairs = tuple(replace(p, segment=0) for p in remittance.provider_adjustments)
    plain = replace(remittance, claims=claims, provider_adjustments=pairs, findings=())
    return replace(plain, header=replace(plain.header, segments=(0, 0), interchange=0, group=0))


def facts(data: bytes) -> list[Counter[tuple[str, ...]]]:
    """What each set of a file says, segment by segment: numbers in one form, CAS and PLB taken apart."""
    by = opening(data.decode("latin-1"), 0)
    assert by is not None
    sets: list[Counter[tuple[str, ...]]] = []
    for text in data.decode("latin-1").split(by.delimiters.segment):
        elements = text.strip().replace(by.delimiters.component, ":").split(by.delimiters.element)
        if elements[0] == "ST":
            sets.append(Counter())
        elif elements[0] not in ("SE", "GE", "IEA", "ISA", "GS", ""):
            sets[-1].update(_taken_apart([_number(element) for element in elements]))
    return sets


def _taken_apart(elements: list[str]) -> list[tuple[str, ...]]:
    if elements[0] == "CAS":
        triplets = [elements[at : at + 3] for at in range(2, len(elements), 3)]
        return [
            (*elements[:2], *triplet) if len(triplet) > 2 else (*elements[:2], *triplet, "")
            for triplet in triplets
        ]
    if elements[0] == "PLB":
        return [(*elements[:3], *elements[at : at + 2]) for at in range(3, len(elements), 2)]
    while elements and not elements[-1]:
        elements.pop()
    if elements[0] == "CLP" and len(elements) > 5 and elements[5] == "0":
        elements[5] = ""  # an absent patient responsibility is zero (RFI 396)
    return [tuple(elements)]


def _number(text: str) -> str:
    whole, point, fraction = text.partition(".")
    if point and whole.lstrip("-").isdecimal() and (fraction.isdecimal() or not fraction):
        return format_cents(parse_cents(text)) if len(fraction.rstrip("0")) < 3 else text
    return text


SAID_FOR_THE_GUIDE = {("LX", "1"), ("PER", "BL")}
"""What the writer adds where the guide asks for it and the payer forgot it."""


@remittances
def test_every_segment_of_an_835_is_accounted_for(file: Path):
    data = uncut(file)
    if any(found.code == "X12-0118" for one in payments(data) for found in one.findings):
        # The file uses another component separator than it announces; here both are made one.
        data = data.replace(b">", b":")
    for one, before in zip(payments(data), facts(data), strict=True):
        if any(found.code == "X12-0902" for found in one.findings):
            continue
        (after,) = facts(write_835([one]))
        upper = Counter({tuple(element.upper() for element in fact): count for fact, count in before.items()})
        assert upper - after == Counter()
        assert set(after - upper) <= SAID_FOR_THE_GUIDE


@files
def test_a_sample_cut_off_at_any_byte_is_read_without_an_exception(file: Path):
    data = small(file)
    for end in random.Random(len(data)).sample(range(len(data)), min(60, len(data))):
        assert isinstance(read(data[:end]), FileReading)


@files
def test_a_sample_with_random_bytes_in_it_is_read_without_an_exception(file: Path):
    chance = random.Random(file.name)
    for _ in range(30):
        data = bytearray(small(file))
        for _ in range(chance.randint(1, 20)):
            data[chance.randrange(len(data))] = chance.choice(b"*~:^>0A\n\x00\xff 9-.")
        assert isinstance(read(bytes(data)), FileReading)


@remittances
def test_an_835_read_in_pieces_is_the_one_read_whole(file: Path):
    data = small(file)
    claims: list[ClaimPayment] = []
    whole = payments(data)
    pieces = (data[at : at + 100] for at in range(0, len(data), 100))
    for event in read_stream(pieces, piecewise=True):
        if isinstance(event, ClaimPayment):
            claims.append(event)
        elif isinstance(event, Remittance):
            expected = whole.pop(0)
            assert tuple(claims) == expected.claims
            assert event.claims == ()
            assert [f.code for f in event.findings] == [f.code for f in expected.findings]
            claims = []
    assert not whole


def test_a_kept_segment_says_its_loop():
    loops = {s.loop for file in of_kinds("x12/835") for one in payments(small(file)) for s in all_kept(one)}
    assert loops <= {"835", "1000A", "1000B", "2000", "2100", "2110"}


def all_kept(said: Remittance) -> list[Segment]:
    kept = list(said.extra)
    for claim in said.claims:
        kept += claim.extra
        for line in claim.services:
            kept += line.extra
    return kept
