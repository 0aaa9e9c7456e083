"""Trace context: what W3C allows, what it forbids, and who is sampled."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.service import traces

GOOD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_traceparent_is_read_and_written_the_same() -> None:
    assert str(traces.parse(GOOD)) == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "garbage",
        GOOD.upper(),
        GOOD + "-more",
        GOOD.replace("00-", "ff-", 1),
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        GOOD.replace("01", "0x"),
    ],
)
def test_an_invalid_traceparent_is_no_traceparent(text: str) -> None:
    assert traces.parse(text) is None


def test_a_later_version_is_read_by_its_first_four_parts_as_the_standard_asks() -> None:
    assert str(traces.parse("01" + GOOD[2:] + "-later")) == GOOD


@given(st.text(max_size=80))
def test_reading_never_raises(text: str) -> None:
    found = traces.parse(text)
    assert found is None or traces.parse(str(found)) == found


def test_a_door_continues_the_callers_trace_and_its_decision() -> None:
    assert traces.accept(GOOD, share=0.0) == GOOD
    assert traces.accept("garbage", share=0.0) != "garbage"


def test_a_child_has_the_same_trace_another_span_and_the_same_flag() -> None:
    parent, child = traces.parse(GOOD), traces.parse(traces.child(GOOD))
    assert parent is not None
    assert child is not None
    assert (child.trace, child.sampled) == (parent.trace, parent.sampled)
    assert child.span != parent.span
    assert traces.child("garbage") == ""


@pytest.mark.parametrize(("share", "all_sampled"), [(0.0, False), (1.0, True)])
def test_the_share_decides_at_the_root(share: float, all_sampled: bool) -> None:
    assert {traces.sampled(traces.make(share)) for _ in range(200)} == {all_sampled}


@given(st.floats(0, 1), st.integers(1, 2**128 - 1))
def test_the_decision_is_a_function_of_the_trace_id(share: float, trace: int) -> None:
    identity = f"{trace:032x}"
    assert traces.chosen(identity, share) == (trace % 2**64 < share * 2**64)
