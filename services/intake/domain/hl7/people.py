"""Who was treated, who answers, who pays: PID, GT1 and IN1."""

from collections.abc import Mapping

from msgspec import structs

from services.intake.domain.hl7.message import Segment
from services.intake.domain.hl7.source import NOWHERE, Source
from services.intake.domain.hl7.values import NOBODY, address, name
from shared.claim import Coverage, Guarantor, Order, Payer, Person

ORDERS: tuple[Order, ...] = ("P", "S", "T", "A", "B", "C", "D", "E", "F", "G", "H")
SEXES = ("F", "M", "U")
SELF, OTHER = "18", "G8"


def patient(source: Source) -> Person | None:
    """PID as a person; None where it names nobody."""
    who = _person(source, "patient")
    if who.name == NOBODY:
        fix = "Send the name in PID-5; a claim needs it."
        source.fault(101, "patient.name", 1, "The message does not name the patient.", fix, severity="W")
        return None
    if who.birth and source.when and who.birth > source.when.date():
        source.unreadable(
            "patient.birth", 1, "The patient is born after the message.", "Correct the day of birth."
        )
    return structs.replace(who, death=source.day("patient.death"))


def _person(source: Source, part: str, sequence: int = 1, near: Mapping[str, Segment] = NOWHERE) -> Person:
    m = source.m
    return Person(
        name=name(m, source.raw(f"{part}.name", near)),
        birth=source.day(f"{part}.birth", sequence, near),
        sex=source.coded(f"{part}.sex", sequence, SEXES, near),  # type: ignore[arg-type]
        address=address(m, source.raw(f"{part}.address", near)),
    )


def guarantor(source: Source) -> Guarantor | None:
    """GT1: who answers for what insurance leaves. None: the patient does."""
    who = name(source.m, source.raw("guarantor.name"))
    if not who.last:
        return None
    where = address(source.m, source.raw("guarantor.address"))
    return Guarantor(name=who, address=where, account=source.value("guarantor.account"))


def coverages(source: Source) -> tuple[Coverage, ...] | None:
    """IN1 segments in order of responsibility (IN1-22, else as they stand); None where the message has none."""
    found = [
        (source.value("coverage.order", {"IN1": segment}) or f"{sequence:02d}", sequence, segment)
        for sequence, segment in enumerate(source.m.all("IN1"), 1)
    ]
    if not found:
        return None
    found.sort(key=lambda f: f[0].rjust(2, "0"))
    covers = [_coverage(source, sequence, segment) for _, sequence, segment in found]
    return tuple(structs.replace(c, order=order) for c, order in zip(covers, ORDERS, strict=False))


def _coverage(source: Source, sequence: int, segment: Segment) -> Coverage:
    near = {"IN1": segment}
    written = source.value("coverage.payer", near)
    if not written:
        problem, fix = "The insurance has no payer id.", "Send it in IN1-3."
        source.fault(101, "coverage.payer", sequence, problem, fix, "E" if source.strict else "W")
    member = source.value("coverage.member", near)
    if not member:
        problem, fix = (
            "The insurance has no member id: its payer will not know the patient.",
            "Send it in IN1-36.",
        )
        source.fault(101, "coverage.member", sequence, problem, fix, "W")
    return Coverage(
        order="P",
        payer=_payer(source, written, near),
        subscriber=structs.replace(_person(source, "coverage", sequence, near), member_id=member),
        relationship=_relationship(source, sequence, near),
        group_number=source.value("coverage.group", near),
        group_name=source.value("coverage.group_name", near),
        filing=source.feed.filing(written),
        assigned="Y",
        release="Y",
    )


def _payer(source: Source, written: str, near: Mapping[str, Segment]) -> Payer:
    payer = source.feed.payer(written, source.value("coverage.payer_name", near))
    if payer.address is None:
        payer = structs.replace(payer, address=address(source.m, source.raw("coverage.payer_address", near)))
    return payer


def _relationship(source: Source, sequence: int, near: Mapping[str, Segment]) -> str:
    """IN1-17 by the table, or as an X12 code of two characters; anything else is another relationship."""
    meaning = source.value("coverage.relationship", near)
    if len(meaning) == 2:
        return meaning.upper()
    problem = "This relationship is not known: the claim will say `other`."
    fix = "Send a code of table 0063, or translate it in the feed file under relationships."
    source.fault(103, "coverage.relationship", sequence, problem, fix, "W")
    return OTHER


def of_patient(cover: Coverage, who: Person) -> Coverage:
    """The subscriber is the patient: what PID says of them holds, the member id is the policy's."""
    return structs.replace(cover, subscriber=structs.replace(who, member_id=cover.subscriber.member_id))
