"""The short notation in which guide tables are written, and its reader.

One word per element that the guide uses; elements that are not mentioned are not used::

    01=85          position 1, required, one of these codes (comma separated)
    04?            position 4, situational
    03?{9,9}       length narrower than the standard's
    05*99          may repeat
    05(01 02=B 03) a composite and its components, in the same notation

Example::

    loop("2010AB", "pay-to address", "S", 1,
         seg("NM1", "pay-to address", "R", 1, "01=87 02=1,2"),
         seg("N3", "pay-to street", "R", 1, "01 02?"))
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from shared.x12.dictionary import COMPOSITES, DATA_ELEMENTS, DISCRIMINATORS, SEGMENTS
from shared.x12.grammar import MANY, Element, Guide, Loop, SegmentUse, Usage

_WORD = re.compile(r"(\d\d)(\?)?(?:\{(\d+),(\d+)\})?(?:=([^ (*]+))?(?:\*(\d+))?(?:\(([^)]*)\))?\s*")
_LAYOUT = re.compile(r"([A-Z0-9]+)(?:\*(\d+))?")


def seg(
    identifier: str,
    name: str,
    usage: Usage,
    most: int,
    words: str,
    names: Mapping[str, str] | None = None,
) -> SegmentUse:
    """Make one segment's place from the notation. ``names`` gives plain names to positions (``{"09": "NPI", "05-1": ...}``)."""
    elements = tuple(_elements(SEGMENTS[identifier].layout, words, names or {}, ""))
    only = _only(identifier, elements)
    return SegmentUse(
        id=identifier,
        tag=identifier + ("*" + "/".join(sorted(only)) if only else ""),
        name=name,
        usage=usage,
        max=most,
        elements=elements,
        conditions=SEGMENTS[identifier].conditions,
        only=only,
    )


def loop(
    identifier: str,
    name: str,
    usage: Usage,
    most: int,
    *items: SegmentUse | Loop,
    rules: tuple[str, ...] = (),
) -> Loop:
    """Make a loop; neighbours with the same identifier (or loops with the same trigger) get the same rank."""
    return Loop(id=identifier, name=name, usage=usage, max=most, items=tuple(_ranked(items)), rules=rules)


def guide(
    type_: str, set_id: str, functional: str, title: str, versions: tuple[str, ...], *items: SegmentUse | Loop
) -> Guide:
    """Make a guide. ``items`` lie between ST and SE, which are added here.

    ST03 is required but in the 835, which does not use it; payers write it all the same, and nobody is wronged by that.
    """
    version = "03?" if set_id == "835" else "03"
    root = loop(
        set_id,
        title,
        "R",
        MANY,
        seg("ST", "transaction set header", "R", 1, f"01={set_id} 02 {version}"),
        *items,
        seg("SE", "transaction set trailer", "R", 1, "01 02"),
    )
    return Guide(type=type_, set_id=set_id, functional=functional, title=title, versions=versions, root=root)


def _ranked(items: tuple[SegmentUse | Loop, ...]) -> Iterator[SegmentUse | Loop]:
    rank, before = 0, ""
    for item in items:
        is_loop = isinstance(item, Loop)
        kind = f"loop {item.trigger.id}" if isinstance(item, Loop) else item.id
        if kind != before or (is_loop and kind == "loop HL"):
            rank += 1
        before = kind
        yield msgspec.structs.replace(item, order=rank)


def _only(identifier: str, elements: tuple[Element, ...]) -> frozenset[str]:
    place = DISCRIMINATORS.get(identifier)
    if place is None:
        return frozenset()
    position, component = place
    element = elements[position - 1]
    return element.components[component - 1].codes if component else element.codes


def _elements(
    layout: tuple[str, ...], words: str, names: Mapping[str, str], prefix: str
) -> Iterator[Element]:
    said = {int(m[1]): m for m in _WORD.finditer(words)}
    for position, entry in enumerate(layout, 1):
        match = _LAYOUT.fullmatch(entry)
        assert match, entry
        yield _element(position, match[1], int(match[2] or 1), said.get(position), names, prefix)


def _element(
    position: int,
    number: str,
    standard_repeats: int,
    said: re.Match[str] | None,
    names: Mapping[str, str],
    prefix: str,
) -> Element:
    label = f"{prefix}{position:02d}" if not prefix else f"{prefix}{position}"
    usage: Usage = "N" if said is None else ("S" if said[2] else "R")
    repeats = int(said[6]) if said is not None and said[6] else 1
    codes = frozenset(said[5].split(",")) if said is not None and said[5] else frozenset[str]()
    if number in COMPOSITES:
        composite = COMPOSITES[number]
        inner = said[7] or "" if said is not None else ""
        components = tuple(_elements(composite.layout, inner, names, f"{label}-"))
        return Element(
            position=position,
            name=names.get(label, composite.name),
            number=number,
            kind="C",
            low=1,
            high=MANY,
            usage=usage,
            repeats=max(repeats, 1),
            components=components,
        )
    data = DATA_ELEMENTS[number]
    low = int(said[3]) if said is not None and said[3] else data.low
    high = int(said[4]) if said is not None and said[4] else data.high
    return Element(
        position=position,
        name=names.get(label, data.name),
        number=number,
        kind=data.kind,
        low=low,
        high=high,
        usage=usage,
        codes=codes,
        repeats=repeats,
    )
