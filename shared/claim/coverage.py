"""Payers in order, and what earlier payers decided (loops 2000B/2010BB and 2320/2330)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from shared.claim.codes import Adjustment, Amount, Segment
from shared.claim.money import Cents
from shared.claim.parties import Address, Contact, Name, Person, Provider, Reference

Order = Literal["P", "S", "T", "A", "B", "C", "D", "E", "F", "G", "H", "U"]
"""SBR01: primary, secondary, tertiary, fourth ... or unknown."""


class Payer(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who is billed. ``id`` is NM109 of loop 2010BB / 2330B (qualifier PI, or XV when ``id_kind`` says so)."""

    id: str
    name: str
    id_kind: Literal["PI", "XV"] = "PI"
    address: Address | None = None
    contact: Contact | None = None
    references: tuple[Reference, ...] = ()


class PriorDecision(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an earlier payer decided about the whole claim (2320 CAS, AMT*D, AMT*EAF, AMT*A8, DTP*573).

    ``paid`` is cents, None when that payer has not adjudicated. ``outpatient`` and ``inpatient`` are
    MOA and MIA as written, element by element.
    """

    paid: Cents | None = None
    remaining: Cents | None = None
    noncovered: Cents | None = None
    adjustments: tuple[Adjustment, ...] = ()
    on: date | None = None
    outpatient: tuple[str, ...] = ()
    inpatient: tuple[str, ...] = ()
    control_number: str = ""


class Coverage(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One payer's place on the claim: who pays, for whom, under which policy.

    ``relationship`` is the patient's to the subscriber (18 = self; SBR02 or PAT01). ``filing`` is
    SBR09 (claim filing indicator: CI, MB, MC, 16 ...). ``insurance_type`` is SBR05.
    ``prior`` is filled on the coverages that are not billed by this claim.
    ``assigned`` (OI03) and ``release`` (OI06) repeat CLM08 and CLM09 for that payer;
    ``signature`` is OI04.
    """

    order: Order
    payer: Payer
    subscriber: Person
    relationship: str = "18"
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing: str = ""
    authorization: str = ""
    referral: str = ""
    assigned: Literal["", "Y", "N", "W"] = ""
    signature: str = ""
    release: str = ""
    prior: PriorDecision | None = None
    references: tuple[Reference, ...] = ()
    providers: tuple["PayerProvider", ...] = ()
    amounts: tuple[Amount, ...] = ()
    extra: tuple[Segment, ...] = ()


class PayerProvider(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How one payer knows a provider of the claim (loops 2330C to 2330I): the NM101 role and that payer's identifiers."""

    role: str
    provider: Provider


__all__ = ["Coverage", "Name", "Order", "Payer", "PayerProvider", "PriorDecision"]
