"""What statements says: topic ``claims.statements``, key = account id (one per guarantor)."""

from datetime import date
from typing import Literal

from msgspec import Struct


class Part(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One claim's part of an amount on an account, in cents."""

    claim: str
    cents: int


class StatementIssued(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A statement was made for a guarantor: what is due and when; zero means "nothing to pay"."""

    statement: str
    parts: tuple[Part, ...]
    due: int
    by: date | None


class StatementHeld(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A statement is not sent yet, and why: a payer is still open, a dispute, a missing address."""

    parts: tuple[Part, ...]
    reason: Literal["payer_open", "dispute", "no_address", "unknown_reason", "credit"]


class PatientPaid(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A patient's payment was applied, oldest claim first unless the payer of it said otherwise."""

    payment: str
    parts: tuple[Part, ...]
    paid: int
    method: Literal["card", "check", "cash", "transfer"]
    on: date


class PaymentPlanAgreed(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """A guarantor and the hospital agreed on instalments, in cents a month, without interest."""

    plan: str
    parts: tuple[Part, ...]
    monthly: int
    months: int
    first: date


class AccountSettled(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """These claims have a zero balance: the end of their life."""

    parts: tuple[Part, ...]


class CreditOwed(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False, tag=True):
    """The hospital owes the guarantor money back, in cents."""

    parts: tuple[Part, ...]
    credit: int


StatementsEvent = (
    StatementIssued | StatementHeld | PatientPaid | PaymentPlanAgreed | AccountSettled | CreditOwed
)
