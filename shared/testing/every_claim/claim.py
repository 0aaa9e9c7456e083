"""Invented claims, professional and institutional: primary, secondary and tertiary, replacements and voids."""

from datetime import timedelta
from random import Random

from msgspec.structs import replace

from shared.claim import (
    Accident,
    Amount,
    Attachment,
    Claim,
    Coded,
    Conditions,
    Coverage,
    Diagnosis,
    Kind,
    Line,
    Note,
    Payer,
    PayToPlan,
    Period,
    Procedure,
    Segment,
    Stay,
)
from shared.claim.coverage import Order
from shared.testing.every_claim import coverage, line, people
from shared.testing.every_claim import values as v

_ORDERS: tuple[Order, ...] = ("P", "S", "T", "A", "B")
_PROFESSIONAL_DATES = (
    "431",
    "454",
    "304",
    "453",
    "484",
    "455",
    "471",
    "314",
    "297",
    "296",
    "435",
    "096",
    "090",
    "091",
    "444",
    "050",
)
_PROFESSIONAL_REFS = ("4N", "F5", "EW", "X4", "9A", "9C", "LX", "D9", "P4", "1J")
_INSTITUTIONAL_REFS = ("4N", "9A", "9C", "LX", "D9", "LU", "P4", "G4")


def claim(random: Random, kind: Kind, number: str = "") -> Claim:
    """One claim, clean by its guide."""
    professional = kind == "professional"
    diagnoses = _diagnoses(random) if professional else _institutional_diagnoses(random)
    others = random.choice((0, 0, 0, 1, 1, 2))
    payers = [coverage.payer(random) for _ in range(others)]
    lines = _lines(random, professional, len(diagnoses), payers[0].id if payers else "")
    coverages, billed, lines = _coverages(random, payers, lines, professional)
    fields = _shared(random, professional) | (
        _professional(random) if professional else _institutional(random)
    )
    return Claim(
        number=number or v.code(random, random.randint(5, 20)),
        kind=kind,
        charge=sum(one.charge for one in lines),
        billing=people.billing(random, institutional=not professional),
        coverages=coverages,
        billed=billed,
        patient=people.patient(random, professional=professional)
        if coverages[billed].relationship != "18"
        else None,
        diagnoses=diagnoses,
        lines=tuple(lines),
        **fields,  # type: ignore[arg-type]
    )


def _lines(random: Random, professional: bool, diagnoses: int, payer: str) -> list[Line]:
    count = random.choice((1, 1, 2, 3, 5))
    if professional:
        return [line.professional(random, diagnoses, at, payer) for at in range(1, count + 1)]
    return [line.institutional(random, at) for at in range(1, count + 1)]


def _coverages(
    random: Random, payers: list[Payer], lines: list[Line], professional: bool
) -> tuple[tuple[Coverage, ...], int, list[Line]]:
    billed = random.randint(0, len(payers))
    relationship = "18" if v.maybe(random, 0.6) else random.choice(coverage.RELATIONSHIPS)
    found: list[Coverage] = []
    for at in range(len(payers) + 1):
        order = _ORDERS[at]
        if at == billed:
            found.append(coverage.billed(random, order, relationship, professional=professional))
            continue
        own = payers.pop()
        prior = None
        if at < billed:
            by_line = v.maybe(random, 0.6)
            prior, details = coverage.decide(random, lines, own, by_line=by_line, professional=professional)
            if details:
                lines = [
                    replace(one, decisions=(*one.decisions, detail))
                    for one, detail in zip(lines, details, strict=True)
                ]
        found.append(coverage.other(random, order, prior, own, professional=professional))
    return tuple(found), billed, lines


def _diagnoses(random: Random) -> tuple[Diagnosis, ...]:
    codes = random.sample(v.DIAGNOSES, random.randint(1, 12))
    return tuple(Diagnosis(code=code, qualifier="ABF" if at else "ABK") for at, code in enumerate(codes))


def _institutional_diagnoses(random: Random) -> tuple[Diagnosis, ...]:
    codes = list(v.DIAGNOSES)
    random.shuffle(codes)
    found = [Diagnosis(code=codes.pop(), qualifier="ABK", poa=random.choice(("", "Y", "N", "U", "W")))]
    if v.maybe(random, 0.5):
        found.append(Diagnosis(code=codes.pop(), qualifier="ABJ"))
    found += [Diagnosis(code=codes.pop(), qualifier="APR") for _ in range(random.choice((0, 0, 1, 3)))]
    found += [Diagnosis(code="W0110XA", qualifier="ABN", poa="Y") for _ in range(random.choice((0, 0, 1, 2)))]
    found += [
        Diagnosis(code=codes.pop(), qualifier="ABF", poa=random.choice(("", "Y")))
        for _ in range(random.choice((0, 1, 3, 13)))
    ]
    return tuple(found)


def _shared(random: Random, professional: bool) -> dict[str, object]:
    frequency = random.choice(("1", "1", "1", "7", "8"))
    code = v.code(random)
    return {
        "frequency": frequency,
        "original_reference": v.code(random, 12) if frequency != "1" else "",
        "pay_to": v.address(random) if v.maybe(random) else None,
        "pay_to_plan": _plan(random) if v.maybe(random, 0.1) else None,
        "medical_record": code if v.maybe(random) else "",
        "authorization": code if v.maybe(random) else "",
        "referral": code if v.maybe(random) else "",
        "accepts_assignment": random.choice(("A", "B", "C")),
        "benefits_assigned": random.choice(("Y", "N", "W")),
        "release": random.choice(("Y", "I")),
        "delay_reason": random.choice(("", "", "", "7", "11")),
        "attachments": tuple(
            Attachment(kind=kind, transmission="FX", control=v.code(random))
            for kind in v.some(random, line.ATTACHMENTS, 2)
        )
        if v.maybe(random)
        else (),
        "references": v.references(random, _PROFESSIONAL_REFS if professional else _INSTITUTIONAL_REFS, 3),
        "service_facility": people.provider(
            random,
            organization=True,
            references=("0B", "G2", "LU"),
            located=True,
            contacts=int(professional and v.maybe(random)),
            ways=("TE",),
        )
        if v.maybe(random)
        else None,
        "extra": _extra(random, professional),
    }


def _plan(random: Random) -> PayToPlan:
    return PayToPlan(
        name=v.organization(random),
        id=v.code(random),
        address=v.address(random),
        references=v.references(random, ("2U", "NF"), 1),
        tax_id=v.digits(random, 9),
    )


def _extra(random: Random, professional: bool) -> tuple[Segment, ...]:
    found = [Segment("2000A", ("CUR", "85", "CAD"))] if v.maybe(random, 0.05) else []
    rows = [("CN1", "09", "100.5"), ("K3", "SOME STATE WORDS"), ("HCP", "03", "100", "10")]
    if professional:
        rows.insert(2, ("CR2", *[""] * 7, "A", "", "BACK PAIN"))
    return (*found, *(Segment("2300", tuple(row)) for row in v.some(random, rows, 2)))


def _professional(random: Random) -> dict[str, object]:
    ride = v.maybe(random, 0.15)
    return {
        "place": random.choice(("11", "22", "41", "81")),
        "provider_signature": v.maybe(random, 0.9),
        "patient_signature": random.choice(("", "", "P")),
        "special_program": random.choice(("", "", "02", "09")),
        "accident": _accident(random) if v.maybe(random, 0.2) else None,
        "dates": tuple(_period(random, q) for q in v.some(random, _PROFESSIONAL_DATES, 4)),
        "patient_paid": v.cents(random) if v.maybe(random, 0.2) else None,
        "notes": (Note(random.choice(("ADD", "CER", "DCP", "DGN", "TPO")), v.phrase(random)),)
        if v.maybe(random)
        else (),
        "ambulance": line.ambulance(random) if ride else None,
        "conditions": _conditions(random),
        "procedures": (Procedure(code="G0463", qualifier="BP"), Procedure(code="G0438", qualifier="BO"))[
            : random.choice((0, 0, 0, 1, 2))
        ],
        "codes": tuple(Coded(qualifier="BG", code=code) for code in v.some(random, ("01", "17", "AA"), 2))
        if v.maybe(random)
        else (),
        "referring": tuple(
            people.provider(random, references=("0B", "1G", "G2")) for _ in range(random.choice((0, 0, 1, 2)))
        ),
        "rendering": people.provider(random, references=line.PROVIDER_REFS, taxonomy=True)
        if v.maybe(random, 0.5)
        else None,
        "supervising": people.provider(random, references=line.PROVIDER_REFS)
        if v.maybe(random, 0.2)
        else None,
        "pickup": people.place(random, named=False) if ride else None,
        "dropoff": people.place(random, named=True) if ride else None,
    }


def _period(random: Random, qualifier: str) -> Period:
    first = v.day(random)
    spans = qualifier == "314" and v.maybe(random, 0.5)
    return Period(qualifier=qualifier, first=first, last=first + timedelta(days=3) if spans else None)


def _accident(random: Random) -> Accident:
    causes = v.some(random, ("AA", "EM", "OA"), 2, 1)
    return Accident(causes=causes, state=random.choice(v.STATES) if "AA" in causes else "", on=v.day(random))


def _conditions(random: Random) -> tuple[Conditions, ...]:
    found = []
    if v.maybe(random, 0.2):
        found.append(Conditions("07", v.maybe(random, 0.5), v.some(random, ("01", "04", "05", "12"), 4, 1)))
    if v.maybe(random, 0.1):
        found.append(Conditions("E1", v.maybe(random, 0.5), v.some(random, ("L1", "L2", "L3"), 3, 1)))
    if v.maybe(random, 0.1):
        found.append(Conditions("75", True, ("IH",)))
    if v.maybe(random, 0.1):
        found.append(Conditions("ZZ", v.maybe(random, 0.5), v.some(random, ("AV", "NU", "S2", "ST"), 3, 1)))
    return tuple(found)


def _institutional(random: Random) -> dict[str, object]:
    inpatient = v.maybe(random, 0.5)
    first = v.served(random)
    procedures = [Procedure(code="0DTJ4ZZ", qualifier="BBR", on=first)] if v.maybe(random) else []
    if procedures:
        procedures += [
            Procedure(code="02HV33Z", qualifier="BBQ", on=first) for _ in range(random.choice((0, 1, 13)))
        ]
    return {
        "place": random.choice(("11", "18")) if inpatient else random.choice(("13", "14", "85")),
        "first": first,
        "last": v.DAY - timedelta(days=random.randint(7, 11)),
        "stay": _stay(random, inpatient, first),
        "procedures": tuple(procedures),
        "codes": _nubc(random, first),
        "dates": (Period(qualifier="050", first=v.day(random)),) if v.maybe(random, 0.1) else (),
        "amounts": (Amount("F3", v.cents(random)),) if v.maybe(random, 0.2) else (),
        "notes": tuple(Note(q, v.phrase(random)) for q in v.some(random, ("ALG", "DCP", "ADD"), 2)),
        "conditions": (Conditions("ZZ", True, ("AV",)),) if v.maybe(random, 0.1) else (),
        "attending": people.provider(random, references=line.PROVIDER_REFS, taxonomy=True)
        if v.maybe(random, 0.9)
        else None,
        "operating": people.provider(random, references=line.PROVIDER_REFS) if procedures else None,
        "other_operating": people.provider(random, references=line.PROVIDER_REFS)
        if v.maybe(random, 0.1)
        else None,
        "rendering": people.provider(random, references=line.PROVIDER_REFS) if v.maybe(random, 0.2) else None,
        "referring": (people.provider(random, references=("0B", "1G", "G2")),)
        if v.maybe(random, 0.2)
        else (),
    }


def _stay(random: Random, inpatient: bool, first: object) -> Stay:
    admitted = first if inpatient else None
    return Stay(
        admission_type=random.choice("123"),
        admission_source=random.choice("127"),
        status=random.choice(("01", "03", "07")),
        admitted=admitted,  # type: ignore[arg-type]
        admission_hour=random.choice(("", "0930")) if inpatient else "",
        discharge_hour="1130" if inpatient else "",
        drg=random.choice(("", "470")) if inpatient else "",
    )


def _nubc(random: Random, first: object) -> tuple[Coded, ...]:
    spans = [Coded(qualifier="BI", code="74", first=v.day(random), last=v.served(random))] * random.choice(
        (0, 1, 2)
    )
    occurrences = [
        Coded(qualifier="BH", code=random.choice(("11", "A1")), first=v.day(random))
        for _ in range(random.choice((0, 1, 13)))
    ]
    worth = [
        Coded(qualifier="BE", code=random.choice(("80", "A3")), amount=v.cents(random))
        for _ in range(random.choice((0, 1, 13)))
    ]
    conditions = [
        Coded(qualifier="BG", code=random.choice(("17", "C1"))) for _ in range(random.choice((0, 1, 13)))
    ]
    treatments = [Coded(qualifier="TC", code="A01")] if v.maybe(random, 0.1) else []
    return (*spans, *occurrences, *worth, *conditions, *treatments)
