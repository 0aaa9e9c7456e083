"""What is left for the patient when every payer is done, line by line, with the reason for each amount (claims-rules 3.14)."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from services.remittance.domain.reasons import account_of
from services.remittance.domain.standing import Amounts, Placed
from services.remittance.domain.states import Balances, ClaimState, PaidLine, Posting
from shared.claim import Address, Adjustment, Claim, Guarantor
from shared.events import PatientBalanceAssigned, Share


def guarantor_of(claim: Claim) -> Guarantor:
    """Who answers for the rest: the guarantor, else the patient. An address is taken from whoever of the family has one."""
    given = claim.guarantor
    if given is None:
        return Guarantor(name=claim.who.name, address=_address(claim))
    if given.address:
        return given
    return Guarantor(name=given.name, address=_address(claim), account=given.account)


def guarantor_text(claim: Claim) -> str:
    """What tells one guarantor from another, for a blind index: the hospital's account number for him, else name and home.

    Normalised, so that spelling's case and spaces do not make two people of one. Patient data: never stored as it is.
    """
    person = guarantor_of(claim)
    if person.account:
        return _plain("account", claim.billing.npi, person.account)
    home = person.address
    born = "" if home else str(claim.who.birth or "")
    where = (home.line1, home.zip[:5]) if home else ("", "")
    return _plain("person", person.name.last, person.name.first, *where, born)


def balance_of(state: ClaimState, claim_id: str, amounts: Mapping[str, Amounts]) -> PatientBalanceAssigned:
    """Say what is the patient's. ``state`` is a claim whose payers are all done, ``amounts`` what each decision says."""
    claim, balances = state.claim, state.balances
    counting = state.counting
    first, last = claim.service_dates()
    return PatientBalanceAssigned(
        claim=claim_id,
        number=claim.number,
        guarantor=guarantor_of(claim),
        guarantor_key=state.guarantor_key,
        patient=claim.who.name,
        provider=claim.billing.name,
        first=first,
        last=last,
        charge=claim.charge,
        contractual=balances.contractual,
        insurance_paid=balances.paid,
        patient_due=balances.patient,
        other=balances.other + balances.denied,
        shares=_shares(state, counting, amounts),
        payers=_names(claim, counting),
        payer_claim_numbers=tuple(
            dict.fromkeys([p.payer_claim_number for p in counting if p.payer_claim_number])
        ),
    )


def voided_balance(state: ClaimState, claim_id: str) -> PatientBalanceAssigned:
    """Say that nothing of a voided claim is anybody's (claims-rules 3.8): whose visit it was, and zero everywhere."""
    nothing = Balances()
    assigned = balance_of(replace(state, postings=(), balances=nothing), claim_id, {})
    return replace(assigned, charge=0, shares=(), voided=True)


def _shares(
    state: ClaimState, counting: Sequence[Posting], amounts: Mapping[str, Amounts]
) -> tuple[Share, ...]:
    """One share per line; what payers decided for the whole claim is a last one with line 0. They add up to the claim."""
    decisions = [_by_line(posting, amounts[posting.id]) for posting in counting]
    lines = tuple([_line_share(state, n, decisions) for n in range(1, len(state.claim.lines) + 1)])
    totals = state.balances
    charge = state.claim.charge - sum([s.charge for s in lines])
    contractual = totals.contractual - sum([s.contractual for s in lines])
    paid = totals.paid - sum([s.paid for s in lines])
    patient = totals.patient - sum([s.patient for s in lines])
    other = totals.other + totals.denied - sum([s.other for s in lines])
    if not (charge or contractual or paid or patient or other):
        return lines
    rest = Share(
        line=0,
        code="",
        description="",
        on=None,
        charge=charge,
        contractual=contractual,
        paid=paid,
        patient=patient,
        other=other,
        reasons=_whole_claim_reasons(counting),
    )
    return (*lines, rest)


OfLine = tuple[list[PaidLine], list[Placed]]
"""What one payer decided about one line: its payments, its adjustments."""


def _by_line(posting: Posting, amounts: Amounts) -> dict[int, OfLine]:
    found: dict[int, OfLine] = {}
    for line in posting.lines:
        found.setdefault(line.line, ([], []))[0].append(line)
    for placed in amounts.placed:
        if placed[0] in found:
            found[placed[0]][1].append(placed)
    return found


def _line_share(state: ClaimState, number: int, decisions: Iterable[Mapping[int, OfLine]]) -> Share:
    """What all payers together decided about one line; only its charge when they decided for the whole claim."""
    line = state.claim.lines[number - 1]
    contractual = paid = 0
    decided = False
    owed: list[Adjustment] = []
    for by_line in decisions:
        mine = by_line.get(number)
        if mine:
            decided, owed = True, []
            paid += sum([x.paid for x in mine[0]])
            for _, adjustment, account in mine[1]:
                if account == "contractual":
                    contractual += adjustment.cents
                elif account == "patient" and adjustment.cents:
                    owed.append(adjustment)
    patient = sum([a.cents for a in owed])
    return Share(
        line=number,
        code=line.code or line.revenue_code,
        description=line.description,
        on=line.first or state.claim.first,
        charge=line.charge,
        contractual=contractual,
        paid=paid,
        patient=patient,
        other=line.charge - contractual - paid - patient if decided else 0,
        reasons=tuple(owed),
    )


def _is_patients(adjustment: Adjustment) -> bool:
    return adjustment.cents != 0 and account_of(adjustment) == "patient"


def _whole_claim_reasons(counting: Sequence[Posting]) -> tuple[Adjustment, ...]:
    """What the last payer left to the patient without saying for which line."""
    if not counting:
        return ()
    last = max(p.coverage for p in counting)
    return tuple(
        a
        for p in counting
        if p.coverage == last
        for a in (*p.adjustments, *(a for x in p.lines if not x.line for a in x.adjustments))
        if _is_patients(a)
    )


def _names(claim: Claim, counting: Sequence[Posting]) -> tuple[str, ...]:
    """The plans that decided, by the name on the claim, in the order of ``counting``: theirs."""
    names = {
        p.coverage: claim.coverages[p.coverage].payer.name
        if p.coverage < len(claim.coverages)
        else p.payer_name
        for p in counting
    }
    return tuple(names.values())


def _address(claim: Claim) -> Address | None:
    for person in (claim.patient, *[c.subscriber for c in claim.coverages]):
        if person is not None and person.address is not None:
            return person.address
    return None


def _plain(*parts: str) -> str:
    return "|".join([" ".join(part.upper().split()) for part in parts])
