"""The claim's decider: what its clearing, its upload and every answer make of it. Pure."""

from datetime import datetime
from typing import Literal

from msgspec.structs import replace

from services.submitter.domain.commands import (
    Hear,
    MarkSent,
    Patience,
    Recall,
    Remind,
    Report,
    Unwritable,
)
from services.submitter.domain.states import (
    About,
    Accepted,
    Acknowledged,
    Answered,
    AtHome,
    Awaiting,
    Building,
    ClaimState,
    Out,
    Queued,
    Rejected,
    Stopped,
    Submitted,
    name_of,
)
from shared.claim import Claim
from shared.deciding import Command, Decision, Known, Refused
from shared.events import (
    AnswerOverdue,
    ClaimAccepted,
    ClaimAcknowledged,
    ClaimCleared,
    ClaimDenied,
    ClaimHeld,
    ClaimPaid,
    ClaimRejected,
    ClaimStatusReported,
    ClaimStopped,
    ClaimSubmitted,
    Event,
    Hop,
    PaymentReversed,
    Reason,
)

HOPS: tuple[Hop, ...] = ("interchange", "syntax", "clearinghouse", "payer")
"""In the order in which a claim passes them."""

Told = Decision[ClaimState]


def decide(state: ClaimState | None, what: Event | Command, known: Known[None]) -> Told:
    """Decide about one claim.

    Raises Refused for a command that the state does not allow, LookupError for an answer about a claim never cleared.
    """
    if isinstance(what, Command):
        return _asked(state, what, known.now)
    if isinstance(what, ClaimCleared):
        return _cleared(state, what.claim, known.now)
    if isinstance(what, ClaimHeld):
        return _held(state)
    if state is None:
        raise LookupError("a payer decided about a claim that was never cleared here")
    match what:
        case ClaimPaid() | ClaimDenied():
            return _decided(state, what, known.now)
        case PaymentReversed():
            return _reversed(state, what, known.now)
        case _:
            raise TypeError(f"the submitter does not hear {type(what).__name__}")


def _asked(state: ClaimState | None, what: Command, now: datetime) -> Told:
    if state is None:
        raise Refused("unknown_claim", "No such claim was ever cleared.")
    match what:
        case MarkSent():
            return _mark_sent(state, what)
        case Recall():
            return _recall(state, what)
        case Hear():
            return _hear(state, what, now)
        case Remind():
            return _remind(state, what, now)
        case Unwritable():
            return _unwritable(state, what, now)
        case Report():
            return _report(state, what)
        case _:
            raise TypeError(f"nobody asks a claim to {type(what).__name__}")


# ------------------------------------------------------------------ on the way out


def _cleared(state: ClaimState | None, claim: Claim, now: datetime) -> Told:
    """A cleared claim is queued, unless it is away: then a newer version waits for the payer's decision about the old."""
    match state:
        case None:
            return Decision(Queued(claim=claim, since=now))
        case Queued() | Stopped() if claim.frequency == "8" and _unknown_to_payers(state):
            return _stop(state)
        case Queued():
            return Decision(replace(state, claim=claim))
        case Stopped():
            again = Queued(claim=claim, since=now, attempt=state.attempt, earlier=state.earlier)
            return Decision(again)
        case Building() if claim == state.claim:
            return Decision(replace(state, next=None, stopped=False))
        case Building() if claim.payer == state.claim.payer:
            return Decision(replace(state, next=claim, stopped=False))
        case Submitted() | Acknowledged() | Accepted() if claim.payer == state.about.payer:
            return Decision(replace(state, next=claim))
        case Building():
            # The bytes for the earlier payer are made but not away: that payer's decision cannot have come, so no
            # next payer can be due.
            raise ValueError("cleared for another payer before the file for the first was sent")
        case _:
            return Decision(_again(state.about, claim, now))


def _unknown_to_payers(state: Queued | Stopped) -> bool:
    """Whether no payer has anything that a void could take back: a first payer's original that was not sent, or was rejected."""
    return state.claim.frequency == "1" and not state.claim.billed


def _held(state: ClaimState | None) -> Told:
    """The scrubber has something against a claim that it had cleared: it is cancelled, or changed.

    In the queue it is stopped. In a file or away it is too late; only a later version that waits is dropped, and a
    void follows the payer's decision (docs/decisions/0081, 0114).
    """
    match state:
        case Queued():
            return _stop(state)
        case Building():
            return Decision(replace(state, next=None, stopped=True))
        case Submitted() | Acknowledged() | Accepted() if state.next is not None:
            return Decision(replace(state, next=None))
        case _:
            return Decision(state)  # type: ignore[arg-type]  # None: held before it was ever cleared


def _stop(state: Queued | Stopped) -> Told:
    stopped = Stopped(claim=state.claim, attempt=state.attempt, earlier=state.earlier)
    return Decision(stopped, (ClaimStopped(payer=state.claim.payer, charge=state.claim.charge),))


def _again(about: About, claim: Claim, now: datetime) -> Queued:
    earlier = about.earlier if about.payer == claim.payer else (*about.earlier, about.payer)
    return Queued(claim=claim, since=now, attempt=about.attempt + 1, earlier=earlier)


def built(state: ClaimState, submission: str) -> Building:
    """A queued claim in the file that it was written into; the row says which, the document does not yet (ADR 0116).

    Raises ValueError for a claim that is not queued: row and document are not of one claim's life.
    """
    if not isinstance(state, Queued):
        raise ValueError(f"noted to be in a file, and {name_of(state)}")
    return Building(
        claim=state.claim,
        submission=submission,
        since=state.since,
        attempt=state.attempt,
        earlier=state.earlier,
    )


def _recall(state: ClaimState, what: Recall) -> Told:
    if not isinstance(state, Building) or state.submission != what.submission:
        raise Refused("not_in_this_file", "The claim is not in this file.")
    claim = state.next or state.claim
    queued = Queued(claim=claim, since=state.since, attempt=state.attempt, earlier=state.earlier)
    return _stop(queued) if state.stopped else Decision(queued)


def _unwritable(state: ClaimState, what: Unwritable, now: datetime) -> Told:
    if not isinstance(state, Queued):
        raise Refused("not_queued", f"The claim is {name_of(state)}, so nothing is to be written.")
    about = _about(state, "", what.route, now)
    return Decision(
        Rejected(about=about, hop="syntax", reasons=what.reasons),
        (_rejection(about, "syntax", what.reasons),),
    )


def _mark_sent(state: ClaimState, what: MarkSent) -> Told:
    if not isinstance(state, Building):
        # Said before, by a process that died before it could note the file as sent.
        return Decision(state)
    if state.submission != what.submission:
        raise Refused("other_submission", "The claim is in another file.")
    due = what.at + what.patience.syntax
    about = _about(state, what.submission, what.route, what.at, "999", due)
    said = ClaimSubmitted(
        claim=state.claim,
        route=what.route,
        file=what.submission,
        controls=what.controls,
        attempt=state.attempt,
        at=what.at,
    )
    return Decision(Submitted(about=about, next=state.next), (said,))


def _about(
    state: Queued | Building,
    submission: str,
    route: str,
    at: datetime,
    awaiting: Awaiting = "",
    due: datetime | None = None,
) -> About:
    claim = state.claim
    return About(
        number=claim.number,
        payer=claim.payer,
        charge=claim.charge,
        kind=claim.kind,
        frequency=claim.frequency,
        attempt=state.attempt,
        submission=submission,
        route=route,
        sent=at,
        awaiting=awaiting,
        due=due,
        earlier=state.earlier,
    )


# ------------------------------------------------------------------ answers of the hops


def _hear(state: ClaimState, what: Hear, now: datetime) -> Told:
    """A hop's answer moves the claim forward once; a repeat, or an answer about an earlier attempt, changes nothing."""
    if isinstance(state, Building) and state.submission == what.submission:
        raise Refused("not_sent", "An answer to a file that is not noted as sent.")
    if not isinstance(state, Out) or state.about.submission != what.submission:
        return Decision(state)
    if what.verdict == "rejected":
        return _reject(state, what)
    if what.hop in state.about.hops:
        return Decision(state)
    if what.verdict == "accepted":
        return _accept(state, what, now)
    return _pass_on(state, what)


def _reject(state: Out, what: Hear) -> Told:
    """The furthest hop heard is believed: a syntax error told after the payer's acceptance contradicts it."""
    about = state.about
    if any(HOPS.index(hop) > HOPS.index(what.hop) for hop in about.hops):
        return Decision(state)
    about = replace(about, hops=_with(about.hops, what.hop), awaiting="", due=None)
    return Decision(
        Rejected(about=about, hop=what.hop, reasons=what.reasons),
        (_rejection(about, what.hop, what.reasons),),
    )


def _accept(state: Out, what: Hear, now: datetime) -> Told:
    proof = what.proof or now.date()
    about = replace(
        state.about, hops=_with(state.about.hops, what.hop), awaiting="835", due=now + what.patience.money
    )
    said = ClaimAccepted(
        payer_claim_number=what.payer_claim_number,
        proof=proof,
        route=about.route,
        payer=about.payer,
        charge=about.charge,
    )
    accepted = Accepted(about=about, payer_claim_number=what.payer_claim_number, proof=proof, next=state.next)
    return Decision(accepted, (said,))


def _pass_on(state: Out, what: Hear) -> Told:
    """Late word of an earlier hop is kept but not said: the public state of a claim only moves forward."""
    about, hops = state.about, _with(state.about.hops, what.hop)
    if isinstance(state, Accepted) or max(hops, key=HOPS.index) != what.hop:
        return Decision(replace(state, about=replace(about, hops=hops)))
    if what.hop != "interchange" and about.awaiting == "999":
        about = replace(about, hops=hops, awaiting="277CA", due=about.sent + what.patience.claim)
    else:
        about = replace(about, hops=hops)
    said = ClaimAcknowledged(hop=what.hop, route=about.route, payer=about.payer, charge=about.charge)
    return Decision(Acknowledged(about=about, next=state.next), (said,))


def _with(hops: tuple[Hop, ...], hop: Hop) -> tuple[Hop, ...]:
    return hops if hop in hops else (*hops, hop)


def _rejection(about: About, hop: Hop, reasons: tuple[Reason, ...]) -> ClaimRejected:
    return ClaimRejected(hop=hop, reasons=reasons, route=about.route, payer=about.payer, charge=about.charge)


def _report(state: ClaimState, what: Report) -> Told:
    if isinstance(state, AtHome) or state.about.submission != what.submission:
        return Decision(state)
    said = ClaimStatusReported(
        category=what.category,
        status=what.status,
        payer_claim_number=what.payer_claim_number,
        on=what.on,
        payer=state.about.payer,
        charge=state.about.charge,
    )
    return Decision(state, (said,))


# ------------------------------------------------------------------ silence, and the end of it


def _remind(state: ClaimState, what: Remind, now: datetime) -> Told:
    if not isinstance(state, Out):
        return Decision(state)
    about = state.about
    if about.awaiting != what.awaiting or about.due is None or now < about.due:
        return Decision(state)
    said = AnswerOverdue(
        hop=_silent(about), due=about.due, route=about.route, payer=about.payer, charge=about.charge
    )
    return Decision(replace(state, about=_wait_on(about, what.patience)), (said,))


def _silent(about: About) -> Hop:
    if about.awaiting == "999":
        return "syntax"
    return "clearinghouse" if about.awaiting == "277CA" and "clearinghouse" not in about.hops else "payer"


def _wait_on(about: About, patience: Patience) -> About:
    """After a complaint the next answer's own time runs: a lost 999 must not hide a lost 277CA."""
    overdue = (*about.overdue, about.awaiting)
    if about.awaiting == "999":
        return replace(about, overdue=overdue, awaiting="277CA", due=about.sent + patience.claim)
    if about.awaiting == "277CA":
        return replace(about, overdue=overdue, awaiting="835", due=about.sent + patience.money)
    return replace(about, overdue=overdue, awaiting="", due=None)


def _decided(state: ClaimState, what: ClaimPaid | ClaimDenied, now: datetime) -> Told:
    """The payer's decision ends the follow-up; one by a payer asked earlier (a secondary claim is away) changes nothing."""
    if isinstance(state, AtHome):
        return Decision(state)
    about = state.about
    if what.payer != about.payer and what.payer in about.earlier:
        return Decision(state)
    if isinstance(state, Out) and state.next is not None:
        known_as = what.payer_claim_number or getattr(state, "payer_claim_number", "")
        return Decision(_replacement(state.next, about, known_as, now))
    about = replace(about, awaiting="", due=None)
    outcome: Literal["paid", "denied"] = "paid" if isinstance(what, ClaimPaid) else "denied"
    return Decision(Answered(about=about, outcome=outcome, payer_claim_number=what.payer_claim_number))


def _reversed(state: ClaimState, what: PaymentReversed, now: datetime) -> Told:
    """A reversal is the whole answer to a void; to anything else a decision follows (claims-rules 3.8)."""
    if isinstance(state, AtHome | Answered) or state.about.frequency != "8":
        return Decision(state)
    about = state.about
    if what.payer != about.payer:
        return Decision(state)
    if isinstance(state, Out) and state.next is not None:
        # What was made after the void is a new claim: nothing is left that it could replace.
        fresh = replace(state.next, frequency="1", original_reference="")
        return Decision(_again(about, fresh, now))
    about = replace(about, awaiting="", due=None)
    return Decision(Answered(about=about, outcome="voided", payer_claim_number=what.payer_claim_number))


def _replacement(claim: Claim, about: About, payer_claim_number: str, now: datetime) -> Queued:
    """A version made while the claim was away replaces it once it is decided: frequency 7 and the payer's number.

    A void (8) stays one. claims-rules 3.8, RFI 1538.
    """
    frequency = claim.frequency if claim.frequency == "8" else "7"
    named = replace(claim, frequency=frequency, original_reference=payer_claim_number)
    return _again(about, named, now)
