"""An account's claim after it was made: what the payer has of it, what the account wants now, and when that may be said.

Before a claim is submitted a change amends or cancels it. While it is with the payer and undecided, a change waits. Once
decided it goes out as a replacement (frequency 7) or a void (8) with the payer's claim control number
(claims-rules 3.8, RFI 1538; docs/decisions/0081).
"""

import hashlib
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct, structs

from shared.claim import Claim, Kind, Person
from shared.claim.checking import write_claim
from shared.events import (
    ClaimAccepted,
    ClaimAmended,
    ClaimCancelled,
    ClaimDenied,
    ClaimPaid,
    ClaimReceived,
    ClaimRejected,
    ClaimSubmitted,
    IntakeEvent,
    PaymentReversed,
)
from shared.events.intake import Door

Said = tuple[IntakeEvent, ...]
Answer = ClaimAccepted | ClaimRejected | ClaimPaid | ClaimDenied | PaymentReversed
Where = Literal["received", "cancelled", "submitted", "decided", "waiting", "voided"]


class Wish(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an account wants of a claim: that it says this, or, without ``claim``, that it be taken back.

    ``mark`` is a digest of what of it matters to the payer, ``whole`` of all of it. ``for_good``: also when the payer
    has it; else it only stops a claim that is not submitted yet.
    """

    claim: Claim | None = None
    mark: bytes = b""
    whole: bytes = b""
    for_good: bool = False
    reason: str = ""
    door: Door = "hl7"
    message: str = ""
    received: datetime


class Following(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where an account's claim is.

    ``live``: the other services have it as a claim to be billed; ``for_good`` how it was taken back, where they have not.
    ``away``: what was submitted and is undecided; ``standing``: what the payer decided about and keeps. ``latest`` is what
    was said last, where more than one version was said since the last submission. ``waiting`` is what cannot be said yet.
    ``numbers`` are the payers' claim control numbers, ``early`` the payer whose decision was heard before the submission.
    """

    account: str
    mark: bytes = b""
    whole: bytes = b""
    kind: Kind = "professional"
    payer: str = ""
    charge: int = 0
    live: bool = True
    for_good: bool = False
    away: Claim | None = None
    standing: Claim | None = None
    latest: Claim | None = None
    waiting: Wish | None = None
    numbers: dict[str, str] = {}
    early: str = ""
    voided: bool = False

    @property
    def where(self) -> Where:
        """The claim's state, as lists show it."""
        if self.waiting is not None:
            return "waiting"
        if self.away is not None:
            return "submitted"
        if self.standing is not None:
            return "decided"
        if not self.live:
            return "voided" if self.voided else "cancelled"
        return "received"


def begin(account: str, wish: Wish, claim: Claim) -> tuple[Following, Said]:
    """A claim is made."""
    return _saying(Following(account=account), wish, claim), (_received(wish, claim),)


def digests(claim: Claim) -> tuple[bytes, bytes]:
    """What of a claim is worth a replacement, and all of it.

    Guarantor and medical record number are the hospital's matter, and nobody is paid otherwise because of where a patient lives.
    """
    coverages = tuple(structs.replace(c, subscriber=_somewhere(c.subscriber)) for c in claim.coverages)
    patient = claim.patient and _somewhere(claim.patient)
    bare = structs.replace(claim, guarantor=None, medical_record="", patient=patient, coverages=coverages)
    mark = hashlib.sha256(write_claim(bare))
    whole = mark.copy()
    people = (claim.guarantor, claim.medical_record, claim.patient, [c.subscriber for c in claim.coverages])
    whole.update(msgspec.json.encode(people))
    return mark.digest(), whole.digest()


def _somewhere(who: Person) -> Person:
    return structs.replace(who, address=None, contact=None) if who.address or who.contact else who


def _saying(f: Following, wish: Wish, claim: Claim) -> Following:
    return structs.replace(
        f,
        live=True,
        mark=wish.mark,
        whole=wish.whole,
        kind=claim.kind,
        payer=claim.payer,
        charge=claim.charge,
        latest=None,
    )


def pursue(f: Following, wish: Wish) -> tuple[Following, Said]:
    """Say what the account wants of its claim, or keep it until it may be said."""
    if f.away is not None:
        return _kept(f, wish), ()
    f = structs.replace(f, waiting=None) if f.waiting is not None else f
    if f.standing is not None:
        return _correct(f, f.standing, wish)
    return _restate(f, wish)


def _kept(f: Following, wish: Wish) -> Following:
    """The payer has it and has not decided: nothing may be sent until it has."""
    unchanged = wish.mark == f.mark and f.live if wish.claim else not wish.for_good
    if unchanged:
        return structs.replace(f, waiting=None) if f.waiting is not None else f
    if f.waiting is not None and _same(f.waiting, wish):
        return f
    return structs.replace(f, waiting=wish)


def _same(a: Wish, b: Wish) -> bool:
    return (a.claim, a.for_good) == (b.claim, b.for_good)


def _restate(f: Following, wish: Wish) -> tuple[Following, Said]:
    """No payer has it: amend, cancel, or make it anew. A claim of another kind is another claim."""
    claim = wish.claim
    if claim is None:
        return _taken_back(f, wish)
    if not f.live:
        return _saying(f, wish, claim), (_received(wish, claim),)
    if wish.whole == f.whole:
        return f, ()
    if f.whole and claim.kind != f.kind:
        return _saying(f, wish, claim), (_cancelled(f, wish), _received(wish, claim))
    return structs.replace(_saying(f, wish, claim), latest=claim), (_amended(wish, claim),)


def _taken_back(f: Following, wish: Wish) -> tuple[Following, Said]:
    after = structs.replace(f, live=False, for_good=wish.for_good, latest=None)
    if f.live:
        return after, (_cancelled(f, wish),)
    return (after if f.for_good != wish.for_good else f), ()


def _correct(f: Following, standing: Claim, wish: Wish) -> tuple[Following, Said]:
    """The payer decided about it: replace it, or void it, and make a claim to somebody else once that is done."""
    claim = wish.claim
    if claim is None:
        if not wish.for_good or not f.live:
            return f, ()
        return structs.replace(f, live=False, for_good=True, latest=None), (_void(f, standing, wish),)
    if f.live and wish.mark == f.mark:
        return f, ()
    if (claim.kind, claim.payer) != (standing.kind, standing.payer):
        void = (_void(f, standing, wish),) if f.live else ()
        return structs.replace(f, live=False, for_good=True, waiting=wish, latest=None), void
    number = f.numbers.get(standing.payer, "")
    named = structs.replace(claim, frequency="7", original_reference=number)
    return structs.replace(_saying(f, wish, claim), latest=named), (_amended(wish, named),)


def submitted(f: Following, what: ClaimSubmitted) -> tuple[Following, Said]:
    """It is away. A version that was said too late to be in it waits; so does the void of one that was cancelled too late."""
    claim = what.claim
    after = structs.replace(f, away=claim, payer=claim.payer)
    if not claim.billed:
        after = _overtaken(structs.replace(after, latest=None), f, what)
    if f.early and f.early == claim.payer:
        return _settled(structs.replace(after, early=""))
    return after, ()


def _overtaken(after: Following, before: Following, what: ClaimSubmitted) -> Following:
    claim, latest = what.claim, before.latest
    if latest is not None and _outline(claim) != _outline(latest):
        plain = structs.replace(latest, frequency="1", original_reference="")
        wish = Wish(claim=plain, mark=before.mark, whole=before.whole, reason=_TOO_LATE, received=what.at)
        return structs.replace(after, mark=b"", waiting=wish)
    if before.live or claim.frequency == "8":
        return after
    void = Wish(for_good=True, received=what.at, reason=_TOO_LATE) if before.for_good else None
    return structs.replace(after, live=True, waiting=before.waiting or void)


def _outline(claim: Claim) -> tuple[object, ...]:
    """What a correction by hand seldom touches, so that two versions of a hospital's are told apart by it."""
    return (claim.kind, claim.payer, claim.charge, claim.frequency, len(claim.lines))


def answered(f: Following, what: Answer) -> tuple[Following, Said]:
    """What a hop or the payer said about it."""
    match what:
        case ClaimAccepted():
            return _numbered(f, what.payer, what.payer_claim_number), ()
        case ClaimRejected():
            return _settled(f, rejected=True) if f.away is not None else (f, ())
        case ClaimPaid() | ClaimDenied():
            return _decided(_numbered(f, what.payer, what.payer_claim_number), what.payer)
        case PaymentReversed():
            void = f.away is not None and f.away.frequency == "8" and f.away.payer == what.payer
            return _voided(f) if void else (f, ())


def _numbered(f: Following, payer: str, number: str) -> Following:
    if not number or f.numbers.get(payer) == number:
        return f
    return structs.replace(f, numbers={**f.numbers, payer: number})


def _decided(f: Following, payer: str) -> tuple[Following, Said]:
    if f.away is None:
        # Two producers' events come in no order: the decision may be heard before the submission.
        return (structs.replace(f, early=payer) if f.standing is None else f), ()
    return _settled(f) if f.away.payer == payer else (f, ())


def _settled(f: Following, *, rejected: bool = False) -> tuple[Following, Said]:
    """It is away no more. Refused before adjudication, the payer has what it had before; a next payer's claim is no other."""
    away = f.away
    keeps = f.standing if rejected or away is None or away.billed or away.frequency == "8" else away
    live = f.live or (away is not None and away.frequency == "8")
    return _resumed(structs.replace(f, away=None, standing=keeps, live=live))


def _voided(f: Following) -> tuple[Following, Said]:
    """The payer has it no more: for the other services it is cancelled, before what waited is said."""
    said = ClaimCancelled(reason=_VOIDED, message="", payer=f.payer, charge=f.charge)
    after, more = _resumed(structs.replace(f, away=None, standing=None, live=False, voided=True, numbers={}))
    return after, (said, *more)


def _resumed(f: Following) -> tuple[Following, Said]:
    """What waited may be said now."""
    return (f, ()) if f.waiting is None else pursue(f, f.waiting)


_VOIDED = "The payer took it back, as the hospital asked."
_TOO_LATE = "The hospital changed it after it had gone to the payer."


def _received(wish: Wish, claim: Claim) -> ClaimReceived:
    return ClaimReceived(claim=claim, door=wish.door, message=wish.message, received=wish.received)


def _amended(wish: Wish, claim: Claim) -> ClaimAmended:
    return ClaimAmended(claim=claim, reason=wish.reason, door=wish.door, message=wish.message)


def _void(f: Following, standing: Claim, wish: Wish) -> ClaimAmended:
    number = f.numbers.get(standing.payer, "")
    return _amended(wish, structs.replace(standing, frequency="8", original_reference=number))


def _cancelled(f: Following, wish: Wish) -> ClaimCancelled:
    return ClaimCancelled(reason=wish.reason, message=wish.message, payer=f.payer, charge=f.charge)
