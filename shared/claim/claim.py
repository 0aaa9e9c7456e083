"""The canonical claim: everything that an 837P or 837I says, whichever door it came through."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim.codes import (
    Ambulance,
    Amount,
    Attachment,
    Coded,
    Conditions,
    Diagnosis,
    Note,
    Period,
    Procedure,
    Quantity,
    Segment,
)
from shared.claim.coverage import Coverage
from shared.claim.line import Line
from shared.claim.money import Cents
from shared.claim.parties import Address, Guarantor, Name, Person, Provider, Reference

Kind = Literal["professional", "institutional"]


class Accident(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How the care came about (CLM11 and DTP*439): causes AA (auto), EM (employment), OA (other), the state, the day."""

    causes: tuple[str, ...]
    state: str = ""
    country: str = ""
    on: date | None = None


class Stay(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An institutional stay (CL1, DTP*435, DTP*096, HI*DR): admission type, source, patient status, hours ``HHMM``, DRG."""

    admission_type: str = ""
    admission_source: str = ""
    status: str = ""
    admitted: date | None = None
    admission_hour: str = ""
    discharge_hour: str = ""
    drg: str = ""


class PayToPlan(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The plan that paid and now asks to be paid (loop 2010AC)."""

    name: Name
    id: str
    id_kind: Literal["PI", "XV"] = "PI"
    address: Address
    references: tuple[Reference, ...] = ()
    tax_id: str = ""


class Claim(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One claim to one payer, professional (005010X222A1) or institutional (005010X223A2).

    ``number`` is CLM01, the patient control number: ours, unique, at most 20 characters, echoed
    by every payer answer. ``charge`` is CLM02 in cents. ``place`` is CLM05-1: place of service
    (professional) or the first two digits of the type of bill (institutional). ``frequency`` is
    CLM05-3: 1 original, 7 replacement, 8 void; 7 and 8 need ``original_reference`` (REF*F8, the
    payer's claim control number; RFI 1538).

    ``coverages`` are in order of responsibility, one to eleven; ``billed`` is the index of the one
    this claim is sent to. The patient stands in ``patient`` unless the billed subscriber is the
    patient (relationship 18), then ``patient`` is None and ``who`` gives the subscriber.

    ``first`` and ``last`` are the statement dates (DTP*434), institutional only.
    """

    number: str
    kind: Kind
    charge: Cents
    place: str
    frequency: str = "1"
    original_reference: str = ""
    billing: Provider
    pay_to: Address | None = None
    pay_to_plan: PayToPlan | None = None
    coverages: tuple[Coverage, ...]
    billed: int = 0
    patient: Person | None = None
    guarantor: Guarantor | None = None
    account: str = ""
    medical_record: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    lines: tuple[Line, ...] = ()
    first: date | None = None
    last: date | None = None
    stay: Stay | None = None
    accident: Accident | None = None
    authorization: str = ""
    referral: str = ""
    provider_signature: bool = True
    accepts_assignment: Literal["A", "B", "C"] = "A"
    benefits_assigned: Literal["Y", "N", "W"] = "Y"
    release: Literal["Y", "I"] = "Y"
    patient_signature: Literal["", "P"] = ""
    special_program: str = ""
    delay_reason: str = ""
    patient_paid: Cents | None = None
    rendering: Provider | None = None
    referring: tuple[Provider, ...] = ()
    supervising: Provider | None = None
    service_facility: Provider | None = None
    attending: Provider | None = None
    operating: Provider | None = None
    other_operating: Provider | None = None
    pickup: Provider | None = None
    dropoff: Provider | None = None
    ambulance: Ambulance | None = None
    procedures: tuple[Procedure, ...] = ()
    codes: tuple[Coded, ...] = ()
    dates: tuple[Period, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    conditions: tuple[Conditions, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    extra: tuple[Segment, ...] = ()

    @property
    def coverage(self) -> Coverage:
        """The coverage that this claim bills."""
        return self.coverages[self.billed]

    @property
    def payer(self) -> str:
        """The billed payer's id, for routes and worklists."""
        return self.coverages[self.billed].payer.id

    @property
    def who(self) -> Person:
        """The patient, also when the patient is the subscriber."""
        return self.patient or self.coverages[self.billed].subscriber

    def service_dates(self) -> tuple[date | None, date | None]:
        """The first and last day of service, over lines and statement dates; None where nothing says."""
        days = [d for line in self.lines for d in (line.first, line.last) if d]
        days += [d for d in (self.first, self.last) if d]
        return (min(days), max(days)) if days else (None, None)
