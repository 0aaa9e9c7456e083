"""Turns one received 837 into the letters that answer it: TA1, 999, 277CA and 835, each with its time. Pure.

What a 276 is answered with is in ``statuses``.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from deploy.sandbox import moods
from deploy.sandbox.folder import Decided, Letter
from deploy.sandbox.moods import Answer, Mood
from deploy.sandbox.reading import AskedClaim, AskedFile, AskedSet
from shared.claim import Address, Contact, Name
from shared.x12 import acknowledge_999, acknowledge_ta1, write_277ca, write_835, write_999, write_ta1
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    ClaimPayment,
    FileReading,
    Header,
    Party,
    ProviderAdjustment,
    Remittance,
    Status,
)

HOUSE = Name(last="SANDBOX CLEARINGHOUSE", organization=True)
DESK = Contact(name="SANDBOX SUPPORT", numbers=(("TE", "5555550199"),))
ADDRESS = Address(line1="1 SANDBOX WAY", city="SPRINGFIELD", state="IL", zip="627010001")

Judged = tuple[AskedClaim, Answer]
Paid = tuple[AskedClaim, ClaimPayment]


class Desk(Struct, frozen=True, kw_only=True):
    """What answering needs beside the file: time, moods, delays, claims already in adjudication, our own control numbers.

    ``paid_before`` finds the payment that went out under a payer claim control number; None where there was none. ``decided``
    finds what was decided last about a payer's claim by our number (CLM01), for a 276.
    """

    now: datetime
    mood_of: Callable[[str], Mood]
    number: Callable[[], int]
    known: Collection[tuple[str, str]] = frozenset()
    paid_before: Callable[[str], ClaimPayment | None] = lambda _: None
    decided: Callable[[str, str], Decided | None] = lambda _payer, _number: None
    claims_after: timedelta = timedelta()
    money_after: timedelta = timedelta()


class Answered(Struct, frozen=True, kw_only=True):
    """All letters about one file, and what became of its claims."""

    letters: tuple[Letter, ...]
    payments: tuple[ClaimPayment, ...]
    accepted: tuple[tuple[str, str], ...]
    rejected: int
    duplicates: int


def answer_file(file: AskedFile, desk: Desk) -> Answered:
    """Answer a file. A set that is not as the guide says is refused in the 999, and its claims get no further answer."""
    letters = [*_envelope_letters(file, desk), *_syntax_letters(file, desk)]
    judged: list[Judged] = []
    duplicates = 0
    known: set[tuple[str, str]] = set()
    for one in file.sets:
        answers, repeated = _judge(one, file, desk, known) if one.sound else ([], 0)
        letters += _claim_letters(one, file, answers, desk)
        duplicates += repeated
        judged += answers
    letters += _money_letters(file, judged, desk)
    return Answered(
        letters=tuple(letters),
        payments=tuple(a.payment for _, a in judged if a.payment is not None),
        accepted=tuple((c.payer, c.number) for c, a in judged if a.accepted and _counts(a)),
        rejected=sum(not a.accepted for _, a in judged),
        duplicates=duplicates,
    )


def repeated_letter(file: AskedFile, desk: Desk) -> Letter:
    """The TA1 that refuses a control number which was there before (note 025)."""
    return _envelope(file.reading, desk, note="025")


def refused_letter(reading: FileReading, desk: Desk) -> Letter | None:
    """The TA1 that refuses an interchange whose envelope cannot be trusted; None where not even a sender can be read."""
    if len(reading.envelopes) != 1 or not reading.envelopes[0].sender.id:
        return None
    return _envelope(reading, desk)


def _judge(
    one: AskedSet, file: AskedFile, desk: Desk, known: set[tuple[str, str]]
) -> tuple[list[Judged], int]:
    """Every claim's answer, and how many were in adjudication already (same payer and CLM01, not a replacement).

    ``known`` are those of this file so far, which are added to.
    """
    judged, repeated = [], 0
    for place, claim in enumerate(one.claims, 1):
        key = (claim.payer, claim.number)
        again = claim.frequency == "1" and (key in known or key in desk.known)
        repeated += again
        number = f"{claim.payer}{file.interchange:09d}{place:05d}"
        before = desk.paid_before(claim.original) if claim.frequency in ("7", "8") else None
        found = moods.answer(
            desk.mood_of(claim.payer), claim, number, desk.now.date(), known=again, before=before
        )
        if found is not None:
            judged.append((claim, found))
            known.add(key)
    return judged, repeated


def _counts(answer: Answer) -> bool:
    """Whether the claim is in adjudication for good: what was denied as a whole may come again."""
    payment = answer.payment
    return payment is not None and (payment.paid > 0 or payment.patient_responsibility > 0)


# ------------------------------------------------------------------ TA1 and 999


def _envelope_letters(file: AskedFile, desk: Desk) -> Iterator[Letter]:
    if file.acknowledge:
        yield _envelope(file.reading, desk)


def _envelope(reading: FileReading, desk: Desk, note: str = "") -> Letter:
    """A TA1 by what the reading found; ``note`` refuses for a reason that stands in no file."""
    number = desk.number()
    (ack,) = acknowledge_ta1(reading, _own(desk, number))
    if note:
        ack = replace(ack, code="R", note=note)
    return Letter(desk.now, f"TA1_{ack.control:09d}_{number:09d}.x12", write_ta1(ack))


def _syntax_letters(file: AskedFile, desk: Desk) -> Iterator[Letter]:
    """A 999 for each group of the file."""
    for at, ack in enumerate(acknowledge_999(file.reading, _own(desk, 0))):
        number = desk.number()
        own = replace(ack.header, interchange=number, group=number, guide="005010X231A1")
        name = f"999_{file.interchange:09d}{f'_{at}' if at else ''}.x12"
        yield Letter(desk.now, name, write_999(replace(ack, header=own)))


def _own(desk: Desk, number: int) -> Header:
    """The envelope of an answer; its parties are turned round from the file that it answers."""
    nobody = Party(id="")
    return Header(
        sender=nobody,
        receiver=nobody,
        interchange=number,
        group=number,
        transaction="0001",
        usage="T",
        at=desk.now,
    )


# ------------------------------------------------------------------ 277CA


def _claim_letters(one: AskedSet, file: AskedFile, judged: list[Judged], desk: Desk) -> Iterator[Letter]:
    """One 277CA per set and time: payers that answer late answer in one of their own."""
    by_delay: dict[timedelta, list[Judged]] = defaultdict(list)
    for claim, answer in judged:
        by_delay[answer.delay].append((claim, answer))
    for delay, some in sorted(by_delay.items()):
        header = answer_header(file, desk, "005010X214")
        answers = _answers(one, file, some, header, desk)
        name = f"277CA_{file.interchange:09d}_{header.interchange:09d}.x12"
        yield Letter(desk.now + delay + desk.claims_after, name, write_277ca(answers))


def _answers(
    one: AskedSet, file: AskedFile, judged: list[Judged], header: Header, desk: Desk
) -> ClaimAnswers:
    accepted = [c.charge for c, a in judged if a.accepted]
    rejected = [c.charge for c, a in judged if not a.accepted]
    total = sum(accepted) + sum(rejected)
    return ClaimAnswers(
        header=header,
        kind="277CA",
        source=HOUSE,
        source_id=file.receiver.id,
        source_kind="AY",
        trace=f"{header.interchange:09d}",
        received=desk.now.date(),
        processed=desk.now.date(),
        reference=header.transaction,
        at=desk.now,
        receiver=Name(last=one.submitter, organization=True),
        receiver_id=one.submitter_id,
        batch=one.batch,
        batch_statuses=(Status(category="A1", status="20", action="WQ", on=desk.now.date(), charge=total),),
        accepted_count=len(accepted) or None,
        rejected_count=len(rejected) or None,
        accepted_cents=sum(accepted) if accepted else None,
        rejected_cents=sum(rejected) if rejected else None,
        claims=tuple(_claim_answer(c, a) for c, a in judged),
    )


def _claim_answer(claim: AskedClaim, answer: Answer) -> ClaimAnswer:
    days = [line.first for line in claim.lines if line.first]
    return ClaimAnswer(
        number=claim.number,
        statuses=answer.statuses,
        payer_claim_number=answer.decisions[-1].payer_claim_number if answer.decisions else "",
        patient=claim.patient,
        member_id=claim.member,
        charge=claim.charge,
        first=min(days, default=None),
        last=max(days, default=None),
        provider=Name(last=claim.payee, organization=True),
        provider_npi=claim.npi,
    )


# ------------------------------------------------------------------ 835


def _money_letters(file: AskedFile, judged: list[Judged], desk: Desk) -> Iterator[Letter]:
    """One 835 per payer and time, one transaction per payee in it."""
    by_payer: dict[tuple[str, timedelta], dict[str, list[Paid]]] = defaultdict(lambda: defaultdict(list))
    for claim, answer in judged:
        for payment in answer.decisions:
            by_payer[claim.payer, answer.delay][claim.npi].append((claim, payment))
        later = answer.delay + moods.REVERSED
        for payment in answer.second:
            by_payer[claim.payer, later][claim.npi].append((claim, payment))
    for (payer, delay), payees in sorted(by_payer.items()):
        header = answer_header(file, desk, "005010X221A1")
        due = desk.now + delay + desk.money_after
        remittances = [
            _remittance(some, header, place, payer, due) for place, some in enumerate(payees.values(), 1)
        ]
        letter = Letter(due, f"835_{payer}_{header.interchange:09d}.x12", write_835(remittances))
        yield letter
        yield from _oddities(letter, desk.mood_of(payer))


def _oddities(letter: Letter, mood: Mood) -> Iterator[Letter]:
    """What a payer of that mood sends besides: the same file under another name, or something that is no X12."""
    if mood == "repeats":
        yield letter._replace(name=f"again_{letter.name}")
    if mood == "garbage":
        yield letter._replace(name=f"report_{letter.name}", data=b"%PDF-1.7 remittance advice, see page 2\n")


def _remittance(some: list[Paid], header: Header, place: int, payer: str, due: datetime) -> Remittance:
    claim = some[0][0]
    payments = tuple(payment for _, payment in some)
    net = sum(p.paid for p in payments)
    paid, trace = max(net, 0), f"{payer}{header.interchange:09d}{place:04d}"
    return Remittance(
        header=_numbered(header, place),
        handling="I" if paid else "H",
        paid=paid,
        method="CHK" if paid else "NON",
        on=due.date(),
        trace=trace,
        trace_payer="1999999999",
        payer=Name(last=claim.payer_name or payer, organization=True),
        payer_id=payer,
        payer_address=ADDRESS,
        payer_contacts=(DESK,),
        payee=Name(last=claim.payee, organization=True),
        payee_npi=claim.npi,
        payee_tax_id=claim.tax_id,
        production=due.date(),
        claims=payments,
        provider_adjustments=_forwarded(claim.npi, due, trace, net) if net < 0 else (),
    )


def _forwarded(npi: str, due: datetime, trace: str, net: int) -> tuple[ProviderAdjustment, ...]:
    """A payment is never negative: what more was taken back than paid is carried to a later 835 (FB; RFI 222)."""
    fiscal = due.date().replace(month=12, day=31)
    return (ProviderAdjustment(provider=npi, fiscal=fiscal, reason="FB", reference=trace, cents=net),)


def _numbered(header: Header, place: int) -> Header:
    return replace(header, transaction=f"{place:04d}")


# ------------------------------------------------------------------ envelopes


def answer_header(file: AskedFile, desk: Desk, guide: str) -> Header:
    """The envelope of an answer of this guide, with a control number of its own."""
    number = desk.number()
    return Header(
        sender=file.receiver,
        receiver=file.sender,
        interchange=number,
        group=number,
        transaction="0001",
        usage="P" if file.usage == "P" else "T",
        guide=guide,
        at=desk.now,
    )
