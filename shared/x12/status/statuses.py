"""The STC segment: what a payer says about a claim or a line, from and to ``Status`` values."""

from collections.abc import Iterator, Sequence

from shared.x12.elements import amount, day, padded
from shared.x12.types import Status
from shared.x12.writing837.marks import cents
from shared.x12.writing837.marks import day as written_day

Words = list[str]


def read_statuses(segment: Sequence[str], component: str) -> list[Status]:
    """Read one STC: the status of STC01 with dates, amounts and words, then those of STC10 and STC11 with codes alone.

    Raises ValueError when a date or an amount cannot be read.
    """
    _, codes, on, action, charge, paid, *payment, second, third, words = padded(segment, 13)
    category, status, entity, code_list = padded(codes.split(component), 4)
    first = Status(
        category=category,
        status=status,
        entity=entity,
        code_list=code_list,
        action=action,
        on=day(on) if on else None,
        charge=amount(charge) if charge else None,
        paid=amount(paid) if paid else None,
        words=words,
        payment=tuple(payment) if any(payment) else (),
    )
    return [first, *[_codes(text, component) for text in (second, third) if text]]


def _codes(text: str, component: str) -> Status:
    category, status, entity, code_list = padded(text.split(component), 4)
    return Status(category=category, status=status, entity=entity, code_list=code_list)


def status_segments(statuses: Sequence[Status], component: str) -> Iterator[Words]:
    """Yield STC segments: a status with nothing but codes joins the one before it as STC10 or STC11."""
    block: list[Status] = []
    for status in statuses:
        if block and (len(block) == 3 or _stands_alone(status)):
            yield _segment(block, component)
            block = []
        block.append(status)
    if block:
        yield _segment(block, component)


def _stands_alone(status: Status) -> bool:
    return bool(
        status.on
        or status.action
        or status.charge is not None
        or status.paid is not None
        or status.words
        or status.payment
    )


def _segment(block: Sequence[Status], component: str) -> Words:
    main, *more = block
    words = [
        "STC",
        _composite(main, component),
        written_day(main.on) if main.on else "",
        main.action,
        "" if main.charge is None else cents(main.charge),
        "" if main.paid is None else cents(main.paid),
    ]
    if main.payment or more or main.words:
        codes = [_composite(status, component) for status in more]
        words += [*padded(main.payment, 4), *padded(codes, 2), main.words]
    return words


def _composite(status: Status, component: str) -> str:
    return component.join((status.category, status.status, status.entity, status.code_list)).rstrip(component)
