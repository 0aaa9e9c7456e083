"""Rules over whole loops of a claim: sums, coordination of benefits, and situational rules that can be computed.

Each function is named in the table (``Loop.rules``) and gets the finished node. Amounts are compared in cents.
"""

from collections.abc import Iterator

from shared.x12.elements import day
from shared.x12.judge import cob, dates, forms
from shared.x12.judge.defects import At, Defect
from shared.x12.judge.nodes import Rule, at, cents, charge, find, off
from shared.x12.walker import Node

_INPATIENT = frozenset(("11", "18", "21", "41", "65", "66", "86"))


def claim_sum(node: Node, _: str) -> Iterator[At]:
    """CLM02 = sum of SV102 or SV203 (claims-rules 3.6 a)."""
    claim, number = find(node, "CLM")
    lines, whole = node.kids.get("2400"), cents(claim, 2)
    total = sum([charge(line) for line in lines]) if lines else whole
    if total != whole:
        yield off("X12-0701", "02", "claim charge", total, whole, number, "CLM")


def claim_frequency(node: Node, component: str) -> Iterator[At]:
    """7 and 8 need the payer's claim control number (RFI 1538); an original must not have one."""
    claim, number = find(node, "CLM")
    frequency = at(claim, 5).split(component or ":")[-1]
    reference = node.first("REF*F8")
    if frequency in ("7", "8") and reference is None:
        yield At(Defect("X12-0801", "05-3", "frequency"), number, "CLM")
    if frequency == "1" and reference is not None:
        place = next(place for tag, _, place in node.rows if tag == "REF*F8")
        yield At(Defect("X12-0802", "", "payer claim number"), place, "REF")


def claim_accident(node: Node, component: str) -> Iterator[At]:
    """An auto accident needs its state, and any accident its day."""
    claim, number = find(node, "CLM")
    if not at(claim, 11):
        return
    causes = at(claim, 11).split(component or ":")
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
            yield At(Defect("X12-0629", "01", "line number", "", (count,)), number, "LX", f"2400[{count}]")
        for tag, elements, place in line.rows:
            if tag == "REF*6R":
                control = at(elements, 2)
                if control in seen:
                    defect = Defect("X12-0621", "02", "line control number", control)
                    yield At(defect, place, "REF", f"2400[{count}]")
                seen.add(control)


def diagnoses(node: Node, component: str) -> list[tuple[str, str, int]]:
    """``(qualifier, code, segment number)`` of all diagnoses of a claim, in order."""
    found = []
    for _, elements, number in node.rows:
        if elements[0] == "HI":
            for composite in elements[1:]:
                parts = composite.split(component or ":", 2)
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
    text, claim = at(service, 7), node.parent
    if not text or claim is None:
        return
    size = _coded(claim, component)
    if len(text) <= 2 and text.isdecimal() and 1 <= int(text) <= size:
        return  # one pointer, as on most lines
    pointers = [p for p in text.split(component or ":") if p]
    for place, pointer in enumerate(pointers, 1):
        if pointer.isdecimal() and not (len(pointer) < 10 and 1 <= int(pointer) <= size):
            yield At(Defect("X12-0620", f"07-{place}", "diagnosis pointer", pointer, (size,)), number, "SV1")
    if len(set(pointers)) != len(pointers):
        yield At(Defect("X12-0633", "07", "diagnosis pointer"), number, "SV1")


def _coded(claim: Node, component: str) -> int:
    """How many diagnoses a claim has: counted at its first line, since every HI stands before the lines."""
    if claim.coded < 0:
        claim.coded = len(diagnoses(claim, component))
    return claim.coded


def subscriber_patient(node: Node, _: str) -> Iterator[At]:
    """A subscriber who is the patient has address, birth date and sex, and no patient level below; another has one."""
    level, number = find(node, "SBR")
    own = at(level, 2) == "18"
    who = node.kid("2010BA")
    if own and who is not None:
        there = [elements[0] for _, elements, _ in who.rows]
        for identifier in ("N3", "N4", "DMG"):
            if identifier not in there:
                yield At(
                    Defect("X12-0805", "", identifier, "", (identifier,)), who.number, identifier, "2010BA"
                )
    if own and node.count("2000C"):
        yield At(Defect("X12-0816", "02", "relationship"), number, "SBR")
    if not own and node.count("2300"):
        yield At(Defect("X12-0806", "02", "relationship"), number, "SBR")


def zip_plus_four(node: Node, _: str) -> Iterator[At]:
    """ZIP codes of billing providers and service facilities have nine digits (005010X222A1, N403 of 2010AA, 2310C, 2420C)."""
    city, number = find(node, "N4")
    postal = at(city, 3)
    if city is not None and at(city, 4) in ("", "US") and forms.zip_code(postal) and len(postal) != 9:
        yield At(Defect("X12-0606", "03", "ZIP or postal code", postal), number, "N4")


def member_id(node: Node, _: str) -> Iterator[At]:
    """A person who is insured has a member id; an employer who is (workers' compensation) has none (X222A1, 2010BA NM108)."""
    name, number = find(node, "NM1")
    if at(name, 2) == "1" and not at(name, 9):
        yield At(Defect("X12-0819", "09", "subscriber identifier"), number, "NM1")


def claim_transport(node: Node, _: str) -> Iterator[At]:
    """An ambulance claim says where the patient was picked up, at the claim or at its lines (2310E, 2420G)."""
    transport, number = find(node, "CR1")
    if transport is None or node.count("2310E"):
        return
    if not any(line.count("2420G") for line in node.kids.get("2400", ())):
        yield At(Defect("X12-0818", "", "ambulance pick-up"), number, "CR1")


def claim_stay(node: Node, component: str) -> Iterator[At]:
    """An inpatient bill says when and how the patient was admitted and left; line dates lie within the statement."""
    claim, number = find(node, "CLM")
    bill, _, frequency = (at(claim, 5) + (component or ":") * 2).split(component or ":")[:3]
    if bill in _INPATIENT:
        yield from _admitted(node, number)
        yield from _left(node, number, bill, frequency)
    statement = at(node.first("DTP*434"), 3).partition("-")
    for line in node.kids.get("2400", ()):
        yield from _outside(line, statement[0], statement[2])


def _admitted(node: Node, number: int) -> Iterator[At]:
    if node.first("DTP*435") is None:
        yield At(Defect("X12-0810", "", "admission date and hour"), number, "CLM")
    facts, place = find(node, "CL1")
    if facts is not None and not at(facts, 1):
        yield At(Defect("X12-0811", "01", "admission type"), place, "CL1")


def _left(node: Node, number: int, bill: str, frequency: str) -> Iterator[At]:
    """A bill to the end of the stay (1, 4) is of a patient who left (claims-rules 3.8), and says at which hour."""
    if frequency not in ("1", "4"):
        return
    facts, place = find(node, "CL1")
    if at(facts, 3) == "30":
        yield At(Defect("X12-0813", "03", "patient status"), place, "CL1")
    elif bill == "11" and node.first("DTP*096") is None:
        yield At(Defect("X12-0817", "", "discharge hour"), number, "CLM")


def _outside(line: Node, first: str, last: str) -> Iterator[At]:
    service, number = next(((row[1], row[2]) for row in line.rows if row[0] == "DTP*472"), (None, 0))
    if service is None or not first or not last:
        return
    start, _, end = at(service, 3).partition("-")
    try:
        inside = day(first) <= day(start) and day(end or start) <= day(last)
    except ValueError:
        return
    if not inside:
        yield At(Defect("X12-0609", "03", "service date"), number, "DTP", f"2400[{line.index}]")


RULES: dict[str, Rule] = {
    "claim-sum": claim_sum, "claim-cob": cob.claim_cob, "line-cob": cob.line_cob, "claim-frequency": claim_frequency,
    "claim-accident": claim_accident, "claim-controls": claim_controls, "claim-diagnoses": claim_diagnoses,
    "line-pointers": line_pointers, "claim-payers": cob.claim_payers, "claim-dated": cob.claim_dated,
    "subscriber-patient": subscriber_patient, "zip-plus-four": zip_plus_four, "claim-stay": claim_stay,
    "adjustments": cob.adjustments, "claim-dates": dates.claim_dates, "claim-transport": claim_transport,
    "member-id": member_id,
}  # fmt: skip
"""By the name that tables use."""

NEEDED = {
    "claim-cob": "2320",
    "claim-dated": "2320",
    "line-cob": "2430",
    "claim-transport": "CR1",
    "line-pointers": "SV1",
}
"""Rules that have nothing to say where no such loop or segment is: not asked then."""
