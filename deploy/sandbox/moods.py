"""What a sandbox payer makes of a claim, by mood: the 277CA status, and the payment with amounts that prove. Pure.

Every line closes: charge - adjustments = paid; every claim is the sum of its lines (claims-rules 3.1).
"""

from collections.abc import Callable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from deploy.sandbox.reading import AskedClaim, AskedLine
from shared.claim import Adjustment
from shared.x12.types import ClaimPayment, ServicePayment, Status

Mood = Literal[
    "pays",
    "pays_in_full",
    "pays_partly",
    "denies",
    "rejects",
    "late",
    "secondary",
    "reverses",
    "silent",
    "unbalanced",
    "repeats",
    "garbage",
]

BY_PAYER: dict[str, Mood] = {
    "SBX01": "pays",
    "SBX02": "pays_in_full",
    "SBX03": "pays_partly",
    "SBX04": "denies",
    "SBX05": "rejects",
    "SBX06": "late",
    "SBX07": "secondary",
}
"""Where nobody said otherwise. A payer that is not named here pays."""

LATE = timedelta(days=5)
REVERSED = timedelta(days=10)
"""After this time a reversing payer takes its decision back and pays more."""
DEDUCTIBLE = 5_000
"""Cents of deductible (PR 1) that a partly paying payer finds open on every claim."""


class Answer(NamedTuple):
    """What the payer says: 277CA statuses, the payment where there is one, the delay beyond the usual,
    and what it says about the claim once more, ``REVERSED`` after the first word.

    ``back`` takes an earlier payment back, in the same 835 and before ``payment``: a void has it alone.
    """

    statuses: tuple[Status, ...]
    payment: ClaimPayment | None
    delay: timedelta = timedelta()
    second: tuple[ClaimPayment, ...] = ()
    back: ClaimPayment | None = None

    @property
    def decisions(self) -> tuple[ClaimPayment, ...]:
        """What the first 835 says about the claim, in order."""
        return tuple([each for each in (self.back, self.payment) if each is not None])

    @property
    def accepted(self) -> bool:
        """Whether the claim goes into adjudication."""
        return self.statuses[0].category == "A2"


class LineMoney(Struct, frozen=True):
    """What one line gets, in cents; ``adjustments`` close it."""

    paid: int
    adjustments: tuple[Adjustment, ...] = ()
    remarks: tuple[str, ...] = ()


def answer(
    mood: Mood,
    claim: AskedClaim,
    number: str,
    on: date,
    *,
    known: bool = False,
    before: ClaimPayment | None = None,
) -> Answer | None:
    """The payer's answer about one claim; None for a payer that says nothing.

    ``number`` is the payer's claim control number, ``on`` the day of the answer; ``known`` says that the same claim is
    already accepted here, so that it is denied as a duplicate (CARC 18). ``before`` is the payment that a replacement or a
    void (CLM05-3 7, 8) takes back by its REF*F8; a void of what was never decided is rejected (claims-rules 3.8).
    """
    if mood == "silent":
        return None
    if mood == "rejects" and not claim.member.startswith("C"):
        return Answer((_status("A7", "164", "IL", claim, on),), None)
    if claim.frequency == "8":
        return _voided(claim, before, on)
    judge = _duplicate if known else _JUDGES[mood]
    lines = judge(claim)
    payment = _payment(claim, number, lines, on)
    if mood == "unbalanced" and not known:
        payment = _spoiled(payment)
    delay = LATE if mood == "late" else timedelta()
    second = _reversal(claim, payment, on) if mood == "reverses" and not known else ()
    return Answer((_status("A2", "20", "PR", claim, on),), payment, delay, second, before and _mirror(before))


def _voided(claim: AskedClaim, before: ClaimPayment | None, on: date) -> Answer:
    if before is None:
        return Answer((_status("A7", "464", "PR", claim, on),), None)
    return Answer((_status("A2", "20", "PR", claim, on),), None, back=_mirror(before))


def _status(category: str, status: str, entity: str, claim: AskedClaim, on: date) -> Status:
    action = "U" if category == "A7" else "WQ"
    return Status(category=category, status=status, entity=entity, action=action, on=on, charge=claim.charge)


# ------------------------------------------------------------------ moods, line by line

Judge = Callable[[AskedClaim], list[LineMoney]]


def _contractual(charge: int, percent: int = 20) -> int:
    return charge * percent // 100


def _pays(claim: AskedClaim) -> list[LineMoney]:
    """CO 45 takes 20 % of each line; the patient owes 20 % of the rest as coinsurance (PR 2)."""
    return [_shared(line.charge) for line in claim.lines]


@lru_cache(maxsize=4096)
def _shared(charge: int, percent: int = 20) -> LineMoney:
    contractual = _contractual(charge, percent)
    coinsurance = (charge - contractual) * 20 // 100
    return _money(charge, _take("CO", "45", contractual), _take("PR", "2", coinsurance))


def _pays_in_full(claim: AskedClaim) -> list[LineMoney]:
    return [_full(line.charge) for line in claim.lines]


@lru_cache(maxsize=4096)
def _full(charge: int) -> LineMoney:
    return _money(charge, _take("CO", "45", _contractual(charge)))


def _pays_partly(claim: AskedClaim) -> list[LineMoney]:
    """The last of several lines is not covered (CO 96); the others pay after what is open of the deductible (PR 1)."""
    open_deductible, money = DEDUCTIBLE, []
    for index, line in enumerate(claim.lines):
        if index and index == len(claim.lines) - 1:
            money.append(_money(line.charge, _take("CO", "96", line.charge), remarks=("N130",)))
            continue
        contractual = _contractual(line.charge)
        deductible = min(open_deductible, line.charge - contractual)
        open_deductible -= deductible
        money.append(_money(line.charge, _take("CO", "45", contractual), _take("PR", "1", deductible)))
    return money


def _denies(claim: AskedClaim) -> list[LineMoney]:
    """Everything lacks information (CO 16), which a remark code must explain; not MA130, so it was adjudicated."""
    return [_money(line.charge, _take("CO", "16", line.charge), remarks=("N382",)) for line in claim.lines]


def _duplicate(claim: AskedClaim) -> list[LineMoney]:
    return [_money(line.charge, _take("CO", "18", line.charge), remarks=("N522",)) for line in claim.lines]


def _secondary(claim: AskedClaim) -> list[LineMoney]:
    """Pays what the payer before left to the patient; the rest is that payer's effect, OA 23 (claims-rules 3.6)."""
    if claim.earlier is None:
        return _pays_in_full(claim)
    return [_money(line.charge, _take("OA", "23", line.charge - left)) for line, left in _left(claim)]


def _left(claim: AskedClaim) -> list[tuple[AskedLine, int]]:
    """What is left of each line: what its own decision says, and its share of what the claim's says, in order."""
    rest, shares = claim.earlier or 0, []
    for line in claim.lines:
        own = min(line.left or 0, line.charge)
        share = min(rest, line.charge - own)
        rest -= share
        shares.append((line, own + share))
    return shares


def _take(group: str, reason: str, cents: int) -> Adjustment:
    return Adjustment(group=group, reason=reason, cents=cents)


def _money(charge: int, *adjustments: Adjustment, remarks: tuple[str, ...] = ()) -> LineMoney:
    kept = tuple([a for a in adjustments if a.cents])
    return LineMoney(charge - sum([a.cents for a in kept]), kept, remarks)


_JUDGES: dict[Mood, Judge] = {
    "pays": _pays,
    "pays_in_full": _pays_in_full,
    "pays_partly": _pays_partly,
    "denies": _denies,
    "rejects": _pays,
    "late": _pays,
    "secondary": _secondary,
    "reverses": _pays,
    "unbalanced": _pays,
    "repeats": _pays,
    "garbage": _pays,
}


# ------------------------------------------------------------------ the payment

_CLP06 = frozenset(
    [
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "AM",
        "CH",
        "DS",
        "HM",
        "LM",
        "MA",
        "MB",
        "MC",
        "OF",
        "TV",
        "VA",
        "WC",
        "ZZ",
    ]
)
"""Claim filing indicators that an 835 may name: fewer than an 837's (CI is none of them)."""


def _payment(claim: AskedClaim, number: str, money: list[LineMoney], on: date) -> ClaimPayment:
    services = tuple([_service(line, m) for line, m in zip(claim.lines, money, strict=True)])
    return ClaimPayment(
        number=claim.number,
        status="2" if claim.order == "S" else "3" if claim.order == "T" else "1",
        charge=sum([line.charge for line in claim.lines]),
        paid=sum([m.paid for m in money]),
        patient_responsibility=sum([a.cents for m in money for a in m.adjustments if a.group == "PR"]),
        filing=_FILINGS.get(claim.filing, claim.filing or "12"),
        payer_claim_number=number,
        facility=claim.place,
        frequency=claim.frequency,
        patient=claim.patient,
        patient_id=claim.member,
        received=on,
        services=services,
    )


_FILINGS = {"CI": "12", "BL": "12", "11": "12", "FI": "CH", "17": "12", "ZZ": "12"}
"""SBR09 of an 837 -> CLP06 of an 835, whose list is shorter: commercial insurance is answered as a PPO."""


def _service(line: AskedLine, money: LineMoney) -> ServicePayment:
    """The line as the payer returns it: an institutional line without a procedure is named by its revenue code (NU)."""
    return ServicePayment(
        code=line.code or line.revenue_code,
        code_kind=line.code_kind if line.code else "NU",
        modifiers=line.modifiers,
        charge=line.charge,
        paid=money.paid,
        revenue_code=line.revenue_code if line.code else "",
        units=line.units,
        first=line.first,
        control=line.control,
        adjustments=money.adjustments,
        remarks=money.remarks,
    )


def _spoiled(payment: ClaimPayment) -> ClaimPayment:
    """A payment whose claim level is a cent too high: what a receiver must quarantine."""
    return replace(payment, paid=payment.paid + 1)


def _mirror(payment: ClaimPayment) -> ClaimPayment:
    """The reversal of a payment: every amount negated under its own codes, no CLP05 (claims-rules 3.3: RFI 1147, 2442, 319)."""
    mirrored = tuple(
        replace(
            service,
            charge=-service.charge,
            paid=-service.paid,
            adjustments=tuple(replace(a, cents=-a.cents) for a in service.adjustments),
        )
        for service in payment.services
    )
    return replace(
        payment,
        status="22",
        charge=-payment.charge,
        paid=-payment.paid,
        patient_responsibility=0,
        services=mirrored,
    )


def _reversal(claim: AskedClaim, payment: ClaimPayment, on: date) -> tuple[ClaimPayment, ClaimPayment]:
    """The mirror of a payment, and the decision that replaces it: 10 % is taken instead of 20 %, so the sum stays positive."""
    better = [_shared(line.charge, 10) for line in claim.lines]
    return _mirror(payment), _payment(claim, payment.payer_claim_number, better, on)
