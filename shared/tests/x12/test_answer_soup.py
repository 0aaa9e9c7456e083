"""Segments of payer answers in any order, with any elements: always a value, which can be stored, loaded and written again."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.x12 import (
    prove,
    read,
    read_stream,
    write_276,
    write_277,
    write_277ca,
    write_835,
    write_999,
)
from shared.x12.types import ClaimAnswers, ClaimPayment, FileReading, GroupAck, Remittance, StatusInquiry
from tests.fuzz.soups import HEAD, SETS, soups

SOUP = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])


@SOUP
@given(soups())
def test_any_soup_of_segments_is_read_judged_proved_and_written_again(soup: tuple[str, bytes]):
    _, data = soup
    for value in read(data).transactions:
        if isinstance(value, Remittance):
            prove(value)
            assert isinstance(read(write_835([value])), FileReading)
        elif isinstance(value, GroupAck):
            assert isinstance(read(write_999(value)), FileReading)
        elif isinstance(value, ClaimAnswers):
            write = write_277ca if value.kind == "277CA" else write_277
            assert isinstance(read(write(value)), FileReading)
        elif isinstance(value, StatusInquiry):
            assert isinstance(read(write_276(value)), FileReading)


@SOUP
@given(soups())
def test_any_value_that_was_read_can_be_stored_and_loaded_again(soup: tuple[str, bytes]):
    _, data = soup
    for value in read(data).transactions:
        assert msgspec.json.decode(msgspec.json.encode(value), type=type(value)) == value


@SOUP
@given(soups(), st.integers(1, 50))
def test_any_soup_gives_the_same_claims_in_pieces(soup: tuple[str, bytes], size: int):
    _, data = soup
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    whole = [claim for one in read(data).transactions if isinstance(one, Remittance) for claim in one.claims]
    streamed = [e for e in read_stream(pieces, judged=False, piecewise=True) if isinstance(e, ClaimPayment)]
    assert streamed == whole


@pytest.mark.parametrize("kind", sorted(SETS))
def test_a_set_with_nothing_in_it_is_a_value_with_findings(kind: str):
    set_id, functional, guide, _ = SETS[kind]
    st03 = "" if kind == "835" else f"*{guide}"
    group = f"GS*{functional}*A*B*20261012*0930*1*X*{guide}"
    data = f"{HEAD}~{group}~ST*{set_id}*0001{st03}~SE*2*0001~GE*1*1~IEA*1*000000001~".encode()
    (value,) = read(data).transactions
    assert [found for found in value.findings if found.severity == "error"]
