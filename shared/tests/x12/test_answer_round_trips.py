"""What the payer-side writers write, the reader reads back: every field, every kept segment."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings

from shared.tests.x12 import status_strategies as said
from shared.tests.x12 import strategies as some
from shared.x12 import (
    read,
    write_276,
    write_277,
    write_277ca,
    write_835,
    write_999,
    write_ta1,
)
from shared.x12.segments import Delimiters
from shared.x12.types import (
    ClaimAnswers,
    GroupAck,
    InterchangeAck,
    Remittance,
    SegmentError,
    StatusInquiry,
)

LARGE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
OTHERS = Delimiters(element="|", component=">", repetition="!", segment="\n")


PLACES = ("segment", "segments", "findings")


def placeless(value: Any) -> Any:
    """The value without what only a file knows: segment numbers and findings."""
    if isinstance(value, msgspec.Struct):
        return {
            name: placeless(getattr(value, name))
            for name in value.__struct_fields__
            if name not in PLACES or isinstance(value, SegmentError)
        }
    return [placeless(inner) for inner in value] if isinstance(value, tuple) else value


def check(value: Any, write: Callable[..., bytes]) -> None:
    for delimiters in (None, OTHERS):
        data = write(value, delimiters)
        reading = read(data)
        assert [placeless(one) for one in reading.transactions] == [placeless(value)]


@LARGE
@given(some.remittances())
def test_an_835_is_read_as_it_was_written(remittance: Remittance):
    check(remittance, lambda value, marks: write_835([value], marks))


@LARGE
@given(some.group_acks)
def test_a_999_is_read_as_it_was_written(ack: GroupAck):
    check(ack, write_999)


@LARGE
@given(some.interchange_acks())
def test_a_ta1_is_read_as_it_was_written(ack: InterchangeAck):
    check(ack, write_ta1)


@LARGE
@given(said.all_answers())
def test_a_277ca_and_a_277_are_read_as_they_were_written(answers: ClaimAnswers):
    check(answers, write_277ca if answers.kind == "277CA" else write_277)


@LARGE
@given(said.inquiries)
def test_a_276_is_read_as_it_was_written(inquiry: StatusInquiry):
    check(inquiry, write_276)
