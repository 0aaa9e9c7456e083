"""FT1 segments as charges, credits and payments (HL7 v2 chapter 6; claims-rules 3.15)."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from msgspec import Struct, structs

from services.intake.domain.account.facts import Charge
from services.intake.domain.feed import ChargeCode, Department
from services.intake.domain.hl7.coding import diagnosis_code
from services.intake.domain.hl7.message import Hl7Message, Segment
from services.intake.domain.hl7.source import Source
from services.intake.domain.hl7.values import clinician
from shared.claim import Drug, Line, parse_cents

_ACTIONS = {"charge": "charge", "credit": "credit", "replace": "replace"}
_Days = tuple[date | None, date | None]
_KINDS = (*_ACTIONS, "payment", "ignore")


class Posted(Struct, frozen=True, gc=False):
    """What the FT1 segments of a message say: charges and credits in order, and cents that the patient paid."""

    charges: tuple[Charge, ...]
    paid: int


class _At(Struct, frozen=True, gc=False):
    """One FT1 while it is read: its place among them, its segments, what the feed says of its codes, the message's diagnoses."""

    sequence: int
    near: Mapping[str, Segment]
    known: ChargeCode
    department: Department
    diagnoses: frozenset[str]


def posted(source: Source) -> Posted:
    """All charges of the message; what cannot be read is noted at its FT1."""
    charges: list[Charge] = []
    told: Counter[tuple[str, str]] = Counter()
    paid = 0
    coded = frozenset(
        diagnosis_code(source.value("diagnosis.code", {"DG1": segment})) for segment in source.m.all("DG1")
    )
    for sequence, near in enumerate(_groups(source.m), 1):
        kind = source.coded("line.kind", sequence, _KINDS, near)
        if source.table.find(source.m, "line.kind", near) is None:
            problem, fix = (
                "The transaction has no type: it is taken as a charge.",
                "Send CG, CD, AJ or PY in FT1-6.",
            )
            source.fault(101, "line.kind", sequence, problem, fix, "W")
        if kind == "payment":
            paid += abs(source.amount("line.charge", sequence, near) or 0)
        elif kind in _ACTIONS:
            charge = _charge(source, _at(source, sequence, near, coded), kind)
            told[charge.action, charge.id] += 1
            charges.append(_alone(source, sequence, charge, told[charge.action, charge.id]))
    return Posted(tuple(charges), paid)


def _alone(source: Source, sequence: int, charge: Charge, times: int) -> Charge:
    """A charge by itself: feeds that write one transaction id into several FT1 mean several charges, and none may be lost."""
    if times == 1:
        return charge
    problem = "This transaction id stands in more than one FT1: each is taken as a charge of its own."
    source.fault(205, "line.id", sequence, problem, "Give each transaction an id of its own.", "W")
    return structs.replace(charge, id=f"{charge.id}#{times}")


def _groups(m: Hl7Message) -> list[dict[str, Segment]]:
    """FT1 segments, each with the first PR1 behind it."""
    groups: list[dict[str, Segment]] = []
    for segment in m.segments:
        if segment[0] == "FT1":
            groups.append({"FT1": segment, "PR1": ["PR1"]})
        elif segment[0] == "PR1" and groups and groups[-1]["PR1"] == ["PR1"]:
            groups[-1]["PR1"] = segment
    return groups


def _at(source: Source, sequence: int, near: Mapping[str, Segment], coded: frozenset[str]) -> _At:
    known = source.feed.charges.get(source.value("line.charge_code", near), ChargeCode())
    department = source.feed.departments.get(source.value("line.department", near), Department())
    return _At(sequence, near, known, department, coded)


def _charge(source: Source, at: _At, kind: str) -> Charge:
    """One charge or credit. An amount below zero takes back: feeds that know no credits write them so."""
    days = _days(source, at)
    cents = _amount(source, at)
    line = _line(source, at, abs(cents), days)
    near = at.near
    written = source.value("line.id", near)
    return Charge(
        id=written or f"{line.code or line.revenue_code}/{line.first or ''}/{line.charge}/{at.sequence}",
        action="credit" if kind == "charge" and cents < 0 else _ACTIONS[kind],  # type: ignore[arg-type]
        line=line,
        reverses=source.value("line.reverses", near),
        diagnoses=_diagnoses(source, at),
        professional=_professional(source, at),
        rendering=clinician(source.m, source.values("line.rendering", near)),
    )


def _professional(source: Source, at: _At) -> bool:
    said = source.value("line.billing", at.near)
    return said == "professional" if said else at.department.professional or at.known.professional


def _line(source: Source, at: _At, cents: int, days: _Days) -> Line:
    near, known, department = at.near, at.known, at.department
    first, last = days
    ndc = source.value("line.ndc", near)
    code = (source.value("line.code", near) or known.code or _code_of(source, at)).upper()
    revenue = source.value("line.revenue_code", near) or known.revenue_code or department.revenue_code
    if not code and not known.revenue_code:
        _uncoded(source, at, revenue)
    return Line(
        charge=cents,
        code=code,
        modifiers=tuple(source.m.part(r).upper() for r in source.values("line.modifiers", near)),
        description=source.value("line.description", near) or known.description,
        units=_units(source, at),
        first=first,
        last=last if last != first else None,
        place=department.place,
        revenue_code=revenue,
        drug=Drug(ndc=ndc) if ndc else None,
    )


def _uncoded(source: Source, at: _At, revenue: str) -> None:
    """No procedure code: an error where there is nothing at all to bill by, a warning where the feed could still say it."""
    if source.value("line.charge_code", at.near):
        problem = "This charge code is not in the feed's table and is no procedure code."
        fix = "Add it in the feed file under charges, or send the procedure code in FT1-25."
        if not revenue:
            source.fault(103, "line.charge_code", at.sequence, problem, fix, "W")
    elif not revenue:
        problem, fix = "The charge says nothing of what was done.", "Send the code in FT1-7, or in FT1-25."
        source.fault(101, "line.charge_code", at.sequence, problem, fix)


def _days(source: Source, at: _At) -> _Days:
    first = source.day("line.first", at.sequence, at.near)
    if first is None and not source.value("line.first", at.near):
        problem, fix = "The charge has no day.", "Send the day of service in FT1-4."
        source.fault(101, "line.first", at.sequence, problem, fix)
    last = source.day("line.last", at.sequence, at.near)
    if first and source.when and first > source.when.date() + timedelta(days=1):
        problem, fix = (
            "This day had not come when the message was written.",
            "Send charges of care that was given.",
        )
        source.fault(102, "line.first", at.sequence, problem, fix, "W")
    if first and last and last < first:
        source.unreadable("line.last", at.sequence, "The last day is before the first.", "Send first^last.")
    return first, last


def _code_of(source: Source, at: _At) -> str:
    """FT1-7 where it holds a procedure code itself: five characters, as HCPCS codes have."""
    code = source.value("line.charge_code", at.near)
    return code if len(code) == 5 and code.isascii() and code.isalnum() and code[1:4].isdigit() else ""


def _diagnoses(source: Source, at: _At) -> tuple[str, ...]:
    """The codes that FT1-19 names. One that the message's DG1 do not have is noted, and kept: another message may."""
    part = source.m.part
    written = [part(r) for r in source.values("line.diagnoses", at.near)]
    meaning = source.table.fields["line.diagnoses"].meaning
    named = tuple(dict.fromkeys(code for w in written if (code := diagnosis_code(meaning(w)))))
    if at.diagnoses and not at.diagnoses.issuperset(named):
        problem = "This diagnosis is not among those of the message."
        fix = "Send it as a DG1 too, so that the claim can point at it."
        source.fault(103, "line.diagnoses", at.sequence, problem, fix, "W")
    return named


def _amount(source: Source, at: _At) -> int:
    """FT1-11, the extended amount; without it FT1-12, or the feed's price, times FT1-10."""
    extended = source.amount("line.charge", at.sequence, at.near)
    if extended is not None:
        return extended
    each = source.amount("line.unit_charge", at.sequence, at.near)
    if each is None and at.known.price:
        each = parse_cents(at.known.price)
    if each is not None:
        return _times(source, at, each)
    problem, fix = "The charge has no amount.", "Send it in FT1-11, or FT1-12 and FT1-10."
    source.fault(101, "line.charge", at.sequence, problem, fix)
    return 0


def _times(source: Source, at: _At, each: int) -> int:
    """Units times the price of one; noted where that is no whole number of cents."""
    try:
        cents = each * Decimal(source.value("line.units", at.near))
        if cents == int(cents):
            return int(cents)
    except (InvalidOperation, ValueError, OverflowError):
        return 0  # _units says that these are none
    problem, fix = "Units times the amount of one is no whole number of cents.", "Send the amount in FT1-11."
    source.fault(102, "line.charge", at.sequence, problem, fix)
    return 0


def _units(source: Source, at: _At) -> str:
    text = source.value("line.units", at.near)
    if not text.lstrip("+-").replace(".", "", 1).isdecimal() or not text.isascii():
        problem, fix = "This is not a quantity.", "Write a number, such as 1 or 2.5."
        source.unreadable("line.units", at.sequence, problem, fix)
    return text.lstrip("+-")
