"""Invented batches: some claims of one kind, with submitter, receiver and envelope."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from shared.claim import Claim, Contact, Kind, Name
from shared.testing.every_claim.claim import claim
from shared.x12.types import Batch, Header, Party

AT = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)


def batch(random: Random, kind: Kind, count: int) -> Batch:
    """A batch of invented claims."""
    return around([claim(random, kind, f"{kind[0].upper()}{at:05d}") for at in range(1, count + 1)])


def around(claims: Sequence[Claim]) -> Batch:
    """A batch with these claims."""
    return Batch(
        header=Header(
            sender=Party(id="HOSPITAL1", application="HOSP"),
            receiver=Party(id="CLEARING1", application="CLEAR"),
            interchange=905,
            group=17,
            transaction="0001",
            at=AT,
        ),
        kind=claims[0].kind,
        submitter=Name(last="INVENTED HOSPITAL", organization=True),
        submitter_id="HOSP01",
        submitter_contact=Contact(name="BILLING DESK", numbers=(("TE", "3055550100"),)),
        receiver=Name(last="INVENTED CLEARINGHOUSE", organization=True),
        receiver_id="CLR01",
        batch="B20261014",
        at=AT,
        claims=tuple(claims),
    )
