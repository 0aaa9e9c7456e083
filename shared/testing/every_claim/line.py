"""Invented service lines with everything that hangs on a line."""

from datetime import timedelta
from random import Random

from shared.claim import (
    Ambulance,
    Amount,
    Attachment,
    Conditions,
    Drug,
    Equipment,
    Line,
    Name,
    Note,
    Period,
    Provider,
    Quantity,
    Reference,
    Segment,
)
from shared.testing.every_claim import people
from shared.testing.every_claim import values as v

REVENUE = ("0250", "0300", "0320", "0450", "0636", "0120")
PROVIDER_REFS = ("0B", "1G", "G2", "LU")
ATTACHMENTS = ("03", "AS", "B3", "OZ", "M1", "DA")


def professional(random: Random, diagnoses: int, number: int, payer: str) -> Line:
    """A professional line; ``payer`` is another payer of the claim, for references that are its own."""
    first = v.served(random)
    fields: dict[str, object] = {
        "charge": v.cents(random),
        "code": random.choice(v.SERVICES),
        "modifiers": v.some(random, v.MODIFIERS, 4),
        "description": v.phrase(random) if v.maybe(random, 0.1) else "",
        "units": random.choice(("1", "2", "1.5", "30")),
        "unit": random.choice(("UN", "UN", "MJ")),
        "first": first,
        "last": first + timedelta(days=random.randint(0, 5)) if v.maybe(random) else None,
        "pointers": tuple(random.sample(range(1, diagnoses + 1), random.randint(1, min(4, diagnoses)))),
        "control": f"{number}{v.code(random, 6)}" if v.maybe(random, 0.9) else "",
        "place": random.choice(("", "", "11", "22")),
    }
    for flag in ("emergency", "epsdt", "family_planning", "copay_exempt"):
        fields[flag] = v.maybe(random, 0.1)
    if v.maybe(random, 0.5):
        fields |= _professional_facts(random, payer)
    if v.maybe(random):
        fields |= _professional_providers(random, payer)
    return Line(**fields)  # type: ignore[arg-type]


def _professional_facts(random: Random, payer: str) -> dict[str, object]:
    code = v.code(random)
    return {
        "equipment": _equipment(random) if v.maybe(random, 0.2) else None,
        "attachments": _attachments(random),
        "ambulance": ambulance(random) if v.maybe(random, 0.2) else None,
        "conditions": _conditions(random),
        "dates": tuple(
            Period(qualifier=q, first=v.day(random))
            for q in v.some(random, ("471", "607", "463", "461", "304", "738", "739", "011", "455", "454"), 3)
        ),
        "quantities": _quantities(random),
        "authorization": code if v.maybe(random) else "",
        "referral": code if v.maybe(random) else "",
        "references": _line_references(random, payer),
        "amounts": tuple(Amount(q, v.cents(random)) for q in v.some(random, ("T", "F4"), 2)),
        "notes": tuple(Note(q, v.phrase(random)) for q in v.some(random, ("ADD", "TPO"), 2)),
        "drug": _drug(random) if v.maybe(random) else None,
        "extra": _extra(random),
    }


def _line_references(random: Random, payer: str) -> tuple[Reference, ...]:
    found = list(v.references(random, ("9B", "9D"), 2))
    if payer and v.maybe(random):
        found.append(Reference("G1", v.code(random), payer))
    return (*found, *v.references(random, ("EW", "X4", "F4", "BT"), 2))


def _equipment(random: Random) -> Equipment:
    return Equipment(
        code=random.choice(("E0570", "K0001")),
        days=str(random.randint(1, 30)),
        rental=v.cents(random),
        purchase=v.cents(random),
        frequency=random.choice("146"),
    )


def _attachments(random: Random) -> tuple[Attachment, ...]:
    found = []
    for kind in v.some(random, ATTACHMENTS, 2):
        by = random.choice(("AA", "BM", "EL", "FX"))
        found.append(Attachment(kind=kind, transmission=by, control="" if by == "AA" else v.code(random)))
    return tuple(found)


def ambulance(random: Random) -> Ambulance:
    """Transport facts."""
    return Ambulance(
        weight=random.choice(("", "140")),
        reason=random.choice("ABCDE"),
        miles=str(random.randint(1, 80)),
        round_trip_purpose=random.choice(("", "RETURN HOME")),
        stretcher_purpose=random.choice(("", "UNCONSCIOUS")),
    )


def _conditions(random: Random) -> tuple[Conditions, ...]:
    found = []
    if v.maybe(random, 0.2):
        found.append(Conditions("07", v.maybe(random, 0.5), v.some(random, ("01", "04", "05", "09"), 4, 1)))
    if v.maybe(random, 0.2):
        found.append(Conditions("70", v.maybe(random, 0.5), ("65",)))
    if v.maybe(random, 0.2):
        found.append(Conditions("09", v.maybe(random, 0.5), ("38", "ZV")))
    return tuple(found)


def _quantities(random: Random) -> tuple[Quantity, ...]:
    found = [Quantity(q, str(random.randint(1, 4))) for q in v.some(random, ("PT", "FL"), 2)]
    found += [Quantity(random.choice(("R1", "HT")), "56.2", "TR") for _ in range(random.randint(0, 2))]
    return tuple(found)


def _drug(random: Random) -> Drug:
    number = v.code(random) if v.maybe(random, 0.5) else ""
    return Drug(
        ndc=v.digits(random, 11),
        quantity=random.choice(("2", "10.5")),
        unit=random.choice(("F2", "GR", "ME", "ML", "UN")),
        prescription=number,
        prescription_kind=random.choice(("XZ", "VY")) if number else "",
    )


def _extra(random: Random) -> tuple[Segment, ...]:
    rows = [
        ("CR3", "I", "MO", "12"),
        ("CN1", "09", "100.5"),
        ("K3", "STATE WORDS"),
        ("PS1", "PN222222", "110"),
        ("HCP", "03", "100", "10"),
    ]
    kept = tuple(Segment("2400", tuple(row)) for row in v.some(random, rows, 2))
    forms = (("LQ", "UT", "1.02"), ("FRM", "1A", "", "J0234"), ("FRM", "1B", "Y"))
    return (*kept, *(Segment("2440", tuple(row)) for row in forms)) if v.maybe(random, 0.2) else kept


def _professional_providers(random: Random, payer: str) -> dict[str, object]:
    def one(share: float, **more: object) -> Provider | None:
        if not v.maybe(random, share):
            return None
        return people.provider(random, references=PROVIDER_REFS[:3], payer=payer, **more)  # type: ignore[arg-type]

    purchased = one(0.2)
    facility = (
        people.provider(random, organization=True, references=("G2", "LU"), located=True)
        if v.maybe(random, 0.2)
        else None
    )
    ride = v.maybe(random, 0.2)
    return {
        "rendering": one(0.4, taxonomy=True, organization=v.maybe(random)),
        "purchased": Provider(name=Name(last="", organization=True), npi=purchased.npi)
        if purchased
        else None,
        "service_facility": facility,
        "supervising": one(0.2),
        "ordering": one(0.3, located=True, contacts=1),
        "referring": tuple(
            people.provider(random, references=("0B", "1G", "G2")) for _ in range(random.randint(0, 2))
        ),
        "pickup": people.place(random, named=False) if ride else None,
        "dropoff": people.place(random, named=True) if ride else None,
    }


def institutional(random: Random, number: int) -> Line:
    """An institutional line."""
    coded = v.maybe(random, 0.8)
    return Line(
        charge=v.cents(random),
        code=random.choice(v.SERVICES) if coded else "",
        modifiers=v.some(random, v.MODIFIERS, 4) if coded else (),
        description=v.phrase(random) if coded and v.maybe(random, 0.1) else "",
        units=random.choice(("1", "2", "1.5")),
        unit=random.choice(("UN", "DA")),
        revenue_code=random.choice(REVENUE),
        noncovered=v.cents(random) if v.maybe(random, 0.2) else None,
        first=v.DAY - timedelta(days=12) if v.maybe(random, 0.8) else None,
        control=f"{number}{v.code(random, 6)}" if v.maybe(random, 0.9) else "",
        attachments=_attachments(random) if v.maybe(random, 0.2) else (),
        references=v.references(random, ("9B", "9D"), 2),
        amounts=tuple(Amount(q, v.cents(random)) for q in v.some(random, ("GT", "N8"), 2)),
        notes=(Note("TPO", v.phrase(random)),) if v.maybe(random, 0.2) else (),
        drug=_drug(random) if v.maybe(random, 0.2) else None,
        operating=_physician(random, 0.2),
        other_operating=_physician(random, 0.2),
        rendering=_physician(random, 0.2),
        referring=(people.provider(random, references=("0B", "G2")),) if v.maybe(random, 0.2) else (),
        extra=(Segment("2400", ("HCP", "03", "100", "10")),) if v.maybe(random, 0.2) else (),
    )


def _physician(random: Random, share: float) -> Provider | None:
    return people.provider(random, references=PROVIDER_REFS) if v.maybe(random, share) else None
