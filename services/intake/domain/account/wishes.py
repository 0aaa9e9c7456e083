"""What an account wants of each claim that it makes or ever made."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from services.intake.domain.account.account import Account
from services.intake.domain.account.following import Wish, digests
from shared.claim import Claim

CHANGED = (
    "The hospital changed what the claim is made of: a late charge, a credit, the coverage, the patient."
)
ELSEWHERE = "Its charges are billed on another claim of the account, or were credited."


def wishes(
    account: Account, claims: Iterable[Claim], message: str, at: datetime
) -> Iterator[tuple[str, Wish]]:
    """For each claim number of the account: the claim that it is to be, or that it is to be taken back, and why.

    ``claims`` are those that it makes now, ``message`` the stored message behind it, else the last one that spoke of the
    account; ``at`` is the time of receipt.
    """
    message = message or account.messages[-1]
    for claim in claims:
        yield claim.number, _making(account, claim, message, at)
    for number in account.billed:
        if number not in account.bills:
            yield number, _taking_back(account, message, at)


def _making(account: Account, claim: Claim, message: str, at: datetime) -> Wish:
    mark, whole = digests(claim)
    return Wish(
        claim=claim, mark=mark, whole=whole, reason=CHANGED, door=account.door, message=message, received=at
    )


def _taking_back(account: Account, message: str, at: datetime) -> Wish:
    """While the account waits, what was billed is stopped; a payer's is taken back only when the reason is for good."""
    reason = account.reasons[0].words if account.reasons else ELSEWHERE
    for_good = account.for_good or not account.reasons
    return Wish(for_good=for_good, reason=reason, door=account.door, message=message, received=at)
