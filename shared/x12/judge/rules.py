"""Rules over whole loops of a claim: sums, coordination of benefits, and situational rules that can be computed.

Each function is named in the table (``Loop.rules``) and gets the finished node. Amounts are compared in cents.
"""

from collections.abc import Callable, Iterator

from shared.x12.elements import amount, day
from shared.x12.judge import forms
from shared.x12.judge.defects import At, Defect
from shared.x12.walker import Elements, Node

Rule = Callable[[Node, str], Iterator[At]]
"""``(finished loop, component separator) -> defects``"""

_INPATIENT = frozenset(("11", "18", "21", "41", "65", "66", "86"))


def at(elements: Elements | None, position: int) -> str:
    """An element by its position, empty where there is none."""
    return elements[position] if elements is not None and position < len(elements) else ""


def cents(elements: Elements | None, position: int) -> int:
    """An amount in cents; 0 where there is none or none that can be read (the element's own finding says so)."""
    text = at(elements, position)
    try:
        return amount(text) if text else 0
    except ValueError:
        return 0


def find(node: Node, identifier: str) -> tuple[Elements | None, int]:
    """The first segment with an identifier, and its number."""
    for _, elements, number in node.rows:
        if elements[0] == identifier:
            return elements, number
    return None, node.number


def adjusted(node: Node) -> int:
    """The sum of all CAS amounts of a node."""
    total = 0
    for _, elements, _ in node.rows:
        if elements[0] == "CAS":
            total += sum(cents(elements, position) for position in range(3, len(elements), 3))
    return total


def charge(line: Node) -> int:
    """A line's charge: SV102 or SV203."""
    service, _ = find(line, "SV1")
    return cents(service, 2) if service else cents(find(line, "SV2")[0], 3)


def off(
    code: str,
    position: str,
    element: str,
    expected: int,
    found: int,
    number: int,
    identifier: str,
    *words: object,
) -> At:
    """A sum that does not close. The difference is in its words; expected and found only in the value."""
    difference = found - expected
    return At(
        Defect(code, position, element, f"expected {expected} found {found} cents", (*words, difference)),
        number,
        identifier,
    )


def claim_sum(node: Node, _: str) -> Iterator[At]:
    """CLM02 = sum of SV102 or SV203 (claims-rules 3.6 a)."""
    claim, number = find(node, "CLM")
    lines = sum(charge(line) for line in node.kids.get("2400", ()))
    if node.kids.get("2400") and lines != cents(claim, 2):
        yield off("X12-0701", "02", "claim charge", lines, cents(claim, 2), number, "CLM")


def claim_cob(node: Node, _: str) -> Iterator[At]:
    """CLM02 = AMT*D + CAS of 2320 + CAS of 2430, and AMT*D = SVD02 - CAS of 2320, for each payer that has decided (RFI 1294)."""
    claim, _number = find(node, "CLM")
    decisions = _decisions(node)
    for other in node.kids.get("2320", ()):
        paid, number = _paid(other)
        own = adjusted(other)
        details = decisions.get(_payer_of(other), [])
        if paid is None:
            continue
        total = paid + own + sum(adjusted(detail) for detail in details)
        if total != cents(claim, 2):
            yield off(
                "X12-0702",
                "02",
                "amount the other payer paid",
                cents(claim, 2),
                total,
                number,
                "AMT",
                other.index,
            )
        if details:
            lines = sum(cents(find(detail, "SVD")[0], 2) for detail in details) - own
            if lines != paid:
                yield off(
                    "X12-0703", "02", "amount the other payer paid", lines, paid, number, "AMT", other.index
                )


def _paid(other: Node) -> tuple[int | None, int]:
    for tag, elements, number in other.rows:
        if tag == "AMT*D":
            return cents(elements, 2), number
    return None, other.number


def _payer_of(other: Node) -> str:
    payer = other.kid("2330B")
    return at(payer.first("NM1*PR"), 9) if payer else ""


def _decisions(node: Node) -> dict[str, list[Node]]:
    found: dict[str, list[Node]] = {}
    for line in node.kids.get("2400", ()):
        for detail in line.kids.get("2430", ()):
            found.setdefault(at(find(detail, "SVD")[0], 1), []).append(detail)
    return found


def line_cob(node: Node, _: str) -> Iterator[At]:
    """Each line: charge = SVD02 + CAS of 2430 (claims-rules 3.6 d)."""
    for detail in node.kids.get("2430", ()):
        decision, number = find(detail, "SVD")
        total = cents(decision, 2) + adjusted(detail)
        if total != charge(node):
            yield off("X12-0704", "02", "amount the other payer paid", charge(node), total, number, "SVD")


def claim_frequency(node: Node, component: str) -> Iterator[At]:
    """7 and 8 need the payer's claim control number (RFI 1538); an original must not have one."""
    claim, number = find(node, "CLM")
    frequency = at(claim, 5).split(component or ":")[-1]
    reference = node.first("REF*F8")
    if frequency in ("7", "8") and reference is None:
        yield At(Defect("X12-0801", "05-3", "frequency"), number, "CLM")
    if frequency == "1" and reference is not None:
        yield At(Defect("X12-0802", "05-3", "frequency"), number, "CLM")


def claim_accident(node: Node, component: str) -> Iterator[At]:
    """An auto accident needs its state, and any accident its day."""
    claim, number = find(node, "CLM")
    causes = at(claim, 11).split(component or ":") if at(claim, 11) else []
    if "AA" in causes[:3] and not "".join(causes[3:5]):
        yield At(Defect("X12-0803", "11-4", "accident state"), number, "CLM")
    if {"AA", "OA"} & set(causes[:3]) and node.first("DTP*439") is None:
        yield At(Defect("X12-0804", "11", "related causes"), number, "CLM")


def claim_controls(node: Node, _: str) -> Iterator[At]:
    """Line control numbers are unique within the claim (claims-rules 3.10); LX counts from 1."""
    seen: set[str] = set()
    for count, line in enumerate(node.kids.get("2400", ()), 1):
        counter, number = find(line, "LX")
        if at(counter, 1) != str(count):
            yield At(Defect("X12-0629", "01", "line number", "", (count,)), number, "LX")
        for tag, elements, place in line.rows:
            if tag == "REF*6R":
                if at(elements, 2) in seen:
                    yield At(Defect("X12-0621", "02", "line control number", at(elements, 2)), place, "REF")
                seen.add(at(elements, 2))


def diagnoses(node: Node, component: str) -> list[tuple[str, str, int]]:
    """``(qualifier, code, segment number)`` of all diagnoses of a claim, in order."""
    found = []
    for _, elements, number in node.rows:
        if elements[0] == "HI":
            for composite in elements[1:]:
                parts = composite.split(component or ":")
                if len(parts) > 1 and parts[0] in _DIAGNOSES:
                    found.append((parts[0], parts[1], number))
    return found


_DIAGNOSES = frozenset(("ABK", "BK", "ABF", "BF", "ABJ", "BJ", "APR", "PR", "ABN", "BN"))


def claim_diagnoses(node: Node, component: str) -> Iterator[At]:
    """No diagnosis twice among principal and other, and one code set per claim."""
    found = diagnoses(node, component)
    seen: set[str] = set()
    for qualifier, code, number in found:
        if qualifier not in ("ABK", "BK", "ABF", "BF"):
            continue
        if code in seen:
            yield At(Defect("X12-0628", "", "diagnoses", code), number, "HI")
        seen.add(code)
    if len({len(qualifier) for qualifier, _, _ in found}) > 1:
        yield At(Defect("X12-0634", "", "diagnoses"), found[0][2], "HI")


def line_pointers(node: Node, component: str) -> Iterator[At]:
    """SV107 points at diagnoses that the claim has, each once (claims-rules 3.6; 2400 SV107)."""
    service, number = find(node, "SV1")
    claim = node.parent
    if not at(service, 7) or claim is None:
        return
    size = len(diagnoses(claim, component))
    pointers = [p for p in at(service, 7).split(component or ":") if p]
    for place, pointer in enumerate(pointers, 1):
        if pointer.isdecimal() and not 1 <= int(pointer) <= size:
            yield At(Defect("X12-0620", f"07-{place}", "diagnosis pointer", pointer, (size,)), number, "SV1")
    if len(set(pointers)) != len(pointers):
        yield At(Defect("X12-0633", "07", "diagnosis pointer"), number, "SV1")


def claim_payers(node: Node, _: str) -> Iterator[At]:
    """Each payer has its own place in the sequence, and a line decision names a payer of the claim."""
    level = node.parent
    while level is not None and level.loop.id != "2000B":
        level = level.parent
    used = [at(find(level, "SBR")[0], 1)] if level is not None else []
    for other in node.kids.get("2320", ()):
        order, number = find(other, "SBR")
        if at(order, 1) in used and at(order, 1) != "U":
            yield At(Defect("X12-0808", "01", "payer sequence", at(order, 1)), number, "SBR")
        used.append(at(order, 1))
    known = {_payer_of(other) for other in node.kids.get("2320", ())}
    for payer, details in _decisions(node).items():
        if payer not in known:
            yield At(Defect("X12-0809", "01", "other payer identifier", payer), details[0].number, "SVD")


def claim_dated(node: Node, _: str) -> Iterator[At]:
    """A payer that has decided says when: DTP*573 of the claim, or of its lines."""
    decisions = _decisions(node)
    for other in node.kids.get("2320", ()):
        paid, number = _paid(other)
        decided = paid is not None or any(elements[0] == "CAS" for _, elements, _ in other.rows)
        payer = other.kid("2330B")
        dated = payer is not None and payer.first("DTP*573") is not None
        if decided and not dated and not decisions.get(_payer_of(other)):
            yield At(Defect("X12-0807", "", "day the other payer decided"), number, "AMT")


def subscriber_patient(node: Node, _: str) -> Iterator[At]:
    """A subscriber who is the patient has address, birth date and sex, and no patient level below; another has one."""
    level, number = find(node, "SBR")
    own = at(level, 2) == "18"
    who = node.kid("2010BA")
    if own and who is not None:
        for identifier in ("N3", "N4", "DMG"):
            if find(who, identifier)[0] is None:
                yield At(Defect("X12-0805", "", identifier, "", (identifier,)), who.number, identifier)
    if own and node.count("2000C"):
        yield At(Defect("X12-0816", "02", "relationship"), number, "SBR")
    if not own and node.count("2300"):
        yield At(Defect("X12-0806", "02", "relationship"), number, "SBR")


def zip_plus_four(node: Node, _: str) -> Iterator[At]:
    """The billing provider's ZIP code has nine digits (005010X222A1 and X223A2, 2010AA N403)."""
    city, number = find(node, "N4")
    postal = at(city, 3)
    if city is not None and forms.zip_code(postal) and len(postal) != 9:
        yield At(Defect("X12-0606", "03", "ZIP or postal code", postal), number, "N4")


def claim_stay(node: Node, component: str) -> Iterator[At]:
    """An inpatient bill says when and how the patient was admitted; line dates lie within the statement."""
    claim, number = find(node, "CLM")
    if at(claim, 5).split(component or ":")[0] in _INPATIENT:
        if node.first("DTP*435") is None:
            yield At(Defect("X12-0810", "", "admission date and hour"), number, "CLM")
        facts, place = find(node, "CL1")
        if facts is not None and not at(facts, 1):
            yield At(Defect("X12-0811", "01", "admission type"), place, "CL1")
    statement = at(node.first("DTP*434"), 3).partition("-")
    for line in node.kids.get("2400", ()):
        yield from _outside(line, statement[0], statement[2])


def _outside(line: Node, first: str, last: str) -> Iterator[At]:
    service = line.first("DTP*472")
    if service is None or not first or not last:
        return
    start, _, end = at(service, 3).partition("-")
    try:
        inside = day(first) <= day(start) and day(end or start) <= day(last)
    except ValueError:
        return
    if not inside:
        yield At(Defect("X12-0609", "03", "service date"), line.number, "DTP")


RULES: dict[str, Rule] = {
    "claim-sum": claim_sum, "claim-cob": claim_cob, "line-cob": line_cob, "claim-frequency": claim_frequency,
    "claim-accident": claim_accident, "claim-controls": claim_controls, "claim-diagnoses": claim_diagnoses,
    "line-pointers": line_pointers, "claim-payers": claim_payers, "claim-dated": claim_dated,
    "subscriber-patient": subscriber_patient, "zip-plus-four": zip_plus_four, "claim-stay": claim_stay,
}  # fmt: skip
"""By the name that tables use."""
