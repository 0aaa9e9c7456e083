"""The claim that a charge message alone would make: what no claim can carry is told while the sender still listens."""

from msgspec import structs

from services.intake.domain.account.facts import Charge, Facts, Visit
from services.intake.domain.feed import Feed
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.people import SELF, of_patient
from shared.claim import Claim, Coverage, Diagnosis, Line, Name, Payer, Person, Provider, Stay
from shared.claim.checking import Defect, check_claim, number_lines

NOWHERE = Visit()
ANYBODY = Coverage(order="P", payer=Payer(id="ANY", name="ANY"), subscriber=Person(name=Name(last="ANYBODY")))
"""Who pays in a charge message that does not say it: another message will."""


def claim_of(facts: Facts, feed: Feed, covers: tuple[Coverage, ...]) -> Claim | None:
    """The claim of one message's facts. None where no charge is left, or nobody is named to pay or to be treated."""
    charges = _left(facts.charges)
    if not charges or not covers or facts.patient is None:
        return None
    visit = facts.visit or NOWHERE
    own = covers[0].relationship == SELF
    professional = visit.kind == "professional"
    found = _diagnoses(facts.diagnoses or (), professional)
    lines = tuple(_line(c, found, professional) for c in charges)
    claim = Claim(
        number=facts.account,
        kind=visit.kind,
        charge=sum(line.charge for line in lines),
        place=visit.place or ("11" if professional else "13"),
        billing=feed.billing,
        coverages=(of_patient(covers[0], facts.patient), *covers[1:]) if own else covers,
        patient=None if own else facts.patient,
        guarantor=facts.guarantor,
        account=facts.account,
        medical_record=facts.medical_record,
        diagnoses=found,
        lines=lines,
        authorization=visit.authorization,
        accepts_assignment=feed.accept_assignment,
        patient_paid=facts.paid or None,
        rendering=_rendering(charges, visit.attending, feed) if professional else None,
        referring=(visit.referring,) if visit.referring and professional else (),
        attending=None if professional else visit.attending,
    )
    return number_lines(_tidied(claim) if professional else _institutional(visit, claim))


def _left(charges: tuple[Charge, ...]) -> list[Charge]:
    """The charges that stay when the credits are taken off."""
    left: list[Charge] = []
    for one in charges:
        taken = next((c for c in left if takes_back(one, c)), None)
        if one.action != "credit":
            left.append(one)
        elif taken is not None:
            left.remove(taken)
    return left


def takes_back(credit: Charge, charge: Charge) -> bool:
    """Whether a credit is that charge's: it names it, or has its code, modifiers, day and amount."""
    if credit.action != "credit" or charge.action == "credit":
        return False
    a, b = credit.line, charge.line
    alike = (a.code, a.modifiers, a.first, a.charge, a.revenue_code)
    return credit.reverses == charge.id or alike == (b.code, b.modifiers, b.first, b.charge, b.revenue_code)


def _diagnoses(found: tuple[Diagnosis, ...], professional: bool) -> tuple[Diagnosis, ...]:
    """A professional claim has neither an admitting diagnosis, unless it is the only one, nor POA."""
    if not professional:
        return found
    admitting = tuple(d for d in found if d.qualifier in ("ABJ", "BJ"))
    others = tuple(d for d in found if d not in admitting)
    kept = others or tuple(structs.replace(d, qualifier="ABK") for d in admitting[:1])
    return tuple(structs.replace(d, poa="") for d in kept)


def _line(charge: Charge, found: tuple[Diagnosis, ...], professional: bool) -> Line:
    if not professional:
        return structs.replace(charge.line, place="")
    codes = [d.code for d in found]
    places = [codes.index(code) + 1 for code in charge.diagnoses if code in codes]
    pointers = tuple(places)[:4] or tuple(range(1, len(codes) + 1))[:4]
    return structs.replace(charge.line, pointers=pointers, revenue_code="", rendering=charge.rendering)


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


def _rendering(charges: list[Charge], attending: Provider | None, feed: Feed) -> Provider | None:
    """The clinician of all lines, else the attending one where the feed says that this is who rendered the care."""
    told = {c.rendering for c in charges}
    if len(told) == 1 and (one := next(iter(told))):
        return one
    return attending if feed.attending_as_rendering else None


def _institutional(visit: Visit, claim: Claim) -> Claim:
    days = [d for line in claim.lines for d in (line.first, line.last) if d]
    first = visit.opened or min(days, default=None)
    last = visit.closed or max(days, default=first)
    return structs.replace(claim, stay=visit.stay or Stay(), first=first, last=last)


_PARTS = {
    "number": "account",
    "medical_record": "medical_record",
    "authorization": "visit.authorization",
    "stay": "visit.admission_type",
    "attending": "visit.attending",
    "rendering": "line.rendering",
    "referring": "visit.referring",
    "patient/name": "patient.name",
    "patient/address": "patient.address",
    "guarantor/name": "guarantor.name",
    "guarantor/address": "guarantor.address",
    "guarantor/account": "guarantor.account",
    "coverages/subscriber/name": "coverage.name",
    "coverages/subscriber/address": "coverage.address",
    "coverages/subscriber/member_id": "coverage.member",
    "coverages/payer/id": "coverage.payer",
    "coverages/payer/name": "coverage.payer_name",
    "coverages/payer/address": "coverage.payer_address",
    "coverages/group_number": "coverage.group",
    "coverages/group_name": "coverage.group_name",
    "coverages/relationship": "coverage.relationship",
    "diagnoses": "diagnosis.code",
    "lines": "line.charge",
    "lines/code": "line.code",
    "lines/charge": "line.charge",
    "lines/units": "line.units",
    "lines/modifiers": "line.modifiers",
    "lines/description": "line.description",
    "lines/drug": "line.ndc",
    "lines/revenue_code": "line.revenue_code",
    "lines/rendering": "line.rendering",
}
"""A place of the claim, without the numbers in it, and the part that fills it."""


def uncarried(facts: Facts, feed: Feed, table: FieldTable) -> list[Fault]:
    """What of a message no claim can carry (lengths of the 837's elements, amounts), at the field that it came from."""
    covers = facts.coverages or (ANYBODY,)
    claim = claim_of(facts, feed, covers)
    own = covers[0].relationship == SELF
    return [_placed(d, table, own) for d in check_claim(claim)] if claim else []


def _placed(defect: Defect, table: FieldTable, own: bool) -> Fault:
    """The part that the pointer leads to, at the place where the table looks for it; the first subscriber may be the patient."""
    steps = [step for step in defect.pointer.split("/") if step]
    if own and steps[:3] == ["coverages", "0", "subscriber"] and steps[3:4] != ["member_id"]:
        steps = ["patient", *steps[3:]]
    place = int(steps[1]) + 1 if len(steps) > 1 and steps[1].isdigit() else 1
    names = [step for step in steps if not step.isdigit()]
    found = (_PARTS.get("/".join(names[:length])) for length in range(len(names), 0, -1))
    spot = table.spot(next((part for part in found if part), "account"))
    return Fault(
        code=102,
        segment=spot.segment,
        sequence=place if spot.segment in ("FT1", "DG1", "IN1") else 1,
        field=spot.field,
        problem=defect.problem,
        fix=defect.fix,
    )
