"""What the writer does to values: cleaned of what X12 does not have, never cut."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.claim import Note
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.x12 import read, write_837
from shared.x12.segments import Delimiters
from shared.x12.types import Batch
from shared.x12.writing837.marks import C, E, R, S, finish, finish_each


def _written_with_note(text: str) -> Batch:
    (claim,) = batch(Random(5), "professional", 1).claims
    (found,) = read(write_837([around([replace(claim, notes=(Note("ADD", text),))])])).transactions
    assert isinstance(found, Batch)
    return found


def test_lower_case_accents_and_delimiters_are_cleaned() -> None:
    found = _written_with_note("José said: 50*2 ~ ok^")
    assert found.claims[0].notes == (Note("ADD", "JOSE SAID  50 2   OK"),)
    assert found.findings == ()


def test_control_characters_cannot_break_a_segment() -> None:
    found = _written_with_note("one\x01two\x02three\nfour")
    assert found.claims[0].notes == (Note("ADD", "ONE TWO THREE FOUR"),)
    assert found.findings == ()


@given(
    st.lists(st.text(f"Ab é*~| {S}{E}{E}{R}{C}", max_size=12).map(lambda text: f"CLM{text}{S}"), max_size=70)
)
def test_texts_that_are_finished_together_become_what_each_becomes(texts: list[str]) -> None:
    marks = Delimiters(element="|")
    assert "".join(finish_each(texts, marks)) == "".join([finish(text, marks) for text in texts])


def test_what_is_too_long_is_written_whole_and_judged() -> None:
    found = _written_with_note("A" * 81)
    assert found.claims[0].notes[0].text == "A" * 81
    assert [(one.code, one.path.rpartition("/")[2], one.ik4) for one in found.findings] == [
        ("X12-0505", "NTE02", "5")
    ]


def test_no_segment_ends_with_separators_and_no_loop_is_empty() -> None:
    text = write_837([batch(Random(17), "professional", 30)]).decode()[106:]
    assert "*~" not in text
    assert ":~" not in text
    assert ":*" not in text
