"""Read the code files and the payers file into a ``Book``."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from services.scrubber.rules import Book, CodeSet, Payer

SHIPPED = Path(__file__).parent


class BadCodeFile(Exception):
    """A code file or the payers file cannot be used: says file, line and what is wrong."""


def load_book(folder: Path | None = None) -> Book:
    """Read ``icd10cm.tsv``, ``hcpcs.tsv`` and ``payers.yaml``: the operator's file where there is one, ours otherwise.

    Raises BadCodeFile.
    """
    digest = hashlib.sha256()
    texts = {}
    for name in ("icd10cm.tsv", "hcpcs.tsv", "payers.yaml"):
        own = folder / name if folder else SHIPPED / name
        path = own if own.exists() else SHIPPED / name
        texts[name] = path.read_text("utf-8")
        digest.update(texts[name].encode())
    payers, other = _payers(texts["payers.yaml"])
    return Book(
        icd10cm=read_codes("icd10cm.tsv", texts["icd10cm.tsv"]),
        hcpcs=read_codes("hcpcs.tsv", texts["hcpcs.tsv"]),
        payers=payers,
        other=other,
        version=digest.hexdigest()[:12],
    )


def read_codes(name: str, text: str) -> CodeSet:
    """Read one code file: ``#`` lines with system, complete and covers, then code, first and last day, tab between.

    Raises BadCodeFile.
    """
    said: dict[str, list[str]] = {}
    spans: dict[str, tuple[date, date]] = {}
    whole = (date.min, date.max)
    for number, line in enumerate(text.splitlines(), 1):
        try:
            if line.startswith("#"):
                key, *values = line[1:].strip().split("\t")
                said[key] = values
            elif line:
                fields = line.split("\t")
                spans[fields[0]] = whole if len(fields) == 1 else _span(fields)
        except ValueError:
            raise BadCodeFile(f"{name} line {number}: a date is not of the form 2026-10-01") from None
    if not {"system", "complete", "covers"} <= said.keys():
        raise BadCodeFile(f"{name}: the lines '# system', '# complete' and '# covers' are needed")
    covers = _span(["", *said["covers"]])
    return CodeSet(system=said["system"][0], complete=said["complete"] == ["yes"], covers=covers, spans=spans)


def _span(fields: list[str]) -> tuple[date, date]:
    first = date.fromisoformat(fields[1]) if len(fields) > 1 and fields[1] else date.min
    last = date.fromisoformat(fields[2]) if len(fields) > 2 and fields[2] else date.max
    return first, last


def _payers(text: str) -> tuple[dict[str, Payer], Payer]:
    try:
        said = yaml.safe_load(text)
        default = said["default"]
        return (
            {id_: _payer({**default, **wishes}) for id_, wishes in (said.get("payers") or {}).items()},
            _payer(default),
        )
    except (yaml.YAMLError, KeyError, TypeError, re.error, ValueError) as wrong:
        raise BadCodeFile(f"payers.yaml: {type(wrong).__name__} {wrong}") from wrong


def _payer(wishes: dict[str, Any]) -> Payer:
    return Payer(
        member_id=re.compile(wishes["member_id"]),
        timely_days=int(wishes["timely_days"]),
        source=str(wishes.get("source", "")),
    )
