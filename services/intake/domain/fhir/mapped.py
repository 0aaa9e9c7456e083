"""A document as its feed means it: what a feed says anew of the FHIR table is put where the reader looks, before it reads.

A feed's rule names another element of the same resource (``from``), what holds where nothing is said (``default``), or what the
facility's own codes mean (``codes``). Without such a rule a document is read as it came.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from services.intake.domain.fhir.elements import TYPES
from services.intake.domain.mapping import MappingError, Rule

_PATH = re.compile(r"[A-Z][A-Za-z]+(?:\.[a-z][A-Za-z]*(?:\[[^\]\s]{1,200}\])?)+")
_STEP = re.compile(r"([A-Za-z]+)(?:\[([^\]]+)\])?")
_TELLS = ("url", "use", "system", "category", "type", "role")
"""The elements of a list's entry that its filter may name."""


class Step(Struct, frozen=True, gc=False):
    """One element on the way, and which of its entries: the one that says so in a tell-tale element."""

    name: str
    which: str = ""


class Move(Struct, frozen=True, gc=False):
    """One line that a feed says anew: where the reader looks (and which steps there are lists), where the feed has it instead."""

    kind: str
    own: tuple[Step, ...]
    many: tuple[bool, ...]
    sources: tuple[tuple[Step, ...], ...]
    default: str
    codes: dict[str, str]


def moves_of(rules: Mapping[str, Rule]) -> tuple[Move, ...]:
    """What the feed says anew, ready for use. Raises MappingError for a path that is none, or that begins elsewhere."""
    return tuple(_move(name, rule) for name, rule in rules.items() if rule.own)


def _move(name: str, rule: Rule) -> Move:
    kind, own = parsed(name, rule.own or "")
    others = [parsed(name, text) for text in rule.sources or () if text != rule.own]
    if any(other != kind for other, _ in others):
        raise MappingError((name, "from"), "This is an element of another resource.", f"Begin with {kind}.")
    return Move(
        kind, own, _many(kind, own), tuple(steps for _, steps in others), rule.default or "", rule.codes or {}
    )


def parsed(name: str, text: str) -> tuple[str, tuple[Step, ...]]:
    """A path of the table as its resource type and steps. Raises MappingError with the part's name."""
    if not _PATH.fullmatch(text):
        fix = "Write Type.element.element, for example Claim.item.net.value."
        raise MappingError((name, "from"), f"This is no path: {text}.", fix)
    kind, _, rest = text.partition(".")
    return kind, tuple(Step(m[1], m[2] or "") for m in _STEP.finditer(rest) if m[1])


def mapped(document: dict[str, Any], moves: Sequence[Move]) -> dict[str, Any]:
    """The document with every move made, in place."""
    for move in moves:
        for resource in resources(document):
            if resource.get("resourceType") == move.kind:
                _made(resource, move)
    return document


def resources(tree: object) -> Iterator[dict[str, Any]]:
    """Every resource in a document, wherever it stands."""
    waiting = [tree]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("resourceType"), str):
                yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def _made(resource: dict[str, Any], move: Move) -> None:
    for source in move.sources:
        shared = _together(move.own, source)
        for parent in reach(resource, move.own[:shared]):
            value = next(reach(parent, source[shared:]), None)
            if value not in (None, "", {}, []):
                _put(parent, move, shared, value)
    if move.default:
        shared = 1 if len(move.own) > 1 and move.many[0] else 0  # once for each item, insurance, diagnosis
        for parent in reach(resource, move.own[:shared]):
            if next(reach(parent, move.own[shared:]), None) is None:
                _put(parent, move, shared, move.default)
    if move.codes:
        for parent in reach(resource, move.own[:-1]):
            _translate(parent, move.own[-1].name, move.codes)


def _many(kind: str, steps: Sequence[Step]) -> tuple[bool, ...]:
    """Which steps of a path are lists, by R4's own definitions."""
    found = []
    for step in steps:
        element = TYPES.get(kind, {}).get(step.name)
        found.append(element is not None and element.many)
        kind = element.kind if element is not None else ""
    return tuple(found)


def _together(a: Sequence[Step], b: Sequence[Step]) -> int:
    """How many steps two paths have in common, but never all of either."""
    count = 0
    for x, y in zip(a[:-1], b[:-1], strict=False):
        if x != y:
            break
        count += 1
    return count


def reach(value: object, steps: Sequence[Step]) -> Iterator[Any]:
    """Everything at the end of a path; lists are gone through."""
    if isinstance(value, list):
        for entry in value:
            yield from reach(entry, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0].name in value:
        found = value[steps[0].name]
        if which := steps[0].which:
            found = [e for e in (found if isinstance(found, list) else [found]) if tells(e, which)]
        yield from reach(found, steps[1:])


def tells(entry: object, which: str) -> bool:
    """Whether an entry says that it is that one, as a text or as a code of a concept."""
    if not isinstance(entry, dict):
        return False
    for name in _TELLS:
        said = entry.get(name)
        codings = said.get("coding") if isinstance(said, dict) else None
        codes = [c.get("code") for c in codings if isinstance(c, dict)] if isinstance(codings, list) else []
        if which == said or which in codes or (name == "system" and isinstance(said, str) and which in said):
            return True
    return False


def _put(parent: object, move: Move, depth: int, value: object) -> None:
    """Write a value where the reader looks, making what is not there; into a list's first entry, or the one that tells."""
    here = parent
    for place in range(depth, len(move.own)):
        step, many = move.own[place], move.many[place]
        if not isinstance(here, dict):
            return
        if place == len(move.own) - 1:
            here[step.name] = [value] if many and not isinstance(value, list) else value
            return
        child = here.setdefault(step.name, [] if many else {})
        here = _entry(child, step.which) if isinstance(child, list) else child


def _entry(entries: list[Any], which: str) -> object:
    """The list's first entry, or the one that tells it is ``which``; made where there is none."""
    for entry in entries:
        if not which or tells(entry, which):
            return entry
    entries.append({"category": {"coding": [{"code": which}]}} if which else {})
    return entries[-1]


def _translate(parent: object, name: str, codes: Mapping[str, str]) -> None:
    if isinstance(parent, dict) and isinstance(said := parent.get(name), str):
        parent[name] = codes.get(said.upper(), codes.get("*", said))
