"""What one message says about one encounter account: the one form in which HL7 v2 and FHIR reach the account's decider.

A message is read into ``Facts`` (services.intake.domain.hl7, services.intake.domain.fhir), and facts are folded into the
account (services.intake.domain.account). A part that a message does not speak of is None; an empty tuple says "there
are none". Which of two facts about the same part holds is decided by ``at`` (then ``control``), never by arrival: so
every order of the same messages ends in the same account.

A reader says what it was told, whole, and leaves to the account what depends on the kind of claim: lines carry revenue
code and place of service, diagnoses the admitting one and present-on-admission, whichever kind the visit has now.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Coverage, Diagnosis, Guarantor, Kind, Line, Person, Procedure, Provider, Stay

Happening = Literal[
    "registered", "discharged", "reopened", "cancelled", "discharge_cancelled", "coded", "charged", "updated"
]
"""What the message says happened: A01/A04/A05 registered, A03 discharged, A11 cancelled (and A13 takes a discharge
back), BAR P01 reopens, P12 or diagnoses anywhere: coded; DFT charged; A08/A31/P05 and the rest: updated.
"""


class Visit(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The visit itself: its class (PV1-2 as written), the kind of claim it makes, when it began and ended.

    Each field by itself: one that is empty says nothing, and what was said before stays (so in ``stay`` too). Class,
    kind and place go together and are said when class or place is not empty.
    ``kind`` is the feed's translation of the class; ``place`` is CLM05-1. ``closed`` is the day on which the visit was
    over (discharge, or the visit's day where the feed says that a charge closes an outpatient visit); a message that
    happens as ``discharged`` and leaves it out closes the visit on the day of ``at``.
    """

    patient_class: str = ""
    kind: Kind = "professional"
    place: str = ""
    opened: date | None = None
    closed: date | None = None
    stay: Stay | None = None
    authorization: str = ""
    attending: Provider | None = None
    referring: Provider | None = None
    operating: Provider | None = None
    facility: Provider | None = None


class Charge(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One charge, or the credit that takes one back (by ``reverses``, by having the id of the charge, or by looking like it).

    ``id`` is the feed's transaction id (FT1-2), else made from code, day, amount and place in the message: equal ids are the same
    transaction told again. ``action`` is FT1-6: charge, credit, or replace (an adjustment of the same id). ``reverses`` names the
    transaction that a credit takes back; without it a credit takes back the charge with the same code,
    modifiers, day and amount. ``line`` is always positive. ``diagnoses`` are codes, since
    positions are only known when the claim is made (``line.pointers`` stays empty). ``professional``: billed by a clinician on
    an 837P of its own even when the account is institutional. ``group`` parts the charges of one account into several
    professional claims.
    """

    id: str
    action: Literal["charge", "credit", "replace"] = "charge"
    line: Line
    reverses: str = ""
    diagnoses: tuple[str, ...] = ()
    professional: bool = False
    rendering: Provider | None = None
    group: int = 0


class Merge(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Two numbers are one (A18, A34, A40: MRG-1 medical record; A35, A41: MRG-3 account). ``retired`` gives way to ``kept``."""

    what: Literal["patient", "account"]
    kept: str
    retired: str


class Facts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """All that one message says about one account of one facility.

    ``account`` is the account number as the feed writes it, empty when the message is about the patient only (A28, A31,
    A40): then ``medical_record`` finds the patient's open accounts. ``at`` is when it happened (EVN-2,
    else MSH-7, else the time of receipt), ``sent`` when the message was written (MSH-7): of two that speak of the same
    moment the one written later holds. ``coverages`` are in order of responsibility; where the patient is the
    subscriber (18) only the member id of the subscriber counts, the rest is the patient's.
    ``paid`` is what the patient paid with this message, in cents.
    """

    account: str
    at: datetime
    control: str
    sent: datetime | None = None
    happening: Happening
    feed: str
    medical_record: str = ""
    visit: Visit | None = None
    patient: Person | None = None
    guarantor: Guarantor | None = None
    coverages: tuple[Coverage, ...] | None = None
    diagnoses: tuple[Diagnosis, ...] | None = None
    procedures: tuple[Procedure, ...] | None = None
    charges: tuple[Charge, ...] = ()
    merge: Merge | None = None
    paid: int = 0
