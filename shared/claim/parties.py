"""People and organisations on a claim: names, addresses, identifiers."""

from datetime import date
from typing import Literal

from msgspec import Struct


class Reference(Struct, frozen=True, omit_defaults=True, gc=False):
    """An identifier with its X12 qualifier (REF01), kept as the field's code: ``G1`` prior authorization.

    ``payer`` is REF04-2 of a line's references: the other payer whose number this is, when it is not the billed one's.
    """

    qualifier: str
    value: str
    payer: str = ""


class Address(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A postal address (N3, N4). ``zip`` is digits only, five or nine."""

    line1: str
    line2: str = ""
    city: str
    state: str = ""
    zip: str = ""
    country: str = ""
    subdivision: str = ""


class Name(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A person's name, or an organisation's in ``last`` with ``organization`` true (NM102 = 2)."""

    last: str
    first: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    organization: bool = False


class Contact(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Whom to ask (PER): a name and up to three numbers as ``(qualifier, number)``, e.g. ``("TE", "3055550100")``."""

    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()


class Provider(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Anyone or any place that gives care, orders it or is paid for it (an NM1 loop of role provider).

    ``npi`` is NM109 with qualifier XX. ``tax_id`` with ``tax_id_kind`` EI (employer) or SY
    (social security) is REF*EI / REF*SY and belongs to the billing provider. ``references``
    holds the other REF segments of the loop (0B, 1G, G2, LU).
    """

    name: Name
    npi: str = ""
    tax_id: str = ""
    tax_id_kind: Literal["", "EI", "SY"] = ""
    taxonomy: str = ""
    address: Address | None = None
    contacts: tuple[Contact, ...] = ()
    references: tuple[Reference, ...] = ()


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A patient or subscriber: name, address, birth date and sex (NM1, N3, N4, DMG).

    ``sex`` is DMG03: F, M or U. ``member_id`` is NM109 with qualifier MI. ``death`` and ``weight_pounds``
    (tenths of a pound) and ``pregnant`` are PAT06, PAT08, PAT09.
    """

    name: Name
    member_id: str = ""
    member_id_kind: Literal["MI", "II"] = "MI"
    address: Address | None = None
    birth: date | None = None
    sex: Literal["", "F", "M", "U"] = ""
    death: date | None = None
    weight: str = ""
    pregnant: bool = False
    references: tuple[Reference, ...] = ()
    contact: Contact | None = None


class Guarantor(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who answers for what insurance does not pay (HL7 GT1). Absent on a claim: the patient does."""

    name: Name
    address: Address | None = None
    account: str = ""
