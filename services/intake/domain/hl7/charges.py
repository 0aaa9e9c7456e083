"""A charge message (DFT^P03) as a claim: MSH EVN PID [PV1] {FT1 [{PR1}]} [{DG1}] [{GT1}] [{IN1}] (claims-rules 3.15)."""

from collections.abc import Mapping

from msgspec import structs

from services.intake.domain.feed import ChargeCode, Department, Feed
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import mapping_of
from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.hl7.source import Source
from services.intake.domain.hl7.values import clinician, hour
from services.intake.domain.hl7.visit import coverages, diagnoses, guarantor, patient
from shared.claim import Claim, Coverage, Diagnosis, Drug, Kind, Line, Person, Provider, Stay
from shared.claim.checking import check_claim, number_lines

CHARGE, CREDIT, PAYMENT = "CG", ("CD", "CR"), "PY"


def claim_of(m: Hl7Message, feed: Feed) -> tuple[Claim | None, list[Fault]]:
    """Make the claim of a charge message. None when it cannot be made; the faults say why, all of them."""
    source = Source(m, feed, mapping_of(feed.fields), [])
    kind: Kind = feed.classes.get(source.value("class"), "professional")
    found = diagnoses(source, kind)
    lines, paid = _lines(source, kind, found)
    claim = _claim(source, kind, found, lines, coverages(source))
    if claim is None or any(f.severity == "E" for f in source.faults):
        return None, source.faults
    if paid:
        claim = structs.replace(claim, patient_paid=paid)
    claim = number_lines(claim)
    source.faults += [_placed(d.pointer, d.problem, d.fix) for d in check_claim(claim)]
    return claim, source.faults


def _claim(
    source: Source,
    kind: Kind,
    found: tuple[Diagnosis, ...],
    lines: tuple[Line, ...],
    covers: tuple[Coverage, ...],
) -> Claim | None:
    number = source.value("number")
    if not number:
        fix = "Send the patient account number: it becomes the claim's number."
        source.fault(101, "number", 1, "The message names no account.", fix)
    if not number or not lines or not covers:
        return None
    who = patient(source)
    self_insured = covers[0].relationship == "18"
    if self_insured:
        covers = (_of_patient(covers[0], who), *covers[1:])
    m, feed = source.m, source.feed
    attending = clinician(m, source.table.repetitions(m, "attending", {}))
    referring = clinician(m, source.table.repetitions(m, "referring", {}))
    professional = kind == "professional"
    claim = Claim(
        number=number,
        kind=kind,
        charge=sum(line.charge for line in lines),
        place=feed.places.get(source.value("class"), "11" if professional else "13"),
        billing=feed.billing,
        coverages=covers,
        patient=None if self_insured else who,
        guarantor=guarantor(source),
        account=source.value("account"),
        medical_record=source.value("medical_record"),
        diagnoses=found,
        lines=lines,
        authorization=source.value("authorization"),
        accepts_assignment=feed.accept_assignment,
        rendering=_rendering(lines, attending, feed) if professional else None,
        referring=(referring,) if referring and professional else (),
        attending=None if professional else attending,
    )
    return _tidied(claim) if professional else _institutional(source, claim)


def _tidied(claim: Claim) -> Claim:
    """A line repeats neither the claim's clinician nor its place of service (2420A and SV105 are for differences)."""
    lines = tuple(
        structs.replace(
            line,
            rendering=None if line.rendering == claim.rendering else line.rendering,
            place="" if line.place == claim.place else line.place,
        )
        for line in claim.lines
    )
    return structs.replace(claim, lines=lines)


def _of_patient(cover: Coverage, who: Person) -> Coverage:
    """The subscriber is the patient: what PID says of them holds, the member id is the policy's."""
    return structs.replace(cover, subscriber=structs.replace(who, member_id=cover.subscriber.member_id))


def _rendering(lines: tuple[Line, ...], attending: Provider | None, feed: Feed) -> Provider | None:
    """The clinician of all lines, else the attending one where the feed says that this is who rendered the care."""
    told = {line.rendering for line in lines}
    if len(told) == 1 and (one := next(iter(told))):
        return one
    return attending if feed.attending_as_rendering else None


def _institutional(source: Source, claim: Claim) -> Claim:
    admitted = source.day("admitted", 1, {})
    discharged = source.day("discharged", 1, {})
    days = [d for line in claim.lines for d in (line.first, line.last) if d]
    stay = Stay(
        admission_type=source.value("admission_type")[:1],
        admission_source=source.value("admission_source")[:1],
        status=source.value("discharge_status"),
        admitted=admitted,
        admission_hour=hour(source.value("admitted")),
        discharge_hour=hour(source.value("discharged")),
    )
    first = admitted or min(days, default=None)
    return structs.replace(claim, stay=stay, first=first, last=discharged or max(days, default=first))


def _groups(m: Hl7Message) -> list[dict[str, Segment]]:
    """FT1 segments, each with the first PR1 behind it."""
    groups: list[dict[str, Segment]] = []
    for segment in m.segments:
        if segment[0] == "FT1":
            groups.append({"FT1": segment, "PR1": ["PR1"]})
        elif segment[0] == "PR1" and groups and groups[-1]["PR1"] == ["PR1"]:
            groups[-1]["PR1"] = segment
    return groups


def _lines(source: Source, kind: Kind, found: tuple[Diagnosis, ...]) -> tuple[tuple[Line, ...], int]:
    """The charges that stay when the credits are taken off, and what the patient paid."""
    groups = _groups(source.m)
    if not groups:
        source.missing("FT1", "The message has no charge.", "Send one FT1 for each charge.")
    lines: list[Line] = []
    paid = 0
    for sequence, near in enumerate(groups, 1):
        what = (source.value("line.kind", near) or CHARGE).upper()
        if what == CHARGE:
            lines.append(_line(source, kind, found, sequence, near))
        elif what in CREDIT:
            _take_off(source, lines, _line(source, kind, found, sequence, near), sequence)
        elif what == PAYMENT:
            paid += abs(source.amount("line.charge", sequence, near) or 0)
        else:
            _warn(source, sequence)
    if groups and not lines:
        source.missing("FT1", "No charge is left.", "Send a charge, or cancel the account instead.")
    return tuple(lines), paid


def _take_off(source: Source, lines: list[Line], credit: Line, sequence: int) -> None:
    """A credit takes away the charge with the same code, modifiers, day and amount."""
    for line in lines:
        same = (line.code, line.modifiers, line.first, line.charge, line.revenue_code)
        if same == (credit.code, credit.modifiers, credit.first, abs(credit.charge), credit.revenue_code):
            lines.remove(line)
            return
    fix = "Send the credit with the code, modifiers, day and amount of the charge that it takes back."
    source.fault(204, "line.kind", sequence, "This credit fits no charge of the message.", fix)


def _line(
    source: Source, kind: Kind, found: tuple[Diagnosis, ...], sequence: int, near: Mapping[str, Segment]
) -> Line:
    m, feed = source.m, source.feed
    known = feed.charges.get(source.value("line.charge_code", near), ChargeCode())
    department = feed.departments.get(source.value("line.department", near), Department())
    professional = kind == "professional"
    first, last = source.day("line.first", sequence, near), source.day("line.last", sequence, near)
    if first is None and not source.value("line.first", near):
        source.fault(
            101, "line.first", sequence, "The charge has no day.", "Send the day of service in FT1-4."
        )
    ndc = source.value("line.ndc", near)
    return Line(
        charge=_charge(source, sequence, near),
        code=source.value("line.code", near) or known.code or _code_of(source, near),
        modifiers=tuple(m.part(r) for r in source.table.repetitions(m, "line.modifiers", near)),
        description=source.value("line.description", near) or known.description,
        units=_units(source, sequence, near),
        first=first,
        last=last if last != first else None,
        pointers=_pointers(source, found, near) if professional else (),
        place=department.place if professional else "",
        revenue_code=""
        if professional
        else source.value("line.revenue_code", near) or known.revenue_code or department.revenue_code,
        drug=Drug(ndc=ndc) if ndc else None,
        rendering=clinician(m, source.table.repetitions(m, "line.rendering", near)) if professional else None,
    )


def _code_of(source: Source, near: Mapping[str, Segment]) -> str:
    """FT1-7 where it holds a procedure code itself: five characters, as HCPCS codes have."""
    code = source.value("line.charge_code", near)
    return code if len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit() else ""


def _pointers(source: Source, found: tuple[Diagnosis, ...], near: Mapping[str, Segment]) -> tuple[int, ...]:
    """The diagnoses that FT1-19 names, by their place; without it the claim's first four."""
    codes = [d.code for d in found]
    named = [
        source.m.part(r).replace(".", "").upper()
        for r in source.table.repetitions(source.m, "line.diagnoses", near)
    ]
    places = [codes.index(code) + 1 for code in named if code in codes]
    return tuple(dict.fromkeys(places))[:4] or tuple(range(1, len(codes) + 1))[:4]


def _charge(source: Source, sequence: int, near: Mapping[str, Segment]) -> int:
    """FT1-11, the extended amount; without it FT1-12 times FT1-10."""
    extended = source.amount("line.charge", sequence, near)
    if extended is not None:
        return extended
    each = source.amount("line.unit_charge", sequence, near)
    units = source.value("line.units", near) or "1"
    if each is None or not units.isdigit():
        source.fault(
            101,
            "line.charge",
            sequence,
            "The charge has no amount.",
            "Send it in FT1-11, or FT1-12 and FT1-10.",
        )
        return 0
    return each * int(units)


def _units(source: Source, sequence: int, near: Mapping[str, Segment]) -> str:
    text = source.value("line.units", near) or "1"
    if not text.lstrip("-").replace(".", "", 1).isdigit():
        source.fault(
            102, "line.units", sequence, "This is not a quantity.", "Write a number, such as 1 or 2.5."
        )
    return text.lstrip("-")


def _warn(source: Source, sequence: int) -> None:
    source.faults.append(
        Fault(
            code=103,
            segment="FT1",
            sequence=sequence,
            field=6,
            severity="W",
            problem="This kind of transaction is no charge, credit or payment and was left out.",
            fix="Send CG, CD or PY, or leave the segment out.",
        )
    )


_PLACES = {"number": ("PID", 18), "lines": ("FT1", 0), "diagnoses": ("DG1", 3), "coverages": ("IN1", 0)}
_FIELDS = {"code": 25, "charge": 11, "units": 10, "first": 4, "modifiers": 26, "description": 8, "control": 2}


def _placed(pointer: str, problem: str, fix: str) -> Fault:
    """A defect of the finished claim at the segment that it was made from."""
    parts = [*pointer.strip("/").split("/"), "", ""]
    segment, field = _PLACES.get(parts[0], ("PID", 0))
    sequence = int(parts[1]) + 1 if parts[1].isdigit() else 1
    if segment == "FT1":
        field = _FIELDS.get(parts[2], 0)
    return Fault(code=102, segment=segment, sequence=sequence, field=field, problem=problem, fix=fix)
