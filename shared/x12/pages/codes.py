"""The page of a 999's codes: what each means, which findings say it, and which of them never arise, each with its reason."""

from typing import Final

from shared.x12.acknowledgments.codes import CODES, UNSAID
from shared.x12.findings import CATALOGUE
from shared.x12.pages.findings import GENERATED

_FIELDS: Final = {"IK304": "ik3", "IK403": "ik4", "IK502": "ik5", "AK905": "ak9"}

_TOLD: Final = {
    ("IK304", "I8"): "X12-0403, where the standard leaves the segment optional",
    ("IK403", "I6"): "X12-0507, where another place has the code for the same element",
    ("IK502", "5"): "any finding with IK304 that is against the standard",
    ("IK502", "I5"): "any finding with IK304 or IK403 that begins with I",
    ("IK502", "18"): "X12-0207, of each set of the group",
    ("IK501", "A"): "nothing that a 999 can say was found",
    ("IK501", "E"): "warnings that a 999 can say, and no error",
    ("IK501", "R"): "any error",
    ("AK901", "A"): "all sets are accepted",
    ("AK901", "E"): "all sets are accepted, and at least one with errors noted",
    ("AK901", "P"): "some sets are accepted, some rejected",
    ("AK901", "R"): "no set is accepted, or the group itself is in error",
}


def codes_page() -> str:
    """All codes of IK304, IK403, IK501, IK502, AK901 and AK905."""
    lines = ["# What our 999 says, code by code", "", GENERATED, ""]
    lines += [
        "Codes that begin with I are about the guide, the others about the X12 standard (RFI 2502). A finding that a situation",
        "makes adds what triggered it (`CTX*SITUATIONAL TRIGGER`); one inside a claim names the claim (`CTX*CLM01`).",
        "Values are never repeated (IK404 stays empty).",
        "",
    ]
    for element, codes in CODES.items():
        lines += [f"## {element}", "", "| code | meaning | said for |", "|---|---|---|"]
        lines += [f"| {code} | {words} | {_said(element, code)} |" for code, words in codes.items()]
        lines.append("")
    return "\n".join(lines)


def _said(element: str, code: str) -> str:
    if (element, code) in UNSAID:
        return f"never: {UNSAID[element, code]}"
    field = _FIELDS.get(element, "")
    kinds = sorted(one.code for one in CATALOGUE.values() if field and getattr(one, field) == code)
    links = ", ".join(f"[{kind}](../findings/{kind}.md)" for kind in kinds)
    return "; ".join(part for part in (links, _TOLD.get((element, code), "")) if part)
