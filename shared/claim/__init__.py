"""The canonical claim: types, money in cents, dates, identifiers. Pure."""

from shared.claim.claim import Accident, Claim, Kind, PayToPlan, Stay
from shared.claim.codes import (
    Adjustment,
    Ambulance,
    Amount,
    Attachment,
    Coded,
    Conditions,
    Diagnosis,
    Note,
    Period,
    Procedure,
    Quantity,
    Segment,
)
from shared.claim.coverage import Coverage, Order, Payer, PayerProvider, PriorDecision
from shared.claim.ids import ClaimId, derived_id, luhn_is_valid, npi_is_valid, uuid7, uuid7s
from shared.claim.line import Drug, Equipment, Line, LineDecision
from shared.claim.money import Cents, dollars, format_cents, parse_cents
from shared.claim.parties import Address, Contact, Guarantor, Name, Person, Provider, Reference

__all__ = [
    "Accident",
    "Address",
    "Adjustment",
    "Ambulance",
    "Amount",
    "Attachment",
    "Cents",
    "Claim",
    "ClaimId",
    "Coded",
    "Conditions",
    "Contact",
    "Coverage",
    "Diagnosis",
    "Drug",
    "Equipment",
    "Guarantor",
    "Kind",
    "Line",
    "LineDecision",
    "Name",
    "Note",
    "Order",
    "PayToPlan",
    "Payer",
    "PayerProvider",
    "Period",
    "Person",
    "PriorDecision",
    "Procedure",
    "Provider",
    "Quantity",
    "Reference",
    "Segment",
    "Stay",
    "derived_id",
    "dollars",
    "format_cents",
    "luhn_is_valid",
    "npi_is_valid",
    "parse_cents",
    "uuid7",
    "uuid7s",
]
