"""An 835 as a stream: claim by claim, in the memory of one claim, in linear time whatever a claim holds."""

import tracemalloc
from collections.abc import Iterator
from random import Random

import pytest

from shared.testing.every_remittance import remittance
from shared.x12 import Prover, prove, read, read_stream, write_835
from shared.x12.remittance835.claimtext import CLAIM_PARTS, LINE_PARTS
from shared.x12.remittance835.writing import RANKS
from shared.x12.types import ClaimPayment, Remittance

DATA = write_835([remittance(Random("stream"), 40)])


def pieces(size: int) -> Iterator[bytes]:
    return (DATA[at : at + size] for at in range(0, len(DATA), size))


@pytest.mark.parametrize("size", [1, 7, 1000, 10**6])
@pytest.mark.parametrize("judged", [True, False])
def test_pieces_of_any_size_give_the_same_claims_and_the_same_proof(size: int, judged: bool):
    (whole,) = read(DATA).transactions
    assert isinstance(whole, Remittance)
    claims, prover = [], Prover()
    for event in read_stream(pieces(size), judged=judged, piecewise=True):
        if isinstance(event, ClaimPayment):
            claims.append(event)
            prover.claim(event)
        elif isinstance(event, Remittance):
            prover.end(event)
    assert tuple(claims) == whole.claims
    assert tuple(prover.found) == prove(whole) == ()
    assert prover.claims == len(whole.claims)


@pytest.mark.parametrize("judged", [True, False])
def test_an_835_is_the_same_value_whether_it_is_judged_or_not(judged: bool):
    one = next(e for e in read_stream((DATA,), judged=judged) if isinstance(e, Remittance))
    (whole,) = read(DATA).transactions
    assert one == whole


def many(times: int) -> Iterator[bytes]:
    """One payment of claims without end: its total is wrong, its claims close, each under a number of its own."""
    start, end = DATA.index(b"CLP*"), DATA.index(b"SE*")
    plb = DATA.find(b"PLB*")
    yield DATA[:start]
    for time in range(times):
        yield DATA[start : plb if plb > 0 else end].replace(b"*ICN", b"*I%02dN" % time)
    yield DATA[end:]


@pytest.mark.parametrize("judged", [True, False])
def test_memory_does_not_grow_with_the_number_of_claims(judged: bool):
    peaks = []
    for times in (3, 30):
        tracemalloc.start()
        claims = sum(
            isinstance(event, ClaimPayment)
            for event in read_stream(many(times), judged=judged, piecewise=True)
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert claims >= 40 * times
    assert peaks[1] < 2 * peaks[0]


@pytest.mark.parametrize(
    "segment",
    [
        b"REF*EA*1~",
        b"CAS*CO*45*1~",
        b"AMT*AU*1~",
        b"NM1*QC*1*A~",
        b"LX*1~",
        b"PLB*1*20261231*CS:X*1~",
        b"~",
        b"ZZZ~",
    ],
)
def test_a_claim_with_a_hundred_thousand_segments_is_read_to_its_end(segment: bytes):
    at = DATA.index(b"CLP*")
    at = DATA.index(b"~", at) + 1
    hostile = DATA[:at] + segment * 100_000 + DATA[at:]
    found = [event for event in read_stream((hostile,), judged=False) if isinstance(event, Remittance)]
    assert len(found) == 1


def test_a_cut_off_remittance_says_so_and_keeps_the_claims_so_far():
    (one,) = read(DATA[: DATA.index(b"CLP*", len(DATA) // 2)]).transactions
    (whole,) = read(DATA).transactions
    assert isinstance(one, Remittance)
    assert isinstance(whole, Remittance)
    assert 0 < len(one.claims) < len(whole.claims)
    assert one.claims == whole.claims[: len(one.claims)]
    assert "X12-0303" in [found.code for found in one.findings]
    assert "X12-1003" in [found.code for found in one.findings]


@pytest.mark.parametrize(("loop", "parts"), [("2100", CLAIM_PARTS), ("2110", LINE_PARTS)])
def test_the_parts_of_a_claim_and_of_a_line_are_written_in_the_tables_order(
    loop: str, parts: tuple[str, ...]
):
    ranks = [RANKS.loops[loop][tag] for tag in parts]
    assert ranks == sorted(ranks)
