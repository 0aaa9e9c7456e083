"""A day's visits: who came, what was done, through which door it is told, and which mistakes of real life are in it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal, TypeVar

from msgspec import structs

from shared.claim import Claim
from shared.testing.builders import a_claim, a_coverage, a_line, an_institutional_claim

Door = Literal["hl7", "fhir", "x12", "json"]
MISTAKES = 0.12
DOORS: tuple[tuple[Door, int], ...] = (("hl7", 45), ("fhir", 20), ("x12", 20), ("json", 15))
PAYERS = (
    ("SBX01", 40),
    ("SBX02", 14),
    ("SBX03", 14),
    ("SBX04", 9),
    ("SBX05", 8),
    ("SBX06", 7),
    ("SBX01+SBX07", 8),
)
"""Payer -> how many of a hundred visits; the last ones have a second insurance."""

EXPIRED = "G2012"
"""A HCPCS code that was valid until the end of 2024."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit. ``truth`` is what happened, ``told`` what the hospital's system sends first.

    ``places`` are the JSON pointers at which they differ: what a biller corrects, from the chart. ``mistake`` is a
    word for the summary, empty for a visit told rightly.
    """

    truth: Claim
    told: Claim
    door: Door
    mistake: str = ""
    places: tuple[str, ...] = ()

    @property
    def number(self) -> str:
        """The claim's number, by which hospital, payer and biller know it."""
        return self.truth.number


def visits(count: int, seed: int, day: int, today: date) -> list[Visit]:
    """The visits of one played day; ``day`` counts the days played before, so that no two share a number or patient."""
    chance = random.Random(f"{seed}/{day}")  # noqa: S311 -- a story, not a secret
    plain = [_visit(index, seed * 100 + day, today, chance) for index in range(count)]
    wrong = chance.sample(range(count), round(count * MISTAKES))
    kinds = _kinds(len(wrong))
    for index, kind in zip(wrong, kinds, strict=True):
        plain[index] = _MAKERS[kind](plain[index])
    return plain


def _visit(index: int, run: int, today: date, chance: random.Random) -> Visit:
    door = _drawn(DOORS, chance)
    payer, _, second = _drawn(PAYERS, chance).partition("+")
    on = today - timedelta(days=chance.randint(1, 5))
    # one patient in ten comes twice: one bill for both visits
    patient = index - 10 if index % 10 == 9 and index > 10 else index
    seed = run * 10_000 + patient
    build = an_institutional_claim if door == "json" and chance.random() < 0.5 else a_claim
    claim = build(seed, payer, lines=0, on=on)
    lines = tuple(
        structs.replace(
            a_line(first + place, on),
            control="",
            revenue_code=_revenue(claim, place),
            pointers=_pointers(claim),
        )
        for first in [chance.randrange(6)]
        for place in range(chance.randint(1, 4))
    )
    claim = structs.replace(
        claim, number=f"V{run}-{index:04d}", account=f"V{run}-{index:04d}", lines=lines,
        charge=sum(line.charge for line in lines),
    )  # fmt: skip
    if second and door in ("hl7", "json"):
        claim = structs.replace(claim, coverages=(*claim.coverages, a_coverage(second, seed, "S")))
    return _rejected(Visit(claim, claim, door)) if payer == "SBX05" else Visit(claim, claim, door)


def _revenue(claim: Claim, place: int) -> str:
    return f"0{450 + place}" if claim.kind == "institutional" else ""


def _pointers(claim: Claim) -> tuple[int, ...]:
    return (1,) if claim.kind == "professional" else ()


T = TypeVar("T", bound=str)


def _drawn(table: tuple[tuple[T, int], ...], chance: random.Random) -> T:
    return chance.choices([name for name, _ in table], [weight for _, weight in table])[0]


def _kinds(count: int) -> Iterator[str]:
    names = list(_MAKERS)
    return (names[place % len(names)] for place in range(count))


MEMBER = "/coverages/0/subscriber/member_id"


def _member(claim: Claim, member_id: str) -> Claim:
    first = claim.coverages[0]
    subscriber = structs.replace(first.subscriber, member_id=member_id)
    return structs.replace(
        claim, coverages=(structs.replace(first, subscriber=subscriber), *claim.coverages[1:])
    )


def _rejected(visit: Visit) -> Visit:
    """The card shows an old member id of the right form: only the payer can know, and rejects in its 277CA."""
    old = visit.truth.coverages[0].subscriber.member_id
    return replace(visit, truth=_member(visit.truth, "C" + old[1:]), places=(MEMBER,))


# ------------------------------------------------------------------ the mistakes


def _npi(visit: Visit) -> Visit:
    """Two digits of the clinician's NPI are swapped."""
    role = "attending" if visit.told.kind == "institutional" else "rendering"
    provider = getattr(visit.told, role)
    told = structs.replace(visit.told, **{role: structs.replace(provider, npi=_one_off(provider.npi))})
    return _wrong(visit, told, "npi", f"/{role}/npi")


def _one_off(npi: str) -> str:
    return npi[:-1] + str((int(npi[-1]) + 1) % 10)


def _code(visit: Visit) -> Visit:
    """A procedure code that was no longer valid on that day."""
    first = structs.replace(visit.told.lines[0], code=EXPIRED)
    return _wrong(
        visit, structs.replace(visit.told, lines=(first, *visit.told.lines[1:])), "code", "/lines/0/code"
    )


def _no_member(visit: Visit) -> Visit:
    """Nobody asked for the insurance card."""
    visit = visit if visit.door != "x12" else replace(visit, door="json")
    return _wrong(visit, _member(visit.told, ""), "member", MEMBER)


def _sum(visit: Visit) -> Visit:
    """A late change of one charge: the lines do not add up to the total any more. HL7 has no total to be wrong."""
    visit = visit if visit.door != "hl7" else replace(visit, door="json")
    return _wrong(visit, structs.replace(visit.told, charge=visit.told.charge + 100), "sum", "/charge")


def _twice(visit: Visit) -> Visit:
    """The same message is sent again, as interface engines do when they are unsure."""
    return replace(visit, mistake="sent twice", door="hl7" if visit.door == "x12" else visit.door)


def _again(visit: Visit) -> Visit:
    """The same visit is registered a second time, under another number."""
    return replace(visit, mistake="registered twice", door="hl7" if visit.door == "x12" else visit.door)


def _broken(visit: Visit) -> Visit:
    """A line break inside a field breaks a segment; the hospital sends it again, mended."""
    return replace(visit, mistake="broken segment", door="hl7")


def _wrong(visit: Visit, told: Claim, mistake: str, place: str) -> Visit:
    return replace(visit, told=told, mistake=mistake, places=(*visit.places, place))


_MAKERS: dict[str, Callable[[Visit], Visit]] = {
    "npi": _npi,
    "code": _code,
    "member": _no_member,
    "sum": _sum,
    "twice": _twice,
    "again": _again,
    "broken": _broken,
}
