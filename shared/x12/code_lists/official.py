"""Which official list an operator's file is, and taking it over: the file's text comes from outside, nothing is read here.

The four lists are told apart by the form of their numbers alone: remarks begin with M or N, status codes are bare
numbers, categories have letters and no bare number, reasons have both.
"""

import csv
import io
import re
from typing import Final

from shared.x12.code_lists.adjustment_reasons import CARC
from shared.x12.code_lists.lists import CodeList, imported
from shared.x12.code_lists.remarks import RARC
from shared.x12.code_lists.statuses import CLAIM_STATUS, CLAIM_STATUS_CATEGORY

OFFICIAL: Final = {
    "carc": CARC,
    "rarc": RARC,
    "claim-status": CLAIM_STATUS,
    "claim-status-category": CLAIM_STATUS_CATEGORY,
}
"""Name (also of the file that holds an operator's copy) -> the list that is in force."""

SHIPPED: Final = {
    name: CodeList(ours.name, ours.codes, complete=ours.complete) for name, ours in OFFICIAL.items()
}
"""Our own lists as they were before any was taken over."""

SHARE: Final = 0.8
"""Share of our current numbers that an official list has to hold: a list that is cut short would refuse valid codes."""

_NUMBER: Final = re.compile(r"\d{1,3}")
_FORMS: Final = {
    "rarc": re.compile(r"MA?\d{1,3}|N\d{1,3}"),
    "claim-status": _NUMBER,
    "claim-status-category": re.compile(r"(?:[ADEFPR]|DR)\d{1,2}[A-Z]?"),
    "carc": re.compile(r"\d{1,3}|[A-Z]\d{1,2}"),
}


def recognised(text: str) -> tuple[str, CodeList]:
    """Read an operator's file and say which list of ``OFFICIAL`` it is.

    Raises ValueError that says where and how to mend it, never what the file says: no such list, not the whole of
    it, or what ``imported`` refuses.
    """
    codes = imported("", text).codes
    name = next((name for name, form in _FORMS.items() if codes and all(map(form.fullmatch, codes))), "")
    if not name:
        raise ValueError(
            "the codes are of none of the lists (CARC, RARC, claim status, claim status category): "
            "give one list per file, with its codes in the column code"
        )
    known = OFFICIAL[name]
    current = {number for number, code in SHIPPED[name].codes.items() if not code.retired}
    if len(current & codes.keys()) < SHARE * len(current):
        raise ValueError(
            f"looks like {name}, but lacks {len(current - codes.keys())} of {len(current)} current codes: "
            "export the whole list, a part of it would refuse valid codes"
        )
    return name, imported(known.name, text, SHIPPED[name])


def written(official: CodeList) -> str:
    """Write a list as ``imported`` reads it, in the order of its codes."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("code", "start", "stop", "words"))
    rows.writerows(
        (each.code, each.start or "", each.stop or "", each.words) for each in official.codes.values()
    )
    return out.getvalue()
