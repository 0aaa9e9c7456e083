"""837 files as claimflow would upload them."""

from datetime import UTC, datetime

from shared.claim import Claim, Contact, Name
from shared.testing.builders import a_claim
from shared.x12 import write_837
from shared.x12.types import Batch, Header, Party

AT = datetime(2026, 10, 20, 12, 0, tzinfo=UTC)
GUIDES = {"professional": "005010X222A1", "institutional": "005010X223A2"}


def an_837(*claims: Claim, number: int = 7, acknowledge: bool = True) -> bytes:
    claims = claims or tuple(a_claim(seed=n, payer=f"SBX0{n}") for n in range(1, 8))
    header = Header(
        sender=Party(id="CLAIMFLOW", application="CLAIMFLOW"),
        receiver=Party(id="CLEARINGHOUSE", application="CLEARINGHOUSE"),
        interchange=number,
        group=number,
        transaction=f"{number:09d}",
        usage="T",
        guide=GUIDES[claims[0].kind],
        at=AT,
        acknowledge=acknowledge,
    )
    batch = Batch(
        header=header,
        kind=claims[0].kind,
        submitter=Name(last="CLAIMFLOW", organization=True),
        submitter_id="CLAIMFLOW",
        submitter_contact=Contact(name="CLAIMS DESK", numbers=(("TE", "5555550100"),)),
        receiver=Name(last="CLEARINGHOUSE", organization=True),
        receiver_id="CLEARINGHOUSE",
        batch=f"CLEARINGHOUSE-{number:09d}",
        at=AT,
        claims=claims,
    )
    return write_837([batch])
