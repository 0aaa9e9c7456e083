"""Whether a reversal takes back exactly what a posting decided (claims-rules 3.3; RFI 1147, 1429, 2442)."""

from collections import Counter
from collections.abc import Callable

from services.remittance.domain.states import PaidLine, Posting

Place = int | tuple[str, ...]
Sums = Counter[tuple[Place, str, str]]


def mirrors(known: Posting, new: Posting) -> bool:
    """Whether one of the two is the reversal of the other: same payer, every amount negated, line by line.

    A posting that met its mirror, holds no money or was set aside takes no further part. Amounts are compared by
    line, group and reason; the 4010 group CR stands for all groups, so that there only sums per line count.
    """
    if known.mirror or known.booked == "nowhere" or known.why == "dismissed":
        return False
    if known.reversal == new.reversal or known.payer != new.payer:
        return False
    legacy = any(a.group == "CR" for p in (known, new) for a in p.every_adjustment())
    return any(_negate(_sums(known, legacy, by), _sums(new, legacy, by)) for by in (_by_place, _by_code))


def _negate(mine: Sums, yours: Sums) -> bool:
    return all(mine[key] == -yours[key] for key in mine.keys() | yours.keys())


def _by_place(line: PaidLine) -> Place:
    return line.line


def _by_code(line: PaidLine) -> Place:
    """What the payer named. A replacement may have moved the lines of the claim since the first decision found them."""
    return (line.code, *line.modifiers)


def _sums(posting: Posting, legacy: bool, by: Callable[[PaidLine], Place]) -> Sums:
    sums: Sums = Counter({(-1, "", "charge"): posting.charge, (-1, "", "paid"): posting.paid})
    for a in posting.adjustments:
        sums[(-1, "", "all") if legacy else (-1, a.group, a.reason)] += a.cents
    for line in posting.lines:
        place = by(line)
        sums[place, "", "charge"] += line.charge
        sums[place, "", "paid"] += line.paid
        for a in line.adjustments:
            sums[(place, "", "all") if legacy else (place, a.group, a.reason)] += a.cents
    return sums
