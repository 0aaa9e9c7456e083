"""What was found and done: DG1 and PR1 as diagnoses and procedures."""

import re
from collections.abc import Iterator

from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.hl7.source import Source
from shared.claim import Diagnosis, Procedure

POA = ("", "Y", "N", "U", "W", "1")
_ICD = re.compile(r"[A-Z]\d[0-9A-Z]{1,5}|[EV]?\d{2,5}")
_PCS = re.compile(r"[0-9A-HJ-NP-Z]{7}")


def diagnosis_code(text: str) -> str:
    """A diagnosis as a claim writes it: no point, capitals."""
    return text.replace(".", "").replace(" ", "").upper()


def diagnoses(source: Source) -> tuple[Diagnosis, ...] | None:
    """DG1 segments: the principal first, the admitting one (DG1-6 = A) last; None where the message has none."""
    admitting: list[Diagnosis] = []
    others: list[Diagnosis] = []
    seen: set[str] = set()
    several = list(enumerate(source.m.all("DG1"), 1))
    for sequence, segment in several:
        code = _code(source, sequence, segment)
        if not code or code in seen:
            continue
        near = {"DG1": segment}
        old = "9" in source.value("diagnosis.system", near)
        if source.value("diagnosis.type", near) == "admitting":
            admitting.append(Diagnosis(code=code, qualifier="BJ" if old else "ABJ"))
            continue
        seen.add(code)
        qualifier = ("BF" if others else "BK") if old else ("ABF" if others else "ABK")
        poa = source.value("diagnosis.poa", near).upper()
        others.append(Diagnosis(code=code, qualifier=qualifier, poa=poa if poa in POA else ""))  # type: ignore[arg-type]
    return (*others, *admitting[:1]) if several else None


def _code(source: Source, sequence: int, segment: Segment) -> str:
    code = diagnosis_code(source.value("diagnosis.code", {"DG1": segment}))
    if not code:
        fix = "Send the code in DG1-3, or leave the segment out."
        source.fault(101, "diagnosis.code", sequence, "The diagnosis has no code.", fix, severity="W")
    elif not _ICD.fullmatch(code):
        fix = "Send an ICD-10-CM code, or translate the facility's own in the feed file."
        source.fault(
            102, "diagnosis.code", sequence, "This has not the form of an ICD code.", fix, severity="W"
        )
    return code


def procedures(source: Source) -> tuple[Procedure, ...] | None:
    """ICD-10-PCS procedures of the stay; None where no PR1 stands by itself. Others are billed by their charges."""
    segments = list(_alone(source.m))
    if not segments:
        return None
    found: list[Procedure] = []
    for sequence, segment in segments:
        near = {"PR1": segment}
        code = source.value("procedure.code", near).replace(".", "").upper()
        if _PCS.fullmatch(code):
            qualifier = "BBQ" if found else "BBR"
            on = source.day("procedure.day", sequence, near)
            found.append(Procedure(code=code, qualifier=qualifier, on=on))
    return tuple(found)


def _alone(m: Hl7Message) -> Iterator[tuple[int, Segment]]:
    """The PR1 that belong to no charge, with their place among all PR1."""
    sequence, of_charge = 0, False
    for segment in m.segments:
        if segment[0] == "FT1":
            of_charge = True
        elif segment[0] == "PR1":
            sequence += 1
            if not of_charge:
                yield sequence, segment
