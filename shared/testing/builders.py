"""Builders of synthetic claims: valid unless a test asks otherwise. Every person in them is invented."""

from datetime import date, timedelta
from typing import Any

import msgspec

from shared.claim import (
    Address,
    Claim,
    Contact,
    Coverage,
    Diagnosis,
    Guarantor,
    Line,
    Name,
    Payer,
    Person,
    Provider,
    Stay,
    luhn_is_valid,
)

DAY = date(2026, 10, 12)
"""The day of service of a built claim, unless given."""

PAYERS = {
    "SBX01": "Sandbox Mutual",
    "SBX02": "Sandbox Full Pay",
    "SBX03": "Sandbox Partial",
    "SBX04": "Sandbox Denial",
    "SBX05": "Sandbox Reject",
    "SBX06": "Sandbox Late",
    "SBX07": "Sandbox Secondary",
}

CODES = (
    ("G0463", 12500),
    ("A0428", 43000),
    ("J1885", 2350),
    ("G0008", 3100),
    ("Q4081", 990),
    ("G2211", 1650),
)
"""HCPCS Level II codes with a charge in cents, valid on ``DAY``."""

DIAGNOSES = ("I10", "E119", "J069", "M545", "R0789", "Z23", "N390", "K219")
"""ICD-10-CM codes without the point."""

_FIRST = (
    "Ada",
    "Ben",
    "Cora",
    "Dan",
    "Eve",
    "Finn",
    "Gia",
    "Hal",
    "Ida",
    "Jon",
    "Kim",
    "Leo",
    "Mia",
    "Ned",
    "Ola",
    "Pia",
)
_LAST = (
    "Testa",
    "Mustermann",
    "Probando",
    "Sampleton",
    "Fictus",
    "Doemark",
    "Imagino",
    "Nemo",
    "Placeholder",
    "Quilltest",
)


def an_npi(seed: int) -> str:
    """A ten-digit NPI with a right check digit; the same for the same seed."""
    body = f"1{seed % 100_000_000:08d}"
    return next(body + str(d) for d in range(10) if luhn_is_valid("80840" + body + str(d)))


def an_address(seed: int = 1) -> Address:
    """An address in an invented street; ZIP+4, as loop 2010AA wants it."""
    return Address(
        line1=f"{seed % 900 + 100} Example Street",
        city="Springfield",
        state="IL",
        zip=f"62701{seed % 9000 + 1000:04d}",
    )


def a_person(seed: int = 1, **changes: Any) -> Person:
    """An invented person with a member id, a birth date and an address."""
    person = Person(
        name=Name(last=_LAST[seed % len(_LAST)].upper(), first=_FIRST[(seed // 7) % len(_FIRST)].upper()),
        member_id=f"M{seed % 100_000_000:08d}",
        address=an_address(seed),
        birth=date(1940, 1, 1) + timedelta(days=seed * 37 % 25_000),
        sex="F" if seed % 2 else "M",
    )
    return msgspec.structs.replace(person, **changes)


def a_billing_provider(seed: int = 1) -> Provider:
    """The invented hospital that bills."""
    return Provider(
        name=Name(last="SPRINGFIELD TEST HOSPITAL", organization=True),
        npi=an_npi(10_000 + seed),
        tax_id="123456789",
        tax_id_kind="EI",
        taxonomy="282N00000X",
        address=Address(line1="1 Hospital Way", city="Springfield", state="IL", zip="627011234"),
        contacts=(Contact(name="BILLING OFFICE", numbers=(("TE", "5555550100"),)),),
    )


def a_rendering_provider(seed: int = 1) -> Provider:
    """An invented clinician."""
    return Provider(
        name=Name(
            last=_LAST[(seed + 3) % len(_LAST)].upper(), first=_FIRST[(seed + 5) % len(_FIRST)].upper()
        ),
        npi=an_npi(20_000 + seed),
        taxonomy="207Q00000X",
    )


def a_coverage(payer: str = "SBX01", seed: int = 1, order: str = "P", **changes: Any) -> Coverage:
    """Coverage by a sandbox payer, the patient being the subscriber."""
    coverage = Coverage(
        order=order,  # type: ignore[arg-type]
        payer=Payer(id=payer, name=PAYERS.get(payer, "Sandbox Mutual").upper()),
        subscriber=a_person(seed),
        relationship="18",
        filing="CI",
        assigned="Y",
        signature="",
        release="Y",
    )
    return msgspec.structs.replace(coverage, **changes)


def a_line(index: int = 0, on: date = DAY, **changes: Any) -> Line:
    """One service line; ``index`` chooses code and charge and makes the line control unique."""
    code, charge = CODES[index % len(CODES)]
    line = Line(
        charge=charge, code=code, units="1", first=on, pointers=(1,), control=f"L{index + 1}", description=""
    )
    return msgspec.structs.replace(line, **changes)


def a_claim(seed: int = 1, payer: str = "SBX01", lines: int = 2, on: date = DAY, **changes: Any) -> Claim:
    """A valid professional claim of an invented patient; the same for the same arguments.

    ``changes`` replace fields of the finished claim; ``charge`` follows the lines unless given.
    """
    service_lines = tuple(a_line(i, on) for i in range(lines))
    coverage = a_coverage(payer, seed)
    claim = Claim(
        number=f"CF{seed:08d}",
        kind="professional",
        charge=sum(line.charge for line in service_lines),
        place="22",
        billing=a_billing_provider(),
        coverages=(coverage,),
        guarantor=Guarantor(
            name=coverage.subscriber.name, address=coverage.subscriber.address, account=f"G{seed:06d}"
        ),
        account=f"A{seed:07d}",
        medical_record=f"MRN{seed:06d}",
        diagnoses=(
            Diagnosis(code=DIAGNOSES[seed % len(DIAGNOSES)], qualifier="ABK"),
            Diagnosis(code=DIAGNOSES[(seed + 1) % len(DIAGNOSES)], qualifier="ABF"),
        ),
        lines=service_lines,
        rendering=a_rendering_provider(seed % 50),
    )
    return msgspec.structs.replace(claim, **changes)


def an_institutional_claim(
    seed: int = 1, payer: str = "SBX01", lines: int = 2, on: date = DAY, **changes: Any
) -> Claim:
    """A valid institutional outpatient claim (type of bill 131) of an invented patient."""
    base = a_claim(seed, payer, lines, on)
    service_lines = tuple(
        msgspec.structs.replace(line, revenue_code=f"0{450 + i}", pointers=())
        for i, line in enumerate(base.lines)
    )
    claim = msgspec.structs.replace(
        base,
        kind="institutional",
        place="13",
        lines=service_lines,
        rendering=None,
        attending=a_rendering_provider(seed % 50),
        first=on,
        last=on,
        stay=Stay(admission_type="3", admission_source="1", status="01"),
    )
    return msgspec.structs.replace(claim, **changes)
