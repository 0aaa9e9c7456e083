"""Files to bend: one of each kind that is read, small."""

from datetime import UTC, datetime
from random import Random

from shared.testing.builders import a_claim, an_institutional_claim
from shared.testing.every_claim import batch
from shared.testing.every_claim.batch import around
from shared.testing.every_receipt import group_ack, inquiry, receipt, status_answers
from shared.testing.every_remittance import remittance
from shared.x12 import (
    acknowledge_999,
    acknowledge_ta1,
    read,
    write_276,
    write_277,
    write_277ca,
    write_835,
    write_837,
    write_999,
    write_ta1,
)
from shared.x12.types import Header, Party

ANSWER = Header(
    sender=Party(id="US"),
    receiver=Party(id="THEM"),
    interchange=5,
    group=5,
    transaction="0001",
    at=datetime(2026, 10, 15, tzinfo=UTC),
)


def seeds() -> list[bytes]:
    """837P and 837I of two claims, the 999 and TA1 that answer a spoilt one, and whatever else can be written."""
    claims = [
        write_837([batch(Random(at), kind, 2)])
        for at in range(4)
        for kind in ("professional", "institutional")
    ]
    spoilt = read(claims[0].replace(b"NM1*85", b"NM1*86").replace(b"CLM*", b"CLM*X" * 9, 1))
    answers = [write_999(ack) for ack in acknowledge_999(spoilt, ANSWER)]
    receipts = [write_ta1(ack) for ack in acknowledge_ta1(spoilt, ANSWER)]
    return [*claims, *answers, *receipts, *_payer_answers()]


def small_seeds() -> list[bytes]:
    """Files of one usual claim each, and the shortest answers: small inputs are many in the same time."""
    professional = [write_837([around([a_claim(at, lines=1)])]) for at in range(2)]
    institutional = write_837([around([an_institutional_claim(1)])])
    payments = sorted((write_835([remittance(Random(at), 1)]) for at in range(20)), key=len)[:3]
    answers = [data for data in seeds() if len(data) < 1200]
    return [*professional, institutional, *payments, *answers]


def _payer_answers() -> list[bytes]:
    """What payers and clearinghouses send: payments, receipts, questions and their answers."""
    payments = [write_835([remittance(Random(at), 3)]) for at in range(4)]
    asked = inquiry(Random(1))
    return [
        *payments,
        write_277ca(receipt(Random(1))),
        write_999(group_ack(Random(1))),
        write_276(asked),
        write_277(status_answers(asked)),
    ]
