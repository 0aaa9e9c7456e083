"""What X12 files say, as values: envelopes, findings, remittances, acknowledgments. No I/O, no clock.

Claims are ``shared.claim.Claim``. Amounts are integer cents, dates are ``datetime.date``. Each struct
keeps what it does not model in ``extra``: nothing that a file says is dropped.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Address, Adjustment, Amount, Claim, Contact, Name, Quantity, Reference, Segment

TransactionType = Literal["837P", "837I", "835", "999", "TA1", "277CA", "276", "277"]


class Party(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An end of an interchange: ISA qualifier and id, GS application code."""

    id: str
    qualifier: str = "ZZ"
    application: str = ""


class Header(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """The envelope around one transaction set: who to whom, when, under which control numbers.

    ``interchange`` is ISA13, ``group`` GS06, ``transaction`` ST02. ``usage`` is ISA15: P or T. ``guide`` is GS08 / ST03.
    ``segments`` are the 1-based numbers of ST and SE in the file.
    """

    sender: Party
    receiver: Party
    interchange: int
    group: int
    transaction: str
    usage: Literal["P", "T"] = "P"
    guide: str = ""
    at: datetime | None = None
    segments: tuple[int, int] = (0, 0)
    acknowledge: bool = False


class X12Finding(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One defect: our stable code, place in three forms, plain words without patient data, the fix, the source.

    ``segment`` is the 1-based segment number in the file, ``offset`` the byte offset of the segment, ``path`` the loop
    path (``2000B/2300[2]/2400[1]/SV101-2``), ``element`` the field's plain name. ``ik3`` and ``ik4`` are the 999 codes
    that say it, where a 999 can. ``value`` is the offending value: patient data, shown only on request, never logged.
    """

    code: str
    severity: Literal["error", "warning"]
    segment: int
    offset: int
    path: str
    element: str
    title: str
    problem: str
    fix: str
    source: str = ""
    value: str = ""
    ik3: str = ""
    ik4: str = ""
    segment_id: str = ""
    claim: str = ""


class Batch(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 837 transaction set: who submits to whom, and the claims (all of one kind).

    ``batch`` is BHT03, at most 30 characters; ``at`` BHT04/05.
    """

    header: Header
    kind: Literal["professional", "institutional"]
    submitter: Name
    submitter_id: str
    submitter_contact: Contact
    receiver: Name
    receiver_id: str
    batch: str
    at: datetime
    claims: tuple[Claim, ...]
    purpose: Literal["00", "18"] = "00"
    usage: Literal["CH", "RP", "31"] = "CH"
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


# ------------------------------------------------------------------ 835


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


class InterchangeAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A TA1: ``control`` is the answered ISA13, ``code`` A, E or R, ``note`` TA105 (000 no error, 025 duplicate ...).

    ``at`` is when the answered interchange was made (TA102, TA103). ``header`` is the envelope that carries the answer.
    """

    sender: Party
    receiver: Party
    control: int
    at: datetime | None = None
    code: Literal["A", "E", "R"]
    note: str
    header: Header | None = None
    findings: tuple[X12Finding, ...] = ()


class ElementError(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An IK4: element position, component, repetition, IK403 code.

    The copied value (IK404) is left out on purpose when it may be patient data.
    """

    position: int
    component: int = 0
    repetition: int = 0
    code: str
    reference: str = ""
    value: str = ""
    extra: tuple[Segment, ...] = ()


class SegmentError(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An IK3: segment id, its position in the set (ST = 1), loop id, IK304 code; CTX business unit in ``claim``."""

    segment: str
    position: int
    loop: str = ""
    code: str
    claim: str = ""
    elements: tuple[ElementError, ...] = ()
    extra: tuple[Segment, ...] = ()


class SetAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An AK2..IK5 of a 999: which ST02 was accepted (A), accepted with errors (E) or rejected (R), and why."""

    transaction: str
    set_id: str = "837"
    guide: str = ""
    code: Literal["A", "E", "M", "R", "W", "X"]
    reasons: tuple[str, ...] = ()
    errors: tuple[SegmentError, ...] = ()
    extra: tuple[Segment, ...] = ()


class GroupAck(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A 999: answers the group AK102 of type AK101. ``code`` is AK901: A, E, P or R."""

    header: Header
    functional: str
    group: int
    guide: str = ""
    code: Literal["A", "E", "M", "P", "R", "W", "X"]
    included: int
    received: int
    accepted: int
    reasons: tuple[str, ...] = ()
    sets: tuple[SetAck, ...] = ()
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


class Status(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One STC composite: category (A0-A8, P, F ...), status code, entity, and the words of STC12.

    STC10 and STC11 become a status of their own, with nothing but the codes. ``code_list`` is the fourth component (RX),
    ``payment`` STC06 to STC09 as written: adjudicated on, by method, paid on, check number.
    """

    category: str
    status: str
    entity: str = ""
    action: str = ""
    on: date | None = None
    charge: int | None = None
    paid: int | None = None
    words: str = ""
    code_list: str = ""
    payment: tuple[str, ...] = ()


class LineStatus(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Status of one service line (loop 2220D of 277 and 277CA). ``control`` is REF*FJ."""

    control: str = ""
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    charge: int | None = None
    paid: int | None = None
    units: str = ""
    first: date | None = None
    last: date | None = None
    statuses: tuple[Status, ...] = ()
    extra: tuple[Segment, ...] = ()


class ClaimAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One claim in a 277CA or 277 (loop 2200D). ``number`` is our CLM01, ``payer_claim_number`` REF*1K.

    A 277CA says our number in TRN02, a 277 in REF*EJ; TRN02 of a 277 is the ``trace`` of the question. ``last`` is None for a
    single day. ``subscriber`` is there when the patient is a dependent (277). What the provider level said (loops 2000C and
    2200C) stands in ``extra`` of the provider's first claim.
    """

    number: str
    trace: str = ""
    statuses: tuple[Status, ...]
    payer_claim_number: str = ""
    clearinghouse_number: str = ""
    patient: Name | None = None
    member_id: str = ""
    subscriber: Name | None = None
    charge: int | None = None
    first: date | None = None
    last: date | None = None
    provider: Name | None = None
    provider_npi: str = ""
    lines: tuple[LineStatus, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment: int = 0

    @property
    def accepted(self) -> bool:
        """Into adjudication: no status of category A3, A6, A7 or A8 (claims-rules 3.7)."""
        return not any(s.category in ("A3", "A6", "A7", "A8") for s in self.statuses)


class ClaimAnswers(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 277CA (X214) or 277 (X212) transaction set. ``batch`` is 2200B TRN02 = our BHT03.

    Counts and amounts are QTY*90/AA and AMT*YU/YY of loop 2200B (receiver level), None where absent. ``source`` is who answers
    (loop 2100A): the payer (PR) or a clearinghouse (AY). ``trace``, ``received`` and ``processed`` are TRN02, DTP*050
    and DTP*009 of loop 2200A.
    """

    header: Header
    kind: Literal["277CA", "277"]
    source: Name
    source_id: str
    source_kind: Literal["PR", "AY"] = "PR"
    reference: str = ""
    at: datetime | None = None
    trace: str = ""
    received: date | None = None
    processed: date | None = None
    receiver: Name | None = None
    receiver_id: str = ""
    batch: str = ""
    batch_statuses: tuple[Status, ...] = ()
    accepted_count: int | None = None
    rejected_count: int | None = None
    accepted_cents: int | None = None
    rejected_cents: int | None = None
    claims: tuple[ClaimAnswer, ...] = ()
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


class StatusQuestion(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 276 question about one claim (loop 2200D)."""

    trace: str
    number: str
    payer_claim_number: str = ""
    charge: int
    first: date | None
    last: date | None
    provider: Name
    provider_npi: str
    patient: Name
    birth: date | None
    sex: str
    member_id: str
    dependent: bool = False
    subscriber: Name | None = None
    extra: tuple[Segment, ...] = ()


class StatusInquiry(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 276 transaction set."""

    header: Header
    reference: str
    at: datetime
    payer: Name
    payer_id: str
    receiver: Name
    receiver_id: str
    questions: tuple[StatusQuestion, ...]
    extra: tuple[Segment, ...] = ()
    findings: tuple[X12Finding, ...] = ()


class Unsupported(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A transaction set that we know by name but do not take (270, 834, 837D, 4010 ...), or do not know at all.

    ``set_id`` is ST01, or 837D for the dental guide.
    """

    header: Header | None
    name: str
    set_id: str = ""
    findings: tuple[X12Finding, ...] = ()


Transaction = Batch | Remittance | InterchangeAck | GroupAck | ClaimAnswers | StatusInquiry | Unsupported


class GroupEnvelope(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One GS to GE: GS01, GS06 and GS08 as written, how many sets GE01 announced and how many were received."""

    functional: str
    control: int
    guide: str = ""
    announced: int = 0
    received: int = 0
    segments: tuple[int, int] = (0, 0)


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One ISA to IEA: who to whom, ISA13, its groups, and whether a TA1 was asked for (ISA14)."""

    sender: Party
    receiver: Party
    control: int
    at: datetime | None = None
    acknowledge: bool = False
    groups: tuple[GroupEnvelope, ...] = ()
    segments: tuple[int, int] = (0, 0)


class FileReading(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A whole file read at once: its transactions in order, and findings that belong to no transaction (envelope, bytes).

    ``segments`` counts all segments of the file; ``envelopes`` are its interchanges in order.
    """

    transactions: tuple[Transaction, ...]
    findings: tuple[X12Finding, ...] = ()
    segments: int = 0
    envelopes: tuple[Envelope, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether the envelope itself cannot be trusted."""
        return any(f.severity == "error" for f in self.findings)
