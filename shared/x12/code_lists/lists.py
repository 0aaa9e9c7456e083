"""What a code list is: numbers with dates and words, and whether a number was valid on a day."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final, Literal

from msgspec import Struct

Validity = Literal["valid", "unknown", "not yet", "ended"]


LONG_GONE: Final = date(2020, 1, 1)
"""From when a retired code counts as ended where we do not know its last day."""


class Code(Struct, frozen=True, omit_defaults=True, gc=False):
    """One code. ``kind`` is the first triage of a reason (see ``adjustment_reasons``).

    ``start`` and ``stop`` are the first and the last valid day, None where we know none. ``retired`` says that the code has
    ended, also when the day is not known.
    """

    code: str
    words: str
    kind: str = ""
    start: date | None = None
    stop: date | None = None
    retired: bool = False


class CodeList:
    """A list of codes; ``form`` is the pattern of numbers that may exist without our having words for them.

    A list shipped with us is ``complete`` only where all its numbers are in it. An imported list is.
    """

    def __init__(
        self, name: str, codes: Mapping[str, Code], form: str = "", *, complete: bool = True
    ) -> None:
        self.name: Final = name
        self.codes: Final = dict(codes)
        self.complete = complete
        self._form: Final = re.compile(form) if form else None

    def __contains__(self, code: object) -> bool:
        return code in self.codes

    def adopt(self, official: "CodeList") -> None:
        """Go by an operator's copy of the official list from now on: for the start of a process, before anything is judged.

        What only our list has is forgotten: a number that the official list lacks is unknown then.
        """
        self.codes.clear()
        self.codes.update(official.codes)
        self.complete = official.complete

    def words(self, code: str) -> str:
        """Say a code in plain words; the bare number where we have none."""
        found = self.codes.get(code)
        return found.words if found and found.words else f"{self.name} {code}"

    def kind(self, code: str) -> str:
        """The triage key of a code, empty where there is none."""
        found = self.codes.get(code)
        return found.kind if found else ""

    def validity(self, code: str, on: date | None) -> Validity:
        """Say whether a code was valid on the day of the transaction; without a day only whether it is known.

        Codes of these lists go by transaction date (claims-rules 3.5). A number that an incomplete list lacks passes
        when its form is right.
        """
        found = self.codes.get(code)
        if found is None:
            passes = not self.complete and self._form is not None and self._form.fullmatch(code)
            return "valid" if passes else "unknown"
        if on is None:
            return "valid"
        if found.start and on < found.start:
            return "not yet"
        if found.stop:
            return "ended" if on > found.stop else "valid"
        return "ended" if found.retired and on >= LONG_GONE else "valid"


def table(text: str) -> dict[str, Code]:
    """Read a list from lines ``numbers|words`` under headings ``[kind]``; numbers may carry ``<last valid day``.

    ``[retired]`` marks ended codes.
    """
    found: dict[str, Code] = {}
    kind = ""
    for line in text.strip().splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
            continue
        numbers, _, words = line.partition("|")
        for entry in numbers.split():
            number, _, stop = entry.partition("<")
            retired = kind == "retired" or bool(stop)
            last = date.fromisoformat(stop) if stop else None
            found[number] = Code(number, words, "" if kind == "retired" else kind, None, last, retired)
    return found


def imported(name: str, text: str, known: CodeList | None = None) -> CodeList:
    """Read an operator's copy of an official list: CSV with the columns code, start, stop and words (ISO dates, may be empty).

    Kinds of ``known`` are kept, its words are replaced where the import has some. Raises ValueError with the line's
    number and the fix, never its content.
    """
    rows = csv.DictReader(io.StringIO(text))
    if rows.fieldnames is None or "code" not in rows.fieldnames:
        raise ValueError("the first row must name the columns: code, start, stop, words")
    return CodeList(name, {code.code: code for code in _imported(rows, known)})


def _imported(rows: "csv.DictReader[str]", known: CodeList | None) -> Iterable[Code]:
    seen: set[str] = set()
    for row in rows:
        line = rows.line_num
        code = (row.get("code") or "").strip()
        if not code:
            raise ValueError(f"line {line} has no code: fill it in, or delete the line")
        if code in seen:
            raise ValueError(f"line {line} has a code that an earlier line has: keep one of them")
        seen.add(code)
        before = known.codes.get(code) if known else None
        try:
            start, stop = (_day(row.get(column)) for column in ("start", "stop"))
        except ValueError:
            raise ValueError(
                f"line {line} has a date that is not YYYY-MM-DD: write it so, or leave it empty"
            ) from None
        words = (row.get("words") or "").strip() or (before.words if before else "")
        yield Code(code, words, before.kind if before else "", start, stop, stop is not None)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text.strip()) if text and text.strip() else None
