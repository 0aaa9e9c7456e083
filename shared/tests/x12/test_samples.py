"""Files of other projects: none makes the reader raise, nothing of them is dropped, and the clean ones are clean."""

from collections import Counter
from pathlib import Path

import pytest

from shared.claim import Claim
from shared.testing import samples
from shared.x12 import read, write_837
from shared.x12.types import Batch, Unsupported

pytestmark = samples.needed

CLAIM_FILES = samples.of_kinds("x12/837p", "x12/837i")


@pytest.mark.parametrize("path", samples.of_kinds("x12/*"), ids=lambda path: path.name[-60:])
def test_every_sample_is_read(path: Path) -> None:
    reading = read(path.read_bytes())
    assert reading.transactions
    dental = "837d" in str(path)
    names = [one.name for one in reading.transactions if isinstance(one, Unsupported)]
    assert not names or dental or "277_test.rs_2" in path.name


@pytest.mark.parametrize("path", CLAIM_FILES, ids=lambda path: path.name[-60:])
def test_what_was_read_once_reads_the_same_after_writing(path: Path) -> None:
    for one in read(path.read_bytes()).transactions:
        if isinstance(one, Batch) and one.claims and _placed(one):
            (again,) = read(write_837([one])).transactions
            assert isinstance(again, Batch)
            assert [_upper(claim) for claim in again.claims] == [_upper(claim) for claim in one.claims]


def _placed(one: Batch) -> bool:
    """Segments without a place in the guide are kept and shown, but not written."""
    lost = {"X12-0401", "X12-0402", "X12-0404", "X12-0405", "X12-0406", "X12-0408", "X12-0513"}
    return not any(found.code in lost for found in one.findings)


def _upper(claim: Claim) -> str:
    return repr(claim).upper()


@pytest.mark.parametrize("part", ["UHIN__x12-parser-library__tests~test-files~837.edi", "837_test.rs_2"])
def test_claims_that_three_checkers_call_clean_raise_no_error(part: str) -> None:
    reading = read(samples.named(part).read_bytes())
    errors = [one.code for one in reading.findings if one.severity == "error"]
    errors += [
        f.code for t in reading.transactions for f in getattr(t, "findings", ()) if f.severity == "error"
    ]
    assert errors == []


@pytest.mark.parametrize(
    ("part", "codes"),
    [
        ("x12_multiple_gs", {"X12-0205", "X12-0114", "X12-0302"}),
        ("x12_multiple_st", {"X12-0305", "X12-0202", "X12-0302"}),
        ("x12_bad_first_line", {"X12-0107", "X12-0302"}),
        ("x12_bad_segment_identifier", {"X12-0401", "X12-0302"}),
        ("x12_segments_out_of_order", {"X12-0406", "X12-0302"}),
        ("exceeds_max_1_parent", {"X12-0404", "X12-0302"}),
        ("x12_segment_errors", {"X12-0403", "X12-0405", "X12-0302"}),
        ("x12_missing_elements", {"X12-0501", "X12-0302"}),
        ("x12_999_accepted", {"X12-0113"}),
        ("TA1.edi", {"X12-0107"}),
    ],
)
def test_what_is_broken_on_purpose_is_named(part: str, codes: set[str]) -> None:
    reading = read(samples.named(part).read_bytes())
    found = Counter(one.code for one in reading.findings)
    found.update(f.code for t in reading.transactions for f in getattr(t, "findings", ()))
    assert codes <= set(found)
