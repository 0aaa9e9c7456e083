"""A service line: what was done, when, how often, for how much (loop 2400)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim.codes import (
    Adjustment,
    Ambulance,
    Amount,
    Attachment,
    Conditions,
    Note,
    Period,
    Quantity,
    Segment,
)
from shared.claim.money import Cents
from shared.claim.parties import Provider, Reference


class Drug(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The drug behind a line (loop 2410): National Drug Code, quantity as written, unit F2/GR/ME/ML/UN, prescription.

    ``kind`` is LIN02: N4 for an NDC; the professional guide also takes device and product numbers (UP, UK, EN ...).
    """

    ndc: str
    kind: str = "N4"
    quantity: str = ""
    unit: str = ""
    prescription: str = ""
    prescription_kind: Literal["", "XZ", "VY"] = ""


class LineDecision(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an earlier payer decided about this line (loop 2430: SVD, CAS, DTP*573, AMT*EAF).

    ``code`` and ``modifiers`` are the procedure that payer paid under. ``units`` as written.
    ``bundled_into`` is SVD06. The claim-level rule of 837 COB holds: ``charge = paid + sum(adjustments)``.
    """

    payer_id: str
    paid: Cents
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    description: str = ""
    revenue_code: str = ""
    units: str = ""
    bundled_into: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    on: date | None = None
    remaining: Cents | None = None


class Equipment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Durable medical equipment (SV5): days of use as written, rental and purchase price in cents, frequency 1, 4 or 6."""

    code: str
    days: str
    rental: Cents
    purchase: Cents
    frequency: str


class Line(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One service line of a professional (SV1) or institutional (SV2) claim.

    ``control`` is REF*6R, unique within the claim, at most 30 characters: payers echo it in the
    835, so it is what a line payment is matched by (RFI 498, 1684). ``code`` with ``code_kind``
    (HC: HCPCS and CPT; ER, IV, WK otherwise) may be absent on an institutional line.
    ``units`` is kept as written, ``unit`` is UN, MJ (minutes) or DA (days). ``pointers`` are
    1-based positions into ``Claim.diagnoses``. ``place`` overrides the claim's place of service.
    ``first`` and ``last`` are DTP*472; ``last`` absent means one day.
    """

    charge: Cents
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    description: str = ""
    units: str = "1"
    unit: str = "UN"
    first: date | None = None
    last: date | None = None
    pointers: tuple[int, ...] = ()
    control: str = ""
    place: str = ""
    revenue_code: str = ""
    noncovered: Cents | None = None
    emergency: bool = False
    epsdt: bool = False
    family_planning: bool = False
    copay_exempt: bool = False
    authorization: str = ""
    referral: str = ""
    drug: Drug | None = None
    equipment: Equipment | None = None
    ambulance: Ambulance | None = None
    rendering: Provider | None = None
    purchased: Provider | None = None
    service_facility: Provider | None = None
    supervising: Provider | None = None
    ordering: Provider | None = None
    referring: tuple[Provider, ...] = ()
    operating: Provider | None = None
    other_operating: Provider | None = None
    pickup: Provider | None = None
    dropoff: Provider | None = None
    dates: tuple[Period, ...] = ()
    references: tuple[Reference, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    amounts: tuple[Amount, ...] = ()
    conditions: tuple[Conditions, ...] = ()
    notes: tuple[Note, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    decisions: tuple[LineDecision, ...] = ()
    extra: tuple[Segment, ...] = ()
