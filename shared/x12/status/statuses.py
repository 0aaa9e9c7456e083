"""The STC segment: what a payer says about a claim or a line, from and to ``Status`` values."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.x12.elements import amount, day, padded
from shared.x12.types import Status
from shared.x12.writing837.marks import cents
from shared.x12.writing837.marks import day as written_day

Words = list[str]


def read_statuses(segment: Sequence[str], component: str) -> list[Status]:
    """Read one STC: the status of STC01 with dates, amounts and words, then those of STC10 and STC11 with codes alone.

    Raises ValueError when a date or an amount cannot be read.
    """
    elements = padded(segment, 13)
    first = _codes(elements[1], component)
    first |= {
        "action": elements[3],
        "on": day(elements[2]) if elements[2] else None,
        "charge": amount(elements[4]) if elements[4] else None,
        "paid": amount(elements[5]) if elements[5] else None,
        "words": elements[12],
        "payment": tuple(elements[6:10]) if any(elements[6:10]) else (),
    }
    return [Status(**first), *(Status(**_codes(text, component)) for text in elements[10:12] if text)]


def _codes(text: str, component: str) -> dict[str, Any]:
    category, status, entity, code_list = padded(text.split(component), 4)
    return {"category": category, "status": status, "entity": entity, "code_list": code_list}


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
    return [
        "STC",
        _composite(main, component),
        written_day(main.on) if main.on else "",
        main.action,
        "" if main.charge is None else cents(main.charge),
        "" if main.paid is None else cents(main.paid),
        *padded(main.payment, 4),
        *padded([_composite(status, component) for status in more], 2),
        main.words,
    ]


def _composite(status: Status, component: str) -> str:
    return component.join((status.category, status.status, status.entity, status.code_list)).rstrip(component)
