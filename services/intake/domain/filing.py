"""One claim as intake knows it: first seen, seen again the same, or changed. The decisions."""

from datetime import datetime

from msgspec import Struct, structs

from services.intake.domain.account.following import (
    Following,
    Said,
    Wish,
    answered,
    begin,
    digests,
    pursue,
    submitted,
)
from services.intake.domain.heard import Heard, hear
from shared.claim import Claim
from shared.deciding import Command, Decision, Known, Refused
from shared.events import ClaimAmended, ClaimReceived, ClaimSubmitted, Event, PatientMerged
from shared.events.intake import Door


class Filed(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What intake keeps of a claim: which one it is, what it last said, the messages that said it.

    ``key`` is the blind index of facility and claim number. The claim itself travels in the event and stands, in the
    sender's words, in the stored message: it is not kept a third time. ``following`` is there for the claims of an
    account, ``heard`` for one that came through FHIR, whose sender may ask for a ClaimResponse (docs/decisions/0111);
    ``merged`` are the merges that were told of it.
    """

    key: bytes
    fingerprint: bytes
    messages: tuple[str, ...]
    charge: int
    following: Following | None = None
    heard: Heard | None = None
    merged: tuple[str, ...] = ()
    version: int = 1
    """How often it was made or changed: FHIR's versionId."""


class File(Command, frozen=True, kw_only=True):
    """A message holds this claim. ``once``: it is only wanted when we have no such claim yet."""

    claim: Claim
    key: bytes
    fingerprint: bytes
    door: Door
    message: str
    received: datetime
    once: bool = False


class Want(Command, frozen=True, kw_only=True):
    """An account makes this claim, or makes it no more."""

    account: str
    key: bytes
    wish: Wish


class Merge(Command, frozen=True, kw_only=True):
    """The patient's medical record number was retired for another one."""

    kept: str
    retired: str
    facility: str
    message: str


def decide(state: Filed | None, what: Event | Command, _known: Known[None]) -> Decision[Filed]:
    """Decide about one claim.

    Raises Refused for what is asked of a claim that there is not, LookupError for an event about one that intake never made.
    """
    match what:
        case File():
            return _filed(state, what)
        case Want():
            return _wanted(state, what)
        case Merge():
            return _merged(state, what)
    if state is None:
        raise LookupError("an event about a claim that intake never made")
    if state.heard is not None:
        state = structs.replace(state, heard=hear(state.heard, what))  # type: ignore[arg-type]
    if state.following is None:
        return Decision(state)  # whole claims are their sender's to follow
    told = submitted if isinstance(what, ClaimSubmitted) else answered
    return _told(state, *told(state.following, what))  # type: ignore[arg-type]


def _filed(state: Filed | None, what: File) -> Decision[Filed]:
    """A new claim is received, the same one again is nothing, a changed one amends.

    The claim that says something else under the same number is an amendment and no second claim: payers know claims
    by this number (CLM01), and two with one number could never be told apart in a remittance.
    """
    if state is None:
        said = ClaimReceived(claim=what.claim, door=what.door, message=what.message, received=what.received)
        return Decision(_kept(what, None), (said,))
    if what.once:
        return Decision(state)
    if state.following is not None:
        mark, whole = digests(what.claim)
        wish = Wish(
            claim=what.claim,
            mark=mark,
            whole=whole,
            reason=_AGAIN,
            door=what.door,
            message=what.message,
            received=what.received,
        )
        return _told(state, *pursue(state.following, wish), wish.message)
    if state.fingerprint == what.fingerprint:
        return Decision(state)
    amended = ClaimAmended(
        claim=what.claim,
        reason=_AGAIN,
        door=what.door,
        message=what.message,
    )
    return Decision(_kept(what, state), (amended,))


def _kept(what: File, before: Filed | None) -> Filed:
    messages = (*(before.messages if before else ()), what.message)[-_MESSAGES:]
    heard = before.heard if before else None
    return Filed(
        key=what.key,
        fingerprint=what.fingerprint,
        messages=messages,
        charge=what.claim.charge,
        version=before.version + 1 if before else 1,
        heard=heard or (Heard() if what.door == "fhir" else None),
    )


def _wanted(state: Filed | None, what: Want) -> Decision[Filed]:
    """An account's claim: made, followed to its payer and back (services.intake.domain.account.following)."""
    wish = what.wish
    if state is None:
        if wish.claim is None:
            raise Refused("unknown_claim", "The account never made this claim.")
        begun, said = begin(what.account, wish, wish.claim)
        fresh = Filed(key=what.key, fingerprint=b"", messages=(), charge=0, version=0)
        return _told(fresh, begun, said, wish.message)
    following = state.following
    if following is None and wish.claim is None:
        return Decision(state)
    if following is None:  # a whole claim of another door has this number: the account takes it over
        following = Following(account=what.account)
    return _told(state, *pursue(following, wish), wish.message)


def _told(state: Filed, following: Following, said: Said, message: str = "") -> Decision[Filed]:
    if following is state.following and not said:
        return Decision(state)
    after = structs.replace(state, following=following, charge=following.charge)
    if said and message:
        messages = (*state.messages, message)[-_MESSAGES:]
        after = structs.replace(after, messages=messages, version=state.version + 1)
    return Decision(after, said)


def _merged(state: Filed | None, what: Merge) -> Decision[Filed]:
    """Said once, whatever the order in which merge and claim came."""
    if state is None:
        raise Refused("unknown_claim", "There is no such claim here.")
    merge = f"{what.retired}>{what.kept}"
    if merge in state.merged:
        return Decision(state)
    said = PatientMerged(kept=what.kept, retired=what.retired, facility=what.facility, message=what.message)
    return Decision(structs.replace(state, merged=(*state.merged, merge)), (said,))


_MESSAGES = 50
_AGAIN = "The hospital sent the claim again, changed."
