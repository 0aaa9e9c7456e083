"""Hold a resource against R4: elements that R4 does not know, wrong JSON types, what must be there and is not.

All of it is warnings: what a claim cannot be made without is said, as an error, by whoever looks for it.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from difflib import get_close_matches

from services.intake.domain.fhir.elements import ANY_ELEMENT, ANY_RESOURCE, CODES, REQUIRED, TYPES, Element
from services.intake.domain.fhir.outcome import Issue, IssueCode
from services.intake.domain.fhir.tree import Json, type_of

_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_TIME = re.compile(r"\d{4}(-\d\d(-\d\d(T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?(Z|[+-]\d\d:\d\d))?)?)?")
_MOST = 50
"""So many things said about one document are enough."""


def unlike(resource: Json, path: str) -> list[Issue]:
    """What in this resource, and in those contained in it, is not as R4 has it. At most fifty."""
    issues: list[Issue] = []
    kind = type_of(resource)
    if kind in TYPES:
        _object(resource, kind, path, issues, ANY_RESOURCE)
    contained = resource.get("contained")
    if not isinstance(contained, list | None):
        issues.append(_issue("structure", f"{path}.contained", "R4 has a list here.", "Send a JSON array."))
    for place, inner in enumerate(contained if isinstance(contained, list) else ()):
        kind, at = type_of(inner), f"{path}.contained[{place}]"
        if not kind:
            fix = "Say which resource this is."
            issues.append(_issue("required", f"{at}.resourceType", "R4 requires resourceType here.", fix))
        elif kind in TYPES:
            _object(inner, kind, at, issues, ANY_RESOURCE)
    return issues[:_MOST]


def _object(value: Json, kind: str, path: str, issues: list[Issue], beside: frozenset[str]) -> None:
    elements = TYPES[kind]
    for name, child in value.items():
        element = elements.get(name)
        if element is not None:
            _child(child, element, f"{path}.{name}", kind, name, issues)
        elif name not in beside and name[:1] != "_":
            issues.append(_unknown(name, elements, path))
    issues.extend(
        _issue("required", f"{path}.{name}", f"R4 requires {name} here.", f"Send {name}, as R4 has it.")
        for name in REQUIRED[kind]
        if value.get(name) in (None, [], {}, "") and f"_{name}" not in value
    )


def _child(child: object, element: Element, path: str, kind: str, name: str, issues: list[Issue]) -> None:
    if element.kind == "any":
        return
    if element.many:
        if not isinstance(child, list):
            issues.append(_issue("structure", path, "R4 has a list here.", "Send a JSON array."))
            return
        for place, one in enumerate(child):
            if one is None:
                fix = "Leave the element out."
                issues.append(_issue("structure", f"{path}[{place}]", "A list has no null in it.", fix))
            else:
                _single(one, element.kind, f"{path}[{place}]", "", issues)
    else:
        _single(child, element.kind, path, f"{kind}.{name}", issues)


def _single(child: object, kind: str, path: str, place: str, issues: list[Issue]) -> None:
    check = _PRIMITIVES.get(kind)
    if check is None:
        if isinstance(child, dict):
            _object(child, kind, path, issues, ANY_ELEMENT)
        elif child is not None:
            issues.append(_issue("structure", path, f"R4 has a {kind} here.", "Send a JSON object."))
    elif child is not None and not check(child):
        issues.append(_issue("value", path, f"This is no {kind} as R4 writes it.", _FIXES[kind]))
    elif place in CODES and child not in CODES[place]:
        fix = f"Send one of: {', '.join(CODES[place])}."
        issues.append(_issue("code-invalid", path, "R4 has no such code here.", fix))


def _unknown(name: str, elements: dict[str, Element], path: str) -> Issue:
    if name == "modifierExtension":
        problem = "A modifier extension may change what this means, and is not understood."
        return _issue(
            "not-supported", f"{path}.{name}", problem, "Leave it out, or say it in elements of R4."
        )
    shown = name if name.isascii() and name.isalnum() and len(name) <= 40 else "x"
    near = get_close_matches(name, elements, 1)
    fix = f"Did you mean {near[0]}?" if near else "Leave it out, or send it as an extension."
    return _issue(
        "structure", f"{path}.{shown}", "R4 has no element of this name here; it was not read.", fix
    )


def _issue(code: IssueCode, path: str, problem: str, fix: str) -> Issue:
    return Issue(code=code, expression=path, severity="warning", problem=problem, fix=fix)


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _date(value: object) -> bool:
    return isinstance(value, str) and _DATE.fullmatch(value) is not None


def _moment(value: object) -> bool:
    return isinstance(value, str) and _TIME.fullmatch(value) is not None


_PRIMITIVES: dict[str, Callable[[object], bool]] = {
    "string": _text,
    "code": _text,
    "uri": _text,
    "boolean": lambda value: isinstance(value, bool),
    "decimal": _number,
    "positiveInt": _count,
    "date": _date,
    "dateTime": _moment,
}
_FIXES = {
    "string": "Send a JSON string that is not empty.",
    "code": "Send a JSON string that is not empty.",
    "uri": "Send a JSON string that is not empty.",
    "boolean": "Send true or false, without quotes.",
    "decimal": "Send a JSON number, without quotes.",
    "positiveInt": "Send a whole number from 1, without quotes.",
    "date": "Write it as YYYY-MM-DD.",
    "dateTime": "Write it as YYYY-MM-DD, or with time and offset: YYYY-MM-DDThh:mm:ss+zz:zz.",
}


def untold(found: list[Issue], told: list[Issue]) -> Iterator[Issue]:
    """Those of ``found`` about whose place, or a place in it, nothing was told yet."""
    places = [i.expression for i in told]
    for issue in found:
        if not any(_within(place, issue.expression) for place in places):
            yield issue


def _within(place: str, outer: str) -> bool:
    return place == outer or (place.startswith(outer) and place[len(outer) :][:1] in ".[")
