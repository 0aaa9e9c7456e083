"""Files that nobody here wrote, and that three independent checkers call clean: nothing false is said, and mutants are noticed.

They lie in the folder that CLAIMFLOW_SAMPLES names (``shared.testing.samples``); without it there are none.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.testing import samples
from shared.x12 import read
from shared.x12.segments import opening
from tests.mutants.catalogue import GROUPS
from tests.mutants.kinds import Kind
from tests.mutants.trial import findings

REAL: Final = {
    "apimeister__x12-types__test-data~005010_837.edi": {"X12-0601", "X12-0606"},
    "moov-io__x12__examples~example_5010_837p~sample.txt": {"X12-0601", "X12-0606", "X12-0620"},
}
"""Errors that are there, and that the three checkers do not look for: an NPI's check digit, ZIP+4, pointers at no diagnosis."""

_GROUPS: Final = {"837p": "837", "837i": "837", "835": "835", "277ca": "277CA", "999": "999"}


def clean_samples() -> Iterator[Path]:
    """The samples that SOURCES.tsv calls clean by three independent checks."""
    table = samples.FOLDER / "SOURCES.tsv"
    if not table.is_file():
        return
    with table.open(newline="") as rows:
        for row in csv.reader(rows, delimiter="\t"):
            if row[0].startswith("x12/") and row[-1] == "yes":
                yield samples.FOLDER / row[0] / row[1]


def false_errors(file: Path) -> list[str]:
    """Codes of errors that are said of a clean sample, and are not real."""
    real = REAL.get(file.name, set())
    found = findings(read(file.read_bytes()))
    return sorted({one.code for one in found if one.severity == "error"} - real)


def foreign_mutants() -> Iterator[tuple[str, Kind, bytes]]:
    """Every kind with every clean sample of its group of which the same is not said already."""
    for name, (_, kinds) in GROUPS.items():
        for data in originals("837" if name in ("bytes", "envelope") else name):
            known = {one.code for one in findings(read(data))}
            yield from ((name, kind, data) for kind in kinds if kind.code not in known)


def originals(group: str) -> Iterator[bytes]:
    """Clean samples of a group, in the form that kinds spoil: usual delimiters, one interchange, nothing between segments."""
    for file in clean_samples():
        data = file.read_bytes()
        text = data.decode("latin-1")
        found = opening(text[:600], 0)
        if found is None or data.count(b"ISA*") > 1 or _GROUPS.get(file.parent.name) != group:
            continue
        marks = found.delimiters
        if (marks.element, marks.component) == ("*", ":"):
            pieces = (piece.strip() for piece in text.split(marks.segment))
            yield ("~".join(piece for piece in pieces if piece) + "~").encode("latin-1")
