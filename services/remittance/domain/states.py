"""What remittance remembers of a claim: the claim itself, what payers decided, and where that stands in the ledger."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim import Adjustment, Cents, Claim

How = Literal["6R", "code", "code without modifiers", "SVC06", "none"]
"""How a service payment found its line (claims-rules 3.10)."""

Booked = Literal["claim", "suspense", "nowhere"]
"""Whether a posting's money is on the claim, waits in suspense, or there is none (status 23 and 25)."""

Why = Literal[
    "",
    "reversal_without_posting",
    "earlier_payer_open",
    "already_decided",
    "other_charge",
    "more_than_open",
    "unknown_coverage",
    "dismissed",
]
"""Why a posting waits in suspense instead of being on the claim."""


class PaidLine(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What a payer decided about one line: ``line`` is 1-based into the claim, 0 where none was found."""

    line: int
    how: How
    code: str = ""
    modifiers: tuple[str, ...] = ()
    units: str = ""
    charge: Cents
    paid: Cents
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


class Posting(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One CLP that came for the claim: what it said, and what became of it.

    ``id`` is derived from the payment and the CLP's place in it. ``coverage`` is the 0-based place of its payer on the claim.
    ``mirror`` is the posting that takes this one back, or that this one takes back: the two sum to zero.
    ``told`` is whether the outside heard of it. ``note`` says who set it aside by hand and why.
    """

    id: str
    remittance: str
    payer: str
    payer_name: str = ""
    coverage: int
    status: str
    payer_claim_number: str = ""
    charge: Cents
    paid: Cents
    adjustments: tuple[Adjustment, ...] = ()
    lines: tuple[PaidLine, ...] = ()
    remarks: tuple[str, ...] = ()
    inpatient: tuple[str, ...] = ()
    outpatient: tuple[str, ...] = ()
    on: date | None = None
    booked: Booked = "suspense"
    why: Why = ""
    mirror: str = ""
    told: bool = False
    note: str = ""

    @property
    def reversal(self) -> bool:
        """Whether it takes an earlier decision back: CLP02 = 22, or 4010's group CR with a negative charge (3.3)."""
        return self.status == "22" or (
            self.charge < 0 and any(a.group == "CR" for a in self.every_adjustment())
        )

    @property
    def forwarded(self) -> bool:
        """Whether the payer passed the claim on by itself (claims-rules 3.2)."""
        return self.status in ("19", "20", "21")

    @property
    def live(self) -> bool:
        """Whether it is a decision that stands: with money's meaning, not taken back, not set aside by hand."""
        return not (self.reversal or self.mirror or self.booked == "nowhere" or self.why == "dismissed")

    @property
    def waits(self) -> bool:
        """Whether it is in suspense and not settled against another."""
        return self.booked == "suspense" and not self.mirror and self.why != "dismissed"

    def every_adjustment(self) -> tuple[Adjustment, ...]:
        """The claim's own adjustments, then those of its lines: each is reported once (RFI 358)."""
        return self.adjustments + tuple([a for line in self.lines for a in line.adjustments])


class Balances(Struct, frozen=True, kw_only=True, gc=False):
    """Where a claim's charge is, in cents: ``charge = paid + contractual + other + patient + denied + open``."""

    paid: Cents = 0
    contractual: Cents = 0
    other: Cents = 0
    patient: Cents = 0
    denied: Cents = 0
    open: Cents = 0

    @property
    def total(self) -> Cents:
        """What must be the charge."""
        return self.paid + self.contractual + self.other + self.patient + self.denied + self.open


Outcome = Literal["waiting", "secondary", "forwarded", "patient", "denied", "voided"]
"""What is next: a payer's answer, the next payer's claim, a payer that was told by the first, the patient, or rework.

Nothing, once the payer has taken a claim back that the hospital voided: its charge is off the ledger then.
"""


class Replaced(Struct, frozen=True, kw_only=True, gc=False):
    """A version of the claim that its payer decided, and the ids of those decisions; a replacement (7) is out."""

    claim: Claim
    postings: tuple[str, ...]


class ClaimState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A claim as remittance knows it.

    ``first`` is the coverage that was billed when the claim was first heard of. ``moves`` are amounts moved between accounts
    by us, not by a payer: ``handover:0`` what the first payer left to the patient and the second is asked for,
    ``draw:1`` what the second took over of what the first had denied. ``turns`` counts what was done, for ids.
    ``said`` is the outcome that the outside heard last. ``replaced`` is the version that counts while the decisions about it
    stand: ``claim`` is then the replacement, which counts when they are taken back (docs/decisions/0115).
    """

    claim: Claim
    blind: bytes
    guarantor_key: str
    first: int = 0
    postings: tuple[Posting, ...] = ()
    moves: dict[str, Cents] = {}
    balances: Balances
    outcome: Outcome = "waiting"
    stage: int = 0
    said: str = ""
    turns: int = 0
    replaced: Replaced | None = None

    @property
    def counted(self) -> Claim:
        """The version of the claim that the ledger and the patient's balance are about."""
        return self.claim if self.replaced is None else self.replaced.claim

    @property
    def charged(self) -> Cents:
        """The charge that the ledger bears."""
        return 0 if self.outcome == "voided" else self.counted.charge

    @property
    def held(self) -> tuple[Posting, ...]:
        """Postings that wait in suspense and are not settled against each other."""
        return tuple([p for p in self.postings if p.waits])

    @property
    def counting(self) -> tuple[Posting, ...]:
        """The decisions that count, in the order of their payers on the claim, whichever came first."""
        counting = [p for p in self.postings if p.live and p.booked == "claim"]
        return tuple(sorted(counting, key=lambda p: p.coverage))
