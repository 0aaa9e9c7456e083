"""What no claim can carry, told while the sender still listens: lengths of the 837's elements, amounts out of range."""

from msgspec import structs

from services.intake.domain.account.facts import Facts
from services.intake.domain.feed import Feed
from services.intake.domain.hl7.fault import Fault
from services.intake.domain.hl7.fields import FieldTable
from services.intake.domain.hl7.message import Hl7Message
from services.intake.domain.hl7.people import SELF, of_patient
from shared.claim import Claim, Coverage, Name, Payer, Person, Stay
from shared.claim.checking import Defect, check_claim, number_lines

ANYBODY = Coverage(order="P", payer=Payer(id="ANY", name="ANY"), subscriber=Person(name=Name(last="ANYBODY")))
"""Who pays in a message that does not say it: another message will."""

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


_REPEATED = frozenset({"FT1", "DG1", "IN1"})


def uncarried(m: Hl7Message, facts: Facts, feed: Feed, table: FieldTable) -> list[Fault]:
    """What of a message no claim can carry, at the field that it came from."""
    covers = facts.coverages or (ANYBODY,)
    own = covers[0].relationship == SELF
    defects = check_claim(number_lines(_everything(facts, feed, covers)))
    return [_placed(m, defect, table, own) for defect in defects]


def _everything(facts: Facts, feed: Feed, covers: tuple[Coverage, ...]) -> Claim:
    """All that a message says, on one claim: nothing that is billed, only its form is looked at. One line for each FT1."""
    who = facts.patient
    first = of_patient(covers[0], who) if who and covers[0].relationship == SELF else covers[0]
    visit = facts.visit
    return Claim(
        number=facts.account or "ANY",
        kind="institutional",
        charge=0,
        place="",
        billing=feed.billing,
        coverages=(first, *covers[1:]),
        patient=who,
        guarantor=facts.guarantor,
        account=facts.account,
        medical_record=facts.medical_record,
        diagnoses=facts.diagnoses or (),
        procedures=facts.procedures or (),
        lines=tuple(structs.replace(c.line, rendering=c.rendering, control="") for c in facts.charges),
        authorization=visit.authorization if visit else "",
        attending=visit.attending if visit else None,
        referring=(visit.referring,) if visit and visit.referring else (),
        operating=visit.operating if visit else None,
        stay=(visit.stay if visit else None) or Stay(),
    )


def _placed(m: Hl7Message, defect: Defect, table: FieldTable, own: bool) -> Fault:
    """The part that the pointer leads to, at the place where the table looks for it; the first subscriber may be the patient."""
    steps = [step for step in defect.pointer.split("/") if step]
    if own and steps[:3] == ["coverages", "0", "subscriber"] and steps[3:4] != ["member_id"]:
        steps = ["patient", *steps[3:]]
    place = int(steps[1]) + 1 if len(steps) > 1 and steps[1].isdigit() else 1
    names = [step for step in steps if not step.isdigit()]
    found = (_PARTS.get("/".join(names[:length])) for length in range(len(names), 0, -1))
    part = next((part for part in found if part), "account")
    spot = table.spot(part)
    if spot.segment not in _REPEATED and (there := table.find(m, part, {})):
        spot = there.path
    return Fault(
        code=102,
        segment=spot.segment,
        sequence=place if spot.segment in _REPEATED else 1,
        field=spot.field,
        problem=defect.problem,
        fix=defect.fix,
    )
