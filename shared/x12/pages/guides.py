"""A page for each guide: its loops, segments and elements as reader, judge and writer know them."""

from collections.abc import Iterator
from typing import Final

from shared.x12.grammar import MANY, Condition, Element, Guide, Loop, SegmentUse
from shared.x12.guides.acknowledgments import CLAIM_ACKNOWLEDGMENT_277CA, IMPLEMENTATION_999
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.guides.status import STATUS_276, STATUS_277
from shared.x12.judge.rules import RULES
from shared.x12.pages.findings import GENERATED

GUIDES: Final = (
    CLAIM_837P, CLAIM_837I, REMITTANCE_835, IMPLEMENTATION_999, CLAIM_ACKNOWLEDGMENT_277CA, STATUS_276, STATUS_277,
)  # fmt: skip

_ABOUT: Final = (
    "One table per guide drives reader, judge, writer and these pages (`shared/x12/guides`). Names are our own; numbers are "
    "the guide's: `SV101-2` is the second component of the first element of SV1. Elements that are not listed are not used."
)
_HEAD: Final = (
    "Transaction set {}, functional group {}, announced as {} (the first is written). R required, S situational; "
    "`x3` may repeat three times, `x>1` without limit."
)
_USAGE: Final = {"R": "required", "S": "situational", "N": "not used"}
_CONDITIONS: Final = {
    "P": "all of them or none", "R": "at least one of them", "E": "at most one of them",
    "C": "with the first all the others", "L": "with the first one of the others",
}  # fmt: skip


def guides_index() -> str:
    """The guides on one page."""
    lines = ["# X12 as it is read here", "", GENERATED, "", _ABOUT, ""]
    lines += ["| page | guide | announced as (GS08, ST03) |", "|---|---|---|"]
    lines += [f"| [{g.type}]({g.type}.md) | {g.title} | {', '.join(g.versions)} |" for g in GUIDES]
    return "\n".join(lines) + "\n"


def guide_page(guide: Guide) -> str:
    """The page of one guide."""
    lines = [
        f"# {guide.type}: {guide.title}",
        "",
        GENERATED,
        "",
        _HEAD.format(guide.set_id, guide.functional, ", ".join(guide.versions)),
        "",
        "## Loops",
        "",
        *_tree(guide.root, 0, set()),
        "",
        *_loop(guide.root, "", {}),
    ]
    return "\n".join(lines)


def _tree(loop: Loop, depth: int, seen: set[Loop]) -> Iterator[str]:
    again = " as above" if loop in seen and loop.loops else ""
    yield f"{'  ' * depth}- {loop.id} {loop.name} {loop.usage} {_repeat(loop.max)} ({loop.trigger.tag}){again}"
    if again:
        return
    seen.add(loop)
    for inner in loop.loops:
        yield from _tree(inner, depth + 1, seen)


def _loop(loop: Loop, path: str, seen: dict[Loop, str]) -> Iterator[str]:
    """All of a loop, once: the same loop elsewhere is only named."""
    yield f"## {path or loop.id}: {loop.name}"
    yield ""
    yield f"{_USAGE[loop.usage]}, {_repeat(loop.max)}".capitalize() + "."
    if loop in seen:
        yield f"All as in {seen[loop]}."
        yield ""
        return
    seen[loop] = path
    yield ""
    for name in loop.rules:
        yield f"- Checked: {_first_line(RULES[name].__doc__)}"
    if loop.rules:
        yield ""
    for item in loop.items:
        if isinstance(item, SegmentUse):
            yield from _segment(item)
    for item in loop.items:
        if isinstance(item, Loop):
            yield from _loop(item, f"{path}/{item.id}" if path else item.id, seen)


def _segment(use: SegmentUse) -> Iterator[str]:
    yield f"### {use.tag} {use.name}"
    yield ""
    yield f"{_USAGE[use.usage]}, {_repeat(use.max)}".capitalize() + "."
    yield ""
    yield "| element | name | | type | codes |"
    yield "|---|---|---|---|---|"
    for element in use.elements:
        yield from _element(element, f"{use.id}{element.position:02d}")
    yield ""
    if use.conditions:
        yield from (f"- {_condition(one)}" for one in use.conditions)
        yield ""


def _element(element: Element, label: str) -> Iterator[str]:
    if element.usage == "N":
        return
    repeats = f" {_repeat(element.repeats)}" if element.repeats > 1 else ""
    codes = " ".join(f"`{code}`" for code in sorted(element.codes))
    yield f"| {label} | {element.name} | {element.usage}{repeats} | {_type(element)} | {codes} |"
    for component in element.components:
        yield from _element(component, f"{label}-{component.position}")


def _type(element: Element) -> str:
    if element.kind == "C":
        return f"{element.number}"
    length = f"{element.low}" if element.low == element.high else f"{element.low}-{element.high}"
    return f"{element.number} {element.kind} {length}"


def _condition(condition: Condition) -> str:
    positions = ", ".join(f"{position:02d}" for position in condition.positions)
    return f"{condition.text}: of {positions} {_CONDITIONS[condition.kind]}"


def _repeat(most: int) -> str:
    return "x>1" if most >= MANY else f"x{most}"


def _first_line(words: str | None) -> str:
    return (words or "").strip().split("\n")[0]
