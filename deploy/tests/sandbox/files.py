"""837 files as claimflow would upload them."""

from datetime import UTC, datetime

from shared.claim import Claim, Contact, Name
from shared.testing.builders import a_claim
from shared.x12 import write_276, write_837
from shared.x12.types import Batch, Header, Party, StatusInquiry, StatusQuestion

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


def a_276(*claims: Claim, number: int = 8) -> bytes:
    """A question after each of these claims, which have one payer."""
    sender = Party(id="CLAIMFLOW", application="CLAIMFLOW")
    receiver = Party(id="CLEARINGHOUSE", application="CLEARINGHOUSE")
    header = Header(
        sender=sender,
        receiver=receiver,
        interchange=number,
        group=number,
        transaction="0001",
        usage="T",
        at=AT,
    )
    inquiry = StatusInquiry(
        header=header,
        reference=f"Q{number}",
        at=AT,
        payer=Name(last="SANDBOX PAYER", organization=True),
        payer_id=claims[0].payer,
        receiver=Name(last="CLAIMFLOW", organization=True),
        receiver_id="CLAIMFLOW",
        questions=tuple(_question(claim) for claim in claims),
    )
    return write_276(inquiry)


def _question(claim: Claim) -> StatusQuestion:
    person = claim.who
    return StatusQuestion(
        trace=f"T{claim.number}",
        number=claim.number,
        charge=claim.charge,
        first=claim.lines[0].first,
        last=None,
        provider=claim.billing.name,
        provider_npi=claim.billing.npi,
        patient=person.name,
        birth=person.birth,
        sex=person.sex,
        member_id=claim.coverage.subscriber.member_id,
    )
