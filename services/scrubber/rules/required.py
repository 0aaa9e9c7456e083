"""What every claim must say before any payer reads on."""

from collections.abc import Iterator

from services.scrubber.rules.facts import Facts
from services.scrubber.rules.rule import Defect, rule
from shared.claim import Claim

_TR3 = "005010X222A1 / X223A2"


@rule(
    "SCR-0101",
    "Patient control number is missing or too long",
    fix="Give the claim a number of its own, at most 20 letters or digits; payers echo it in every answer.",
    source=f"{_TR3} 2300 CLM01; RFI 504",
)
def claim_number(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if not 0 < len(claim.number) <= 20 or not claim.number.isascii():
        yield Defect("/number", "2300/CLM01", "The claim's number is absent or longer than 20 characters.")


@rule(
    "SCR-0102",
    "Billing provider is not identified",
    fix="Fill in the billing provider's name and NPI in the facility's set-up.",
    source=f"{_TR3} 2010AA NM103, NM109",
)
def billing_provider(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if not claim.billing.name.last:
        yield Defect("/billing/name/last", "2010AA/NM103", "The billing provider has no name.")
    if not claim.billing.npi:
        yield Defect("/billing/npi", "2010AA/NM109", "The billing provider has no NPI.")


@rule(
    "SCR-0103",
    "Billing provider's address is incomplete",
    fix="Give a street address (no post office box) with city, state and nine-digit ZIP.",
    source=f"{_TR3} 2010AA N3, N4",
)
def billing_address(claim: Claim, facts: Facts) -> Iterator[Defect]:
    address = claim.billing.address
    if address is None:
        yield Defect("/billing/address", "2010AA/N301", "The billing provider has no address.")
        return
    if not address.city or not address.state:
        yield Defect("/billing/address", "2010AA/N401", "City or state is missing.")
    if not (address.zip.isdigit() and len(address.zip) == 9) and not address.country:
        yield Defect("/billing/address/zip", "2010AA/N403", "The ZIP code does not have nine digits.")
    if address.line1.upper().replace(".", "").startswith(("PO BOX", "P O BOX")):
        yield Defect("/billing/address/line1", "2010AA/N301", "A post office box stands where a street must.")


@rule(
    "SCR-0104",
    "Billing provider's tax number is missing",
    fix="Fill in the nine-digit employer (EI) or social security (SY) number.",
    source=f"{_TR3} 2010AA REF*EI / REF*SY",
)
def billing_tax_id(claim: Claim, facts: Facts) -> Iterator[Defect]:
    tax = claim.billing.tax_id
    if len(tax) != 9 or not tax.isdigit() or len(set(tax)) == 1:
        yield Defect("/billing/tax_id", "2010AA/REF02", "The tax number does not have nine proper digits.")


@rule(
    "SCR-0105",
    "Member id is missing",
    fix="Ask the patient for the insurance card, or run an eligibility check.",
    source=f"{_TR3} 2010BA NM109",
)
def member_id(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if not claim.coverage.subscriber.member_id:
        place = f"/coverages/{claim.billed}/subscriber/member_id"
        yield Defect(place, "2010BA/NM109", "The subscriber has no member id.")


@rule(
    "SCR-0106",
    "Patient or subscriber is not named",
    fix="Complete the registration: last name of the patient and of the subscriber.",
    source=f"{_TR3} 2010BA NM103, 2010CA NM103",
)
def names(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if not claim.coverage.subscriber.name.last:
        place = f"/coverages/{claim.billed}/subscriber/name/last"
        yield Defect(place, "2010BA/NM103", "The subscriber has no last name.")
    if claim.patient is not None and not claim.patient.name.last:
        yield Defect("/patient/name/last", "2010CA/NM103", "The patient has no last name.")


@rule(
    "SCR-0107",
    "Patient's birth date or sex is missing",
    fix="Complete the registration.",
    source=f"{_TR3} 2010BA / 2010CA DMG02, DMG03",
)
def demographics(claim: Claim, facts: Facts) -> Iterator[Defect]:
    place, loop = _patient(claim)
    if claim.who.birth is None:
        yield Defect(f"{place}/birth", f"{loop}/DMG02", "The patient has no birth date.")
    if not claim.who.sex:
        yield Defect(f"{place}/sex", f"{loop}/DMG03", "The patient's sex is not given (F, M or U).")


@rule(
    "SCR-0108",
    "Patient's address is missing",
    fix="Complete the registration: street, city, state, ZIP.",
    source=f"{_TR3} 2010BA / 2010CA N3, N4",
)
def patient_address(claim: Claim, facts: Facts) -> Iterator[Defect]:
    place, loop = _patient(claim)
    address = claim.who.address
    if address is None or not (address.line1 and address.city):
        yield Defect(f"{place}/address", f"{loop}/N301", "The patient has no complete address.")


@rule(
    "SCR-0109",
    "Payer is not identified",
    fix="Choose the payer from the payer list; its id stands on the insurance card or in the companion guide.",
    source=f"{_TR3} 2010BB NM103, NM109",
)
def payer(claim: Claim, facts: Facts) -> Iterator[Defect]:
    place = f"/coverages/{claim.billed}/payer"
    if not claim.coverage.payer.id:
        yield Defect(f"{place}/id", "2010BB/NM109", "The payer has no id.")
    if not claim.coverage.payer.name:
        yield Defect(f"{place}/name", "2010BB/NM103", "The payer has no name.")


@rule(
    "SCR-0110",
    "Number of service lines",
    fix="Send 1 to 50 lines (professional) or 1 to 999 (institutional); split a longer claim.",
    source=f"{_TR3} 2400 LX repeat",
)
def line_count(claim: Claim, facts: Facts) -> Iterator[Defect]:
    most = 50 if claim.kind == "professional" else 999
    if not 1 <= len(claim.lines) <= most:
        yield Defect("/lines", "2400/LX", f"The claim has {len(claim.lines)} service lines.")


@rule(
    "SCR-0111",
    "Number of diagnoses",
    fix="Code the visit: at least a principal diagnosis; at most 12 (professional) or 25 (institutional).",
    source=f"{_TR3} 2300 HI",
)
def diagnosis_count(claim: Claim, facts: Facts) -> Iterator[Defect]:
    most = 12 if claim.kind == "professional" else 25
    billed = [d.qualifier for d in claim.diagnoses if d.qualifier in ("ABK", "BK", "ABF", "BF")]
    if not 1 <= len(billed) <= most:
        yield Defect("/diagnoses", "2300/HI", f"The claim has {len(billed)} diagnoses.")
    if billed and "ABK" not in billed and "BK" not in billed:
        yield Defect("/diagnoses/0/qualifier", "2300/HI01-1", "No diagnosis is marked as the principal one.")


@rule(
    "SCR-0112",
    "Institutional claim lacks the stay",
    fix="Give statement dates, admission type and patient status.",
    source="005010X223A2 2300 DTP*434, CL1",
    kind="institutional",
)
def stay(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.first is None:
        yield Defect("/first", "2300/DTP*434", "The statement dates are missing.")
    if claim.stay is None or not claim.stay.status:
        yield Defect("/stay/status", "2300/CL103", "The patient status is missing.")


@rule(
    "SCR-0113",
    "Place of service",
    fix="Use a two-digit place of service code, for example 11 (office) or 22 (outpatient hospital).",
    source="005010X222A1 2300 CLM05-1; CMS place of service code set",
    kind="professional",
)
def place_of_service(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.place not in _PLACES:
        yield Defect("/place", "2300/CLM05-1", "The place of service code does not exist.")
    for i, line in enumerate(claim.lines):
        if line.place and line.place not in _PLACES:
            yield Defect(
                f"/lines/{i}/place", "2400/SV105", "The line's place of service code does not exist."
            )


@rule(
    "SCR-0114",
    "Attending provider is missing",
    fix="Name the physician who was in charge of the care, with NPI.",
    source="005010X223A2 2310A (required unless the claim is for non-scheduled transport)",
    kind="institutional",
)
def attending(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if claim.attending is None:
        yield Defect("/attending", "2310A/NM1*71", "No attending provider is named.")


@rule(
    "SCR-0115",
    "Type of bill",
    fix="Use the facility type and bill classification, two digits, for example 13 (hospital outpatient).",
    source="005010X223A2 2300 CLM05-1",
    kind="institutional",
)
def type_of_bill(claim: Claim, facts: Facts) -> Iterator[Defect]:
    if not (len(claim.place) == 2 and claim.place.isalnum()):
        yield Defect("/place", "2300/CLM05-1", "The type of bill does not have two characters.")


def _patient(claim: Claim) -> tuple[str, str]:
    if claim.patient is not None:
        return "/patient", "2010CA"
    return f"/coverages/{claim.billed}/subscriber", "2010BA"


_PLACES = frozenset(
    f"{n:02d}"
    for n in (*range(1, 28), *range(31, 35), 41, 42, 49, *range(50, 59), 60, 61, 62, 65, 66, 71, 72, 81, 99)
)
"""CMS place of service code set; 59 to 98 hold the few that exist."""
