"""What others wrote is written again as it was, but for the dress that the writers document."""

from collections.abc import Iterator
from itertools import groupby, takewhile
from pathlib import Path

import pytest

from shared.claim import format_cents, parse_cents
from shared.testing import samples
from shared.x12 import read, write_276, write_277, write_277ca, write_837, write_999
from shared.x12.splitting import opening
from shared.x12.types import Batch, ClaimAnswers, GroupAck, StatusInquiry, Transaction, X12Finding

pytestmark = samples.needed

Segment = list[str]
KINDS = ("x12/837p", "x12/837i", "x12/999", "x12/277", "x12/277ca", "x12/276")
NOT_CLEAN = ("X12-03", "X12-04", "X12-05", "X12-09")
"""Findings of form: what is written after them is another file. Wrong numbers, codes and sums are written as they are."""


def written(one: Transaction) -> bytes:
    if isinstance(one, Batch):
        return write_837([one])
    if isinstance(one, GroupAck):
        return write_999(one)
    if isinstance(one, StatusInquiry):
        return write_276(one)
    assert isinstance(one, ClaimAnswers)
    return write_277ca(one) if one.kind == "277CA" else write_277(one)


def segments(data: bytes, separator: str = "") -> list[Segment]:
    text = data.decode("latin-1").lstrip("\ufeff")
    by = opening(text, 0)
    assert by is not None
    marks = by.delimiters
    pieces = (piece.strip() for piece in text.split(marks.segment))
    split = (
        piece.replace(separator or marks.component, ":").split(marks.element) for piece in pieces if piece
    )
    return list(split)


def of_set(data: bytes, one: Transaction) -> list[Segment]:
    """The segments of one set in the file that it was read from, its composites joined by colons."""
    header = getattr(one, "header", None)
    assert header is not None
    first, last = header.segments
    other = any(found.code == "X12-0118" for found in findings(one))
    return segments(data, ">" if other else "")[first - 1 : last]


def findings(one: Transaction) -> tuple[X12Finding, ...]:
    return one.findings


def dressed(found: list[Segment]) -> list[Segment]:
    """The documented dress: upper case, amounts without trailing zeros, short times, references in order, levels said once."""
    kind = next((s[5].split(":")[1] for s in found if s[0] == "CLM" and ":" in s[5]), "")
    plain = [_plain(segment, kind) for segment in found]
    ordered: list[Segment] = []
    for same, run in groupby(_levels_once(plain), key=lambda segment: segment[0]):
        some = list(run)
        ordered += sorted(some) if same == "REF" else some
    return ordered


def _plain(segment: Segment, kind: str) -> Segment:
    upper = [element.strip().upper() for element in segment]
    for at in AMOUNTS.get(upper[0], ()):
        if at < len(upper) and upper[at]:
            upper[at] = format_cents(parse_cents(upper[at]))
    if upper[0] == "CAS":
        upper[3::3] = [format_cents(parse_cents(text)) for text in upper[3::3]]
    if upper[0] == "BHT":
        upper[5] = upper[5].removesuffix("00").removesuffix("00") if len(upper[5]) > 4 else upper[5]
    if upper[0] == "CLM" and kind == "A":
        upper[6] = ""  # CLM06 is of the professional guide alone
    if upper[0] in ("ST", "HL"):
        upper[2 if upper[0] == "ST" else 1] = ""
    if upper[0] == "SE":
        upper[1:3] = ["", ""]
    while upper[-1] == "":
        upper.pop()
    return upper


AMOUNTS = {
    "CLM": (2,),
    "AMT": (2,),
    "SV1": (2,),
    "SV2": (3,),
    "SVD": (2,),
    "SVC": (2, 3),
    "STC": (4, 5),
    "SV5": (4, 5),
}


def _levels_once(found: list[Segment]) -> Iterator[Segment]:
    """Leave out a level (HL to its first claim) that says what the one before said."""
    last: list[Segment] = []
    at = 0
    while at < len(found):
        if found[at][0] != "HL" or found[at][2:3] == [""]:
            yield found[at]
            at += 1
            continue
        level = list(takewhile(lambda s: s[0] not in ("CLM", "SE"), found[at + 1 :]))
        own = [segment for segment in level if segment[0] != "HL"]
        if own != last or found[at][3] != "22":
            yield ["HL", found[at][3]]
            yield from level
        last, at = own, at + 1 + len(level)


@pytest.mark.parametrize("path", samples.of_kinds(*KINDS), ids=lambda path: path.name[-60:])
def test_what_was_read_is_written_as_it_was_but_for_its_dress(path: Path) -> None:
    data = path.read_bytes()
    for one in read(data).transactions:
        codes = {found.code for found in findings(one)}
        if isinstance(one, Batch | ClaimAnswers | GroupAck | StatusInquiry) and not any(
            code.startswith(NOT_CLEAN) for code in codes
        ):
            if sum(s[0] == "HL" and s[3] == "20" for s in of_set(data, one)) > 1 and not isinstance(
                one, Batch
            ):
                continue  # a status answer of several payers is read as of one: what the others are called is kept, not its place
            again = [s for s in segments(written(one)) if s[0] not in ("ISA", "GS", "GE", "IEA")]
            assert dressed(again) == dressed(of_set(data, one))


def test_most_of_the_files_are_written_again() -> None:
    def clean(one: Transaction) -> bool:
        return not any(found.code.startswith(NOT_CLEAN) for found in findings(one))

    files = samples.of_kinds(*KINDS)
    assert sum(any(map(clean, read(path.read_bytes()).transactions)) for path in files) >= 30
