"""Invented providers, patients and subscribers."""

from collections.abc import Sequence
from datetime import date
from random import Random
from typing import Literal

from shared.claim import Address, Name, Person, Provider, Reference
from shared.testing.every_claim import values as v


def provider(
    random: Random,
    *,
    organization: bool = False,
    references: Sequence[str] = (),
    taxonomy: bool = False,
    located: bool = False,
    contacts: int = 0,
    ways: Sequence[str] = ("TE", "FX", "EM"),
    payer: str = "",
) -> Provider:
    """A provider as its loop can say it."""
    either = v.organization(random) if organization else v.person(random)
    return Provider(
        name=either,
        npi=v.npi(random),
        taxonomy=random.choice(v.TAXONOMIES) if taxonomy and v.maybe(random, 0.7) else "",
        address=v.address(random) if located else None,
        contacts=tuple(v.contact(random, ways) for _ in range(contacts)),
        references=v.references(random, references, 3, payer),
    )


def place(random: Random, named: bool) -> Provider:
    """An ambulance pick-up or drop-off place."""
    name = v.phrase(random) if named and v.maybe(random) else ""
    return Provider(name=Name(last=name, organization=True), address=v.address(random))


def billing(random: Random, *, institutional: bool) -> Provider:
    """A billing provider."""
    organization = institutional or v.maybe(random, 0.8)
    extra = v.references(random, ("0B", "1G"), 2) if not institutional else ()
    kind: Literal["EI", "SY"] = "EI" if organization or v.maybe(random) else "SY"
    return Provider(
        name=v.organization(random) if organization else v.person(random),
        npi=v.npi(random),
        tax_id=v.digits(random, 9),
        tax_id_kind=kind,
        taxonomy=random.choice(v.TAXONOMIES) if v.maybe(random, 0.8) else "",
        address=v.address(random),
        contacts=tuple(v.contact(random) for _ in range(random.randint(0, 2))),
        references=extra,
    )


def birth(random: Random) -> date:
    """A birth date of an adult."""
    return date(random.randint(1930, 2005), random.randint(1, 12), random.randint(1, 28))


def subscriber(random: Random, *, is_patient: bool, professional: bool) -> Person:
    """The billed subscriber; with all facts when it is the patient."""
    full = is_patient or v.maybe(random)
    refs = v.references(random, ("SY", "Y4"), 2)
    refs = tuple(
        Reference(r.qualifier, v.digits(random, 9) if r.qualifier == "SY" else r.value) for r in refs
    )
    return Person(
        name=v.person(random),
        member_id=v.code(random, 10),
        address=v.address(random, plus_four=False) if full else None,
        birth=birth(random) if full else None,
        sex=random.choice(("F", "M", "U")) if full else "",
        death=v.day(random) if professional and is_patient and v.maybe(random, 0.1) else None,
        weight=str(random.randint(80, 250)) if professional and is_patient and v.maybe(random, 0.1) else "",
        pregnant=professional and is_patient and v.maybe(random, 0.1),
        references=refs,
        contact=v.contact(random, ("TE",)) if professional and is_patient and v.maybe(random, 0.2) else None,
    )


def patient(random: Random, *, professional: bool) -> Person:
    """A patient who is not the subscriber."""
    refs = [Reference("Y4", v.code(random))] if v.maybe(random) else []
    if v.maybe(random):
        refs.append(
            Reference("SY", v.digits(random, 9)) if v.maybe(random, 0.5) else Reference("1W", v.code(random))
        )
    return Person(
        name=v.person(random),
        address=v.address(random, plus_four=False),
        birth=birth(random),
        sex=random.choice(("F", "M", "U")),
        death=v.day(random) if professional and v.maybe(random, 0.1) else None,
        weight=str(random.randint(80, 250)) if professional and v.maybe(random, 0.1) else "",
        pregnant=professional and v.maybe(random, 0.1),
        references=tuple(refs),
        contact=v.contact(random, ("TE",)) if professional and v.maybe(random, 0.2) else None,
    )


def other_subscriber(random: Random) -> Person:
    """The subscriber of another payer."""
    who = v.person(random) if v.maybe(random, 0.9) else v.organization(random)
    where: Address | None = v.address(random, plus_four=False) if v.maybe(random, 0.5) else None
    refs = (Reference("SY", v.digits(random, 9)),) if v.maybe(random) else ()
    return Person(name=who, member_id=v.code(random, 10), address=where, references=refs)
