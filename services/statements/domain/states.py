"""What statements remembers of a guarantor's account: his claims' balances, his payments, what he was told."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from shared.claim import Cents, Guarantor
from shared.events import PatientBalanceAssigned

HoldReason = Literal["payer_open", "no_address", "unknown_reason"]
Method = Literal["card", "check", "cash", "transfer"]


class OnAccount(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One claim of the account.

    ``open`` is whether its payer took the decision back and has not decided again: nothing of it is billed. ``told`` is
    the amount due on the last statement that showed it, None before any. ``fresh`` is whether the balance is news
    since then. ``held`` is why the next statement leaves it out. ``settled`` is whether its end was told.
    ``kept`` is what was paid on it, in cents, when it was voided or since: a credit that stays one until somebody
    says what it is for; never more than ``was_due``, what was due before the void.
    """

    claim: str
    balance: PatientBalanceAssigned
    open: bool = False
    told: Cents | None = None
    fresh: bool = True
    held: HoldReason | None = None
    settled: bool = False
    kept: Cents = 0
    was_due: Cents = 0


class Applied(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Credit of voided claims that a person gave to the account's other claims: cents, who, why, when."""

    cents: Cents
    by: str
    reason: str
    at: datetime


class Payment(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Money from the guarantor. ``id`` is derived from the caller's key: the same key is the same payment."""

    id: str
    cents: Cents
    method: Method
    on: date
    claim: str = ""


class Issued(Struct, frozen=True, kw_only=True, gc=False):
    """A statement that was made: its number on the account from 1, what was due, and by when."""

    id: str
    number: int
    at: datetime
    due: Cents
    by: date | None


class AccountState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One guarantor's account. ``issue_at`` is when the next statement is to be made, None when nothing is new.

    ``guarantor`` is None for an account of which only a taken back payment was heard.
    """

    guarantor: Guarantor | None = None
    claims: tuple[OnAccount, ...] = ()
    payments: tuple[Payment, ...] = ()
    statements: tuple[Issued, ...] = ()
    issue_at: datetime | None = None
    credit_told: Cents = 0
    applied: tuple[Applied, ...] = ()
