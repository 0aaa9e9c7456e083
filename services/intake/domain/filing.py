"""One claim as intake knows it: first seen, seen again the same, or changed. The decisions."""

from datetime import datetime

from msgspec import Struct

from shared.bus.types import Command, Decision, Known
from shared.claim import Claim
from shared.events import ClaimAmended, ClaimReceived
from shared.events.intake import Door


class Filed(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What intake keeps of a claim: which one it is, what it last said, the messages that said it.

    ``key`` is the blind index of facility and claim number. The claim itself travels in the event and stands, in the
    sender's words, in the stored message: it is not kept a third time.
    """

    key: bytes
    fingerprint: bytes
    messages: tuple[str, ...]
    charge: int


class File(Command, frozen=True, kw_only=True):
    """A message holds this claim."""

    claim: Claim
    key: bytes
    fingerprint: bytes
    door: Door
    message: str
    received: datetime


def decide(state: Filed | None, what: File, _known: Known[None]) -> Decision[Filed]:
    """A new claim is received, the same one again is nothing, a changed one amends.

    The claim that says something else under the same number is an amendment and no second claim: payers know claims
    by this number (CLM01), and two with one number could never be told apart in a remittance.
    """
    if state is None:
        said = ClaimReceived(claim=what.claim, door=what.door, message=what.message, received=what.received)
        return Decision(_filed(what, ()), (said,))
    if state.fingerprint == what.fingerprint:
        return Decision(state)
    amended = ClaimAmended(
        claim=what.claim,
        reason="The hospital sent the claim again, changed.",
        door=what.door,
        message=what.message,
    )
    return Decision(_filed(what, state.messages), (amended,))


def _filed(what: File, before: tuple[str, ...]) -> Filed:
    messages = (*before, what.message)[-_MESSAGES:]
    return Filed(key=what.key, fingerprint=what.fingerprint, messages=messages, charge=what.claim.charge)


_MESSAGES = 50
