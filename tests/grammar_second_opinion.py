"""Where our tables and pyx12's maps of the same guides differ: ``python -m tests.grammar_second_opinion``.

pyx12 has transcribed the guides by itself, so that an element that both read the same way is hardly read wrongly by both. Facts
are compared, never texts: loops with usage, repeats and parents; the order in a loop; segments with usage, repeats and relational
conditions; elements and components with usage, data element, type, length and codes. Exit 1 for a difference that is not decided.
"""

import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from importlib.resources import files
from typing import Final

from msgspec import Struct

from shared.x12.dictionary import DISCRIMINATORS
from shared.x12.grammar import MANY, Element, Guide, Loop, SegmentUse
from shared.x12.guides.acknowledgments import CLAIM_ACKNOWLEDGMENT_277CA, IMPLEMENTATION_999
from shared.x12.guides.claim837i import CLAIM_837I
from shared.x12.guides.claim837p import CLAIM_837P
from shared.x12.guides.remittance835 import REMITTANCE_835
from shared.x12.guides.status import STATUS_277

MAPS: Final[dict[str, tuple[Guide, str]]] = {
    "837P": (CLAIM_837P, "837.5010.X222.A1.xml"),
    "837I": (CLAIM_837I, "837Q3.I.5010.X223.A1.xml"),
    "835": (REMITTANCE_835, "835.5010.X221.A1.xml"),
    "999": (IMPLEMENTATION_999, "999.5010X231.A1.xml"),
    "277CA": (CLAIM_ACKNOWLEDGMENT_277CA, "277.5010.X214.xml"),
    "277": (STATUS_277, "277.5010.X212.xml"),
}

DECIDED: Final[dict[str, dict[str, str]]] = {
    "837P": {
        "837 ST:03 usage R S": "required by the guide, as in 837I, where both say so",
        **{f"1000A PER*IC:{at} codes -ED": "ED is of version 4010" for at in ("03", "05", "07")},
        "837 BHT:03 form": "the guide shortens BHT03 to 30 characters",
        "837 BHT:06 codes +31": "subrogation demands came with errata A1",
        "1000A NM1*41 conditions": "the standard's C1203, over elements that the guide does not use",
        "1000B NM1*40 conditions": "the standard's C1203, over elements that the guide does not use",
        "2010BA NM1*IL:08 usage S R": "errata A1: an organisation that is insured has no member id",
        "2010BA NM1*IL:09 usage S R": "errata A1: an organisation that is insured has no member id",
        "2300 HCP:01 codes +06": "per diem is allowed at the line; refused at the claim it would be a false alarm",
        "2330A REF*SY max 2 1": "as in 837I, where both have two",
        "2400 SV1:07-1 codes -1,10,11,12,2,3,4,5,6,7,8,9": "pointers are judged against the claim's diagnoses",
        "2400 SV1:07-2 codes -1,10,11,12,2,3,4,5,6,7,8,9": "pointers are judged against the claim's diagnoses",
        "2400 SV1:07-3 codes -1,10,11,12,2,3,4,5,6,7,8,9": "pointers are judged against the claim's diagnoses",
        "2400 SV1:07-4 codes -1,10,11,12,2,3,4,5,6,7,8,9": "pointers are judged against the claim's diagnoses",
    },
    "837I": {
        "837 ST:03 codes -005010X223A2": "announced as X223A3, A1 or without a suffix too; the envelope is judged by itself",
        "837 BHT:03 form": "the guide shortens BHT03 to 30 characters",
        "2300 CLM:06 usage S N": "real institutional claims carry a signature indicator; nobody refuses it",
        "2300 CRC*ZZ:04 codes +AV,NU,S2,ST": "the further condition indicators are those of CRC03",
        "2300 CRC*ZZ:05 codes +AV,NU,S2,ST": "the further condition indicators are those of CRC03",
    },
    "835": {
        "835 ST:03 usage S N": "payers write it; a set must not be stopped for it",
        **{
            f"835 PLB:{at:02d}-1 codes +the list": "all six places have the codes of PLB03-1"
            for at in range(5, 14, 2)
        },
    },
    "999": {
        "999 ST:03 codes -005010X231A1": "X231 is announced too; the envelope is judged by itself",
        "999 AK1:03 usage S R": "partners answer groups whose GS08 they could not read",
        "2000 AK2:01 codes -270,271,276,277,278,820,834,835,837": "it repeats ST01, also of a set that nobody takes",
        "2110 IK4:03 codes -11": "data element 621 has no code 11: too many components are 13",
        "2100 IK3:02 form": "data element 719 has up to ten digits in 005010",
        "2100 CTX several": "situational trigger and business unit are told apart by words, not by a code: one place has both",
        "2100 CTX:01-1 codes -SITUATIONAL TRIGGER": "one place has both kinds",
        "2100 CTX:01-2 usage S N": "one place has both kinds",
        "2100 CTX:02 usage S R": "one place has both kinds",
        "2100 CTX:03 usage S R": "one place has both kinds",
        "2100 CTX:03 form": "data element 719 has up to ten digits in 005010",
        "2100 CTX max 10 9": "nine triggers and one business unit",
        "2110 IK4 usage R S": "IK4 opens its loop: the loop is situational",
        "2110 CTX:01-1 codes -SITUATIONAL TRIGGER": "words of the sender; an answer is not refused for them",
        "2110 CTX:01-2 usage S N": "one place has both kinds",
        "2110 CTX:02 usage S R": "one place has both kinds",
        "2110 CTX:03 usage S R": "one place has both kinds",
        "2110 CTX:03 form": "data element 719 has up to ten digits in 005010",
    },
    "277CA": {
        "277 ST:03 codes -005010X214": "the envelope is judged by itself",
        "2100B NM1*41:03 usage S R": "receivers are known by their number",
        "2100B NM1*41:07 usage S N": "a person's suffix; an answer is not refused for it",
        "2000C usage S R": "a batch that is refused as a whole ends above the providers",
        "2000C HL*19:04 codes +0": "a provider without claims",
        "2100C max 1 many": "one provider per level",
        "2100C NM1*85 conditions": "conditions of the standard that the map leaves out",
        "2200C usage S R": "an answer to the provider is only there when the provider is refused or counted",
        "2200C STC usage S R": "counts may stand without a status",
        "2200C STC:02 usage S N": "a date; an answer is not refused for it",
        "2200C REF*0B/1G/G2/LU/SY/TJ max 3 1": "a provider has several numbers",
        "2200C REF*0B/1G/G2/LU/SY/TJ conditions": "conditions of the standard that the map leaves out",
        "2000D usage S R": "a provider without claims",
        "2000D HL*PT:04 usage S N": "clearinghouses say that nothing lies below",
        "2100D NM1*QC conditions": "conditions of the standard that the map leaves out",
        "2200D STC:01-3 codes -the list": "the list of entities grows; it is judged by number",
        "2200D REF*1K conditions": "conditions of the standard that the map leaves out",
        "2200D REF*D9 conditions": "conditions of the standard that the map leaves out",
        "2200D REF*BLT conditions": "conditions of the standard that the map leaves out",
        "2200D DTP*472 usage S R": "a claim may be refused because it has no date",
        "2220D SVC:01-1 codes +N4": "drug lines are answered by their drug code",
        "2220D STC max many 1": "a line may be refused for several reasons",
        "2220D STC:01-3 codes -the list": "the list of entities grows; it is judged by number",
        "2220D REF*FJ conditions": "conditions of the standard that the map leaves out",
        "2220D REF*XZ conditions": "conditions of the standard that the map leaves out",
    },
    "277": {
        "277 ST:03 codes -005010X212": "the envelope is judged by itself",
        "2100B NM1*41:07 usage S N": "a person's suffix; an answer is not refused for it",
        "2200C STC:01-3 codes +85": "payers name the billing provider so",
        **{
            difference.format(letter=letter): why
            for letter in "DE"
            for difference, why in {
                "2200{letter} STC:01-3 codes -the list": "the list of entities grows; it is judged by number",
                "2200{letter} STC:03 usage S N": "as in 277CA; an answer is not refused for it",
                "2200{letter} STC:07 usage S N": "means of payment; an answer is not refused for it",
                "2200{letter} STC:12 usage S N": "words; an answer is not refused for them",
                "2220{letter} SVC:07 usage S R": "units are missing where one was billed",
                "2220{letter} STC:01-3 codes -the list": "the list of entities grows; it is judged by number",
                "2220{letter} DTP*472 usage S R": "an answer is not refused for a date",
            }.items()
        },
        **{f"{loop} parent": "the map lays the levels beside each other" for loop in ("2000C", "2000D", "2000E")},
        **{f"{loop} order": "the map lays the levels beside each other" for loop in ("277", "2000B", "2000C", "2000D")},
    },
}  # fmt: skip
"""Each difference that stands, and why; ours before theirs, ``+`` and ``-`` for codes that only we or only they have."""

_WRAPPERS = ("ISA_LOOP", "GS_LOOP", "HEADER", "DETAIL", "FOOTER")
_LONG = 16
"""More codes than this are called ``the list``."""


class TheirLoop(Struct):
    """A loop of a map: its usage, repeats and parent, its segments, and the order of what lies in it."""

    usage: str
    max: int
    parent: str
    segments: list[ET.Element]
    order: list[str]


def differences(guide: Guide, file: str) -> Iterator[str]:
    """Say each fact that our table and the map read differently, as a short line that names the place."""
    theirs: dict[str, TheirLoop] = {}
    source = files("pyx12") / "map" / file
    _collect(ET.fromstring(source.read_bytes()), guide.root.id, theirs)
    ours = dict(_loops(guide.root, ""))
    for identifier in sorted(ours.keys() ^ theirs.keys()):
        yield f"{identifier} loop only {'ours' if identifier in ours else 'theirs'}"
    forms = _forms()
    for identifier, (loop, parent) in ours.items():
        if identifier in theirs:
            yield from _loop(loop, parent, theirs[identifier], forms, identifier == guide.root.id)


def _text(node: ET.Element, name: str) -> str:
    found = node.find(name)
    return (found.text or "").strip() if found is not None else ""


def _times(text: str) -> int:
    return MANY if text.startswith(">") else int(text or 1)


def _forms() -> dict[str, tuple[str, int, int]]:
    root = ET.fromstring((files("pyx12") / "map" / "dataele.xml").read_bytes())
    return {
        one.attrib["ele_num"]: (
            one.attrib["data_type"],
            int(one.attrib["min_len"]),
            int(one.attrib["max_len"]),
        )
        for one in root
    }


def _collect(node: ET.Element, inside: str, found: dict[str, TheirLoop]) -> None:
    """Gather a map's loops by id, the first time each is written out; wrappers of the map are looked through."""
    here = found.setdefault(inside, TheirLoop("R", MANY, "", [], []))
    for child in node:
        identifier = child.get("xid", "")
        if child.tag == "segment" and identifier not in ("ISA", "GS", "GE", "IEA", "TA1"):
            here.segments.append(child)
            here.order.append(identifier)
        elif child.tag == "loop" and (identifier in _WRAPPERS or identifier.startswith(("TABLE", "ST_"))):
            _collect(child, inside, found)
        elif child.tag == "loop" and identifier not in found:
            here.order.append(f"loop {identifier}")
            found[identifier] = TheirLoop(
                _text(child, "usage"), _times(_text(child, "repeat")), inside, [], []
            )
            _collect(child, identifier, found)
        elif child.tag == "loop":
            here.order.append(f"loop {identifier}")


def _loops(loop: Loop, parent: str) -> Iterator[tuple[str, tuple[Loop, str]]]:
    yield loop.id, (loop, parent)
    for inner in loop.loops:
        yield from _loops(inner, loop.id)


def _loop(
    ours: Loop, parent: str, theirs: TheirLoop, forms: dict[str, tuple[str, int, int]], root: bool
) -> Iterator[str]:
    if not root:
        yield from _uses(ours.id, ours.usage, ours.max, theirs.usage, theirs.max)
        if theirs.parent != parent and ours.id != "2300":
            yield f"{ours.id} parent"
    order = [f"loop {item.id}" if isinstance(item, Loop) else item.id for item in ours.items]
    if _runs(order) != _runs(theirs.order):
        yield f"{ours.id} order"
    left = list(theirs.segments)
    for use in ours.segments:
        same = [one for one in left if one.get("xid") == use.id and _meets(use, one)]
        where = f"{ours.id} {use.tag}"
        if not same:
            yield f"{where} missing"
            continue
        if len(same) > 1:
            yield f"{where} several"
        left = [one for one in left if one not in same]
        yield from _segment(where, use, same[0], forms)
    yield from (f"{ours.id} {one.get('xid')} only theirs" for one in left)


def _uses(where: str, usage: str, most: int, their_usage: str, their_most: int) -> Iterator[str]:
    if usage != their_usage:
        yield f"{where} usage {usage} {their_usage}"
    if most != their_most:
        yield f"{where} max {_most(most)} {_most(their_most)}"


def _most(times: int) -> str:
    return "many" if times == MANY else str(times)


def _runs(order: Sequence[str]) -> list[str]:
    """The order with neighbours of one name counted once."""
    return [name for at, name in enumerate(order) if not at or order[at - 1] != name]


def _elements(segment: ET.Element) -> dict[int, ET.Element]:
    return {int(_text(one, "seq")): one for one in segment if one.tag in ("element", "composite")}


def _codes(element: ET.Element | None) -> frozenset[str]:
    listed = element.find("valid_codes") if element is not None else None
    return (
        frozenset((one.text or "").strip() for one in listed.iter("code"))
        if listed is not None
        else frozenset()
    )


def _meets(use: SegmentUse, segment: ET.Element) -> bool:
    """Whether a segment of the map is the namesake that we mean: told by a code that both know."""
    position, component = DISCRIMINATORS.get(use.id, (0, 0))
    element = _elements(segment).get(position)
    if element is not None and component:
        element = _elements(element).get(component)
    codes = _codes(element)
    return not use.only or not codes or bool(codes & use.only)


def _segment(
    where: str, use: SegmentUse, theirs: ET.Element, forms: dict[str, tuple[str, int, int]]
) -> Iterator[str]:
    yield from _uses(where, use.usage, use.max, _text(theirs, "usage"), _times(_text(theirs, "max_use")))
    if sorted(c.text for c in use.conditions) != sorted(one.text or "" for one in theirs.findall("syntax")):
        yield f"{where} conditions"
    found = _elements(theirs)
    for element in use.elements:
        yield from _element(f"{where}:{element.position:02d}", element, found.get(element.position), forms)
    yield from (f"{where}:{at:02d} only theirs" for at in found if at > len(use.elements))


def _element(
    where: str, ours: Element, theirs: ET.Element | None, forms: dict[str, tuple[str, int, int]]
) -> Iterator[str]:
    if theirs is None:
        if ours.usage != "N":
            yield f"{where} only ours"
        return
    usage, number = _text(theirs, "usage"), _text(theirs, "data_ele")
    if ours.number != number:
        yield f"{where} number {ours.number} {number}"
    if ours.usage != usage:
        yield f"{where} usage {ours.usage} {usage}"
    if "N" in (ours.usage, usage):
        return
    if ours.components:
        parts = _elements(theirs)
        for part in ours.components:
            yield from _element(f"{where}-{part.position}", part, parts.get(part.position), forms)
        return
    if forms.get(number) not in (None, (ours.kind, ours.low, ours.high)):
        yield f"{where} form"
    yield from _lists(where, ours.codes, _codes(theirs))


def _lists(where: str, ours: frozenset[str], theirs: frozenset[str]) -> Iterator[str]:
    for sign, codes in (("+", ours - theirs), ("-", theirs - ours)):
        if codes:
            yield f"{where} codes {sign}{','.join(sorted(codes)) if len(codes) <= _LONG else 'the list'}"


def undecided(kind: str) -> tuple[list[str], list[str]]:
    """The differences of a guide that nobody has decided, and the decided ones that are none (any more)."""
    found = list(differences(*MAPS[kind]))
    decided = DECIDED[kind]
    return [one for one in found if one not in decided], [one for one in decided if one not in found]


def main() -> int:
    """Print every difference, and why it stands."""
    wrong = 0
    for kind, (guide, file) in MAPS.items():
        found = list(differences(guide, file))
        sys.stdout.write(f"{kind} ({file}): {len(found)} differences\n")
        for one in found:
            why = DECIDED[kind].get(one, "NOT DECIDED")
            wrong += why == "NOT DECIDED"
            sys.stdout.write(f"  {one}: {why}\n")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
