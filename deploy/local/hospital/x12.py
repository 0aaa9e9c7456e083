"""Claims as a practice system's 837P file: one interchange, one transaction set."""

from collections.abc import Sequence
from datetime import datetime

from shared.claim import Claim, Contact, Name
from shared.x12 import write_837
from shared.x12.types import Batch, Header, Party

SENDER = Party(id="SPRINGFIELD", application="SPRINGFIELD")
RECEIVER = Party(id="CLAIMFLOW", application="CLAIMFLOW")


def file_837(claims: Sequence[Claim], control: int, at: datetime) -> bytes:
    """The file; ``control`` is ISA13, GS06 and BHT03."""
    header = Header(
        sender=SENDER, receiver=RECEIVER, interchange=control, group=control, transaction="0001", at=at
    )
    batch = Batch(
        header=header,
        kind="professional",
        submitter=Name(last="SPRINGFIELD TEST HOSPITAL", organization=True),
        submitter_id="SPRINGFIELD",
        submitter_contact=Contact(name="BILLING OFFICE", numbers=(("TE", "5555550100"),)),
        receiver=Name(last="CLAIMFLOW", organization=True),
        receiver_id="CLAIMFLOW",
        batch=str(control),
        at=at,
        claims=tuple(claims),
    )
    return write_837([batch])
