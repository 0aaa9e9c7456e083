"""Segments in = segments accounted for: what a file says stands in its value, in a field or among what is kept."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.testing.every_claim import batch
from shared.testing.every_receipt import group_ack, inquiry, receipt, status_answers
from shared.testing.every_remittance import remittance
from shared.x12 import (
    ClaimRead,
    SetEnd,
    SetStart,
    read,
    read_stream,
    write_276,
    write_277,
    write_277ca,
    write_835,
    write_837,
    write_999,
)

FILES = {
    "837P": write_837([batch(Random(21), "professional", 3)]),
    "837I": write_837([batch(Random(21), "institutional", 3)]),
    "835": write_835([remittance(Random(21), 4)]),
    "277CA": write_277ca(receipt(Random(21))),
    "277": write_277(status_answers(inquiry(Random(21)))),
    "276": write_276(inquiry(Random(21))),
    "999": write_999(group_ack(Random(21))),
}
STRANGERS = ("ZZZ*{}", "REF*ZZ*{}", "REF*G1*{}", "NTE*ADD*{}", "K3*{}", "PER*IC*{}", "N3*{}", "N4*{}", "PRV*PE*PXC*{}",
             "MSG*{}*{}", "QTY*PT*{}", "LQ*ZZ*{}", "DTM*999*{}", "CTX*{}", "PWK*OZ*BM***AC*{}", "PS1*{}*1",
             "FRM*{}*Y")  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes, list[str]]:
    """A file of some kind with segments of any kind put in anywhere between ST and SE, each with a word of its own."""
    kind = draw(st.sampled_from(sorted(FILES)))
    segments = FILES[kind].decode().split("~")
    words: list[str] = []
    for at, stranger in draw(
        st.lists(st.tuples(st.integers(4, len(segments) - 5), st.sampled_from(STRANGERS)), max_size=12)
    ):
        words.append(f"WORD{len(words):04d}")
        segments.insert(at, stranger.replace("{}", words[-1]))
    return kind, "~".join(segments).encode(), words


@settings(max_examples=250)
@given(files())
def test_every_segment_that_is_put_in_stands_in_the_value(file: tuple[str, bytes, list[str]]) -> None:
    _, data, words = file
    said = msgspec.json.encode(read(data).transactions).decode()
    assert [word for word in words if word not in said] == []


@pytest.mark.parametrize("judged", [True, False])
@settings(max_examples=100)
@given(files())
def test_every_segment_is_counted_once(judged: bool, file: tuple[str, bytes, list[str]]) -> None:
    """The segments of the sets, and of the claims in them, follow each other without gap or overlap."""
    _, data, _ = file
    reading = read(data, judged=judged)
    assert reading.segments == data.count(b"~")
    (one,) = reading.transactions
    assert one.header is not None
    assert one.header.segments == (3, reading.segments - 2)
    assert [envelope.segments for envelope in reading.envelopes] == [(1, reading.segments)]
    last = 0
    for event in read_stream((data,), judged=judged):
        if isinstance(event, ClaimRead):
            assert last < event.segments[0] <= event.segments[1] < reading.segments - 1
            last = event.segments[1]
        assert not isinstance(event, SetStart | SetEnd) or last < reading.segments


def test_a_claim_that_cannot_be_read_is_none_and_the_original_names_its_segments() -> None:
    data = FILES["837P"].replace(b"CLM*", b"CLM*", 1)
    at = data.index(b"CLM*")
    amount = data.index(b"*", at + 4)
    spoilt = data[: amount + 1] + b"X" + data[amount + 1 :]
    (refused,) = (e for e in read_stream((spoilt,)) if isinstance(e, ClaimRead) and e.claim is None)
    segments = spoilt.split(b"~")[refused.segments[0] - 1 : refused.segments[1]]
    assert segments[0].startswith(b"CLM*" + refused.number.encode())
    assert not any(segment.startswith((b"HL*", b"SE*")) for segment in segments)
