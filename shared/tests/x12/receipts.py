"""277CAs of one house about three claims, and what the reader and the judge say of a file."""

from datetime import UTC, date, datetime
from typing import Any

import msgspec

from shared.claim import Name
from shared.tests.x12.payments import header
from shared.x12 import read
from shared.x12.types import (
    ClaimAnswer,
    ClaimAnswers,
    Status,
    Transaction,
)

AT = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)
DAY = date(2026, 10, 12)
HOUSE = Name(last="CLEARING HOUSE", organization=True)


def said(category: str, cents: int, status: str = "20") -> Status:
    action = "U" if category in ("A3", "A6", "A7", "A8") else "WQ"
    return Status(category=category, status=status, on=DAY, action=action, charge=cents)


def answer(number: str, category: str = "A2", cents: int = 10000, **more: Any) -> ClaimAnswer:
    values = {
        "number": number,
        "statuses": (said(category, cents),),
        "patient": Name(last="TESTA", first="ADA"),
    }
    values |= {
        "member_id": "M1",
        "provider": HOUSE,
        "provider_npi": "1234567893",
        "payer_claim_number": f"ICN{number}",
    }
    return ClaimAnswer(**(values | more))


def receipt(*claims: ClaimAnswer, **more: Any) -> ClaimAnswers:
    good = [c for c in claims if c.accepted]
    bad = [c for c in claims if not c.accepted]
    values: dict[str, Any] = {
        "header": msgspec.structs.replace(header("005010X214"), at=AT),
        "kind": "277CA",
        "source": HOUSE,
        "source_id": "CH1",
        "source_kind": "AY",
        "reference": "R1",
        "at": AT,
        "trace": "T1",
        "received": DAY,
        "processed": DAY,
        "receiver": Name(last="GENERAL HOSPITAL", organization=True),
        "receiver_id": "HOSP1",
        "batch": "BATCH1",
        "batch_statuses": (said("A1", sum(c.statuses[0].charge or 0 for c in claims)),),
        "accepted_count": len(good) or None,
        "rejected_count": len(bad) or None,
        "accepted_cents": sum(c.statuses[0].charge or 0 for c in good) if good else None,
        "rejected_cents": sum(c.statuses[0].charge or 0 for c in bad) if bad else None,
        "claims": claims,
    }
    return ClaimAnswers(**(values | more))


def codes(data: bytes) -> list[str]:
    reading = read(data)
    assert not reading.findings
    return [found.code for one in reading.transactions for found in one.findings]


def only(data: bytes) -> Transaction:
    (one,) = read(data).transactions
    return one


MIXED = (answer("1"), answer("2", "A7", 2500, payer_claim_number=""), answer("3", "A1", 300))
