"""Train the zstd dictionary on synthetic claims: ``python -m shared.bus.train NUMBER``.

A trained dictionary is data that sealed bytes depend on for ever: train a new number, never overwrite an old one.
Every person in the training set is invented (shared.testing.builders), so the file holds no patient data.
"""

import random
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import zstandard

from shared import events as e
from shared.claim import Adjustment, Claim, Guarantor, Name, uuid7
from shared.testing.builders import a_claim, an_institutional_claim

SIZE = 32 * 1024


def samples(seed: int = 1, claims: int = 400) -> Iterator[bytes]:
    """The JSON of a few events of each of ``claims`` invented claims, the same for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - training data, not a secret
    for n in range(claims):
        for event in _events(_claim(rng, n), rng):
            yield msgspec.json.encode(event)


def _claim(rng: random.Random, n: int) -> Claim:
    on = date(2026, 1, 1) + timedelta(days=rng.randrange(700))
    make = an_institutional_claim if n % 5 == 0 else a_claim
    return make(n, payer=f"SBX0{1 + rng.randrange(7)}", lines=1 + rng.randrange(6), on=on)


def _events(claim: Claim, rng: random.Random) -> tuple[e.Event, ...]:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=rng.randrange(10**7))
    n = rng.randrange(1, 10**6)
    controls = e.Controls(interchange=n, group=n, transaction=f"{n % 9999:04d}", batch=str(n))
    paid = rng.randrange(claim.charge + 1)
    contractual = (claim.charge - paid) // 2
    patient = claim.charge - paid - contractual
    adjustments = (
        Adjustment(group="CO", reason="45", cents=contractual),
        Adjustment(group="PR", reason="2", cents=patient),
    )
    return (
        e.ClaimReceived(claim=claim, door="x12", message=uuid7(), received=at),
        e.ClaimCleared(claim=claim, rules="2026.1"),
        e.ClaimSubmitted(claim=claim, route=claim.payer, file=uuid7(), controls=controls, at=at),
        e.ClaimAcknowledged(hop="syntax", route=claim.payer, payer=claim.payer, charge=claim.charge),
        e.ClaimAccepted(
            payer_claim_number=f"P{n}",
            proof=at.date(),
            route=claim.payer,
            payer=claim.payer,
            charge=claim.charge,
        ),
        e.ClaimPaid(
            payer=claim.payer,
            payer_claim_number=f"P{n}",
            remittance=uuid7(),
            charge=claim.charge,
            paid=paid,
            contractual=contractual,
            patient=patient,
            other=0,
            adjustments=adjustments,
            on=at.date(),
        ),
        _balance(claim, paid, contractual, patient, adjustments),
    )


def _balance(
    claim: Claim, paid: int, contractual: int, patient: int, why: tuple[Adjustment, ...]
) -> e.PatientBalanceAssigned:
    share = e.Share(
        line=1,
        code=claim.lines[0].code,
        description=claim.lines[0].description,
        on=claim.lines[0].first,
        charge=claim.charge,
        contractual=contractual,
        paid=paid,
        patient=patient,
        reasons=why[1:],
    )
    return e.PatientBalanceAssigned(
        number=claim.number,
        guarantor=claim.guarantor or Guarantor(name=claim.who.name, address=claim.who.address),
        guarantor_key=uuid7().replace("-", ""),
        patient=claim.who.name,
        provider=Name(last=claim.billing.name.last, organization=True),
        first=share.on,
        last=share.on,
        charge=claim.charge,
        contractual=contractual,
        insurance_paid=paid,
        patient_due=patient,
        shares=(share,),
        payers=(claim.payer,),
    )


def main(number: int) -> Path:
    """Train dictionary ``number`` and write it beside the sealer. Raises FileExistsError rather than overwrite."""
    path = Path(__file__).parent / f"claims-{number}.dict"
    trained = zstandard.train_dictionary(SIZE, list(samples()), dict_id=number, level=3)
    with path.open("xb") as out:
        out.write(trained.as_bytes())
    return path


if __name__ == "__main__":
    sys.stdout.write(f"{main(int(sys.argv[1]))}\n")
