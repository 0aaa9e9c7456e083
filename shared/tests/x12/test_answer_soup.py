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

SETS = {
    "835": (
        "HP",
        "005010X221A1",
        "BPR TRN CUR REF DTM N1 N3 N4 PER RDM LX TS3 TS2 CLP CAS NM1 MIA MOA AMT QTY SVC LQ PLB",
    ),
    "999": ("FA", "005010X231A1", "AK1 AK2 IK3 CTX IK4 IK5 AK9"),
    "277CA": ("HN", "005010X214", "BHT HL NM1 TRN STC QTY AMT REF DTP SVC"),
    "277": ("HN", "005010X212", "BHT HL NM1 PER TRN STC REF DTP SVC"),
    "276": ("HR", "005010X212", "BHT HL NM1 TRN REF AMT DTP SVC DMG"),
}
ELEMENTS = """
1 2 22 PR PE QC IL 74 82 TT 85 1P 41 XX XV FI MI 45 CO 6R 232 150 151 472 D8 RD8 20260101 20260231 20260101-20260105 HE 20 21 19
PT 23 10.50 -3 1,5 . - HC:G0463:25 WO:REF A7:562:85 :::::::: 90 YU 1K EJ I L6 TJ 2U
"""
element = st.one_of(st.just(""), st.sampled_from(ELEMENTS.split()), st.text("ABC019.-: ", max_size=6))


@st.composite
def soups(draw: st.DrawFn) -> tuple[str, bytes]:
    kind = draw(st.sampled_from(sorted(SETS)))
    functional, guide, vocabulary = SETS[kind]
    names = st.sampled_from([*vocabulary.split(), "ZZZ", "", "SE"])
    rows = draw(st.lists(st.tuples(names, st.lists(element, max_size=12)), max_size=25))
    start = f"ST*{kind[:3]}*0001" + ("" if kind == "835" else f"*{guide}")
    body = [start, *("*".join((name, *values)) for name, values in rows), f"SE*{len(rows) + 2}*0001"]
    head = "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261012*0930*^*00501*000000001*0*T*:"
    group = f"GS*{functional}*A*B*20261012*0930*1*X*{guide}"
    return kind, ("~".join([head, group, *body, "GE*1*1", "IEA*1*000000001"]) + "~").encode()


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
    functional, guide, _ = SETS[kind]
    st03 = "" if kind == "835" else f"*{guide}"
    data = (
        "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261012*0930*^*00501*000000001*0*T*:~"
        f"GS*{functional}*A*B*20261012*0930*1*X*{guide}~ST*{kind[:3]}*0001{st03}~SE*2*0001~GE*1*1~IEA*1*000000001~"
    ).encode()
    (value,) = read(data).transactions
    assert [found for found in value.findings if found.severity == "error"]
