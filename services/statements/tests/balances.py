"""Builders of balances for tests. Everyone in them is invented."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from shared.claim import Address, Adjustment, Guarantor, Name, derived_id
from shared.events import PatientBalanceAssigned, PaymentReversed, Share

HOME = Address(line1="1 SAMPLE STREET", city="TESTVILLE", state="FL", zip="331280001")
WHO = Guarantor(name=Name(last="TESTA", first="ADA"), address=HOME, account="G000001")
DAY = date(2026, 2, 10)


def claim_id(number: int) -> str:
    return derived_id("test claim", str(number))


def pr(words: str) -> tuple[Adjustment, ...]:
    """``"1:2500 2:400"``: reason numbers and cents of group PR."""
    pairs = (word.split(":") for word in words.split())
    return tuple(Adjustment(group="PR", reason=reason, cents=int(cents)) for reason, cents in pairs)


def a_share(charge: int, paid: int, reasons: str = "", line: int = 1, **changes: Any) -> Share:
    """One line: what is neither paid nor the patient's is the contract's, unless ``other`` says so."""
    owed = pr(reasons)
    patient = sum(a.cents for a in owed)
    other = changes.get("other", 0)
    values: dict[str, Any] = {
        "line": line,
        "code": "G0463",
        "description": "Hospital clinic visit",
        "on": DAY,
        "charge": charge,
        "contractual": charge - paid - patient - other,
        "paid": paid,
        "patient": patient,
        "reasons": owed,
    }
    return Share(**{**values, **changes})


def a_balance(number: int = 1, *shares: Share, **changes: Any) -> PatientBalanceAssigned:
    """One claim's balance: by default 100.00 with a deductible of 25.00."""
    parts = shares or (a_share(10000, 5000, "1:2500"),)
    values: dict[str, Any] = {
        "claim": claim_id(number),
        "number": f"CF{number:08d}",
        "guarantor": WHO,
        "guarantor_key": "key-of-ada",
        "patient": Name(last="TESTA", first="ADA"),
        "provider": Name(last="SYNTHETIC CLINIC", organization=True),
        "first": DAY,
        "last": DAY,
        "charge": sum(s.charge for s in parts),
        "contractual": sum(s.contractual for s in parts),
        "insurance_paid": sum(s.paid for s in parts),
        "patient_due": sum(s.patient for s in parts),
        "other": sum(s.other for s in parts),
        "shares": parts,
        "payers": ("SANDBOX MUTUAL",),
        "payer_claim_numbers": (f"ICN{number}",),
    }
    return PatientBalanceAssigned(**{**values, **changes})


def voided(number: int = 1) -> PatientBalanceAssigned:
    """The payer took the claim back as a void asked it to: nothing of it is anybody's."""
    none = {"charge": 0, "contractual": 0, "insurance_paid": 0, "patient_due": 0, "other": 0}
    return replace(a_balance(number), shares=(), payers=(), payer_claim_numbers=(), voided=True, **none)


def taken_back(balance: PatientBalanceAssigned) -> PaymentReversed:
    """The payer takes its decision about this claim back."""
    return PaymentReversed(
        payer="SBX01",
        payer_claim_number="ICN1",
        remittance="r",
        charge=-balance.charge,
        paid=-balance.insurance_paid,
        contractual=-balance.contractual,
        patient=-balance.patient_due,
        other=0,
        claim=balance.claim,
        guarantor_key=balance.guarantor_key,
    )


def owing(number: int, cents: int, **changes: Any) -> PatientBalanceAssigned:
    """A claim of which this much is left to the patient as coinsurance."""
    return a_balance(number, a_share(cents + 1000, 1000, f"2:{cents}" if cents else ""), **changes)


def without_address(balance: PatientBalanceAssigned) -> PatientBalanceAssigned:
    return replace(balance, guarantor=Guarantor(name=WHO.name))
