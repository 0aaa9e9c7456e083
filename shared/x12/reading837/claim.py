"""Loop 2300: one claim, professional or institutional, with the levels above it."""

from typing import Literal, cast

from msgspec import Struct

from shared.claim import Accident, Claim, Coverage, Line, PayToPlan, Person, Provider, Segment, Stay
from shared.claim.parties import Address
from shared.x12.reading837 import facts
from shared.x12.reading837.coverage import ORDERS, billed, other
from shared.x12.reading837.line import line
from shared.x12.reading837.parties import address, name, person, provider, reference, references, whole_name
from shared.x12.reading837.values import Rows, UnreadableError, at, dated, literal, money, padded
from shared.x12.walker import Elements, Node

_ASSIGNMENT: tuple[Literal["A", "B", "C"], ...] = ("A", "B", "C")
_BENEFITS: tuple[Literal["Y", "N", "W"], ...] = ("Y", "N", "W")
_RELEASE: tuple[Literal["Y", "I"], ...] = ("Y", "I")
_SIGNATURE: tuple[Literal["", "P"], ...] = ("", "P")
_RANK = {code: rank for rank, code in enumerate(ORDERS)}

_PROFESSIONAL = {"2310B": "rendering", "2310C": "service_facility", "2310D": "supervising", "2310E": "pickup",
                 "2310F": "dropoff"}  # fmt: skip
_INSTITUTIONAL = {"2310A": "attending", "2310B": "operating", "2310C": "other_operating", "2310D": "rendering",
                  "2310E": "service_facility"}  # fmt: skip


class Billing(Struct, frozen=True, kw_only=True):
    """What loop 2000A says for all claims below it."""

    provider: Provider
    pay_to: Address | None
    plan: PayToPlan | None
    kept: tuple[Segment, ...]


class Insured(Struct, frozen=True, kw_only=True):
    """What loops 2000B and 2000C say for all claims below them."""

    coverage: Coverage
    patient: Person | None
    kept: tuple[Segment, ...]


class Separators(Struct, frozen=True):
    """The two separators inside elements."""

    component: str
    repetition: str


def billing(level: Node, by: Separators) -> Billing:
    """Read loop 2000A."""
    rows = Rows(level, by.component, by.repetition)
    rows.take("HL*20")
    specialty = rows.take("PRV")
    node = whole_name(level.kid("2010AA"), level.number, "2010AA")
    who, kept = provider(node, by.component, by.repetition, at(specialty, 3) if specialty else "")
    pay_to, more = _pay_to(level.kid("2010AB"), by)
    plan, rest = _plan(level.kid("2010AC"), by)
    return Billing(provider=who, pay_to=pay_to, plan=plan, kept=(*rows.left(), *kept, *more, *rest))


def _pay_to(node: Node | None, by: Separators) -> tuple[Address | None, tuple[Segment, ...]]:
    if node is None:
        return None, ()
    rows = Rows(node, by.component, by.repetition)
    rows.take("NM1*87")
    where = address(rows)
    return where, rows.left()


def _plan(node: Node | None, by: Separators) -> tuple[PayToPlan | None, tuple[Segment, ...]]:
    if node is None:
        return None, ()
    rows = Rows(node, by.component, by.repetition)
    head = padded(rows.take("NM1*PE") or ["NM1"], 9)
    tax = rows.take("REF*EI")
    kinds: tuple[Literal["PI", "XV"], ...] = ("PI", "XV")
    plan = PayToPlan(
        name=name(head),
        id=head[9],
        id_kind=literal(head[8], kinds, head, "08"),
        address=address(rows) or Address(line1="", city=""),
        references=references(rows),
        tax_id=at(tax, 2) if tax else "",
    )
    return plan, rows.left()


def insured(level: Node, patient_level: Node | None, by: Separators) -> Insured:
    """Read loops 2000B and, where there is one, 2000C."""
    rows = Rows(level, by.component, by.repetition)
    rows.take("HL*22")
    rows.take("SBR")
    node = whole_name(level.kid("2010BA"), level.number, "2010BA")
    subscriber, kept = person(node, by.component, by.repetition, rows.take("PAT"))
    patient, relationship, more = _patient(patient_level, by)
    coverage, rest = billed(level, subscriber, by.component, by.repetition, relationship)
    return Insured(coverage=coverage, patient=patient, kept=(*rows.left(), *kept, *rest, *more))


def _patient(level: Node | None, by: Separators) -> tuple[Person | None, str, tuple[Segment, ...]]:
    if level is None:
        return None, "", ()
    rows = Rows(level, by.component, by.repetition)
    rows.take("HL*23")
    facts_segment = rows.take("PAT")
    node = whole_name(level.kid("2010CA"), level.number, "2010CA")
    who, kept = person(node, by.component, by.repetition, facts_segment)
    return who, at(facts_segment, 1) if facts_segment else "", (*rows.left(), *kept)


def lines_of(node: Node, by: Separators) -> tuple[Line, ...]:
    """Read a claim's lines; raises UnreadableError."""
    return tuple([line(one, by.component, by.repetition) for one in node.kids.get("2400", ())])


def claim(
    node: Node,
    lines: tuple[Line, ...] | UnreadableError,
    above: Billing,
    insurance: Insured,
    by: Separators,
    professional: bool,
) -> Claim:
    """Read one claim; raises UnreadableError when a value cannot be held (an amount, a date, a code).

    ``lines`` were read before (``lines_of``); why they could not be is raised where their turn is.
    """
    rows = Rows(node, by.component, by.repetition)
    fields = _clm(padded(rows.take("CLM") or ["CLM"], 20), by.component, professional)
    fields["billing"], fields["pay_to"], fields["pay_to_plan"] = above.provider, above.pay_to, above.plan
    fields["patient"] = insurance.patient
    if isinstance(lines, UnreadableError):
        raise lines
    fields["lines"] = lines
    kept = _providers(node, by, fields, professional)
    fields |= _coverages(node, insurance.coverage, by)
    if not rows.is_empty():
        coding = facts.Coding(rows)
        kept += coding.kept
        fields["diagnoses"] = tuple(coding.diagnoses)
        fields["procedures"], fields["codes"] = tuple(coding.procedures), tuple(coding.codes)
        _situational(rows, fields)
        if professional:
            _accident(rows, fields)
        else:
            _stay(rows, fields, coding.drg)
        if not rows.is_empty():
            fields["dates"], fields["amounts"] = facts.periods(rows), facts.amounts(rows)
    left = (*above.kept, *insurance.kept, *rows.left(), *kept)
    if left:
        fields["extra"] = left
    return Claim(**fields)  # type: ignore[arg-type]


def _clm(e: Elements, component: str, professional: bool) -> dict[str, object]:
    place, _, frequency = [*e[5].split(component), "", "", ""][:3] if component else (e[5], "", "")
    fields: dict[str, object] = {
        "kind": "professional" if professional else "institutional",
        "number": e[1],
        "charge": money(e, 2),
        "place": place,
        "frequency": frequency,
        "accepts_assignment": literal(e[7], _ASSIGNMENT, e, "07"),
        "benefits_assigned": literal(e[8], _BENEFITS, e, "08"),
        "release": literal(e[9], _RELEASE, e, "09"),
        "patient_signature": literal(e[10], _SIGNATURE, e, "10"),
        "special_program": e[12],
        "delay_reason": e[20],
    }
    if professional:
        fields["provider_signature"] = e[6] != "N"
    if e[11]:
        parts = [*(e[11].split(component) if component else [e[11]]), "", "", "", "", ""]
        causes = tuple([cause for cause in parts[:3] if cause])
        fields["accident"] = Accident(causes=causes, state=parts[3], country=parts[4])
    return fields


def _situational(rows: Rows, fields: dict[str, object]) -> None:
    for tag, field in (("REF*F8", "original_reference"), ("REF*G1", "authorization"), ("REF*9F", "referral"),
                       ("REF*EA", "medical_record")):  # fmt: skip
        found = rows.take(tag)
        if found is not None:
            fields[field] = at(found, 2)
    if rows.is_empty():
        return
    kinds = rows.kinds()
    if "REF" in kinds:
        fields["references"] = tuple([reference(e, rows.component) for e in rows.take_kind("REF")])
    if "PWK" in kinds:
        fields["attachments"] = facts.attachments(rows)
    if "NTE" in kinds:
        fields["notes"] = facts.notes(rows)
    if "CRC" in kinds:
        fields["conditions"] = facts.conditions(rows)
    if "CR1" in kinds:
        fields["ambulance"] = facts.ambulance(rows)
    paid = rows.take("AMT*F5")
    if paid is not None:
        fields["patient_paid"] = money(paid, 2)


def _accident(rows: Rows, fields: dict[str, object]) -> None:
    when = rows.take("DTP*439")
    if when is not None:
        said = cast("Accident | None", fields.get("accident")) or Accident(causes=())
        fields["accident"] = Accident(
            causes=said.causes, state=said.state, country=said.country, on=dated(when)[0]
        )


def _stay(rows: Rows, fields: dict[str, object], drg: str) -> None:
    statement = rows.take("DTP*434")
    if statement is not None:
        first, last, _ = dated(statement)
        fields["first"], fields["last"] = first, last or first
    codes, admitted, discharge = rows.take("CL1"), rows.take("DTP*435"), rows.take("DTP*096")
    if codes is None and admitted is None and discharge is None and not drg:
        return
    _, kind, source, status, *_ = padded(codes or ["CL1"], 3)
    on, _, hour = dated(admitted) if admitted else (None, None, "")
    fields["stay"] = Stay(
        admission_type=kind,
        admission_source=source,
        status=status,
        admitted=on,
        admission_hour=hour,
        discharge_hour=dated(discharge)[2] if discharge else "",
        drg=drg,
    )


def _providers(node: Node, by: Separators, fields: dict[str, object], professional: bool) -> list[Segment]:
    roles = _PROFESSIONAL if professional else _INSTITUTIONAL
    referring_loop = "2310A" if professional else "2310F"
    referring: list[Provider] = []
    kept: list[Segment] = []
    for loop, nodes in node.kids.items():
        if loop != referring_loop and loop not in roles:
            continue
        for one in nodes:
            who, more = provider(one, by.component, by.repetition)
            kept += more
            if loop == referring_loop:
                referring.append(who)
            else:
                fields[roles[loop]] = who
    if referring:
        fields["referring"] = tuple(referring)
    return kept


def _coverages(node: Node, own: Coverage, by: Separators) -> dict[str, object]:
    others = node.kids.get("2320")
    if not others:
        return {"coverages": (own,)}
    found = [own, *(other(one, by.component, by.repetition) for one in others)]
    found.sort(key=lambda one: _RANK[one.order])
    return {"coverages": tuple(found), "billed": next(i for i, one in enumerate(found) if one is own)}
