"""What of a FHIR document is used, for which part of the claim, and what is ignored: by the feed's table."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.intake.domain.fhir.mapped import Step, parsed, reach, resources
from services.intake.domain.hl7.coverage import Use
from services.intake.domain.mapping import Rule

ENVELOPE = frozenset(
    "resourceType id meta status use created reference sequence focal system currency".split()  # noqa: SIM905
)
"""Elements that say what a resource is, and which one another means."""

_Used = dict[tuple[int, str], list[str]]
"""Which parts an element fills: by its holder's identity and its name."""


def uses(document: dict[str, Any], rules: Mapping[str, Rule]) -> tuple[Use, ...]:
    """Every value of every resource of a document, in their order, with the parts that it fills; lists are gone through."""
    return tuple(use for one in resources(document) for use in _of_resource(one, rules))


def _of_resource(resource: dict[str, Any], rules: Mapping[str, Rule]) -> Iterator[Use]:
    kind = str(resource["resourceType"])
    used: _Used = {}
    for name, rule in rules.items():
        for source in rule.sources or ():
            of, steps = parsed(name, source)
            if of == kind:
                _note(resource, steps, name, used)
    yield from _walk(resource, kind, (), used)


def _note(resource: dict[str, Any], steps: tuple[Step, ...], name: str, used: _Used) -> None:
    last = steps[-1]
    for holder in reach(resource, steps[:-1]):
        if isinstance(holder, dict) and last.name in holder:
            parts = used.setdefault((id(holder), last.name), [])
            if name not in parts:
                parts.append(name)


def _walk(value: object, path: str, parts: tuple[str, ...], used: _Used) -> Iterator[Use]:
    if isinstance(value, list):
        for entry in value:
            yield from _walk(entry, path, parts, used)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name in ("contained", "entry", "text") or (
                isinstance(inner, dict) and "resourceType" in inner
            ):
                continue
            below = (*parts, *used.get((id(value), name), ()))
            told = below or (("(envelope)",) if name in ENVELOPE else ())
            yield from _walk(inner, f"{path}.{name}", told, used)
    elif value not in (None, ""):
        yield Use(path, tuple(dict.fromkeys(parts)))
