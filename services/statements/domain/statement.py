"""A statement's content: every amount with its reason in words. Pure; the page only lays it out (claims-rules 3.14)."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from services.statements.domain.money import credit_of, oldest_first, paid_by_claim
from services.statements.domain.states import AccountState, OnAccount
from services.statements.domain.wording import (
    NOT_OWED,
    PATIENT_REASONS,
    WHOLE_VISIT,
    WITHDRAWN,
    care_of,
)
from shared.claim import Address, Adjustment, Cents, Name, dollars
from shared.events import Share


class Office(Struct, frozen=True, kw_only=True):
    """The hospital's billing office as a patient sees it. To tell of assistance is a duty (26 CFR 1.501(r)-4)."""

    name: str
    phone: str
    hours: str
    pay_url: str
    dispute_url: str
    assistance_phone: str
    assistance_url: str


class Why(Struct, frozen=True):
    """One part of what is owed: its name, the amount in cents, the explanation."""

    label: str
    cents: Cents
    words: str


class Item(Struct, frozen=True, kw_only=True):
    """One itemised line: charge = discount + plan + you, in cents. None where the plan decided for the whole visit."""

    on: date | None
    words: str
    charge: Cents
    discount: Cents | None
    plan: Cents | None
    you: Cents | None
    why: tuple[Why, ...] = ()
    note: str = ""


class Visit(Struct, frozen=True, kw_only=True):
    """One claim in a patient's words: who, when, where, what the plans did, what is left."""

    claim: str
    patient: str
    provider: str
    first: date | None
    last: date | None
    plans: tuple[str, ...]
    plan_numbers: tuple[str, ...]
    items: tuple[Item, ...]
    charge: Cents
    discount: Cents
    plan: Cents
    you: Cents
    paid: Cents
    change: str = ""
    voided: bool = False


class Statement(Struct, frozen=True, kw_only=True):
    """One statement, complete: rendering adds nothing. ``due`` is cents; ``by`` None when there is nothing to pay.

    ``corrects`` is the number of the statement before, when something on it changed; ``more_to_come`` whether other
    care on the account is not decided yet.
    """

    id: str
    number: int
    account: str
    issued: date
    due: Cents
    by: date | None
    to: str
    address: Address
    account_number: str
    visits: tuple[Visit, ...]
    paid: Cents
    credit: Cents
    corrects: int = 0
    more_to_come: bool = False
    office: Office


def compose(
    state: AccountState,
    claims: Sequence[OnAccount],
    *,
    id: str,  # noqa: A002
    account: str,
    now: datetime,
    by: date | None,
    office: Office,
) -> Statement:
    """Make the statement over ``claims`` (those that may be billed). ``by`` is the day it is due if anything is."""
    paid = paid_by_claim(state)
    wanted = {c.claim for c in claims}
    visits = tuple(_visit(c, paid[c.claim]) for c in oldest_first(state) if c.claim in wanted)
    due = sum(v.you - v.paid for v in visits)
    guarantor = state.guarantor
    assert guarantor is not None, "whoever has a claim has a name"
    assert guarantor.address is not None, "decide holds claims of guarantors without an address"
    corrected = any(v.change for v in visits)
    return Statement(
        id=id,
        number=len(state.statements) + 1,
        account=account,
        issued=now.date(),
        due=due,
        by=by if due else None,
        to=full_name(guarantor.name),
        address=guarantor.address,
        account_number=guarantor.account,
        visits=visits,
        paid=sum(v.paid for v in visits),
        credit=credit_of(state),
        corrects=len(state.statements) if corrected else 0,
        more_to_come=any(c.open or c.held for c in state.claims),
        office=office,
    )


def unknown_reasons(shares: Sequence[Share]) -> bool:
    """Whether an amount is owed for a reason that we have no words for, or for none at all."""
    for share in shares:
        if any(a.reason not in PATIENT_REASONS for a in share.reasons if a.cents):
            return True
        if share.patient > 0 and not any(a.cents for a in share.reasons):
            return True
    return False


def full_name(name: Name) -> str:
    """A name as one is addressed: ``Ada Testa``, or an organisation's. Names in capitals are set in mixed case."""
    text = " ".join(part for part in (name.first, name.middle, name.last, name.suffix) if part)
    return text.title() if text.isupper() else text


def _visit(on_account: OnAccount, paid: Cents) -> Visit:
    balance = on_account.balance
    return Visit(
        claim=on_account.claim,
        patient=full_name(balance.patient),
        provider=full_name(balance.provider),
        first=balance.first,
        last=balance.last,
        plans=tuple(p.title() if p.isupper() else p for p in balance.payers),
        plan_numbers=balance.payer_claim_numbers,
        items=tuple(_item(share) for share in balance.shares),
        charge=balance.charge,
        discount=balance.contractual + balance.other,
        plan=balance.insurance_paid,
        you=balance.patient_due,
        paid=paid,
        change=_change(on_account),
        voided=balance.voided,
    )


def _item(share: Share) -> Item:
    undecided = not (share.contractual or share.paid or share.patient or share.other) and share.charge > 0
    words = care_of(share.code, share.description) if share.line else WHOLE_VISIT
    return Item(
        on=share.on,
        words=words,
        charge=share.charge,
        discount=None if undecided else share.contractual + share.other,
        plan=None if undecided else share.paid,
        you=None if undecided else share.patient,
        why=tuple(_why(a) for a in share.reasons if a.cents),
        note=f"{dollars(share.other)}: {NOT_OWED}" if share.other > 0 else "",
    )


def _why(adjustment: Adjustment) -> Why:
    reason = PATIENT_REASONS[adjustment.reason]
    return Why(reason.label, adjustment.cents, reason.words)


def _change(on_account: OnAccount) -> str:
    """What is other than on the last statement that showed this claim, and why."""
    if on_account.balance.voided:
        return _withdrawn(on_account)
    before, now = on_account.told, on_account.balance.patient_due
    if before is None or not on_account.fresh or before == now:
        return ""
    return (
        f"Your plan decided again. Your part of this visit was {dollars(before)}. It is now {dollars(now)}."
    )


def _withdrawn(on_account: OnAccount) -> str:
    paid = on_account.kept
    owed = f" You paid us {dollars(paid)} for it. We owe you {dollars(paid)}." if paid > 0 else ""
    return f"{WITHDRAWN}{owed}"
