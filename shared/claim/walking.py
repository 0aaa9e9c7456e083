"""Hold a decoded JSON tree against a type and say everything that does not fit, by JSON pointer (RFC 6901)."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from difflib import get_close_matches
from typing import Any

from msgspec import Struct, inspect

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class Defect(Struct, frozen=True, gc=False):
    """One thing that is wrong with a document: a stable word, the JSON pointer, the problem, the fix. Never the value."""

    code: str
    pointer: str
    problem: str
    fix: str


def walk(tree: object, wanted: object) -> Iterator[Defect]:
    """Compare a JSON tree with a type of msgspec's; every problem, in document order."""
    yield from _check(tree, inspect.type_info(wanted), "")


def _check(value: object, wanted: inspect.Type, at: str) -> Iterator[Defect]:
    return _CHECKS[type(wanted)](value, wanted, at)


def _within(value: object, wanted: inspect.Metadata, at: str) -> Iterator[Defect]:
    return _check(value, wanted.type, at)


def _optional(value: object, wanted: inspect.UnionType, at: str) -> Iterator[Defect]:
    if value is not None:
        yield from _check(value, next(t for t in wanted.types if not isinstance(t, inspect.NoneType)), at)


def _choice(value: object, wanted: inspect.LiteralType, at: str) -> Iterator[Defect]:
    if value not in wanted.values:
        words = ", ".join(str(v) or "empty" for v in wanted.values)
        yield Defect("value", at, f"{_name(at)} has a value that is not allowed.", f"Use one of: {words}.")


def _flag(value: object, _wanted: inspect.BoolType, at: str) -> Iterator[Defect]:
    if not isinstance(value, bool):
        yield Defect("type", at, f"{_name(at)} is {_kind(value)}.", "Use true or false.")


def _struct(value: object, wanted: inspect.StructType, at: str) -> Iterator[Defect]:
    if not isinstance(value, dict):
        yield Defect("type", at, f"{_name(at)} is {_kind(value)}.", "Use an object in braces.")
        return
    fields = {f.encode_name: f for f in wanted.fields}
    for name in value:
        if name not in fields:
            yield _unknown(name, fields, at)
    for name, field in fields.items():
        if name in value:
            yield from _check(value[name], field.type, f"{at}/{name}")
        elif field.required:
            yield Defect("missing", f"{at}/{name}", f"{name} is missing.", f"Add {name}.")


def _unknown(name: str, known: dict[str, Any], at: str) -> Defect:
    # A name that is no identifier may be anything, also somebody's: it is not repeated.
    shown = name if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,39}", name) else "?"
    near = get_close_matches(shown, known, n=1)
    fix = f"Did you mean {near[0]}?" if near else f"Remove it, or use one of: {', '.join(sorted(known))}."
    return Defect("unknown-field", f"{at}/{shown}", f"{shown} is not a field here.", fix)


def _list(value: object, wanted: inspect.VarTupleType, at: str) -> Iterator[Defect]:
    if not isinstance(value, list):
        yield Defect("type", at, f"{_name(at)} is {_kind(value)}.", "Use a list in brackets.")
        return
    fewest, most = wanted.min_length or 0, wanted.max_length
    if len(value) < fewest or (most is not None and len(value) > most):
        yield Defect(
            "count", at, f"{_name(at)} has {len(value)} entries.", f"Give {fewest} to {most or 'any number'}."
        )
    for place, item in enumerate(value):
        yield from _check(item, wanted.item_type, f"{at}/{place}")


def _pair(value: object, wanted: inspect.TupleType, at: str) -> Iterator[Defect]:
    if not isinstance(value, list) or len(value) != len(wanted.item_types):
        yield Defect(
            "type", at, f"{_name(at)} has another shape.", f"Use a list of {len(wanted.item_types)}."
        )
        return
    for place, (item, kind) in enumerate(zip(value, wanted.item_types, strict=True)):
        yield from _check(item, kind, f"{at}/{place}")


def _text(value: object, wanted: inspect.StrType, at: str) -> Iterator[Defect]:
    if not isinstance(value, str):
        yield Defect("type", at, f"{_name(at)} is {_kind(value)}.", "Use text in quotes.")
        return
    shortest, longest = wanted.min_length or 0, wanted.max_length
    if len(value) < shortest:
        problem = (
            f"{_name(at)} is empty." if not value else f"{_name(at)} is too short ({len(value)} characters)."
        )
        yield Defect("length", at, problem, f"Give at least {shortest} character(s).")
    if longest is not None and len(value) > longest:
        fix = f"Give at most {longest} characters: an 837 cannot carry more."
        yield Defect("length", at, f"{_name(at)} has {len(value)} characters.", fix)
    if _CONTROL.search(value):
        fix = "Remove line breaks, tabs and other control characters."
        yield Defect("format", at, f"{_name(at)} holds a control character.", fix)


def _number(value: object, wanted: inspect.IntType, at: str) -> Iterator[Defect]:
    if isinstance(value, bool) or not isinstance(value, int):
        fix = "Use a whole number; money is in cents: 12550 for $125.50."
        yield Defect("type", at, f"{_name(at)} is {_kind(value)}.", fix)
        return
    if (wanted.gt is not None and value <= wanted.gt) or (wanted.lt is not None and value >= wanted.lt):
        yield Defect(
            "range", at, f"{_name(at)} is out of range.", "Money is in cents, counts are small numbers."
        )


def _day(value: object, _wanted: inspect.DateType, at: str) -> Iterator[Defect]:
    try:
        good = isinstance(value, str) and _DATE.fullmatch(value) is not None and date.fromisoformat(value)
    except ValueError:
        good = False
    if not good:
        yield Defect("format", at, f"{_name(at)} is not a day of the calendar.", "Write it as YYYY-MM-DD.")


_KINDS = {str: "text", int: "a whole number", float: "a number with a point", bool: "true or false"}


def _kind(value: object) -> str:
    if value is None:
        return "null"
    return _KINDS.get(type(value)) or ("a list" if isinstance(value, list) else "an object")


def _name(at: str) -> str:
    """What to call the place: its last name, with the list's name before a bare number."""
    parts = [p for p in at.split("/") if p]
    if not parts:
        return "The claim"
    return f"{parts[-2]}[{parts[-1]}]" if parts[-1].isdigit() and len(parts) > 1 else parts[-1]


_CHECKS: dict[type, Callable[[object, Any, str], Iterator[Defect]]] = {
    inspect.Metadata: _within,
    inspect.UnionType: _optional,
    inspect.StructType: _struct,
    inspect.VarTupleType: _list,
    inspect.TupleType: _pair,
    inspect.StrType: _text,
    inspect.LiteralType: _choice,
    inspect.IntType: _number,
    inspect.BoolType: _flag,
    inspect.DateType: _day,
}

__all__ = ["Defect", "walk"]
