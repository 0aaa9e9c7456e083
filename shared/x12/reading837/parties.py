"""Names, addresses, providers and people, from their loops."""

from datetime import date
from typing import Literal

from shared.claim import Address, Contact, Name, Person, Provider, Reference, Segment
from shared.x12.reading837.values import Rows, UnreadableError, at, date_of, kept, literal, padded
from shared.x12.walker import Elements, Node

_SEXES: tuple[Literal["", "F", "M", "U"], ...] = ("", "F", "M", "U")
_MEMBER_KINDS: tuple[Literal["MI", "II"], ...] = ("MI", "II")


def name(elements: Elements) -> Name:
    """Read NM102 to NM107."""
    e = elements if len(elements) > 7 else padded(elements, 7)
    return Name(last=e[3], first=e[4], middle=e[5], prefix=e[6], suffix=e[7], organization=e[2] == "2")


def address(rows: Rows) -> Address | None:
    """Take N3 and N4."""
    return address_of(rows.take("N3"), rows.take("N4"))


def address_of(street: Elements | None, town: Elements | None) -> Address | None:
    """Read N3 and N4."""
    if street is None and town is None:
        return None
    _, line1, line2, *_ = padded(street or ["N3"], 2)
    _, city, state, zip_code, country, _, _, subdivision, *_ = padded(town or ["N4"], 7)
    return Address(
        line1=line1,
        line2=line2,
        city=city,
        state=state,
        zip=zip_code,
        country=country,
        subdivision=subdivision,
    )


def contact(elements: Elements) -> Contact:
    """Read a PER."""
    pairs = ((elements[i], at(elements, i + 1)) for i in range(3, len(elements), 2))
    return Contact(name=at(elements, 2), numbers=tuple(pair for pair in pairs if pair[0] or pair[1]))


def reference(elements: Elements, component: str) -> Reference:
    """Read a REF; REF04 says whose number it is."""
    payer = at(elements, 4).partition(component)[2] if len(elements) > 4 and component else ""
    return Reference(at(elements, 1), at(elements, 2), payer)


def references(rows: Rows) -> tuple[Reference, ...]:
    """Take all REF segments that are left."""
    found = rows.take_kind("REF")
    return tuple([reference(elements, rows.component) for elements in found]) if found else ()


def identified(elements: Elements) -> tuple[str, tuple[Reference, ...]]:
    """Read NM108 and NM109: the NPI, or what else identifies, kept with its qualifier."""
    identifier = at(elements, 9)
    if not identifier or elements[8] == "XX":
        return identifier, ()
    return "", (Reference(elements[8], identifier),)


def provider(
    node: Node, component: str, repetition: str, taxonomy: str = ""
) -> tuple[Provider, tuple[Segment, ...]]:
    """Read one provider's loop, and what the struct has no place for."""
    head = node.rows[0][1]
    npi, others = identified(head)
    if len(node.rows) == 1:
        return Provider(name=name(head), npi=npi, taxonomy=taxonomy, references=others), ()
    rows = _Party(node.rows[1:], component, billing=node.loop.id == "2010AA")
    found = Provider(
        name=name(head),
        npi=npi,
        tax_id=rows.tax_id,
        tax_id_kind=rows.tax_kind,
        taxonomy=rows.taxonomy or taxonomy,
        address=address_of(rows.street, rows.town),
        contacts=tuple(rows.contacts),
        references=(*others, *rows.references),
    )
    return found, kept(node.loop.id, rows.others, component, repetition) if rows.others else ()


class _Party:
    """The segments behind an NM1, in one pass."""

    __slots__ = (
        "contacts", "demographics", "others", "references", "street", "tax_id", "tax_kind", "taxonomy", "town",
    )  # fmt: skip

    def __init__(
        self, rows: list[tuple[str, Elements, int]], component: str, *, billing: bool = False
    ) -> None:
        self.street: Elements | None = None
        self.town: Elements | None = None
        self.demographics: Elements | None = None
        self.taxonomy = self.tax_id = ""
        self.tax_kind: Literal["", "EI", "SY"] = ""
        self.contacts: list[Contact] = []
        self.references: list[Reference] = []
        self.others: list[Elements] = []
        for tag, elements, _ in rows:
            identifier = elements[0]
            if identifier == "N3" and self.street is None:
                self.street = elements
            elif identifier == "N4" and self.town is None:
                self.town = elements
            elif identifier == "REF" and tag[0] != "?":
                self._reference(elements, component, billing)
            elif identifier == "PER" and tag[0] != "?":
                self.contacts.append(contact(elements))
            elif identifier == "PRV" and not self.taxonomy:
                self.taxonomy = at(elements, 3)
            elif identifier == "DMG" and self.demographics is None:
                self.demographics = elements
            else:
                self.others.append(elements)

    def _reference(self, elements: Elements, component: str, billing: bool) -> None:
        if billing and at(elements, 1) in ("EI", "SY") and not self.tax_id:
            self.tax_kind = "EI" if elements[1] == "EI" else "SY"
            self.tax_id = at(elements, 2)
        else:
            self.references.append(reference(elements, component))


def person(
    node: Node, component: str, repetition: str, facts: Elements | None
) -> tuple[Person, tuple[Segment, ...]]:
    """Read a subscriber's or patient's name loop; ``facts`` is the PAT beside it."""
    head = node.rows[0][1]
    identifier = at(head, 9)
    rows = _Party(node.rows[1:], component)
    demographics = rows.demographics
    death, weight, pregnant = _facts(facts)
    found = Person(
        name=name(head),
        member_id=identifier,
        member_id_kind=literal(at(head, 8), _MEMBER_KINDS, head, "08") if identifier else "MI",
        address=address_of(rows.street, rows.town),
        birth=date_of(demographics, 2) if demographics and at(demographics, 2) else None,
        sex=literal(at(demographics, 3), _SEXES, demographics, "03") if demographics else "",
        death=death,
        weight=weight,
        pregnant=pregnant,
        references=tuple(rows.references),
        contact=rows.contacts[0] if rows.contacts else None,
    )
    return found, kept(node.loop.id, rows.others, component, repetition) if rows.others else ()


def _facts(elements: Elements | None) -> tuple[date | None, str, bool]:
    if elements is None:
        return None, "", False
    death = date_of(elements, 6) if at(elements, 6) else None
    return death, at(elements, 8), at(elements, 9) == "Y"


def whole_name(node: Node | None, number: int, loop: str) -> Node:
    """A loop that must be there; raises UnreadableError."""
    if node is None:
        raise UnreadableError(number, loop, "", "the loop is missing")
    return node
