"""Small invented values: words, names, numbers with check digits, dates, addresses."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from shared.claim import Address, Contact, Name, Reference, luhn_is_valid

T = TypeVar("T")

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
WORDS = [
    "ALDER",
    "BIRCH",
    "CEDAR",
    "DOGWOOD",
    "ELM",
    "FERN",
    "GINKGO",
    "HAZEL",
    "IVY",
    "JUNIPER",
    "LARCH",
    "MAPLE",
    "OAK",
    "PINE",
]
STATES = ("CA", "FL", "MN", "NY", "OR", "TX", "VA", "WA")
DIAGNOSES = [
    "I10",
    "E119",
    "J45909",
    "M5450",
    "R079",
    "S93401A",
    "Z0000",
    "K219",
    "N390",
    "F329",
    "L03115",
    "R0602",
    "H2513",
    "G43909",
    "D649",
    "E785",
    "M1711",
    "R1084",
    "T8140XA",
    "Z23",
]
SERVICES = [
    "G0463",
    "A0428",
    "J1885",
    "E0570",
    "G0438",
    "A7003",
    "G0008",
    "L3000",
    "Q4081",
    "A0425",
    "J0696",
    "G0283",
    "K0001",
    "B4034",
]
MODIFIERS = ("RT", "LT", "GA", "KX", "QW", "RH", "NU", "RR", "XS")
TAXONOMIES = ("207Q00000X", "282N00000X", "363L00000X", "208600000X")
DAY = date(2026, 10, 12)
"""The last day before the batch. Life has an order: facts lie a month and more before it, service after them, decisions last."""


def some(random: Random, values: Sequence[T], most: int, least: int = 0) -> tuple[T, ...]:
    """Some of the values, in their order."""
    count = random.randint(least, min(most, len(values)))
    chosen = sorted(random.sample(range(len(values)), count))
    return tuple(values[i] for i in chosen)


def maybe(random: Random, share: float = 0.3) -> bool:
    """True for a share of the cases."""
    return random.random() < share


def word(random: Random) -> str:
    """One word."""
    return random.choice(WORDS)


def phrase(random: Random) -> str:
    """Two words and a number."""
    return f"{word(random)} {word(random)} {random.randint(1, 999)}"


def code(random: Random, size: int = 8) -> str:
    """Letters and digits."""
    return "".join(random.choices(LETTERS + "0123456789", k=size))


def digits(random: Random, size: int) -> str:
    """Digits, the first no zero."""
    return str(random.randint(10 ** (size - 1), 10**size - 1))


def npi(random: Random) -> str:
    """An NPI with its check digit."""
    start = "1" + digits(random, 8)
    return next(start + str(last) for last in range(10) if luhn_is_valid(f"80840{start}{last}"))


def day(random: Random, back: int = 60) -> date:
    """A day not long before the service."""
    return DAY - timedelta(days=random.randint(31, 31 + back))


def served(random: Random) -> date:
    """A day of service."""
    return DAY - timedelta(days=random.randint(12, 30))


def decided(random: Random) -> date:
    """The day of a decision about the service."""
    return DAY - timedelta(days=random.randint(1, 6))


def cents(random: Random, most: int = 50000) -> int:
    """An amount above zero."""
    return random.choice((random.randint(1, most // 100) * 100, random.randint(1, most)))


def person(random: Random) -> Name:
    """A person's name."""
    return Name(
        last=word(random) + random.choice(("", "SON", "-" + word(random), "'S")),
        first=word(random),
        middle=random.choice(("", "A", "B")),
        suffix=random.choice(("", "", "JR", "III")),
    )


def organization(random: Random) -> Name:
    """An organisation's name."""
    return Name(
        last=f"{word(random)} {random.choice(('CLINIC', 'HOSPITAL', '& SONS', 'HEALTH (WEST)'))}",
        organization=True,
    )


def address(random: Random, plus_four: bool = True) -> Address:
    """An address."""
    long = plus_four or maybe(random)
    return Address(
        line1=f"{random.randint(1, 9999)} {word(random)} ST",
        line2=random.choice(("", "", "SUITE 4", "APT 2B")),
        city=f"{word(random)} CITY",
        state=random.choice(STATES),
        zip=digits(random, 9 if long else 5),
    )


def contact(random: Random, ways: Sequence[str] = ("TE", "FX", "EM")) -> Contact:
    """A contact: a telephone number, perhaps an extension or another way."""
    numbers = [("TE", "305555" + digits(random, 4))]
    if maybe(random):
        numbers.append(("EX", digits(random, 3)))
    if "EM" in ways and maybe(random):
        numbers.append(("EM", f"{word(random)}@EXAMPLE.ORG"))
    if len(ways) > 1 and len(numbers) < 3 and maybe(random):
        numbers.append(("FX", "305555" + digits(random, 4)))
    return Contact(name=phrase(random), numbers=tuple(numbers))


def references(
    random: Random, qualifiers: Sequence[str], most: int = 9, payer: str = ""
) -> tuple[Reference, ...]:
    """Some references, in the order of the qualifiers."""
    return tuple(
        Reference(
            one, digits(random, 9) if one == "EI" else code(random), payer if payer and maybe(random) else ""
        )
        for one in some(random, qualifiers, most)
    )
