"""An 835 as values: what a payer paid, and what does not add up."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim import Address, Adjustment, Amount, Contact, Name, Quantity, Reference, Segment
from shared.x12.types.envelopes import Header, X12Finding


class ServicePayment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One SVC loop (2110): what the payer did with one line. ``control`` is REF*6R as we sent it.

    ``submitted_code`` and ``submitted_modifiers`` are SVC06: what we billed when the payer paid under another code.
    ``first`` alone is DTM*472, with ``last`` DTM*150 and DTM*151. Further control numbers (REF*6R) stand in ``references``.
    """

    code: str
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    charge: int
    paid: int
    revenue_code: str = ""
    units: str = ""
    description: str = ""
    submitted_code: str = ""
    submitted_code_kind: str = "HC"
    submitted_description: str = ""
    submitted_modifiers: tuple[str, ...] = ()
    submitted_units: str = ""
    first: date | None = None
    last: date | None = None
    control: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    remarks: tuple[str, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment: int = 0


class ClaimPayment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One CLP loop (2100). ``number`` is CLP01 (our CLM01), ``status`` CLP02, ``payer_claim_number`` CLP07.

    ``status`` 1/2/3 processed as primary/secondary/tertiary (not "paid"), 19/20/21 the same and forwarded,
    4 denied: not identified, 22 reversal, 23 not our claim, 25 predetermination (claims-rules 3.2).

    ``patient_responsibility`` is CLP05, 0 when absent (RFI 396). ``more`` is CLP10 to CLP14 as written
    (discharge status, DRG, weight ...).
    ``inpatient`` and ``outpatient`` are MIA and MOA as written, element by element. The LX, TS3 and TS2 that open a group of
    claims stand in ``extra`` of the first claim of that group, with loop ``2000``.
    """

    number: str
    status: str
    charge: int
    paid: int
    patient_responsibility: int = 0
    filing: str = ""
    payer_claim_number: str = ""
    facility: str = ""
    frequency: str = ""
    more: tuple[str, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    patient: Name | None = None
    patient_id: str = ""
    subscriber: Name | None = None
    subscriber_id: str = ""
    corrected: Name | None = None
    corrected_id: str = ""
    forwarded_to: Name | None = None
    forwarded_to_id: str = ""
    rendering_npi: str = ""
    inpatient: tuple[str, ...] = ()
    outpatient: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    received: date | None = None
    first: date | None = None
    last: date | None = None
    services: tuple[ServicePayment, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment: int = 0


class ProviderAdjustment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One pair of a PLB: reason (WO, 72, FB, L6, CS ...), reference, cents (positive lowers BPR02)."""

    provider: str
    fiscal: date | None
    reason: str
    reference: str
    cents: int
    segment: int = 0


class Remittance(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 835 transaction set. ``paid`` is BPR02, ``on`` BPR16, ``trace`` TRN02, ``trace_payer`` TRN03.

    ``bank`` is BPR05 to BPR15 as written (payment format, routing and account numbers). ``payer_id`` is REF*2U of loop
    1000A, or N104 with qualifier XV when ``payer_id_kind`` says so. ``references`` are the REF of the header and of loops 1000A
    and 1000B; their qualifiers tell which (claims-rules 3.9). ``payer_contacts`` are technical (PER*BL), ``payer_desk``
    is the one for claims (PER*CX).
    """

    header: Header
    handling: str
    paid: int
    credit: Literal["C", "D"] = "C"
    method: str = ""
    on: date | None = None
    bank: tuple[str, ...] = ()
    trace: str
    trace_payer: str = ""
    trace_supplement: str = ""
    payer: Name
    payer_id: str = ""
    payer_id_kind: Literal["", "XV"] = ""
    payer_address: Address | None = None
    payer_contacts: tuple[Contact, ...] = ()
    payer_desk: Contact | None = None
    payee: Name
    payee_npi: str = ""
    payee_tax_id: str = ""
    payee_address: Address | None = None
    production: date | None = None
    claims: tuple[ClaimPayment, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    references: tuple[Reference, ...] = ()
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


class Imbalance(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One sum of an 835 that does not close: level, element, place, expected and found, in cents."""

    level: Literal["line", "claim", "transaction"]
    element: str
    place: str
    segment: int
    expected: int
    found: int

    @property
    def delta(self) -> int:
        """Found minus expected."""
        return self.found - self.expected


# ------------------------------------------------------- acknowledgments
