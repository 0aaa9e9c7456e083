"""Answers that a partner gives about an 837 of ours, made from the file itself."""

from collections.abc import Sequence
from datetime import UTC, datetime

from shared.claim import Name
from shared.x12 import read, write_277ca, write_835, write_999, write_ta1
from shared.x12.types import (
    Batch,
    ClaimAnswer,
    ClaimAnswers,
    GroupAck,
    Header,
    InterchangeAck,
    Remittance,
    SegmentError,
    SetAck,
    Status,
)

AT = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)


def batch_of(data: bytes) -> Batch:
    """The one transaction set of an 837."""
    (batch,) = read(data).transactions
    assert isinstance(batch, Batch)
    return batch


def _header(batch: Batch, number: int, guide: str) -> Header:
    return Header(
        sender=batch.header.receiver,
        receiver=batch.header.sender,
        interchange=number,
        group=number,
        transaction="0001",
        guide=guide,
        at=AT,
    )


def ta1(batch: Batch, code: str = "A", note: str = "000", number: int = 501) -> bytes:
    header = _header(batch, number, "")
    return write_ta1(
        InterchangeAck(
            sender=header.sender, receiver=header.receiver, control=batch.header.interchange, at=AT, code=code, note=note,
            header=header,
        )  # type: ignore[arg-type]
    )  # fmt: skip


def ack(batch: Batch, code: str = "A", number: int = 502) -> bytes:
    errors = (
        SegmentError(segment="CLM", position=20, loop="2300", code="8", elements=()) if code == "R" else None
    )
    one = SetAck(
        transaction=batch.header.transaction, guide=batch.header.guide, code=code,
        reasons=("5",) if code == "R" else (), errors=(errors,) if errors else (),
    )  # type: ignore[arg-type]  # fmt: skip
    return write_999(
        GroupAck(
            header=_header(batch, number, "005010X231A1"), functional="HC", group=batch.header.group,
            guide=batch.header.guide, code=code, included=1, received=1, accepted=int(code != "R"), sets=(one,),
        )  # type: ignore[arg-type]
    )  # fmt: skip


def claim_answers(
    batch: Batch,
    categories: Sequence[str],
    *,
    source: str = "CLEARINGHOUSE",
    icn: bool = True,
    number: int = 503,
    off_by: int = 0,
) -> bytes:
    """A 277CA with one category per claim of the file, in order; ``off_by`` spoils the accepted amount."""
    told = list(zip(batch.claims, categories, strict=False))
    good = [c for c, category in told if category in ("A0", "A1", "A2")]
    bad = [c for c, category in told if category not in ("A0", "A1", "A2")]
    header = _header(batch, number, "005010X214")
    return write_277ca(
        ClaimAnswers(
            header=header,
            kind="277CA",
            source=Name(last="NORTH", organization=True),
            source_id=source,
            source_kind="PR" if source.startswith("SBX") else "AY",
            reference="1",
            trace="1",
            received=AT.date(),
            processed=AT.date(),
            at=AT,
            receiver=batch.submitter,
            receiver_id=batch.submitter_id,
            batch=batch.batch,
            batch_statuses=(
                Status(category="A1", status="19", action="WQ", on=AT.date(), charge=sum(c.charge for c, _ in told)),
            ),
            accepted_count=len(good) or None,
            rejected_count=len(bad) or None,
            accepted_cents=sum(c.charge for c in good) + off_by if good else None,
            rejected_cents=sum(c.charge for c in bad) if bad else None,
            claims=tuple(
                ClaimAnswer(
                    number=c.number,
                    statuses=(
                        Status(
                            category=category, status="20" if c in good else "164", entity="" if c in good else "IL",
                            action="WQ" if c in good else "U", on=AT.date(), charge=c.charge,
                        ),
                    ),
                    payer_claim_number=f"ICN{c.number}" if c in good and icn else "",
                    patient=c.who.name,
                    member_id=c.coverage.subscriber.member_id,
                    charge=c.charge,
                    first=c.service_dates()[0],
                    last=c.service_dates()[1],
                    provider=c.billing.name,
                    provider_npi=c.billing.npi,
                )
                for c, category in told
            ),
        )
    )  # fmt: skip


def money(batch: Batch, number: int = 504) -> bytes:
    """An 835 without claims: what it says is not the submitter's business."""
    payer = Name(last="NORTH", organization=True)
    return write_835(
        [
            Remittance(
                header=_header(batch, number, "005010X221A1"), handling="H", paid=0, method="NON", on=AT.date(),
                trace=f"T{number}", trace_payer="1999999999", payer=payer, payee=batch.claims[0].billing.name,
                payee_npi=batch.claims[0].billing.npi, production=AT.date(),
            )
        ]
    )  # fmt: skip
