"""The scrubber's decisions: clear a claim, hold it, take corrections, let it go."""

from collections.abc import Callable
from typing import Any

import msgspec

from services.scrubber.domain.corrections import CorrectionDoesNotFit, corrected
from services.scrubber.domain.states import Correct, Replace, Rescrub, Scrubbing, Withdraw
from services.scrubber.rules import VERSION, Facts, scrub
from shared import events as e
from shared.claim import Claim
from shared.deciding import Command, Decision, Known, Refused

Outcome = Decision[Scrubbing]


def decide(state: Scrubbing | None, what: e.Event | Command, known: Known[Facts]) -> Outcome:
    """Decide about one claim. Raises Refused for a command that does not fit the state; KeyError for an event not routed here."""
    return _DECIDE[type(what)](state, what, known)


def proposed(state: Scrubbing | None, what: e.Event | Command) -> Claim | None:
    """The claim that would be scrubbed now: what facts must be loaded for. None when nothing is scrubbed."""
    match what:
        case e.ClaimReceived() | e.ClaimAmended() | e.SecondaryClaimPrepared() | Replace():
            return what.claim
        case Correct() if state is not None:
            try:
                return corrected(state.claim, what.changes)[0]
            except CorrectionDoesNotFit:
                return None  # decide refuses it with the place
        case Rescrub() | e.ClaimStopped() if state is not None:
            return state.claim
    return None


def _scrubbed(before: Scrubbing | None, claim: Claim, known: Known[Facts], *first: e.Event) -> Outcome:
    findings = scrub(claim, msgspec.structs.replace(known.facts, today=known.now.date()))
    rules = f"{VERSION}+{known.facts.book.version}"
    held = "error" in [f.severity for f in findings]
    state = Scrubbing(
        state="held" if held else "cleared",
        claim=claim,
        findings=findings,
        rules=rules,
        sent=not held or (before is not None and before.sent),
        fingerprint=known.facts.fingerprint,
    )
    said: e.Event
    if held:
        said = e.ClaimHeld(findings=findings, rules=rules, payer=claim.payer, charge=claim.charge)
    else:
        said = e.ClaimCleared(claim=claim, warnings=findings, rules=rules)
    return Decision(state, (*first, said))


def _received(state: Scrubbing | None, what: e.ClaimReceived, known: Known[Facts]) -> Outcome:
    return _scrubbed(state, what.claim, known)


def _amended(state: Scrubbing | None, what: e.ClaimAmended, known: Known[Facts]) -> Outcome:
    later = what.claim.frequency in ("7", "8")  # intake waited for the payer's decision (claims-rules 3.8)
    if state is not None and state.sent and not later:
        return _hold(state, what.claim, _AMENDED)
    return _scrubbed(state, what.claim, known)


def _cancelled(state: Scrubbing | None, what: e.ClaimCancelled, known: Known[Facts]) -> Outcome:
    if state is None:
        raise LookupError("cancelled before it was received")
    if state.sent and state.claim.frequency != "8":
        return _hold(state, state.claim, _CANCELLED)
    return Decision(msgspec.structs.replace(state, state="cancelled", findings=(), fingerprint=b""))


def _rejected(state: Scrubbing | None, what: e.ClaimRejected, known: Known[Facts]) -> Outcome:
    if state is None:
        raise LookupError("rejected before it was received")
    findings = tuple(
        e.Finding(
            rule=f"REJ-{reason.code}" + (f"-{reason.status}" if reason.status else ""),
            title="Rejected before adjudication",
            place="",
            location=reason.place,
            problem=reason.words or "The answer names a code only.",
            fix="Correct what the answer names; the claim goes out again as a new one (frequency 1).",
            source=f"{what.hop} answer; claims-rules 3.7, 3.8",
        )
        for reason in what.reasons
    )
    # no payer has it any more: what the hospital changes now is not too late
    return _hold(msgspec.structs.replace(state, sent=False), state.claim, *findings)


def _stopped(state: Scrubbing | None, what: e.ClaimStopped, known: Known[Facts]) -> Outcome:
    """The submitter had it still in the queue: a cancelled claim is withdrawn, a changed one goes on as it is now.

    One that was cleared again meanwhile is on its way. claims-rules 3.8: nothing was sent that a void could take back.
    """
    if state is None:
        raise LookupError("stopped before it was received")
    if state.state == "cleared" and state.claim.frequency == "8":
        return _withdrawn(state, by="hospital", reason=_IN_TIME)
    if state.state != "held":
        return Decision(state)
    home = msgspec.structs.replace(state, sent=False)
    rules = {f.rule for f in state.findings}
    if _CANCELLED.rule in rules:
        return _withdrawn(home, by="hospital", reason=_IN_TIME)
    return _scrubbed(home, home.claim, known) if _AMENDED.rule in rules else Decision(home)


def _next_payer(state: Scrubbing | None, what: e.SecondaryClaimPrepared, known: Known[Facts]) -> Outcome:
    return _scrubbed(state, what.claim, known)


def _correct(state: Scrubbing | None, what: Correct, known: Known[Facts]) -> Outcome:
    held = _held(state)
    try:
        claim, changes = corrected(held.claim, what.changes)
    except CorrectionDoesNotFit as wrong:
        raise Refused("correction_does_not_fit", str(wrong)) from None
    return _scrubbed(held, claim, known, _told(claim, changes, what.by, what.reason))


def _replace(state: Scrubbing | None, what: Replace, known: Known[Facts]) -> Outcome:
    held = _held(state)
    if what.claim.number != held.claim.number:
        raise Refused("other_claim", "The new claim has another number than the one it replaces.")
    return _scrubbed(held, what.claim, known, _told(what.claim, (e.Change(place=""),), what.by, what.reason))


def _told(claim: Claim, changes: tuple[e.Change, ...], by: str, reason: str) -> e.ClaimCorrected:
    return e.ClaimCorrected(changes=changes, by=by, reason=reason, payer=claim.payer, charge=claim.charge)


def _rescrub(state: Scrubbing | None, what: Rescrub, known: Known[Facts]) -> Outcome:
    held = _held(state)
    return _scrubbed(held, held.claim, known)


def _withdraw(state: Scrubbing | None, what: Withdraw, known: Known[Facts]) -> Outcome:
    return _withdrawn(_held(state), by=what.by, reason=what.reason, duplicate_of=what.duplicate_of)


def _withdrawn(state: Scrubbing, *, by: str, reason: str, duplicate_of: str = "") -> Outcome:
    claim = state.claim
    gone = msgspec.structs.replace(
        state, state="withdrawn", sent=False, fingerprint=b"", withdrawn_for=duplicate_of
    )
    said = e.ClaimWithdrawn(
        by=by, reason=reason, duplicate_of=duplicate_of, payer=claim.payer, charge=claim.charge
    )
    return Decision(gone, (said,))


def _held(state: Scrubbing | None) -> Scrubbing:
    if state is None:
        raise Refused("unknown_claim", "There is no such claim here.")
    if state.state != "held":
        raise Refused("not_held", f"The claim is {state.state}; only a held claim can be changed here.")
    return state


def _hold(state: Scrubbing, claim: Claim, *findings: e.Finding) -> Outcome:
    held = msgspec.structs.replace(state, state="held", claim=claim, findings=findings)
    said = e.ClaimHeld(findings=findings, rules=state.rules, payer=claim.payer, charge=claim.charge)
    return Decision(held, (said,))


_AMENDED = e.Finding(
    rule="SCR-0901",
    title="Changed after it was sent",
    problem="The hospital changed the claim after it had gone to the payer.",
    fix="Wait for the payer's answer, then send a replacement (frequency 7) with the payer's claim control number.",
    source="claims-rules 3.8",
)
_CANCELLED = e.Finding(
    rule="SCR-0902",
    title="Cancelled after it was sent",
    problem="The hospital cancelled the visit after its claim had gone to the payer.",
    fix="Wait for the payer's answer, then send a void (frequency 8) with the payer's claim control number.",
    source="claims-rules 3.8",
)
_IN_TIME = "The hospital took it back before it was sent."
_DECIDE: dict[type, Callable[[Scrubbing | None, Any, Known[Facts]], Outcome]] = {
    e.ClaimReceived: _received,
    e.ClaimAmended: _amended,
    e.ClaimCancelled: _cancelled,
    e.ClaimRejected: _rejected,
    e.ClaimStopped: _stopped,
    e.SecondaryClaimPrepared: _next_payer,
    Correct: _correct,
    Replace: _replace,
    Rescrub: _rescrub,
    Withdraw: _withdraw,
}
