"""Corrections by JSON pointer: RFC 6901 places in the claim as our own JSON shows it."""

from typing import Any

import msgspec

from shared.claim import Claim
from shared.events import Change


class CorrectionDoesNotFit(Exception):
    """A change names a place that the claim does not have, or a value that cannot stand there. Never repeats the value."""

    def __init__(self, place: str, words: str) -> None:
        super().__init__(f"{place}: {words}")
        self.place = place
        self.words = words


def corrected(claim: Claim, changes: tuple[Change, ...]) -> tuple[Claim, tuple[Change, ...]]:
    """Apply the changes in order; give the new claim and the changes with ``before`` filled in from the old one.

    Lists grow by ``/-`` or the next index, and shrink by an empty ``after``. Raises CorrectionDoesNotFit.
    """
    document = msgspec.json.decode(msgspec.json.encode(claim))
    done = []
    for change in changes:
        before = _put(document, change.place, _value(change))
        done.append(msgspec.structs.replace(change, before=_text(before)))
    try:
        return msgspec.convert(document, Claim), tuple(done)
    except msgspec.ValidationError as wrong:
        place = (
            str(wrong).rpartition("`$")[2].rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
        )
        raise CorrectionDoesNotFit(
            place or changes[0].place, "the value does not have the right type"
        ) from None


_NOTHING: Any = object()


def _value(change: Change) -> Any:
    if not change.after:
        return _NOTHING
    try:
        return msgspec.json.decode(change.after)
    except msgspec.DecodeError:
        raise CorrectionDoesNotFit(change.place, "the new value is not JSON (text needs quotes)") from None


def _text(value: Any) -> str:
    return "" if value is _NOTHING else msgspec.json.encode(value).decode()


def _put(document: Any, place: str, value: Any) -> Any:
    """Set, add or remove one value in place; the old value comes back."""
    if not place.startswith("/"):
        raise CorrectionDoesNotFit(place, "a place starts with a slash, as in /lines/0/charge")
    *path, last = [step.replace("~1", "/").replace("~0", "~") for step in place[1:].split("/")]
    holder = document
    for step in path:
        holder = _step(holder, step, place)
    if isinstance(holder, list):
        return _put_in_list(holder, last, value, place)
    if not isinstance(holder, dict):
        raise CorrectionDoesNotFit(place, "there is no such place in this claim")
    before = holder.pop(last, _NOTHING)
    if value is not _NOTHING:
        holder[last] = value
    return before


def _step(holder: Any, step: str, place: str) -> Any:
    if isinstance(holder, list) and step.isdigit() and int(step) < len(holder):
        return holder[int(step)]
    if isinstance(holder, dict):
        return holder.setdefault(step, {})
    raise CorrectionDoesNotFit(place, "there is no such place in this claim")


def _put_in_list(holder: list[Any], last: str, value: Any, place: str) -> Any:
    index = len(holder) if last == "-" else int(last) if last.isdigit() else -1
    if not 0 <= index <= len(holder) or (index == len(holder) and value is _NOTHING):
        raise CorrectionDoesNotFit(place, "there is no such place in this claim")
    before = holder[index] if index < len(holder) else _NOTHING
    holder[index : index + 1] = [] if value is _NOTHING else [value]
    return before
