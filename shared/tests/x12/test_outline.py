"""The outside of a file: its segments as they stand, and whether it ends where it should."""

import pytest

from shared.testing.builders import a_claim
from shared.testing.every_claim.batch import around
from shared.x12 import Delimiters, read, write_837
from shared.x12.outline import frame, outline

DATA = write_837([around([a_claim(1)])])
CUT = DATA[:48] + DATA[105:106] + DATA[49:] + b"IEA*1*~"
"""Its ISA has the terminator within itself: it names no control number."""


def test_segments_are_numbered_as_the_reader_numbers_them() -> None:
    (one,) = read(DATA + DATA).transactions[1:]
    first, last = one.header.segments  # type: ignore[union-attr]
    standing = {segment.number: segment.elements[0] for segment in outline(DATA + DATA)}
    assert (standing[first], standing[last]) == ("ST", "SE")


def test_each_interchange_is_cut_by_its_own_delimiters() -> None:
    other = write_837([around([a_claim(1)])], Delimiters("|", ">", "^", "\n"))
    texts = [segment.elements[:2] for segment in outline(DATA + other) if segment.elements[0] == "GS"]
    assert texts == [["GS", "HC"], ["GS", "HC"]]


@pytest.mark.parametrize("tail", [b"", b"\r\n", b" "])
def test_a_file_is_whole_that_ends_with_the_iea_of_its_own_interchange(tail: bytes) -> None:
    assert frame(DATA + tail).whole
    assert frame(DATA.removesuffix(b"~") + tail).whole
    assert frame(DATA + DATA).whole


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", CUT, DATA[:-20], DATA + DATA[:200], DATA.replace(b"IEA*1*000000905", b"IEA*1*000000906")],
)
def test_what_ends_elsewhere_is_not_whole(data: bytes) -> None:
    assert not frame(data).whole
