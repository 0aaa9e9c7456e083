"""A whole file at once."""

from msgspec.structs import replace

from shared.claim import Claim
from shared.x12.claimset import ClaimRead
from shared.x12.stream import SetEnd, SetStart, read_stream
from shared.x12.types import Batch, ClaimPayment, Envelope, FileReading, Transaction, X12Finding


def read(data: bytes, *, judged: bool = True) -> FileReading:
    """Read a whole file of any supported kind. Never raises for what the file says: that becomes findings.

    Not ``judged``, only the envelope is checked, and what keeps a value from being made: twice as fast.
    """
    transactions: list[Transaction] = []
    findings: list[X12Finding] = []
    claims: list[Claim] = []
    of_claims: list[X12Finding] = []
    envelopes: list[Envelope] = []
    for event in read_stream((data,), judged=judged):
        if isinstance(event, ClaimRead):
            if event.claim is not None:
                claims.append(event.claim)
            of_claims += event.findings
        elif isinstance(event, SetEnd):
            transactions.append(_batch(event, claims, of_claims))
            claims, of_claims = [], []
        elif isinstance(event, Envelope):
            envelopes.append(event)
        elif isinstance(event, X12Finding):
            findings.append(event)
        elif not isinstance(event, SetStart | ClaimPayment):
            transactions.append(event)
    return FileReading(
        transactions=tuple(transactions),
        findings=tuple(findings),
        segments=max((one.segments[1] for one in envelopes), default=0),
        envelopes=tuple(envelopes),
    )


def _batch(end: SetEnd, claims: list[Claim], of_claims: list[X12Finding]) -> Batch:
    found = sorted((*of_claims, *end.findings), key=lambda one: one.segment)
    return replace(end.batch, claims=tuple(claims), findings=tuple(found))
