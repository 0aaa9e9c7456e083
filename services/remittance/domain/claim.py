"""What happens to a claim's money: the decider of one claim. Pure; every branch is a rule of claims-rules 3.2 to 3.6."""

from collections.abc import Iterable, Iterator
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from services.remittance.domain.balance import balance_of, voided_balance
from services.remittance.domain.coordination import secondary_claim
from services.remittance.domain.ledger import (
    Journal,
    booking_journal,
    charge_journal,
    move_journal,
    rebooking_journal,
    reversal_journal,
)
from services.remittance.domain.matching import coverage_of, match_lines
from services.remittance.domain.mirror import mirrors
from services.remittance.domain.reasons import words_of
from services.remittance.domain.standing import Amounts, Standing, amounts_of, is_denial, stand
from services.remittance.domain.states import Balances, Booked, ClaimState, Posting, Replaced
from shared.claim import Claim, derived_id
from shared.deciding import Command, Decision, Known, Refused, Steps, at_once
from shared.events import (
    ClaimDenied,
    ClaimPaid,
    ClaimSubmitted,
    Event,
    PaymentReversed,
    SecondaryClaimPrepared,
)
from shared.x12.types import ClaimPayment

NO_MONEY = frozenset({"23", "25"})
"""CLP02: not our claim and forwarded, predetermination. Kept as information, never posted (claims-rules 3.2)."""


class Keys(Struct, frozen=True):
    """What the domain cannot make itself: the blind index of the claim's number, and whose account it is."""

    blind: bytes
    guarantor_key: str


class PostPayment(Command, frozen=True, kw_only=True):
    """Post one CLP of a proved 835. ``id`` is ``posting_id``'s: the same for the same CLP of the same payment.

    ``unmatched``: its money is in the remittance's suspense, because the claim was not known when it came.
    """

    id: str
    payment: ClaimPayment
    remittance: str
    payer: str
    payer_name: str = ""
    on: date | None = None
    unmatched: bool = False


def posting_id(remittance: str, ordinal: int) -> str:
    """The id of a CLP by its place in the transaction, from 1 (reliability 5.6)."""
    return derived_id("posting", remittance, str(ordinal))


class SetAside(Command, frozen=True, kw_only=True):
    """Somebody decided that a posting in suspense is not this claim's money (it goes back to the payer), and said why."""

    posting: str
    by: str
    reason: str


def decide_claim(
    state: ClaimState | None, what: Event | Command, known: Known[Keys | None]
) -> Decision[ClaimState]:
    """Decide about one claim. Raises Refused for a command about a claim or posting that is not there."""
    if isinstance(what, ClaimSubmitted):
        return _submitted(state, what.claim, known)
    if isinstance(what, PostPayment):
        return at_once(post_payment(state, what, known.stream))
    if state is None:
        raise Refused("unknown_claim", "No such claim.")
    if isinstance(what, SetAside):
        return _set_aside(state, what, known.stream)
    return Decision(state)


def _submitted(state: ClaimState | None, claim: Claim, known: Known[Keys | None]) -> Decision[ClaimState]:
    """Open the charge when a claim is first heard of; later submissions bring corrections or the next payer."""
    keys = known.facts
    assert keys is not None, "ClaimTable.know gives the keys of every submitted claim"
    if state is None:
        fresh = ClaimState(
            claim=claim,
            blind=keys.blind,
            guarantor_key=keys.guarantor_key,
            first=claim.billed,
            stage=claim.billed,
            balances=Balances(open=claim.charge),
        )
        return Decision(fresh, (), (charge_journal(known.stream, 0, claim.charge),))
    changed = replace(
        state,
        claim=claim,
        blind=keys.blind,
        guarantor_key=keys.guarantor_key,
        replaced=_replaced(state, claim),
    )
    changed, journals = _charged(state, replace(changed, outcome="waiting"), known.stream)
    return at_once(_settle(changed, known.stream, journals))


def _replaced(state: ClaimState, claim: Claim) -> Replaced | None:
    """The version that stays until its decisions are taken back, when a replacement goes out (claims-rules 3.3, 3.8, 3.14)."""
    if claim.frequency != "7" or state.replaced is not None:
        return state.replaced
    standing = tuple([p.id for p in state.counting if p.coverage == claim.billed])
    return Replaced(claim=state.claim, postings=standing) if standing else None


def _superseded(state: ClaimState) -> ClaimState:
    """The replacement counts as soon as no decision about the version before it stands."""
    before = state.replaced
    if before is None or any(p.live for p in state.postings if p.id in before.postings):
        return state
    return replace(state, replaced=None)


def _charged(before: ClaimState, after: ClaimState, claim_id: str) -> tuple[ClaimState, list[Journal]]:
    """Book what the charge is more or less than before."""
    if after.charged == before.charged:
        return after, []
    turn = after.turns + 1
    return replace(after, turns=turn), [charge_journal(claim_id, turn, after.charged - before.charged)]


def post_payment(state: ClaimState | None, command: PostPayment, claim_id: str) -> Steps[ClaimState]:
    """Take a CLP in: an exact repeat changes nothing, a reversal meets its original, the rest is where it stands then.

    Raises Refused for a claim that is not there.
    """
    if state is None:
        raise Refused("unknown_claim", "No such claim.")
    if any(p.id == command.id for p in state.postings):
        return Decision(state)
    posting = posting_of(state, command)
    if posting.booked == "nowhere":
        return Decision(replace(state, postings=(*state.postings, posting)))
    other = next((p for p in state.postings if mirrors(p, posting)), None)
    if other is None:
        if posting.reversal:
            posting = replace(posting, why="reversal_without_posting")
        grown = replace(state, postings=(*state.postings, posting))
        return (yield from _settle(grown, claim_id, [], fresh=command))
    return _cancel(state, posting, other, claim_id, command.unmatched)


def posting_of(state: ClaimState, command: PostPayment) -> Posting:
    """Read a CLP against the claim: whose answer it is and which lines it decides."""
    payment = command.payment
    moa = payment.outpatient[2:7] if payment.outpatient else ()
    mia = (payment.inpatient[4:5] + payment.inpatient[19:23]) if payment.inpatient else ()
    return Posting(
        id=command.id,
        remittance=command.remittance,
        payer=command.payer,
        payer_name=command.payer_name,
        coverage=coverage_of(state.claim, command.payer, payment.status, state.postings),
        status=payment.status,
        payer_claim_number=payment.payer_claim_number,
        charge=payment.charge,
        paid=payment.paid,
        adjustments=payment.adjustments,
        lines=match_lines(state.claim, payment),
        remarks=tuple(code for code in (*moa, *mia) if code),
        inpatient=payment.inpatient,
        outpatient=payment.outpatient,
        on=command.on,
        booked="nowhere" if payment.status in NO_MONEY and not payment.paid else "suspense",
    )


def _cancel(
    state: ClaimState, posting: Posting, other: Posting, claim_id: str, unmatched: bool
) -> Decision[ClaimState]:
    """Let a reversal and its original meet, whichever came first: both are booked at the same place and sum to zero."""
    reversal, original = (posting, other) if posting.reversal else (other, posting)
    came = replace(
        posting, booked=other.booked, coverage=original.coverage, mirror=other.id, why="", told=True
    )
    met = replace(other, coverage=original.coverage, mirror=posting.id, why="")
    amounts = amounts_of(original, state.first)
    if other.booked == "claim":
        journal = reversal_journal(claim_id, came, amounts, unmatched=unmatched)
    else:
        journal = booking_journal(claim_id, came, None, unmatched=unmatched)
    postings = (*(met if p.id == other.id else p for p in state.postings), came)
    events: list[Event] = []
    if original.told:
        events.append(_reversed(state, reversal, amounts, claim_id))
    # whoever hears of the reversal waits for the next word, also when it is the same as before
    said = "" if original.told else state.said
    return at_once(_settle(replace(state, postings=postings, said=said), claim_id, [journal], events))


def _set_aside(state: ClaimState, command: SetAside, claim_id: str) -> Decision[ClaimState]:
    if command.posting not in {p.id for p in state.held}:
        raise Refused("not_held", "No such payment waits in suspense for this claim.")
    postings = tuple(replace(p, why="dismissed") if p.id == command.posting else p for p in state.postings)
    return at_once(_settle(replace(state, postings=postings), claim_id, []))


def _settle(
    state: ClaimState,
    claim_id: str,
    journals: list[Journal],
    events: Iterable[Event] = (),
    fresh: PostPayment | None = None,
) -> Steps[ClaimState]:
    """Work out where the claim stands now, book the difference to where it stood, and say what is new."""
    before, state = state, _superseded(state)
    standing = stand(state.counted, state.first, state.postings)
    yield
    turn = state.turns + 1
    said = list(events)
    postings = []
    for posting in state.postings:
        after = _placed(posting, standing)
        if fresh and posting.id == fresh.id:
            counted = standing.amounts.get(after.id)
            journals.append(booking_journal(claim_id, after, counted, unmatched=fresh.unmatched))
        elif after.booked != posting.booked:
            amounts = amounts_of(posting, state.first)
            journals.append(rebooking_journal(claim_id, posting, amounts, turn, after.booked))
        if after.told and not posting.told:
            said.append(_decided(after, standing.amounts[after.id]))
        postings.append(after)
    settled = replace(
        state,
        postings=tuple(postings),
        moves=standing.moves,
        balances=standing.balances,
        outcome=standing.outcome,
        stage=standing.stage,
        turns=turn,
        said=_word(state, standing, postings),
    )
    settled, charges = _charged(before, settled, claim_id)
    journals += [*_moves(state, standing, claim_id, turn), *charges]
    yield
    if settled.said not in ("", state.said):
        said += _next(settled, claim_id, standing)
    # one that moves nothing is none: a second refusal waits in suspense without any money
    return Decision(settled, tuple(said), tuple([j for j in journals if j.entries]))


def _placed(posting: Posting, standing: Standing) -> Posting:
    """A live posting where the standing puts it: on the claim, of which the outside hears, or in suspense with the reason."""
    if not posting.live:
        return posting
    why = standing.why[posting.id]
    booked: Booked = "suspense" if why else "claim"
    told = posting.told or not why
    if (booked, why, told) == (posting.booked, posting.why, posting.told):
        return posting
    return replace(posting, booked=booked, why=why, told=told)


def _moves(state: ClaimState, standing: Standing, claim_id: str, turn: int) -> list[Journal]:
    names = sorted(state.moves.keys() | standing.moves.keys())
    deltas = [(name, standing.moves.get(name, 0) - state.moves.get(name, 0)) for name in names]
    return [move_journal(claim_id, name, turn, delta) for name, delta in deltas if delta]


def _word(state: ClaimState, standing: Standing, postings: Iterable[Posting]) -> str:
    """What the outside will have heard last of where the claim stands.

    Nothing new while a payment waits in suspense: a balance must be final (HFMA; claims-rules 3.14).
    """
    if any(p.waits for p in postings):
        return "" if standing.outcome == "waiting" else state.said
    return f"{standing.outcome}:{standing.stage}:{standing.balances.patient}:{standing.balances.paid}"


def _next(state: ClaimState, claim_id: str, standing: Standing) -> Iterator[Event]:
    """Say what comes next: the next payer's claim, the patient's balance, or that no bill stands any more."""
    if state.outcome == "secondary":
        made = secondary_claim(state.counted, state.stage, state.counting)
        yield SecondaryClaimPrepared(claim=made, after=state.counting[-1].payer)
    elif state.outcome == "patient":
        counted = state if state.replaced is None else replace(state, claim=state.counted)
        yield balance_of(counted, claim_id, standing.amounts)
    elif state.outcome == "voided":
        yield voided_balance(state, claim_id)


def _decided(posting: Posting, amounts: Amounts) -> ClaimPaid | ClaimDenied:
    adjustments = posting.every_adjustment()
    if is_denial(amounts):
        return ClaimDenied(
            payer=posting.payer,
            payer_claim_number=posting.payer_claim_number,
            remittance=posting.remittance,
            charge=posting.charge,
            denied=amounts.denied,
            adjustments=adjustments,
            remarks=tuple(dict.fromkeys((*posting.remarks, *(r for x in posting.lines for r in x.remarks)))),
            words=words_of(adjustments),
            on=posting.on,
        )
    return ClaimPaid(
        payer=posting.payer,
        payer_claim_number=posting.payer_claim_number,
        remittance=posting.remittance,
        charge=posting.charge,
        paid=amounts.paid,
        contractual=amounts.contractual,
        patient=amounts.patient,
        other=amounts.other,
        denied=amounts.denied,
        adjustments=adjustments,
        on=posting.on,
    )


def _reversed(state: ClaimState, reversal: Posting, original: Amounts, claim_id: str) -> PaymentReversed:
    return PaymentReversed(
        payer=reversal.payer,
        payer_claim_number=reversal.payer_claim_number,
        remittance=reversal.remittance,
        charge=reversal.charge,
        paid=-original.paid,
        contractual=-original.contractual,
        patient=-original.patient,
        other=-original.other,
        denied=-original.denied,
        claim=claim_id,
        guarantor_key=state.guarantor_key,
    )
