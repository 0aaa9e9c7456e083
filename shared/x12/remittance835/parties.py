"""Payer and payee of an 835 (loops 1000A and 1000B), from segments into the fields of a ``Remittance``."""

from collections.abc import Callable, Sequence
from typing import Any

from shared.claim import Contact, Name, Reference, Segment
from shared.x12.elements import address_of, contact_of, kept, padded

HEADER_REFERENCES = ("EV", "F2")
PAYER_REFERENCES = ("2U", "EO", "HI", "NF")
PAYEE_REFERENCES = ("0B", "D3", "PQ", "TJ")
"""REF01 by place: the qualifier alone tells where a reference of ``Remittance.references`` belongs."""

Values = dict[str, Any]
Part = Callable[[Values, Sequence[str]], bool]


def read_party(values: Values, block: Sequence[Sequence[str]], component: str) -> list[Segment]:
    """Read one N1 loop into ``values``; gives the segments that no field models whole."""
    name, loop, parts = _ROLES.get(padded(block[0], 2)[1], ("", "835", {}))
    if not name or name in values:
        return [kept("835", segment, component) for segment in block]
    values[name] = Name(last=padded(block[0], 3)[2], organization=True)
    extra = []
    seen: set[str] = set()
    for segment in block:
        part = parts.get(segment[0])
        again = segment[0] in seen and segment[0] in _ONCE
        seen.add(segment[0])
        if part is None or again or not part(values, segment):
            extra.append(kept(loop, segment, component))
    address = _address(name, block)
    if address:
        values[f"{name}_address"] = address
    return extra


def _address(name: str, block: Sequence[Sequence[str]]) -> Any:
    street = next((segment for segment in block if segment[0] == "N3"), ())
    city = next((segment for segment in block if segment[0] == "N4"), ())
    return address_of(street, city) if street or city else None


def _payer_name(values: Values, segment: Sequence[str]) -> bool:
    _, _, _, kind, identifier = padded(segment, 5)
    if kind == "XV" and identifier:
        values["payer_id"], values["payer_id_kind"] = identifier, "XV"
        return len(segment) <= 5
    return not kind and not identifier and len(segment) <= 5


def _payee_name(values: Values, segment: Sequence[str]) -> bool:
    _, _, _, kind, identifier = padded(segment, 5)
    field = {"XX": "payee_npi", "FI": "payee_tax_id"}.get(kind)
    if field is None or not identifier:
        return not kind and not identifier and len(segment) <= 5
    values[field] = identifier
    return len(segment) <= 5


def _street(values: Values, segment: Sequence[str]) -> bool:
    return len(segment) <= 3


def _city(values: Values, segment: Sequence[str]) -> bool:
    return len(segment) <= 8 and not any(padded(segment, 7)[5:])


def _payer_reference(values: Values, segment: Sequence[str]) -> bool:
    if segment[1:2] == ["2U"] and len(segment) == 3 and "payer_id" not in values:
        values["payer_id"] = segment[2]
        return True
    return _reference(values, segment, PAYER_REFERENCES)


def _payee_reference(values: Values, segment: Sequence[str]) -> bool:
    usual = segment[1:2] == ["TJ"] and len(segment) == 3
    if usual and "payee_npi" in values and "payee_tax_id" not in values:
        values["payee_tax_id"] = segment[2]
        return True
    return _reference(values, segment, PAYEE_REFERENCES)


def _reference(values: Values, segment: Sequence[str], qualifiers: tuple[str, ...]) -> bool:
    if len(segment) != 3 or segment[1] not in qualifiers:
        return False
    values["references"].append(Reference(segment[1], segment[2]))
    return True


def _payer_contact(values: Values, segment: Sequence[str]) -> bool:
    if len(segment) > 9 or len(segment) < 2:
        return False
    contact = contact_of(segment)
    if segment[1] == "CX" and "payer_desk" not in values:
        values["payer_desk"] = contact
        return True
    if segment[1] == "BL":
        # A bare PER*BL is what the guide asks for when there is nothing to say.
        if contact != _NOBODY:
            values.setdefault("payer_contacts", []).append(contact)
        return True
    return False


_NOBODY = Contact()
_ONCE = ("N1", "N3", "N4")

_ROLES: dict[str, tuple[str, str, dict[str, Part]]] = {
    "PR": (
        "payer",
        "1000A",
        {"N1": _payer_name, "N3": _street, "N4": _city, "REF": _payer_reference, "PER": _payer_contact},
    ),
    "PE": (
        "payee",
        "1000B",
        {"N1": _payee_name, "N3": _street, "N4": _city, "REF": _payee_reference},
    ),
}
"""N101: the field, the loop, and what reads each segment of it."""
