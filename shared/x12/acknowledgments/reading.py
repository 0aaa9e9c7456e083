"""999 and TA1, from segments into ``GroupAck`` and ``InterchangeAck`` (005010X231A1; TA1: X12.5)."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from msgspec.structs import replace

from shared.claim import Segment
from shared.x12.elements import kept, moment, padded
from shared.x12.types import (
    Context,
    ElementError,
    GroupAck,
    Header,
    InterchangeAck,
    Party,
    SegmentError,
    SetAck,
)

Rows = Sequence[Sequence[str]]

SET_CODES = ("A", "E", "M", "R", "W", "X")
GROUP_CODES = ("A", "E", "M", "P", "R", "W", "X")


def read_group_ack(
    segments: Rows, component: str, header: Header, first: int = 1
) -> tuple[GroupAck, tuple[int, ...]]:
    """Read one 999, ST to SE. ``first`` is the number of ST in the file.

    Gives the numbers of the segments that could not be read beside it. An answer with an unknown code counts as
    rejected: nobody may take a claim for received on a code that nobody knows.
    """
    unread: list[int] = []
    bounds = [at for at, segment in enumerate(segments) if segment[0] in ("AK2", "AK9", "SE")]
    bounds.append(len(segments))
    values: dict[str, Any] = {
        "code": "R",
        "functional": "",
        "group": 0,
        "included": 0,
        "received": 0,
        "accepted": 0,
    }
    extra = _group_start(values, segments[: bounds[0]], component, first, unread)
    sets: list[SetAck] = []
    for at, end in pairwise(bounds):
        if segments[at][0] == "AK2":
            sets.append(_set_ack(segments[at:end], component, first + at, unread))
            continue
        if segments[at][0] == "AK9":
            extra += _group_end(values, segments[at], component, first + at, unread)
        extra += [kept("999", segment, component) for segment in segments[at + 1 : end]]
    return GroupAck(header=header, **values, sets=tuple(sets), extra=tuple(extra)), tuple(unread)


def read_interchange_ack(
    segment: Sequence[str], sender: Party, receiver: Party, header: Header | None = None
) -> tuple[InterchangeAck, bool]:
    """Read one TA1 between the parties of its interchange. The second value is false when a number or a date can't be read.

    A code that is none of A, E and R counts as rejected; the judge says so.
    """
    _, control, day_text, time_text, code, note = padded(segment, 6)
    number, readable = _number(control)
    try:
        # TA102 has a two-digit year; the guide is younger than 2000.
        at = moment(f"20{day_text}", time_text) if day_text else None
    except ValueError:
        at, readable = None, False
    known = code if code in ("A", "E", "R") else "R"
    ack = InterchangeAck(
        sender=sender,
        receiver=receiver,
        control=number,
        at=at,
        code=known,  # type: ignore[arg-type]
        note=note,
        header=header,
    )
    return ack, readable


def _number(text: str) -> tuple[int, bool]:
    """A count or a control number; 0 and false when it is none."""
    usable = text.isdecimal() and text.isascii() and len(text) < 19
    return (int(text), True) if usable else (0, False)


def _group_start(
    values: dict[str, Any], block: Rows, component: str, number: int, unread: list[int]
) -> list[Segment]:
    extra = []
    for at, segment in enumerate(block):
        if segment[0] == "AK1" and not values["functional"]:
            _, values["functional"], control, values["guide"] = padded(segment, 4)
            values["group"], readable = _number(control)
            if not readable:
                unread.append(number + at)
        elif segment[0] != "ST":
            extra.append(kept("999", segment, component))
    return extra


def _group_end(
    values: dict[str, Any], segment: Sequence[str], component: str, number: int, unread: list[int]
) -> list[Segment]:
    _, code, *counts = padded(segment, 5)
    numbers = [_number(count) for count in counts]
    values["included"], values["received"], values["accepted"] = (value for value, _ in numbers)
    values["reasons"] = tuple(reason for reason in segment[5:] if reason)
    if code in GROUP_CODES:
        values["code"] = code
    if code in GROUP_CODES and all(readable for _, readable in numbers):
        return []
    unread.append(number)
    return [kept("999", segment, component)]


def _set_ack(block: Rows, component: str, number: int, unread: list[int]) -> SetAck:
    _, set_id, transaction, guide = padded(block[0], 4)
    bounds = [at for at, segment in enumerate(block) if segment[0] in ("IK3", "IK5")]
    bounds.append(len(block))
    values: dict[str, Any] = {"code": "R", "errors": []}
    extra = [kept("2100", segment, component) for segment in block[1 : bounds[0]]]
    for at, end in pairwise(bounds):
        if block[at][0] == "IK3":
            values["errors"].append(_segment_error(block[at:end], component, number + at, unread))
            continue
        if padded(block[at], 2)[1] in SET_CODES:
            values["code"] = block[at][1]
        else:
            unread.append(number + at)
            extra.append(kept("2100", block[at], component))
        values["reasons"] = tuple(reason for reason in block[at][2:] if reason)
        extra += [kept("2100", segment, component) for segment in block[at + 1 : end]]
    values["errors"] = tuple(values["errors"])
    return SetAck(transaction=transaction, set_id=set_id, guide=guide, extra=tuple(extra), **values)


def _segment_error(block: Rows, component: str, number: int, unread: list[int]) -> SegmentError:
    _, identifier, position, loop, code = padded(block[0], 5)
    place, readable = _number(position)
    extra: list[Segment] = []
    if not readable:
        unread.append(number)
        extra.append(kept("2110", block[0], component))
    claim = ""
    elements: list[ElementError] = []
    triggers: list[Context] = []
    for at, segment in enumerate(block[1:], number + 1):
        if segment[0] == "IK4":
            elements.append(_element_error(segment, component, at, unread))
        elif elements:
            elements[-1] = _with_context(elements[-1], segment, component)
        elif (trigger := _context(segment, component)) is not None and not extra and not claim:
            triggers.append(trigger)
        elif _names_claim(segment, component) and not claim:
            claim = segment[1].partition(component)[2]
        else:
            extra.append(kept("2110", segment, component))
    return SegmentError(
        segment=identifier,
        position=place,
        loop=loop,
        code=code,
        context=tuple(triggers),
        claim=claim,
        elements=tuple(elements),
        extra=tuple(extra),
    )


def _element_error(segment: Sequence[str], component: str, number: int, unread: list[int]) -> ElementError:
    _, place, reference, code, value = padded(segment, 5)
    texts = padded(place.split(component), 3)
    parts = [_number(text) for text in texts]
    readable = parts[0][1] and all(ok or not text for (_, ok), text in zip(parts, texts, strict=True))
    if not readable:
        unread.append(number)
    return ElementError(
        position=parts[0][0],
        component=parts[1][0],
        repetition=parts[2][0],
        code=code,
        reference=reference,
        value=value,
        extra=() if readable else (kept("2110", segment, component),),
    )


def _with_context(said: ElementError, segment: Sequence[str], component: str) -> ElementError:
    trigger = _context(segment, component)
    if trigger is None or said.extra:
        return replace(said, extra=(*said.extra, kept("2110", segment, component)))
    return replace(said, context=(*said.context, trigger))


def _context(segment: Sequence[str], component: str) -> Context | None:
    """Read a CTX that says what triggered a situational rule; None when it is another one, or says more than can be kept."""
    if segment[:2] != ["CTX", "SITUATIONAL TRIGGER"] or len(segment) > 6 or not segment[-1]:
        return None
    _, _, identifier, position, loop, place = padded(segment, 6)
    parts = place.split(component) if place else []
    numbers = [_number(text) for text in (position, *(part for part in parts if part))]
    if (
        len(parts) > 3
        or (parts and not parts[-1])
        or not all(readable and number for number, readable in numbers)
    ):
        return None
    element, inner, repetition = (int(part or 0) for part in padded(parts, 3))
    written = [str(number) for number, _ in numbers]
    if written != [position, *(part for part in parts if part)] or len(loop) > 4 or (parts and not element):
        return None
    return Context(
        segment=identifier,
        position=int(position),
        loop=loop,
        element=element,
        component=inner,
        repetition=repetition,
    )


def _names_claim(segment: Sequence[str], component: str) -> bool:
    """Whether a CTX is the business unit identifier that says our claim number (CTX01-1 = CLM01)."""
    if segment[0] != "CTX" or len(segment) != 2:
        return False
    name, _, reference = segment[1].partition(component)
    return name == "CLM01" and bool(reference)
