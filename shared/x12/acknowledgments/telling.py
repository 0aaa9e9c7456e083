"""Findings of one set as a 999 tells them: IK3 and IK4 with their codes, and CTX with what triggered a situational rule."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from shared.x12.acknowledgments.codes import MANDATORY
from shared.x12.dictionary import COMPOSITES, SEGMENTS
from shared.x12.grammar import Element, Guide, Loop
from shared.x12.types import Context, ElementError, SegmentError, X12Finding

MOST_ERRORS: Final = 500
"""Segment errors told of one set: a receiver that reads more of them gains nothing."""

_PLACE = re.compile(r"([A-Z0-9]{2,3}?)(?:(\d\d)(?:-(\d+))?)?")
_USUAL = re.compile(r"[0-9A-Za-z !\"&'()+,\-./;?=%@\[\]_{}\\|<>#$]+")


def segment_errors(errors: Iterable[X12Finding], set_id: str, first: int) -> Iterator[SegmentError]:
    """Tell findings by segment: one IK3 for each segment, code and missing segment. ``first`` is the number of ST in the file."""
    told = [(found, _segment(found), _ik304(found, set_id)) for found in _telling(errors)]
    told.sort(key=lambda one: (one[0].segment, one[2] == "8", one[2], one[1]))
    for (number, identifier, code), same in groupby(
        told[:MOST_ERRORS], key=lambda one: (one[0].segment, one[1], one[2])
    ):
        some = [found for found, _, _ in same]
        yield SegmentError(
            segment=identifier,
            position=_position(number, first),
            loop=_loop(some[0].path),
            code=code,
            context=tuple(dict.fromkeys(_triggers(some, first)))[:9] if code != "8" else (),
            claim=_business_unit(some[0].claim),
            elements=tuple(_element(found, first) for found in some if found.ik4),
        )


def _telling(errors: Iterable[X12Finding]) -> list[X12Finding]:
    """Those that a 999 can say. That a claim cannot be read says nothing more where it is said what is wrong with it."""
    told = [found for found in errors if found.ik3]
    explained = {found.claim for found in told if not found.code.startswith("X12-09")}
    return [found for found in told if not (found.code.startswith("X12-09") and found.claim in explained)]


def set_reasons(errors: Iterable[SegmentError]) -> tuple[str, ...]:
    """IK502 for segments in error: 5 when the standard is violated somewhere, I5 when the guide is."""
    codes = {code for error in errors for code in _codes(error)}
    against_guide = any(code.startswith("I") for code in codes)
    against_standard = any(not code.startswith("I") for code in codes)
    return ("5",) * against_standard + ("I5",) * against_guide


def _codes(error: SegmentError) -> Sequence[str]:
    return [element.code for element in error.elements] or [error.code]


def _segment(found: X12Finding) -> str:
    """IK301: the segment in error, or the one that is missing because of what stands at the finding's place."""
    return found.asked or found.segment_id


def _ik304(found: X12Finding, set_id: str) -> str:
    """IK304. A missing segment is 3 when the standard asks for it, I8 when only the guide does (RFI 2502)."""
    if found.ik3 == "3" and found.segment_id not in MANDATORY.get(set_id, ()):
        return "I8"
    return found.ik3


def _position(number: int, first: int) -> int:
    return max(number - first + 1, 1)


def _loop(path: str) -> str:
    parts = [part.partition("[")[0] for part in path.split("/") if part[:1].isdigit()]
    return parts[-1][:4] if parts else ""


def _business_unit(claim: str) -> str:
    """CTX01-2: the first 35 characters of CLM01; nothing when it has characters that a 999 could not carry (RFI 2293)."""
    return claim[:35] if _USUAL.fullmatch(claim) else ""


def _triggers(some: Iterable[X12Finding], first: int) -> Iterator[Context]:
    for found in some:
        if found.trigger and found.trigger_segment:
            identifier, element, component = _place(found.trigger)
            yield Context(
                segment=identifier,
                position=_position(found.trigger_segment, first),
                loop=_loop(found.trigger),
                element=element,
                component=component,
            )


def _place(path: str) -> tuple[str, int, int]:
    """Identifier, element and component at the end of a path; 0 where it names none."""
    match = _PLACE.fullmatch(path.rpartition("/")[2])
    return (match[1], int(match[2] or 0), int(match[3] or 0)) if match else ("", 0, 0)


def _element(found: X12Finding, first: int) -> ElementError:
    _, position, component = _place(found.path)
    reference = _reference(found.segment_id, position or 1, component)
    return ElementError(
        position=position or 1,
        component=component,
        code=_ik403(found, reference),
        reference=reference,
        context=tuple(_triggers([found], first)),
    )


def _ik403(found: X12Finding, reference: str) -> str:
    """IK403. A code that another place has for the same element is one of the standard's: I6, not 7."""
    if found.code == "X12-0507" and found.value in _known_codes().get(reference, ()):
        return "I6"
    return found.ik4


def _reference(segment: str, position: int, component: int) -> str:
    """IK402: the number of the data element."""
    layout = SEGMENTS[segment].layout if segment in SEGMENTS else ()
    number = layout[position - 1].partition("*")[0] if position <= len(layout) else ""
    if component and number in COMPOSITES:
        inner = COMPOSITES[number].layout
        return inner[component - 1] if component <= len(inner) and inner[component - 1].isdigit() else ""
    return number if number.isdigit() else ""


@lru_cache(maxsize=1)
def _known_codes() -> dict[str, set[str]]:
    """The codes that our guides use anywhere, by data element: all of them are codes of the standard."""
    known: dict[str, set[str]] = {}
    for guide in _guides():
        for element in _elements(guide.root):
            if element.kind == "ID" and element.codes:
                known.setdefault(element.number, set()).update(element.codes)
    return known


def _guides() -> tuple[Guide, ...]:
    from shared.x12.guides.acknowledgments import CLAIM_ACKNOWLEDGMENT_277CA
    from shared.x12.guides.claim837i import CLAIM_837I
    from shared.x12.guides.claim837p import CLAIM_837P
    from shared.x12.guides.remittance835 import REMITTANCE_835
    from shared.x12.guides.status import STATUS_276, STATUS_277

    return CLAIM_837P, CLAIM_837I, REMITTANCE_835, CLAIM_ACKNOWLEDGMENT_277CA, STATUS_276, STATUS_277


def _elements(loop: Loop) -> Iterator[Element]:
    for use in loop.segments:
        for element in use.elements:
            yield element
            yield from element.components
    for inner in loop.loops:
        yield from _elements(inner)
