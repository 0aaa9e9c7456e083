"""Who was treated, who pays, what for: PID, GT1, IN1 and DG1 as parts of the claim."""

from msgspec import structs

from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.hl7.source import Source
from services.intake.domain.hl7.values import RELATIONSHIPS, SEXES, address, day, name, raw
from shared.claim import Coverage, Diagnosis, Guarantor, Kind, Name, Order, Payer, Person

_ORDERS: tuple[Order, ...] = ("P", "S", "T", "A", "B", "C", "D", "E", "F", "G", "H")
_FIRST_REPETITION = 0


def patient(source: Source) -> Person:
    """PID as a person. A birth date that is none is noted."""
    return _person(source, source.m.first("PID"), 1, name_at=5, birth_at=7, sex_at=8, address_at=11)


def _person(
    source: Source,
    segment: Segment,
    sequence: int,
    *,
    name_at: int,
    birth_at: int,
    sex_at: int,
    address_at: int,
) -> Person:
    m = source.m
    try:
        birth = day(m.get(segment, birth_at))
    except ValueError:
        birth = None
        problem, fix = "This is not a day of the calendar.", "Write it as YYYYMMDD."
        source.at(102, segment[0], sequence, problem, fix, field=birth_at)
    return Person(
        name=_name(m, segment, name_at),
        birth=birth,
        sex=SEXES.get(m.get(segment, sex_at).upper(), ""),  # type: ignore[arg-type]
        address=address(m, _first(m, segment, address_at)),
    )


def _first(m: Hl7Message, segment: Segment, field: int) -> str:
    found = m.repetitions(segment, field)
    return found[_FIRST_REPETITION] if found else ""


def _name(m: Hl7Message, segment: Segment, field: int) -> Name:
    return name(m, _first(m, segment, field))


def guarantor(source: Source) -> Guarantor | None:
    """GT1: who answers for what insurance leaves. None: the patient does."""
    m, segment = source.m, source.m.first("GT1")
    who = _name(m, segment, 3)
    if not who.last:
        return None
    return Guarantor(name=who, address=address(m, _first(m, segment, 5)), account=m.get(segment, 2))


def coverages(source: Source) -> tuple[Coverage, ...]:
    """IN1 segments in order of responsibility (IN1-22, else as they stand)."""
    m = source.m
    segments = list(enumerate(m.all("IN1"), 1))
    if not segments:
        fix = "Send one IN1 for each payer; without insurance there is no claim to make."
        source.missing("IN1", "The message names no insurance.", fix)
    segments.sort(key=lambda s: (m.get(s[1], 22) or f"{s[0]:02d}").rjust(2, "0"))
    found = [_coverage(source, sequence, segment) for sequence, segment in segments]
    return tuple(structs.replace(c, order=order) for c, order in zip(found, _ORDERS, strict=False))


def _coverage(source: Source, sequence: int, segment: Segment) -> Coverage:
    m, feed, near = source.m, source.feed, {"IN1": segment}
    written = source.value("coverage.payer", near)
    if not written:
        source.fault(101, "coverage.payer", sequence, "The insurance has no payer id.", "Send it in IN1-3.")
    relationship = _relationship(source, near)
    insured = _person(source, segment, sequence, name_at=16, birth_at=18, sex_at=43, address_at=19)
    payer: Payer = feed.payer(written, source.value("coverage.payer_name", near))
    if payer.address is None and raw(segment, 5):
        payer = structs.replace(payer, address=address(m, _first(m, segment, 5)))
    return Coverage(
        order="P",
        payer=payer,
        subscriber=structs.replace(insured, member_id=source.value("coverage.member", near)),
        relationship=relationship,
        group_number=source.value("coverage.group", near),
        group_name=source.value("coverage.group_name", near),
        filing=feed.filing(written),
        assigned="Y",
        release="Y",
    )


def _relationship(source: Source, near: dict[str, Segment]) -> str:
    """IN1-17 by the feed's table, by table 0063, or as an X12 code; the patient's own when nothing is said."""
    text = source.value("coverage.relationship", near).upper()
    if not text:
        return "18"
    known = source.feed.relationships.get(text) or RELATIONSHIPS.get(text)
    return known or (text if len(text) == 2 else "G8")


def diagnoses(source: Source, kind: Kind) -> tuple[Diagnosis, ...]:
    """DG1 segments: the principal first, the admitting one (DG1-6 = A) only on institutional claims."""
    admitting: list[Diagnosis] = []
    others: list[Diagnosis] = []
    for segment in source.m.all("DG1"):
        near = {"DG1": segment}
        code = source.value("diagnosis.code", near).replace(".", "").upper()
        if not code or code in (d.code for d in others):
            continue
        old = "9" in source.value("diagnosis.system", near)
        if source.value("diagnosis.type", near).upper().startswith("A"):
            admitting.append(Diagnosis(code=code, qualifier="BJ" if old else "ABJ"))
            continue
        qualifier = ("BF" if others else "BK") if old else ("ABF" if others else "ABK")
        poa = source.value("diagnosis.poa", near).upper() if kind == "institutional" else ""
        others.append(Diagnosis(code=code, qualifier=qualifier, poa=poa if poa in _POA else ""))  # type: ignore[arg-type]
    if not others and kind == "professional":
        return tuple(structs.replace(d, qualifier="ABK") for d in admitting[:1])
    return (*others, *admitting[:1]) if kind == "institutional" else tuple(others)


_POA = ("", "Y", "N", "U", "W", "1")
