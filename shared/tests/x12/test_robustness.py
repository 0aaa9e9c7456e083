"""Whatever the bytes, the answer is findings: no exception, no hang, nothing invented."""

from collections import Counter
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.testing.builders import a_claim
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.x12 import read, write_837
from shared.x12.findings import MOST, MOST_OF_CLAIM
from shared.x12.types import Batch, Unsupported
from tests.fuzz.inputs import bent
from tests.fuzz.seeds import seeds


def _codes(data: bytes) -> list[str]:
    reading = read(data)
    return [
        one.code
        for one in (*reading.findings, *(f for t in reading.transactions for f in getattr(t, "findings", ())))
    ]


def test_a_file_cut_anywhere_says_that_it_ends_too_early() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    for end in range(120, len(data) - 1):
        assert "X12-0106" in _codes(data[:end]), end


def test_a_cut_file_says_which_segment_was_the_last_whole_one() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    for end in range(120, len(data) - 1, 7):
        (found,) = (one for one in read(data[:end]).findings if one.code == "X12-0106")
        assert found.problem.endswith(f"the last whole segment is {data[:end].count(b'~')}."), end


def test_a_file_that_lacks_only_its_last_terminator_is_whole_but_warned_about() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    assert _codes(data[:-1]) == ["X12-0122"]


def test_a_file_cut_within_its_header_says_so() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    for end in range(107):
        assert _codes(data[:end]) != [], end


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_findings(data: bytes) -> None:
    assert _codes(data)


@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_bent_files_give_findings_or_claims(random: Random) -> None:
    reading = read(bent(random, _SEEDS))
    assert reading.findings or reading.transactions


_SEEDS = seeds()


@pytest.mark.parametrize(
    "junk", [b"", b"\n\n", b"hello", b"MSH|^~\\&|A|B", b'{"a": 1}', b"ISA", b"ISA*" * 50, b"\xff\xfe"]
)
def test_what_is_no_x12_is_called_so(junk: bytes) -> None:
    assert {"X12-0101", "X12-0108"} & set(_codes(junk))


def test_an_element_of_ten_megabytes_is_one_finding() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    huge = data.replace(b"~N3*", b"~N3*" + b"A" * 10_000_000, 1)
    reading = read(huge)
    (found,) = (t for t in reading.transactions if isinstance(t, Batch))
    assert [one.code for one in found.findings] == ["X12-0505"]
    assert len(found.claims) == 1


def test_a_flood_of_findings_is_listed_in_part_and_counted_whole() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    (found,) = read(data.replace(b"~HL*1*", b"~" + b"~" * 200_000 + b"HL*1*", 1)).transactions
    assert isinstance(found, Batch)
    assert Counter(one.code for one in found.findings) == {"X12-0401": MOST, "X12-0302": 1, "X12-0903": 1}
    (more,) = (one for one in found.findings if one.code == "X12-0903")
    assert f"{200_000 - MOST} more findings of kind X12-0401" in more.problem


def test_a_flood_within_one_claim_is_its_own_and_hides_no_neighbour() -> None:
    data = write_837([batch(Random(6), "professional", 2)])
    at = data.index(b"CLM*")
    at = data.index(b"~", at) + 1
    (found,) = read(data[:at] + b"ZZZ~" * 5000 + data[at:]).transactions
    assert isinstance(found, Batch)
    of_first = Counter(one.code for one in found.findings if one.claim == found.claims[0].number)
    assert of_first == {"X12-0401": MOST_OF_CLAIM, "X12-0903": 1}
    assert not any(one.claim == found.claims[1].number for one in found.findings)


def test_a_flood_outside_of_every_set_is_bounded_too() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    codes = Counter(_codes(data.replace(b"~ST*", b"~" + b"ZZZ~" * 5000 + b"ST*", 1)))
    assert codes == {"X12-0309": MOST, "X12-0903": 1}


def test_bytes_that_are_not_utf8_are_read_as_latin_1_with_a_warning() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    assert "X12-0104" in _codes(data.replace(b"INVENTED HOSPITAL", b"H\xd4PITAL", 1))


def test_a_byte_order_mark_is_noticed_and_passed_over() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    assert _codes(b"\xef\xbb\xbf" + data) == ["X12-0103"]


def test_line_breaks_after_terminators_are_a_warning() -> None:
    data = write_837([batch(Random(6), "professional", 1)])
    assert _codes(data.replace(b"~", b"~\r\n")) == ["X12-0105"]
    assert _codes(data.replace(b"~", b"~   ")) == ["X12-0105"]
    assert _codes(data + b"\n") == []


def test_an_unannounced_component_separator_is_noticed_and_used() -> None:
    written = batch(Random(6), "professional", 2)
    data = write_837([written])
    reading = read(data[:106] + data[106:].replace(b":", b">"))
    (found,) = reading.transactions
    assert isinstance(found, Batch)
    assert found.claims == written.claims
    assert [one.code for one in found.findings] == ["X12-0118"]


def test_other_versions_are_refused_by_name() -> None:
    data = write_837([batch(Random(6), "professional", 1)]).replace(b"005010X222A1", b"004010X098A1")
    (found,) = read(data).transactions
    assert isinstance(found, Unsupported)
    assert found.name == "claim (837) of version 004010"
    assert [one.code for one in found.findings] == ["X12-0307"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"*UN*1*22**1", b"*UN*1*22**" + b"9" * 5000),
        (b"HL*2*", b"HL*" + b"2" * 5000 + b"*"),
        (b"LX*1~", b"LX*" + b"1" * 5000 + b"~"),
        (b"SE*", b"SE*" + b"1" * 5000),
        (b"GE*1", b"GE*" + b"1" * 5000),
        (b"IEA*1", b"IEA*" + b"1" * 5000),
        (b"CLM*", b"CLM*A*" + b"1" * 5000 + b"*"),
        (b"*D8*", b"*D8*" + b"1" * 5000),
    ],
)
def test_a_number_of_five_thousand_digits_is_a_finding(old: bytes, new: bytes) -> None:
    data = write_837([around([a_claim(1)])])
    data = data if old in data else data.replace(b"*UN*1***1", b"*UN*1*22**1")
    assert old in data
    assert any(code for code in _codes(data.replace(old, new, 1)))


@pytest.mark.parametrize("length", [17, 18, 20, 40, 400])
@pytest.mark.parametrize(
    "old", [b"CLM*A*12", b"*UN*1***1", b"HC:G0463*12", b"*0*P*:~", b"CLP*", b"BPR*I*", b"AMT*", b"TRN*1*"]
)
def test_what_was_read_can_be_stored_however_long_its_numbers_are(old: bytes, length: int) -> None:
    for data in _SEEDS:
        at = data.find(old) + len(old)
        if at >= len(old):
            msgspec.json.encode(read(data[:at] + b"9" * length + data[at:]))
            isa = data[:90] + b"9" * length + data[90:]
            assert msgspec.json.encode(read(isa))
