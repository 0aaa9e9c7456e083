"""What remittance says: topic ``claims.remittance``, key = claim id, or remittance id."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim import Adjustment, Claim, Guarantor, Name


class RemittanceReceived(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """An 835 transaction (one ST) arrived. ``trace`` is TRN02; amounts in cents; key = remittance id."""

    file: str
    payer: str
    payer_name: str
    trace: str
    paid: int
    claims: int
    on: date | None = None


class RemittanceQuarantined(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """An 835 transaction does not balance, or repeats a trace number with other content: nothing of it is posted."""

    level: Literal["line", "claim", "transaction", "envelope", "duplicate"]
    element: str
    place: str
    expected: int
    found: int
    delta: int
    payer: str
    trace: str


class RemittancePosted(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """All of an 835 transaction is in the ledger: ``paid`` = claims - provider-level adjustments, in cents."""

    payer: str
    trace: str
    paid: int
    claims: int
    unmatched: int
    provider_adjustments: int


class ClaimPaid(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A payer adjudicated the claim and it is not a denial. Paid may be zero (deductible). Cents.

    ``denied`` is what this payer refused within it, to be worked. For a second payer the amounts leave out what it
    repeats of the payers before it (OA-23; claims-rules 3.6).
    """

    payer: str
    payer_claim_number: str
    remittance: str
    charge: int
    paid: int
    contractual: int
    patient: int
    other: int
    denied: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    on: date | None = None


class ClaimDenied(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A payer adjudicated the claim and refused payment of all of it, for reasons to be worked.

    ``words`` are the reasons in plain words of our own.
    """

    payer: str
    payer_claim_number: str
    remittance: str
    charge: int
    denied: int
    adjustments: tuple[Adjustment, ...]
    remarks: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    on: date | None = None


class PaymentReversed(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A payer took back what it had decided (CLP02 = 22): the mirror of an earlier posting, amounts negative.

    ``claim`` is the claim's id and ``guarantor_key`` whose account it may be on.
    """

    payer: str
    payer_claim_number: str
    remittance: str
    charge: int
    paid: int
    contractual: int
    patient: int
    other: int
    denied: int = 0
    claim: str = ""
    guarantor_key: str = ""


class PaymentUnmatched(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """Money came for a claim that we do not know, or that does not fit the claim; it sits in suspense. Key = remittance id.

    ``claim`` is the claim's id where it is known.
    """

    payer: str
    trace: str
    number: str
    paid: int
    charge: int
    reason: str
    claim: str = ""


class SecondaryClaimPrepared(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The next payer's claim, made from the posted 835; goes through scrubber and submitter like any claim."""

    claim: Claim
    after: str


class Share(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One line of a patient's balance: what was done, what it cost, who paid what, why the rest is the patient's.

    ``reasons`` are the PR adjustments behind ``patient`` (CARC number and cents). ``line`` is 1-based,
    0 for amounts that the payer put on the whole claim. ``other`` is what nobody paid and the patient does not owe
    (denied, OA, PI), so that ``charge = contractual + paid + other + patient``.
    """

    line: int
    code: str
    description: str
    on: date | None
    charge: int
    contractual: int
    paid: int
    patient: int
    other: int = 0
    reasons: tuple[Adjustment, ...] = ()


class PatientBalanceAssigned(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """Every payer is done with the claim: what is left is the patient's, possibly nothing.

    ``patient_due`` = sum of PR adjustments of the latest decisions that were not reversed; never CO, PI or OA
    amounts (claims-rules 3.14). ``claim`` is the claim's id. ``charge = contractual + insurance_paid + other + patient_due``.
    ``voided``: the payer took back a claim that the hospital voided (3.8); every amount is zero, no bill stands.
    """

    claim: str = ""
    number: str
    guarantor: Guarantor
    guarantor_key: str
    patient: Name
    provider: Name
    first: date | None
    last: date | None
    charge: int
    contractual: int
    insurance_paid: int
    patient_due: int
    other: int = 0
    shares: tuple[Share, ...]
    payers: tuple[str, ...]
    payer_claim_numbers: tuple[str, ...] = ()
    voided: bool = False


RemittanceEvent = (
    RemittanceReceived
    | RemittanceQuarantined
    | RemittancePosted
    | ClaimPaid
    | ClaimDenied
    | PaymentReversed
    | PaymentUnmatched
    | SecondaryClaimPrepared
    | PatientBalanceAssigned
)
