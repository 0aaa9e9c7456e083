"""Invented receipts, 277CA and 999, that add up; and questions after claims (276) with their answers (277)."""

from datetime import timedelta
from random import Random

from shared.claim import Name, Segment
from shared.testing.every_remittance import AT, header
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    ElementError,
    GroupAck,
    LineStatus,
    SegmentError,
    SetAck,
    Status,
    StatusInquiry,
    StatusQuestion,
)

_NPI = "1234567893"
_CLINICS = (Name(last="GENERAL CLINIC", organization=True), Name(last="DOE", first="JO"))
_REASONS = (("A7", "562", "85"), ("A3", "33", "IL"), ("A6", "500", ""), ("A8", "145", "82"))


def receipt(chance: Random, claims: int = 4, number: int = 1) -> ClaimAnswers:
    """One 277CA: some claims accepted, some rejected, counts and amounts right."""
    answered = sorted(
        (_claim(chance, at) for at in range(claims)), key=lambda one: one.provider != _CLINICS[0]
    )
    accepted = [_charge(one) for one in answered if one.accepted]
    rejected = [_charge(one) for one in answered if not one.accepted]
    return ClaimAnswers(
        header=header(number, "005010X214"),
        kind="277CA",
        source=Name(last="SANDBOX HOUSE", organization=True),
        source_id="SBXHOUSE",
        source_kind=chance.choice(("PR", "AY")),
        reference=f"R{chance.randrange(10**6)}",
        at=AT,
        trace=f"T{number}",
        received=AT.date(),
        processed=AT.date(),
        receiver=Name(last="GENERAL HOSPITAL", organization=True),
        receiver_id="GENERALHOSP",
        batch=f"BATCH{number}",
        batch_statuses=(
            Status(
                category="A1",
                status="19",
                entity="PR",
                on=AT.date(),
                action="WQ",
                charge=sum(accepted + rejected),
            ),
        ),
        accepted_count=len(accepted) or None,
        rejected_count=len(rejected) or None,
        accepted_cents=sum(accepted) if accepted else None,
        rejected_cents=sum(rejected) if rejected else None,
        claims=tuple(answered),
    )


def _charge(claim: ClaimAnswer) -> int:
    return claim.statuses[0].charge or 0


def _claim(chance: Random, at: int) -> ClaimAnswer:
    # The first two are one of each kind: every receipt has something to count.
    rejected = at == 1 or (at > 1 and chance.random() < 0.4)
    charge = chance.randrange(1_000, 900_000)
    category, status, entity = chance.choice(_REASONS) if rejected else ("A2", "20", "PR")
    first = AT.date() - timedelta(days=chance.randrange(40))
    main = Status(
        category=category,
        status=status,
        entity=entity,
        on=AT.date(),
        action="U" if rejected else "WQ",
        charge=charge,
        words="CORRECT AND SEND AGAIN" if rejected else "",
    )
    second = (Status(category=category, status="21"),) if rejected and chance.random() < 0.5 else ()
    return ClaimAnswer(
        number=f"A{at:03d}",
        statuses=(main, *second),
        payer_claim_number="" if rejected else f"ICN{chance.randrange(10**8)}",
        clearinghouse_number=f"CH{at}",
        patient=Name(last="TESTA", first=chance.choice(("ADA", "BEN"))),
        member_id=f"M{at}",
        first=first,
        last=first + timedelta(days=1) if chance.random() < 0.3 else None,
        provider=_CLINICS[0] if at < 2 else chance.choice(_CLINICS),
        provider_npi=_NPI,
        lines=(_line(category),) if rejected and chance.random() < 0.5 else (),
        extra=(Segment("2200D", ("REF", "BLT", "111")),) if chance.random() < 0.2 else (),
    )


def _line(category: str) -> LineStatus:
    status = Status(category=category, status="454", on=AT.date(), action="U")
    return LineStatus(
        control="L1", code="G0463", charge=12500, units="1", first=AT.date(), statuses=(status,)
    )


def group_ack(chance: Random, sets: int = 4, number: int = 1) -> GroupAck:
    """One 999: some sets accepted, one with an error noted, one rejected."""
    answered = [_set(chance, at) for at in range(sets)]
    accepted = sum(1 for one in answered if one.code != "R")
    return GroupAck(
        header=header(number, "005010X231A1"),
        functional="HC",
        group=number,
        guide="005010X222A1",
        code="P" if 0 < accepted < sets else "A",
        included=sets,
        received=sets,
        accepted=accepted,
        sets=tuple(answered),
    )


def _set(chance: Random, at: int) -> SetAck:
    if at != 1:
        return SetAck(transaction=f"{at + 1:04d}", guide="005010X222A1", code="A")
    element = ElementError(position=9, code=chance.choice(("1", "7")), reference="67")
    error = SegmentError(
        segment="NM1",
        position=chance.randrange(5, 99),
        loop="2010",
        code="8",
        claim="A001",
        elements=(element,),
    )
    return SetAck(
        transaction=f"{at + 1:04d}", guide="005010X222A1", code="R", reasons=("5",), errors=(error,)
    )


def inquiry(chance: Random, questions: int = 4, number: int = 1) -> StatusInquiry:
    """One 276 about some claims, of subscribers and dependents."""
    return StatusInquiry(
        header=header(number, "005010X212"),
        reference=f"Q{number}",
        at=AT,
        payer=Name(last="SANDBOX MUTUAL", organization=True),
        payer_id="SBX01",
        receiver=Name(last="GENERAL HOSPITAL", organization=True),
        receiver_id="GENERALHOSP",
        questions=tuple(_question(chance, at) for at in range(questions)),
    )


def _question(chance: Random, at: int) -> StatusQuestion:
    dependent = chance.random() < 0.4
    first = AT.date() - timedelta(days=chance.randrange(10, 90))
    return StatusQuestion(
        trace=f"T{at}",
        number=f"A{at:03d}",
        payer_claim_number=chance.choice(("", f"ICN{at}")),
        charge=chance.randrange(1_000, 900_000),
        first=first,
        last=first + timedelta(days=2) if chance.random() < 0.5 else None,
        provider=_CLINICS[0],
        provider_npi=_NPI,
        patient=Name(last="TESTA", first="ADA"),
        birth=AT.date() - timedelta(days=9_000),
        sex="F",
        member_id=f"M{at}",
        dependent=dependent,
        subscriber=Name(last="TESTA", first="BEN") if dependent else None,
    )


def status_answers(asked: StatusInquiry, number: int = 1) -> ClaimAnswers:
    """The 277 that answers a 276: each claim was paid."""
    return ClaimAnswers(
        header=header(number, "005010X212"),
        kind="277",
        source=asked.payer,
        source_id=asked.payer_id,
        reference=asked.reference,
        at=AT,
        receiver=asked.receiver,
        receiver_id=asked.receiver_id,
        claims=tuple(_answered(question) for question in asked.questions),
    )


def _answered(asked: StatusQuestion) -> ClaimAnswer:
    paid = Status(category="F1", status="65", on=AT.date(), charge=asked.charge, paid=asked.charge)
    return ClaimAnswer(
        number=asked.number,
        trace=asked.trace,
        statuses=(paid,),
        payer_claim_number=asked.payer_claim_number or "ICN",
        patient=asked.patient,
        member_id=asked.member_id,
        subscriber=asked.subscriber,
        first=asked.first,
        last=asked.last,
        provider=asked.provider,
        provider_npi=asked.provider_npi,
    )
