"""Which charges stand when the credits are taken off: a function of the set of transactions, whatever order they came in."""

from collections.abc import Iterable

from msgspec import Struct

from services.intake.domain.account.facts import Charge
from services.intake.domain.account.parts import Parts, Told, when


class Standing(Struct, frozen=True, gc=False):
    """The charges that stand, by day and transaction id, and the ids of the credits that take back nothing we know of."""

    charges: tuple[Charge, ...]
    loose: tuple[str, ...] = ()


def standing(parts: Parts) -> Standing:
    """Take the credits off.

    A credit that names its charge takes back that one, whenever it was told; one with the id of a charge takes it back
    unless the charge was told again later; one that names none takes back one charge that looks like it.
    """
    left = dict(parts.charges)
    loose: list[str] = []
    unnamed: list[tuple[str, Told[Charge]]] = []
    for id_, credit in parts.credits.items():
        named = credit.value.reverses
        if named:
            loose += [] if named in parts.charges else [id_]
            left.pop(named, None)
        elif id_ in parts.charges:
            if when(credit) >= when(parts.charges[id_]):
                left.pop(id_, None)
        else:
            unnamed.append((id_, credit))
    loose += _take_off(left, unnamed)
    return Standing(_ordered(told.value for told in left.values()), tuple(sorted(loose)))


def _take_off(left: dict[str, Told[Charge]], credits_: list[tuple[str, Told[Charge]]]) -> list[str]:
    loose = []
    for id_, credit in sorted(credits_, key=lambda one: (*when(one[1]), one[0])):
        alike = [c for c, told in left.items() if _looks(told.value) == _looks(credit.value)]
        if alike:
            del left[max(alike, key=lambda c: (*when(left[c]), c))]
        else:
            loose.append(id_)
    return loose


def _looks(charge: Charge) -> tuple[object, ...]:
    line = charge.line
    return (line.code, line.modifiers, line.first, abs(line.charge), line.revenue_code)


def _ordered(charges: Iterable[Charge]) -> tuple[Charge, ...]:
    return tuple(sorted(charges, key=lambda c: (str(c.line.first or ""), len(c.id), c.id)))
