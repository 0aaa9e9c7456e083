"""Names, addresses, providers and people, from their loops."""

from datetime import date
from typing import Literal

from shared.claim import Address, Contact, Name, Person, Provider, Reference, Segment
from shared.x12.reading837.values import Rows, UnreadableError, at, date_of, literal, padded
from shared.x12.walker import Elements, Node

_SEXES: tuple[Literal["", "F", "M", "U"], ...] = ("", "F", "M", "U")
_MEMBER_KINDS: tuple[Literal["MI", "II"], ...] = ("MI", "II")


def name(elements: Elements) -> Name:
    """Read NM102 to NM107."""
    _, _, kind, last, first, middle, prefix, suffix, *_ = padded(elements, 7)
    return Name(last=last, first=first, middle=middle, prefix=prefix, suffix=suffix, organization=kind == "2")


def address(rows: Rows) -> Address | None:
    """Take N3 and N4."""
    street, town = rows.take("N3"), rows.take("N4")
    if street is None and town is None:
        return None
    lines = padded(street or ["N3"], 2)
    _, city, state, zip_code, country, _, _, subdivision, *_ = padded(town or ["N4"], 7)
    return Address(
        line1=lines[1],
        line2=lines[2],
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
    if len(node.rows) == 1:
        head = node.rows[0][1]
        npi, others = identified(head)
        return Provider(name=name(head), npi=npi, taxonomy=taxonomy, references=others), ()
    rows = Rows(node, component, repetition)
    head = rows.take(node.rows[0][0]) or []
    npi, others = identified(head)
    specialty = rows.take("PRV")
    if specialty is not None:
        taxonomy = at(specialty, 3)
    tax = rows.take("REF*EI/SY") or rows.take("REF*EI") if node.loop.id == "2010AA" else None
    kind: Literal["", "EI", "SY"] = ("EI" if tax[1] == "EI" else "SY") if tax else ""
    found = Provider(
        name=name(head),
        npi=npi,
        tax_id=at(tax, 2) if tax else "",
        tax_id_kind=kind,
        taxonomy=taxonomy,
        address=address(rows),
        contacts=tuple([contact(elements) for elements in rows.take_kind("PER")]),
        references=others + references(rows),
    )
    return found, rows.left()


def person(
    node: Node, component: str, repetition: str, facts: Elements | None
) -> tuple[Person, tuple[Segment, ...]]:
    """Read a subscriber's or patient's name loop; ``facts`` is the PAT beside it."""
    rows = Rows(node, component, repetition)
    head = rows.take(node.rows[0][0]) or []
    identifier = at(head, 9)
    demographics = rows.take("DMG")
    phone = rows.take("PER*IC")
    death, weight, pregnant = _facts(facts)
    found = Person(
        name=name(head),
        member_id=identifier,
        member_id_kind=literal(at(head, 8), _MEMBER_KINDS, head, "08") if identifier else "MI",
        address=address(rows),
        birth=date_of(demographics, 2) if demographics and at(demographics, 2) else None,
        sex=literal(at(demographics, 3), _SEXES, demographics, "03") if demographics else "",
        death=death,
        weight=weight,
        pregnant=pregnant,
        references=references(rows),
        contact=contact(phone) if phone else None,
    )
    return found, rows.left()


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
