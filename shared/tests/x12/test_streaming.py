"""A file gives the same results in whatever pieces it arrives, and one bad claim or set never takes the next with it."""

import tracemalloc
from collections.abc import Iterator
from random import Random

import msgspec
import pytest
from msgspec.structs import replace

from shared.claim import Reference
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.x12 import ClaimRead, Delimiters, SetEnd, read, read_stream, write_837
from shared.x12.types import Batch, Unsupported, X12Finding


def _pieces(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


def _claims(data: bytes, size: int) -> list[object]:
    return [event.claim for event in read_stream(_pieces(data, size)) if isinstance(event, ClaimRead)]


@pytest.mark.parametrize("size", [1, 7, 106, 1000])
def test_a_file_in_pieces_gives_the_same_claims(size: int) -> None:
    data = write_837([batch(Random(2), "professional", 3)])
    whole = read(data).transactions[0]
    assert isinstance(whole, Batch)
    assert _claims(data, size) == list(whole.claims)


@pytest.mark.parametrize("size", [1, 64, 4096])
def test_findings_stand_at_the_same_place_in_pieces(size: int) -> None:
    data = write_837([batch(Random(2), "professional", 2)]).replace(b"*CH~", b"*QQ~")
    found = [
        (one.code, one.segment) for event in read_stream(_pieces(data, size)) for one in _findings(event)
    ]
    assert found == [("X12-0507", 4)]


def _findings(event: object) -> tuple[X12Finding, ...]:
    return (
        event.findings
        if isinstance(event, ClaimRead | SetEnd)
        else (event,)
        if isinstance(event, X12Finding)
        else ()
    )


@pytest.mark.parametrize("terminator", ["~", "\n", "\r"])
def test_a_value_that_ends_with_isa_begins_no_interchange(terminator: str) -> None:
    written = batch(Random(2), "professional", 1)
    named = replace(written, submitter=replace(written.submitter, last="CLINIC ISA"))
    reading = read(write_837([named], Delimiters(segment=terminator)))
    assert len(reading.envelopes) == 1
    assert [one.submitter.last for one in reading.transactions if isinstance(one, Batch)] == ["CLINIC ISA"]


def test_a_claim_that_cannot_be_read_does_not_take_its_neighbours() -> None:
    written = batch(Random(4), "professional", 3)
    text = write_837([written])
    second = f"CLM*{written.claims[1].number}*".encode()
    spoilt = text.replace(second, second + b"X")
    found = read(spoilt).transactions[0]
    assert isinstance(found, Batch)
    assert found.claims == (written.claims[0], written.claims[2])
    refused = [one for one in found.findings if one.code == "X12-0901"]
    assert [(one.claim, one.segment_id) for one in refused] == [(written.claims[1].number, "CLM")]


def test_a_set_that_is_not_supported_does_not_take_the_next() -> None:
    one = batch(Random(4), "professional", 1)
    data = write_837([one, replace(one, header=replace(one.header, transaction="0002"))])
    found = read(data.replace(b"ST*837*0001*005010X222A1", b"ST*834*0001*005010X220A1")).transactions
    assert isinstance(found[0], Unsupported)
    assert found[0].name == "enrollment (834)"
    assert isinstance(found[1], Batch)
    assert found[1].claims == one.claims


def test_a_set_without_its_trailer_does_not_take_the_next() -> None:
    one = batch(Random(4), "professional", 1)
    data = write_837([one, replace(one, header=replace(one.header, transaction="0002"))])
    start = data.index(b"~SE*")
    found = read(data[:start] + data[data.index(b"~ST*", start) :]).transactions
    assert [len(each.claims) for each in found if isinstance(each, Batch)] == [1, 1]


def test_memory_does_not_grow_with_the_file() -> None:
    (claim,) = batch(Random(9), "professional", 1).claims
    small = write_837([around([replace(claim, number=f"A{n}") for n in range(200)])])
    large = write_837([around([replace(claim, number=f"A{n}") for n in range(2000)])])
    _peak(small)  # patterns are made and texts are learnt
    assert _peak(large) < _peak(small) * 2


def _peak(data: bytes) -> int:
    tracemalloc.start()
    for _ in read_stream(_pieces(data, 16384)):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("size", [*range(400, 440), 10**6])
def test_interchanges_with_delimiters_of_their_own_are_told_apart_wherever_a_piece_ends(size: int) -> None:
    one = batch(Random(2), "professional", 1)
    other = Delimiters(element="|", component=">", repetition="!", segment="\n")
    first = write_837([one])
    data = first + b"\r\n" + write_837([one], other) + first
    ends = len(first) % size
    pieces = [data[:ends], *_pieces(data[ends:], size)]
    found = [event.claim for event in read_stream(pieces) if isinstance(event, ClaimRead)]
    assert found == list(one.claims) * 3


def test_what_was_read_before_makes_no_difference_to_a_file_with_another_separator_than_announced() -> None:
    usual = write_837([batch(Random(6), "professional", 3)])
    head, body = usual[:106], usual[106:]
    respelt = head + body.replace(b":", b">")
    mixed = head + body.replace(b":", b">").replace(b"HI*ABK>", b"HI*ABK:").replace(b"SV1*HC>", b"SV1*HC:")
    for data in (respelt, mixed):
        fresh = _said(data)
        read(usual)
        assert _said(data) == fresh
    assert _said(respelt) != _said(mixed)


def _said(data: bytes) -> list[tuple[str, int, str]]:
    events = list(read_stream((data,)))
    return [(one.code, one.segment, one.path) for event in events for one in _findings(event)]


def test_of_two_equal_segments_one_is_the_field_and_one_is_kept_however_often_they_were_read() -> None:
    written = batch(Random(4), "professional", 1)
    claim = msgspec.structs.replace(written.claims[0], medical_record="MRN1", references=())
    text = write_837([msgspec.structs.replace(written, claims=(claim,))])
    twice = text.replace(b"REF*EA*MRN1~", b"REF*EA*MRN1~REF*EA*MRN1~")
    for _ in range(3):
        (found,) = (e.claim for e in read_stream((twice,)) if isinstance(e, ClaimRead))
        assert found is not None
        assert (found.medical_record, found.references) == ("MRN1", (Reference("EA", "MRN1"),))
