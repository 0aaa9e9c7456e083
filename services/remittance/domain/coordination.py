"""The next payer's claim, made from what the payers before it decided (claims-rules 3.6).

The four equations of an 837 for a second payer hold by construction from a proved 835: (a) the claim's charge is the sum of its
lines; (b) charge = AMT*D + the claim's CAS + the lines' CAS; (c) with line detail, AMT*D = sum of SVD02 - the
claim's CAS; (d) each line's charge = SVD02 + its CAS.
"""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from services.remittance.domain.states import PaidLine, Posting
from shared.claim import Adjustment, Claim, Line, LineDecision, PriorDecision


def secondary_claim(claim: Claim, billed: int, decisions: Iterable[Posting]) -> Claim:
    """Bill coverage ``billed`` with what the payers before it decided, reasons word for word (RFI 1294, claims-rules 3.6).

    ``decisions`` are the postings that count, of any payer. It is a new claim to that payer: frequency 1, no reference
    to another payer's claim number. The patient is named apart unless he is that payer's own member.
    """
    made = claim
    for place in sorted({p.coverage for p in decisions if p.coverage < billed}):
        made = _with_decision(made, place, [p for p in decisions if p.coverage == place])
    own = claim.coverages[billed].relationship == "18"
    return replace(
        made,
        billed=billed,
        patient=None if own else claim.who,
        frequency="1",
        original_reference="",
    )


def _with_decision(claim: Claim, place: int, postings: Sequence[Posting]) -> Claim:
    coverage = claim.coverages[place]
    paid_lines = [line for p in postings for line in p.lines]
    by_line = bool(paid_lines) and _covers(claim, paid_lines)
    last = postings[-1]
    adjustments = _summed(a for p in postings for a in (p.adjustments if by_line else p.every_adjustment()))
    left = sum(a.cents for p in postings for a in p.every_adjustment() if a.group == "PR")
    prior = PriorDecision(
        paid=sum(p.paid for p in postings),
        remaining=left,
        adjustments=adjustments,
        on=last.on,
        outpatient=last.outpatient,
        inpatient=last.inpatient,
        control_number=last.payer_claim_number,
    )
    coverages = list(claim.coverages)
    coverages[place] = replace(coverage, prior=prior)
    lines = claim.lines
    if by_line:
        lines = tuple(
            _decided_line(line, coverage.payer.id, [x for x in paid_lines if x.line == number], last)
            for number, line in enumerate(claim.lines, 1)
        )
    return replace(claim, coverages=tuple(coverages), lines=lines)


def _covers(claim: Claim, paid: Sequence[PaidLine]) -> bool:
    """Whether every payment found its line and each line's charge was decided exactly: else only the claim level is true."""
    charges = [0] * (len(claim.lines) + 1)
    for line in paid:
        charges[line.line] += line.charge
    return not any(x.line == 0 for x in paid) and charges[1:] == [line.charge for line in claim.lines]


def _decided_line(line: Line, payer: str, paid: Sequence[PaidLine], posting: Posting) -> Line:
    if not paid:
        return line  # a line without a charge, of which the payer said nothing
    decision = LineDecision(
        payer_id=payer,
        paid=sum(x.paid for x in paid),
        code=paid[0].code or line.code,
        code_kind=line.code_kind,
        modifiers=paid[0].modifiers,
        revenue_code=line.revenue_code,
        units=paid[0].units or line.units,
        adjustments=_summed(a for x in paid for a in x.adjustments),
        on=posting.on,
    )
    others = tuple(d for d in line.decisions if d.payer_id != payer)
    return replace(line, decisions=(*others, decision))


def _summed(adjustments: Iterable[Adjustment]) -> tuple[Adjustment, ...]:
    """One adjustment per group and reason, the groups together: each gets one CAS (claims-rules 3.6)."""
    sums: dict[tuple[str, str], Adjustment] = {}
    groups: dict[str, int] = {}
    for a in adjustments:
        groups.setdefault(a.group, len(groups))
        before = sums.get((a.group, a.reason))
        sums[a.group, a.reason] = replace(a, cents=a.cents + before.cents) if before else a
    return tuple(sorted(sums.values(), key=lambda a: groups[a.group]))
