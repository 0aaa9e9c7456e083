"""An account's charges as claims: one 837I for the facility, one 837P for each clinician or group of charges."""

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from msgspec import Struct, structs

from services.intake.domain.account.facts import Charge
from services.intake.domain.account.parts import Parts, Told
from services.intake.domain.feed import Feed
from shared.claim import Claim, Coverage, Diagnosis, Kind, Line, Person, Provider, Stay
from shared.claim.checking import number_lines

PROFESSIONAL_LINES = 50
"""An 837P claim has at most so many service lines (loop 2400)."""

_LONGEST = 20
_MARK = 5
_PLACES = {"I": "21", "O": "22", "E": "23"}
"""Place of service of a clinician's charge in a hospital, where the department says none."""


class _Part(Struct, frozen=True, gc=False):
    """The charges that go on one claim."""

    kind: Kind
    mark: str
    charges: tuple[Charge, ...]


def claims_of(account: str, parts: Parts, feed: Feed, charges: Sequence[Charge]) -> tuple[Claim, ...]:
    """Make the claims. The parts that a claim needs are there (services.intake.domain.account.billing)."""
    return tuple(_claim(account, parts, feed, part, n == 0) for n, part in enumerate(_parted(parts, charges)))


def number_of(account: str, mark: str = "") -> str:
    """The claim number (CLM01, at most 20 characters): the account's for its main claim, with a mark for the others.

    The mark follows from what the claim is about, never from how many came before it. Of a long account number that
    leaves no room for it the end gives way to a hash.
    """
    if not mark:
        return account
    room = _LONGEST - _MARK
    stem = account if len(account) <= room else account[: room - 5] + _hash(account, 5)
    return f"{stem}-{_hash(mark, _MARK - 1)}"


def _hash(text: str, length: int) -> str:
    return b32encode(hashlib.sha256(text.encode()).digest()).decode()[:length]


def _parted(parts: Parts, charges: Sequence[Charge]) -> list[_Part]:
    """Whose claim each charge belongs on, the facility's first."""
    kind = _value(parts.patient_class).kind
    groups: dict[tuple[Kind, str], list[Charge]] = {}
    for charge in charges:
        groups.setdefault(_whose(kind, charge), []).append(charge)
    found = []
    for (kind_, mark), some in sorted(groups.items(), key=lambda group: group[0]):
        most = PROFESSIONAL_LINES if kind_ == "professional" else len(some)
        for n, at in enumerate(range(0, len(some), most)):
            found.append(_Part(kind_, f"{mark}/{n + 1}" if n else mark, tuple(some[at : at + most])))
    return found


def _whose(kind: Kind, charge: Charge) -> tuple[Kind, str]:
    if kind == "professional":
        return (kind, f"group {charge.group}" if charge.group else "")
    if not charge.professional:
        return (kind, "")
    who = charge.rendering or charge.line.rendering
    return ("professional", f"clinician {who.npi or who.name.last if who else ''} {charge.group}")


def _value(told: Told[Any] | None) -> Any:
    return told.value if told is not None else None


def _claim(account: str, parts: Parts, feed: Feed, part: _Part, main: bool) -> Claim:
    who = _value(parts.patient)
    covers = _covers(_value(parts.coverages or parts.usual), who)
    diagnoses = _diagnoses(_value(parts.diagnoses), part.kind)
    claim = Claim(
        number=number_of(account, part.mark),
        kind=part.kind,
        charge=sum(charge.line.charge for charge in part.charges),
        place="",
        billing=feed.billing,
        coverages=covers,
        patient=None if covers[0].relationship == "18" else who,
        guarantor=_value(parts.guarantor),
        account=account,
        medical_record=_value(parts.medical_record) or "",
        diagnoses=diagnoses,
        lines=tuple(_line(charge, diagnoses, part.kind) for charge in part.charges),
        authorization=_value(parts.authorization) or "",
        accepts_assignment=feed.accept_assignment,
        service_facility=_value(parts.facility),
        patient_paid=(sum(p.value for p in parts.payments.values()) or None) if main else None,
    )
    finish = _professional if part.kind == "professional" else _institutional
    return number_lines(finish(claim, parts, feed))


def _covers(coverages: tuple[Coverage, ...], who: Person) -> tuple[Coverage, ...]:
    """Where the patient is the subscriber, what is known of the patient holds; the member id is the policy's."""
    first = coverages[0]
    if first.relationship != "18":
        return coverages
    of_policy = first.subscriber
    subscriber = structs.replace(who, member_id=of_policy.member_id, member_id_kind=of_policy.member_id_kind)
    return (structs.replace(first, subscriber=subscriber), *coverages[1:])


def _diagnoses(told: Sequence[Diagnosis], kind: Kind) -> tuple[Diagnosis, ...]:
    """As they were told on an 837I; an 837P has neither an admitting one nor present-on-admission, unless it is all there is."""
    if kind == "institutional":
        return tuple(told)
    plain = [d for d in told if d.qualifier in ("ABK", "BK", "ABF", "BF")] or list(told[:1])
    return tuple(_renamed(d, first=n == 0) for n, d in enumerate(plain[:12]))


def _renamed(d: Diagnosis, *, first: bool) -> Diagnosis:
    qualifier = ("AB" if d.qualifier.startswith("A") else "B") + ("K" if first else "F")
    return Diagnosis(code=d.code, qualifier=qualifier)


def _line(charge: Charge, diagnoses: tuple[Diagnosis, ...], kind: Kind) -> Line:
    if kind == "institutional":
        return structs.replace(charge.line, place="", pointers=(), rendering=None)
    return structs.replace(
        charge.line,
        revenue_code="",
        pointers=_pointers(charge.diagnoses, [d.code for d in diagnoses]),
        rendering=charge.rendering or charge.line.rendering,
    )


def _pointers(named: Iterable[str], codes: list[str]) -> tuple[int, ...]:
    """The diagnoses that the charge names, by their place; without it the claim's first four."""
    places = dict.fromkeys(codes.index(code) + 1 for code in named if code in codes)
    return tuple(places)[:4] or tuple(range(1, len(codes) + 1))[:4]


def _professional(claim: Claim, parts: Parts, feed: Feed) -> Claim:
    visit = _value(parts.patient_class)
    place = visit.place if visit.kind == "professional" else _PLACES.get(visit.written, "22")
    rendering = _rendering(claim.lines, _value(parts.attending), feed)
    referring = _value(parts.referring)
    # 2420A and SV105 are for differences: a line repeats neither the claim's clinician nor its place of service
    lines = tuple(
        structs.replace(
            line,
            rendering=None if line.rendering == rendering else line.rendering,
            place="" if line.place == (place or "11") else line.place,
        )
        for line in claim.lines
    )
    return structs.replace(
        claim,
        place=place or "11",
        lines=lines,
        rendering=rendering,
        referring=(referring,) if referring else (),
    )


def _rendering(lines: tuple[Line, ...], attending: Provider | None, feed: Feed) -> Provider | None:
    """The clinician of all lines, else the attending one where the feed says that this is who rendered the care."""
    told = {line.rendering for line in lines}
    if len(told) == 1 and (one := next(iter(told))):
        return one
    return attending if feed.attending_as_rendering else None


def _institutional(claim: Claim, parts: Parts, _feed: Feed) -> Claim:
    fields: dict[str, Any] = {name: told.value for name, told in parts.stay.items()}
    admitted = date.fromisoformat(fields["admitted"]) if "admitted" in fields else None
    stay = Stay(**fields | {"admitted": admitted})
    days = [day for line in claim.lines for day in (line.first, line.last) if day]
    first = admitted or min(days, default=_value(parts.opened))
    return structs.replace(
        claim,
        place=_value(parts.patient_class).place or "13",
        stay=stay,
        first=first,
        last=_value(parts.closed) or max(days, default=first),
        procedures=_value(parts.procedures) or (),
        attending=_value(parts.attending),
        operating=_value(parts.operating),
    )
