"""What statements does with each event it hears: both go to the guarantor's account."""

from typing import Any

from services.statements.domain.account import account_of
from services.statements.store import Accounts
from shared.bus.types import Envelope, Hears
from shared.events import PatientBalanceAssigned, PaymentReversed


def account_key(envelope: Envelope) -> str:
    """The account that an event is about."""
    event = envelope.event
    assert isinstance(event, PatientBalanceAssigned | PaymentReversed)
    return account_of(event.guarantor_key)


def hears(accounts: Accounts) -> tuple[Hears[Any, Any], ...]:
    """The routing: a balance, or a decision taken back."""
    return (Hears(events=(PatientBalanceAssigned, PaymentReversed), aggregate=accounts, key=account_key),)
