"""An original laid out for a person who compares it with what was made of it: place by place, in that door's own notation."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from services.intake.domain.hl7.message import Hl7Message, NotHl7Error, Segment, parse
from shared.events.intake import Door
from shared.x12.outline import outline

MOST = 2000
"""So many values are laid out; a longer message is read in its original."""

Laid = tuple[str, str]
"""A place (``PID-3[1].1``, ``Claim.item[0].net.value``, ``12 CLM``) and what stands there."""


def lay_out(door: Door, raw: bytes) -> list[Laid]:
    """The values of a message, each with its place; empty where it cannot be taken apart."""
    return list(islice(_values(door, raw), MOST))


def _values(door: Door, raw: bytes) -> Iterator[Laid]:
    if door == "hl7":
        return _hl7(raw)
    if door == "x12":
        return _x12(raw)
    return _json(raw)


def _hl7(raw: bytes) -> Iterator[Laid]:
    try:
        message = parse(raw)
    except NotHl7Error:
        return
    seen: dict[str, int] = {}
    for segment in message.segments:
        seen[segment[0]] = seen.get(segment[0], 0) + 1
        times = sum(each[0] == segment[0] for each in message.segments)
        name = segment[0] + (f"[{seen[segment[0]]}]" if times > 1 else "")
        for field, text in enumerate(segment[1:], 1):
            if segment[0] == "MSH" and field < 3:
                yield f"{name}-{field}", text
            elif text:
                yield from _field(message, segment, f"{name}-{field}", text)


def _field(message: Hl7Message, segment: Segment, place: str, text: str) -> Iterator[Laid]:
    repetitions = text.split(message.repetition)
    for number, repetition in enumerate(repetitions, 1):
        where = f"{place}[{number}]" if len(repetitions) > 1 else place
        components = repetition.split(message.component)
        for component, value in enumerate(components, 1):
            if value:
                yield (f"{where}.{component}" if len(components) > 1 else where), message.part(value) or value


def _x12(raw: bytes) -> Iterator[Laid]:
    for segment in outline(raw):
        if segment.text:
            yield f"{segment.number} {segment.elements[0]}", segment.text


def _json(raw: bytes) -> Iterator[Laid]:
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return iter(())
    start = document.get("resourceType", "") if isinstance(document, dict) else ""
    return _walk(start if isinstance(start, str) else "", document)


def _walk(place: str, value: Any) -> Iterator[Laid]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _walk(f"{place}.{name}".lstrip("."), each)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            yield from _walk(f"{place}[{at}]", each)
    else:
        yield place, value if isinstance(value, str) else msgspec.json.encode(value).decode()
