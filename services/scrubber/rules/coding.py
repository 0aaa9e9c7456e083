"""Codes: valid on the day of service, pointing at something, modified properly."""

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from services.scrubber.rules.facts import CodeSet, Facts
from services.scrubber.rules.rule import Defect, rule
from shared.claim import Claim, Line

# a hospital's codes come again and again
_is_hcpcs = lru_cache(20_000)(re.compile(r"[A-Z][0-9]{4}|[0-9]{4}[0-9A-Z]").fullmatch)
_is_icd10 = lru_cache(20_000)(re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}").fullmatch)
_WHY = {
    "unknown": "is not a billable code",
    "too early": "was not valid yet on the date of service",
    "too late": "was no longer valid on the date of service",
}
_REPEAT_MODIFIERS = frozenset(("59", "76", "77", "91", "XE", "XP", "XS", "XU", "RT", "LT", "GA", "KX"))


@rule(
    "SCR-0501",
    "Diagnosis is not valid on the date of service",
    fix="Look the condition up in the code set of that day; often a further digit is needed.",
    source="ICD-10-CM Official Guidelines I.B.2; claims-rules 3.11",
)
def diagnosis_valid(claim: Claim, facts: Facts) -> Iterator[Defect]:
    day = facts.last if claim.kind == "institutional" else facts.first
    for i, diagnosis in enumerate(claim.diagnoses):
        if not diagnosis.qualifier.startswith("A"):
            yield Defect(f"/diagnoses/{i}/qualifier", "2300/HI01-1", "ICD-9-CM ended on 2015-09-30.")
        elif not _is_icd10(diagnosis.code):
            yield Defect(
                f"/diagnoses/{i}/code",
                f"2300/HI{i + 1:02d}-2",
                "The diagnosis does not have the form of ICD-10-CM.",
            )
        elif day is not None:
            why = _WHY.get(facts.book.icd10cm.verdict(diagnosis.code, day))
            if why:
                yield Defect(f"/diagnoses/{i}/code", f"2300/HI{i + 1:02d}-2", f"The diagnosis {why}.")


@rule(
    "SCR-0502",
    "Diagnosis is given twice",
    fix="Remove the repetition and point the lines to the one that stays.",
    source="ICD-10-CM Official Guidelines I.B.8",
)
def diagnosis_once(claim: Claim, facts: Facts) -> Iterator[Defect]:
    seen: set[str] = set()
    for i, diagnosis in enumerate(claim.diagnoses):
        if diagnosis.qualifier in ("ABK", "ABF") and diagnosis.code in seen:
            yield Defect(f"/diagnoses/{i}/code", f"2300/HI{i + 1:02d}-2", "The same diagnosis stands twice.")
        seen.add(diagnosis.code)


@rule(
    "SCR-0503",
    "External cause stands as principal diagnosis",
    fix="Put the injury or condition first; codes V00 to Y99 only explain it.",
    source="ICD-10-CM Official Guidelines I.C.20.a.6",
)
def external_cause(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, diagnosis in enumerate(claim.diagnoses):
        if diagnosis.qualifier == "ABK" and diagnosis.code[:1] in ("V", "W", "X", "Y"):
            yield Defect(
                f"/diagnoses/{i}/code", "2300/HI01-2", "An external cause cannot be the principal diagnosis."
            )


@rule(
    "SCR-0504",
    "Procedure code is missing or malformed",
    fix="Use a five-character HCPCS code.",
    source="005010X222A1 2400 SV101-2",
)
def procedure_form(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if not line.code and claim.kind == "institutional":
            continue
        if line.code_kind == "HC" and not _is_hcpcs(line.code):
            yield Defect(
                f"/lines/{i}/code",
                _sv(claim, i, 1) + "-2",
                "The procedure code does not have the form of HCPCS.",
            )


@rule(
    "SCR-0505",
    "Procedure code is not valid on the date of service",
    fix="Replace it by the code that is valid on that day; CMS publishes changes each quarter.",
    source="CMS HCPCS quarterly update; claims-rules 3.11",
)
def procedure_valid(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        day = line.first or claim.first
        if day is None or line.code_kind != "HC" or not _is_hcpcs(line.code) or line.code[0].isdigit():
            continue
        why = _WHY.get(facts.book.hcpcs.verdict(line.code, day))
        if why:
            yield Defect(f"/lines/{i}/code", _sv(claim, i, 1) + "-2", f"The procedure code {why}.")


@rule(
    "SCR-0506",
    "Diagnosis pointer points at nothing",
    fix="Point to the diagnosis that explains the line, by its position from 1.",
    source="005010X222A1 2400 SV107",
    kind="professional",
)
def pointers(claim: Claim, facts: Facts) -> Iterator[Defect]:
    places = set(range(1, len(claim.diagnoses) + 1))
    for i, line in enumerate(claim.lines):
        if not 1 <= len(line.pointers) <= 4:
            yield Defect(
                f"/lines/{i}/pointers", f"2400[{i + 1}]/SV107", "A line needs one to four diagnosis pointers."
            )
        if not places.issuperset(line.pointers):
            yield Defect(
                f"/lines/{i}/pointers", f"2400[{i + 1}]/SV107", "A pointer has no diagnosis behind it."
            )


@rule(
    "SCR-0507",
    "Modifier is malformed or repeated",
    fix="Use up to four different two-character modifiers.",
    source="005010X222A1 2400 SV101-3 to -6",
)
def modifiers(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if not line.modifiers:
            continue
        wrong = [m for m in line.modifiers if not (len(m) == 2 and m.isascii() and m.isalnum())]
        if wrong or len(line.modifiers) > 4 or len(set(line.modifiers)) < len(line.modifiers):
            yield Defect(
                f"/lines/{i}/modifiers",
                _sv(claim, i, 1) + "-3",
                "A modifier is malformed, repeated or a fifth.",
            )


@rule(
    "SCR-0508",
    "Revenue code is missing or malformed",
    fix="Give each institutional line a four-digit revenue code.",
    source="005010X223A2 2400 SV201",
    kind="institutional",
)
def revenue_code(claim: Claim, facts: Facts) -> Iterator[Defect]:
    for i, line in enumerate(claim.lines):
        if not (len(line.revenue_code) == 4 and line.revenue_code.isdigit()):
            yield Defect(
                f"/lines/{i}/revenue_code",
                f"2400[{i + 1}]/SV201",
                "The revenue code does not have four digits.",
            )


@rule(
    "SCR-0601",
    "The same claim is already here",
    fix="If the visit was sent twice, withdraw this one as a duplicate; if it really happened twice, add modifier 76 or 77.",
    source="CMS IOM 100-04 ch. 1 s. 120; claims-rules 3.12",
)
def duplicate_claim(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if facts.duplicates and claim.frequency == "1" and not claim.billed:
        yield Defect(
            "",
            "2300/CLM",
            f"Claim {facts.duplicates[0]} has the same patient, days, provider, codes and charges.",
        )


@rule(
    "SCR-0602",
    "The same line stands twice",
    fix="Join the lines by units, or say with a modifier (76, 77, 59, RT, LT) why it was done twice.",
    source="claims-rules 3.12",
)
def duplicate_line(claim: Claim, facts: Facts) -> Iterator[Defect]:
    seen: set[tuple[object, ...]] = set()
    for i, line in enumerate(claim.lines):
        key = _line_key(line)
        if key in seen and not _REPEAT_MODIFIERS.intersection(line.modifiers):
            yield Defect(
                f"/lines/{i}", f"2400[{i + 1}]", "Another line has the same code, modifiers, day and charge."
            )
        seen.add(key)


@rule(
    "SCR-0603",
    "Line control number is not unique",
    fix="Give each line a control number of its own: payments are matched to lines by it.",
    source="005010X222A1 2400 REF*6R; RFI 498, 1684",
)
def line_control(claim: Claim, facts: Facts) -> Iterator[Defect]:
    seen: set[str] = set()
    for i, line in enumerate(claim.lines):
        if line.control and line.control in seen:
            yield Defect(
                f"/lines/{i}/control", f"2400[{i + 1}]/REF*6R", "Two lines have the same control number."
            )
        if len(line.control) > 30:
            yield Defect(
                f"/lines/{i}/control",
                f"2400[{i + 1}]/REF*6R",
                "The control number is longer than 30 characters.",
            )
        seen.add(line.control)


@rule(
    "SCR-0701",
    "Frequency and original reference do not fit",
    fix="A replacement (7) or void (8) names the payer's claim control number of the claim it replaces; an original names none.",
    source="005010X222A1 2300 CLM05-3, REF*F8; RFI 1538; claims-rules 3.8",
)
def frequency(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.kind == "professional" and claim.frequency not in ("1", "7", "8"):
        yield Defect("/frequency", "2300/CLM05-3", "The frequency is not 1, 7 or 8.")
    if claim.frequency in ("7", "8") and not claim.original_reference:
        yield Defect("/original_reference", "2300/REF*F8", "The payer's claim control number is missing.")
    if claim.frequency == "1" and claim.original_reference:
        yield Defect("/original_reference", "2300/REF*F8", "An original claim names an earlier one.")


def _sv(claim: Claim, i: int, position: int) -> str:
    segment = f"SV1{position:02d}" if claim.kind == "professional" else f"SV2{position + 1:02d}"
    return f"2400[{i + 1}]/{segment}"


def _line_key(line: Line) -> tuple[object, ...]:
    return (line.code, line.revenue_code, line.modifiers, line.first, line.last, line.charge, line.units)


def valid_on(codes: CodeSet, code: str, day: date) -> bool:
    """Whether the code set has nothing against this code on that day."""
    return codes.verdict(code, day) in ("valid", "cannot say")
