"""What a payer's front door makes of an 837 or a 276: read and judged by shared/x12, and of each claim what an answer needs.

A guide's error (loops, segments, elements, counts) refuses a set in the 999, as a clearinghouse does it. What stands in a sound
claim is the payer's business: there moods decide, so that a demonstration goes as it was arranged.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from shared import x12
from shared.claim import Adjustment, Claim, Line, Name
from shared.x12.findings import CATALOGUE
from shared.x12.types import Batch, FileReading, Header, Party, StatusInquiry, Transaction, X12Finding

_CONTENT = ("X12-06", "X12-07", "X12-08")
"""Findings about numbers, sums and situations: no matter of a 999 here."""


class AskedLine(Struct, frozen=True, kw_only=True, gc=False):
    """One service line. ``left`` is what the payer before left to the patient (PR of 2430), None where not told."""

    charge: int
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue_code: str = ""
    units: str = ""
    first: date | None = None
    control: str = ""
    left: int | None = None


class AskedClaim(Struct, frozen=True, kw_only=True, gc=False):
    """One claim. ``earlier`` is what the payer before left to the patient on the claim as a whole, None on a primary claim.

    ``original`` is the payer claim control number (REF*F8) that a replacement or a void names.
    """

    number: str
    payer: str
    payer_name: str
    member: str
    charge: int
    place: str
    frequency: str
    order: str
    filing: str
    npi: str
    tax_id: str
    payee: str
    patient: Name
    lines: tuple[AskedLine, ...]
    earlier: int | None = None
    original: str = ""


class AskedSet(Struct, frozen=True, kw_only=True, gc=False):
    """One ST-SE of claims. ``sound`` says whether the 999 accepts it: if not, its claims get no further answer."""

    control: str
    batch: str
    submitter: str
    submitter_id: str
    claims: tuple[AskedClaim, ...]
    sound: bool


class AskedFile(Struct, frozen=True, kw_only=True, gc=False):
    """One interchange: who sends to whom, its number, its sets of claims and its questions after claims.

    ``reading`` is what a 999 and a TA1 are made from; ``questions`` are the 276 that the 999 accepts.
    """

    sender: Party
    receiver: Party
    interchange: int
    usage: str
    acknowledge: bool
    sets: tuple[AskedSet, ...]
    reading: FileReading
    questions: tuple[StatusInquiry, ...] = ()

    @property
    def claims(self) -> tuple[AskedClaim, ...]:
        """All claims of the file in order."""
        return tuple(claim for one in self.sets for claim in one.claims)


class UnreadableFileError(ValueError):
    """No interchange that could be taken: no ISA, several of them, or an envelope that a TA1 refuses."""

    def __init__(self, problem: str, reading: FileReading) -> None:
        super().__init__(problem)
        self.reading = reading


def read(data: bytes, *, judged: bool = True) -> AskedFile:
    """Read one interchange. Raises UnreadableFileError. Not ``judged``, counts and control numbers alone are checked."""
    return asked(_of_form(x12.read(data, judged=judged)))


def asked(reading: FileReading, claims: Sequence[tuple[AskedClaim, ...]] | None = None) -> AskedFile:
    """What a reading asks of payers. ``claims`` are those of each set, where the reading has none. Raises UnreadableFileError."""
    if len(reading.envelopes) != 1:
        raise UnreadableFileError("one file carries one interchange", reading)
    refusing = [found.code for found in reading.findings if found.severity == "error" and _refuses(found)]
    if refusing:
        raise UnreadableFileError(f"the envelope is refused: {refusing[0]}", reading)
    (envelope,) = reading.envelopes
    headers = [one.header for one in reading.transactions if one.header is not None]
    if not headers:
        raise UnreadableFileError("no transaction set in the interchange", reading)
    accepted = _accepted(reading)
    return AskedFile(
        sender=headers[0].sender,
        receiver=headers[0].receiver,
        interchange=envelope.control,
        usage=headers[0].usage,
        acknowledge=envelope.acknowledge,
        sets=tuple(_sets(reading, accepted, claims)),
        reading=reading,
        questions=tuple(_questions(reading, accepted)),
    )


def _refuses(found: X12Finding) -> bool:
    return bool(CATALOGUE[found.code].ta1)


def _of_form(reading: FileReading) -> FileReading:
    """The reading without what a 999 does not say here."""
    return replace(reading, transactions=tuple(_form(one) for one in reading.transactions))


def _form(one: Transaction) -> Transaction:
    return replace(one, findings=tuple(f for f in one.findings if not f.code.startswith(_CONTENT)))


def _accepted(reading: FileReading) -> set[tuple[int, str]]:
    """Group and set number of what the 999 does not refuse."""
    groups = x12.acknowledge_999(reading, _header(reading))
    return {(group.group, one.transaction) for group in groups for one in group.sets if one.code != "R"}


def _key(header: Header) -> tuple[int, str]:
    return header.group, header.transaction.zfill(4)


def _questions(reading: FileReading, accepted: set[tuple[int, str]]) -> Iterator[StatusInquiry]:
    for one in reading.transactions:
        if isinstance(one, StatusInquiry) and _key(one.header) in accepted:
            yield one


def _sets(
    reading: FileReading, accepted: set[tuple[int, str]], claims: Sequence[tuple[AskedClaim, ...]] | None
) -> Iterator[AskedSet]:
    """The sets of claims, with the verdict that the 999 gives on each."""
    batches = [one for one in reading.transactions if isinstance(one, Batch)]
    for place, one in enumerate(batches):
        yield AskedSet(
            control=one.header.transaction,
            batch=one.batch,
            submitter=one.submitter.last,
            submitter_id=one.submitter_id,
            claims=tuple([_claim(claim) for claim in one.claims]) if claims is None else claims[place],
            sound=_key(one.header) in accepted,
        )


def _header(reading: FileReading) -> Header:
    """Any header: the verdicts alone are looked at."""
    return next(one.header for one in reading.transactions if one.header is not None)


def _claim(said: Claim) -> AskedClaim:
    coverage = said.coverage
    before = _before(said)
    prior = said.coverages[before].prior if before is not None else None
    others = len(said.coverages) > 1
    return AskedClaim(
        number=said.number,
        payer=said.payer,
        payer_name=coverage.payer.name,
        member=coverage.subscriber.member_id,
        charge=said.charge,
        place=said.place,
        frequency=said.frequency,
        order=coverage.order,
        filing=coverage.filing,
        npi=said.billing.npi,
        tax_id=said.billing.tax_id,
        payee=said.billing.name.last,
        patient=said.who.name,
        lines=tuple(_line(line, said, before) for line in said.lines),
        earlier=_patients(prior.adjustments if prior else ()) if others else None,
        original=said.original_reference,
    )


def _before(said: Claim) -> int | None:
    """The coverage that decided last before this payer is asked; None on a primary claim."""
    decided = [at for at, one in enumerate(said.coverages) if at != said.billed and one.prior is not None]
    return decided[-1] if decided else None


def _line(said: Line, claim: Claim, before: int | None) -> AskedLine:
    payer = claim.coverages[before].payer.id if before is not None else ""
    decisions = [one for one in said.decisions if one.payer_id == payer]
    return AskedLine(
        charge=said.charge,
        code=said.code,
        code_kind=said.code_kind,
        modifiers=said.modifiers,
        revenue_code=said.revenue_code,
        units=said.units,
        first=said.first,
        control=said.control,
        left=sum(_patients(one.adjustments) for one in decisions) if decisions else None,
    )


def _patients(adjustments: tuple[Adjustment, ...]) -> int:
    return sum(one.cents for one in adjustments if one.group == "PR")
