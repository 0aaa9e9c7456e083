"""277CA, 277 and 276 as values: what became of claims, and asking after them."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct
from msgspec.structs import asdict, replace

from shared.claim import Name, Segment
from shared.x12.types.envelopes import Header, X12Finding


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
    2200C) stands in ``extra`` of the provider's first claim. ``level`` says whose answer it is, where several payers answer in
    one set: 0 the set's own source, 1 the first of its ``further`` ones.
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
    level: int = 0

    @property
    def accepted(self) -> bool:
        """Into adjudication: no status of category A3, A6, A7 or A8 (claims-rules 3.7)."""
        return not any(s.category in ("A3", "A6", "A7", "A8") for s in self.statuses)


class AnswerSource(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who answers (loop 2000A with its 2000B): the payer (PR) or a clearinghouse (AY), and what it says of the whole batch.

    ``batch`` is 2200B TRN02 = our BHT03. Counts and amounts are QTY*90/AA and AMT*YU/YY of loop 2200B (receiver level), None
    where absent. ``trace``, ``received`` and ``processed`` are TRN02, DTP*050 and DTP*009 of loop 2200A.
    """

    source: Name
    source_id: str
    source_kind: Literal["PR", "AY"] = "PR"
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
    extra: tuple[Segment, ...] = ()


class FurtherSource(AnswerSource, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A second or later payer that answers in the same set. ``segment`` is the number of its HL in the file."""

    segment: int = 0


class ClaimAnswers(AnswerSource, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One 277CA (X214) or 277 (X212) transaction set, and who answers in it.

    Where several payers answer in one set, it is the first one; ``further`` are the others, and ``claims`` holds the claims
    of all.
    """

    header: Header
    kind: Literal["277CA", "277"]
    reference: str = ""
    at: datetime | None = None
    claims: tuple[ClaimAnswer, ...] = ()
    further: tuple[FurtherSource, ...] = ()
    findings: tuple[X12Finding, ...] = ()

    def by_source(self) -> tuple["ClaimAnswers", ...]:
        """The set as one answer per payer, each with its own claims, counts and amounts; itself when there is one payer."""
        if not self.further:
            return (self,)
        shares: list[list[ClaimAnswer]] = [[] for _ in range(len(self.further) + 1)]
        for claim in self.claims:
            shares[claim.level].append(replace(claim, level=0))
        first, *others = map(tuple, shares)
        own = replace(self, claims=first, further=())
        return own, *(_of(self, one, claims) for one, claims in zip(self.further, others, strict=True))


def _of(said: ClaimAnswers, one: FurtherSource, claims: tuple[ClaimAnswer, ...]) -> ClaimAnswers:
    values = asdict(one)
    del values["segment"]
    return replace(said, **values, claims=claims, further=(), findings=())


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
