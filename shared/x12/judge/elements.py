"""What is wrong inside one segment, element by element, as a 999 would say it (IK4). Runs only where the pattern failed."""

import re
from collections.abc import Iterator

from shared.x12.grammar import Condition, Element, SegmentUse
from shared.x12.judge.defects import Defect
from shared.x12.judge.patterns import DATE, TIME, allowed
from shared.x12.segments import Delimiters
from shared.x12.walker import Elements

_DATE = re.compile(DATE).fullmatch
_TIME = re.compile(TIME).fullmatch
_NUMBER = re.compile(r"-?(?:\d+(?:\.\d*)?|\.\d+)").fullmatch
_WHOLE = re.compile(r"-?\d+").fullmatch


def explain(use: SegmentUse, elements: Elements, marks: Delimiters) -> Iterator[Defect]:
    """Find every defect of a segment that did not match its place's pattern."""
    if elements[-1] == "" and len(elements) > 1:
        yield Defect("X12-0409")
    if len(elements) - 1 > len(use.elements):
        yield Defect("X12-0503", f"{len(use.elements) + 1:02d}", "", "", (len(use.elements),))
    for element in use.elements:
        value = elements[element.position] if element.position < len(elements) else ""
        yield from _element(element, value, f"{element.position:02d}", marks)
    for condition in use.conditions:
        yield from _condition(condition, use, elements)


def padded(use: SegmentUse, elements: Elements, marks: Delimiters) -> Iterator[Defect]:
    """Find values and components with spaces around them."""
    for element, value in zip(use.elements, elements[1:], strict=False):
        position = f"{element.position:02d}"
        if element.components and marks.component:
            for component, part in zip(element.components, value.split(marks.component), strict=False):
                if part != part.strip(" "):
                    yield Defect("X12-0515", f"{position}-{component.position}", component.name, part)
        elif value != value.strip(" "):
            yield Defect("X12-0515", position, element.name, value)


def _element(element: Element, value: str, position: str, marks: Delimiters) -> Iterator[Defect]:
    if not value:
        if element.usage == "R":
            yield Defect("X12-0501", position, element.name)
        return
    if element.usage == "N":
        yield Defect("X12-0513", position, element.name, value)
        return
    if marks.repetition and marks.repetition in value:
        repeated = value.split(marks.repetition)
        if element.repeats == 1:
            yield Defect("X12-0511", position, element.name, value)
            return
        if len(repeated) > element.repeats:
            yield Defect("X12-0511", position, element.name, value)
        for one in repeated:
            yield from _one(element, one, position, marks)
        return
    yield from _one(element, value, position, marks)


def _one(element: Element, value: str, position: str, marks: Delimiters) -> Iterator[Defect]:
    if element.components:
        yield from _composite(element, value, position, marks)
    elif marks.component and marks.component in value:
        yield Defect("X12-0512", position, element.name, value, (1,))
    else:
        yield from _simple(element, value, position, marks)


def _composite(element: Element, value: str, position: str, marks: Delimiters) -> Iterator[Defect]:
    parts = value.split(marks.component) if marks.component else [value]
    if len(parts) > len(element.components):
        yield Defect("X12-0512", position, element.name, value, (len(element.components),))
    if parts[-1] == "":
        yield Defect("X12-0409", position)
    for component in element.components:
        part = parts[component.position - 1] if component.position <= len(parts) else ""
        yield from _element(component, part, f"{position}-{component.position}", marks)


def _simple(element: Element, value: str, position: str, marks: Delimiters) -> Iterator[Defect]:
    code = _kind_problem(element, value, marks)
    if code:
        yield Defect(code, position, element.name, value)
        return
    size = (
        sum(c.isdigit() for c in value) if element.kind == "R" or element.kind.startswith("N") else len(value)
    )
    if size > element.high:
        yield Defect("X12-0505", position, element.name, value, (element.high, size))
    elif size < element.low:
        yield Defect("X12-0504", position, element.name, value, (element.low, size))
    elif element.codes and value not in element.codes:
        yield Defect("X12-0507", position, element.name, value)


def _kind_problem(element: Element, value: str, marks: Delimiters) -> str:
    kind = element.kind
    if kind == "DT":
        full = value if element.high == 8 else f"20{value}"
        return "" if _DATE(full) else "X12-0508"
    if kind == "TM":
        return "" if _TIME(value) else "X12-0509"
    if kind == "R":
        return "" if _NUMBER(value) else "X12-0514"
    if kind.startswith("N"):
        return "" if _WHOLE(value) else "X12-0514"
    return "" if re.fullmatch(f"[{allowed(marks)}]*", value) else "X12-0506"


def _condition(condition: Condition, use: SegmentUse, elements: Elements) -> Iterator[Defect]:
    present = [p for p in condition.positions if p < len(elements) and elements[p]]
    absent = [p for p in condition.positions if p not in present]
    first = condition.positions[0]
    kind = condition.kind
    if kind == "E":
        if len(present) > 1:
            yield _tied("X12-0510", present[1], use, condition)
        return
    if kind == "P":
        broken = bool(present and absent)
    elif kind == "R":
        broken = not present
    elif kind == "C":
        broken = first in present and bool(absent)
    else:
        broken = present == [first]
    # An element that the guide requires is already missed by itself.
    missing = next((p for p in absent if use.elements[p - 1].usage != "R"), None)
    if broken and missing is not None:
        yield _tied("X12-0502", missing, use, condition)


def _tied(code: str, position: int, use: SegmentUse, condition: Condition) -> Defect:
    return Defect(code, f"{position:02d}", use.elements[position - 1].name, "", (condition.text,))
