"""What a 276 is answered with, by what was decided about the claim and whether that was told."""

from collections.abc import Callable
from itertools import count

import pytest

from deploy.sandbox.folder import Decided
from deploy.sandbox.letters import Desk
from deploy.sandbox.reading import read
from deploy.sandbox.statuses import status_letters
from deploy.tests.sandbox.files import AT, a_276
from shared import x12
from shared.testing.builders import a_claim
from shared.x12.types import ClaimAnswers, ClaimPayment

CLAIM = a_claim()


def payment(paid: int = 0, patient: int = 0) -> ClaimPayment:
    return ClaimPayment(
        number=CLAIM.number,
        status="1",
        charge=CLAIM.charge,
        paid=paid,
        patient_responsibility=patient,
        payer_claim_number="SBX0100000000700001",
    )


def answered(found: Decided | None, spoil: Callable[[bytes], bytes] = bytes) -> list[ClaimAnswers]:
    numbers = count(70)
    desk = Desk(
        now=AT, mood_of=lambda _: "pays", number=lambda: next(numbers), decided=lambda _payer, _number: found
    )
    letters = list(status_letters(read(spoil(a_276(CLAIM))), desk))
    said = [one for letter in letters for one in x12.read(letter.data).transactions]
    assert all(isinstance(one, ClaimAnswers) and one.findings == () for one in said)
    return said  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("found", "category", "paid"),
    [
        (Decided(payment(paid=40_000), told=True), "F1", 40_000),
        (Decided(payment(patient=5_000), told=True), "F4", 0),
        (Decided(payment(), told=True), "F2", 0),
        (Decided(payment(paid=40_000), told=False), "P1", None),
        (None, "A4", None),
    ],
)
def test_a_277_says_what_was_decided_once_the_835_has_said_it(
    found: Decided | None, category: str, paid: int | None
):
    (one,) = answered(found)
    (claim,) = one.claims
    (status,) = claim.statuses
    assert (status.category, status.paid, status.charge) == (category, paid, CLAIM.charge)
    assert (claim.number, claim.trace, one.source_id) == (CLAIM.number, f"T{CLAIM.number}", CLAIM.payer)
    assert claim.payer_claim_number == (found.payment.payer_claim_number if found else "")


def test_a_276_that_the_999_refuses_gets_no_277():
    assert answered(None, lambda data: data.replace(b"BHT*0010*13*", b"BHT*0010*99*")) == []
