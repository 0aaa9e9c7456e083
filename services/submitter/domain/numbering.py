"""Control numbers: from one counter row per partner, never the same twice."""

from shared.events import Controls

LAST = 999_999_999
"""ISA13 and GS06 have nine digits."""


class NumbersUsedUpError(ValueError):
    """A partner's counter is at its end: going on would repeat a number that the partner has seen."""


def controls_of(partner: str, number: int) -> Controls:
    """The numbers of a partner's ``number``-th interchange, one of each kind per file.

    ST02 needs four digits at least; BHT03 has at most 30 characters and names partner and file. Raises NumbersUsedUpError.
    """
    if not 0 < number <= LAST:
        raise NumbersUsedUpError(f"control numbers of partner {partner} are used up")
    return Controls(
        interchange=number,
        group=number,
        transaction=f"{number:09d}",
        batch=f"{partner.upper()[:20]}-{number:09d}",
    )
