"""Claim.item and Claim.diagnosis as lines and diagnoses."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from services.intake.domain.fhir.parties import provider
from services.intake.domain.fhir.tree import Node
from shared.claim import Diagnosis, Drug, Kind, Line, Provider

_POA = {"y": "Y", "n": "N", "u": "U", "w": "W", "1": "1"}
PROCEDURES = ("hcpcs", "cpt", "2.16.840.1.113883.6.285", "2.16.840.1.113883.6.12")
"""Words in the system of a coding that mean HCPCS, of which CPT is the first level."""
_HCPCS = re.compile(r"[A-Z0-9]{5}")
_ICD = re.compile(r"[A-TV-Z]\d[0-9A-Z](\.?[0-9A-Z]{1,4})?")


class Sequences(Struct, frozen=True):
    """What items refer to by number: diagnosis sequence -> place on the claim, careTeam sequence -> its entry."""

    diagnoses: Mapping[str, int]
    team: Mapping[str, Node]


def diagnoses(node: Node, kind: Kind) -> tuple[tuple[Diagnosis, ...], dict[str, int]]:
    """The diagnoses, principal first, and the place (from 1) of each sequence number."""
    entries = sorted(node.get("diagnosis").items(), key=_order)
    found: list[Diagnosis] = []
    admitting: list[Diagnosis] = []
    places: dict[str, int] = {}
    for entry in entries:
        code, old = _code(entry)
        if not code:
            _uncoded(entry)
            _number(entry, places, 0)
        elif _type(entry) == "admitting":
            admitting.append(Diagnosis(code=code, qualifier="BJ" if old else "ABJ"))
        else:
            node.tree.made[f"/diagnoses/{len(found)}"] = entry.path
            qualifier = ("BF" if found else "BK") if old else ("ABF" if found else "ABK")
            poa = _POA.get(entry.get("onAdmission").code().lower(), "") if kind == "institutional" else ""
            found.append(Diagnosis(code=code, qualifier=qualifier, poa=poa))  # type: ignore[arg-type]
            _number(entry, places, len(found))
    return (*found, *(admitting[:1] if kind == "institutional" else ())), places


def _uncoded(entry: Node) -> None:
    """Say at which of the two elements a diagnosis has no code."""
    if reference := entry.get("diagnosisReference"):
        if entry.tree.resolve(reference):
            problem, fix = "The Condition has no code.", "Send Condition.code.coding.code."
            reference.wrong("required", problem, fix)
        else:
            problem, fix = "The Condition did not come along.", "Send it contained or in the Bundle."
            reference.wrong("not-found", problem, fix)
    else:
        entry.get("diagnosisCodeableConcept").missing(
            "Send a coded diagnosis (coding.code), or its Condition."
        )


def _number(entry: Node, places: dict[str, int], place: int) -> None:
    """Remember which diagnosis has this sequence number: items point at it."""
    sequence = entry.get("sequence")
    said = sequence.text()
    if said in places:
        fix = "Give each diagnosis a sequence number of its own."
        sequence.wrong("value", "Another diagnosis has this sequence number.", fix)
    elif said:
        places[said] = place


def _order(entry: Node) -> tuple[bool, str]:
    return _type(entry) != "principal", entry.get("sequence").text().rjust(4, "0")


def _type(entry: Node) -> str:
    return entry.get("type").first().code().lower()


def _code(entry: Node) -> tuple[str, bool]:
    """The code without its point, and whether it is ICD-9-CM."""
    concept = entry.get("diagnosisCodeableConcept")
    if not concept and entry.get("diagnosisReference"):
        concept = entry.tree.resolve(entry.get("diagnosisReference")).get("code")
    code = concept.code("icd-10", "2.16.840.1.113883.6.90").upper()
    systems = [c.get("system").text().lower() for c in concept.get("coding").items()]
    old = any("icd-9" in s for s in systems)
    if code and not old and not _ICD.fullmatch(code):
        concept.doubtful("code-invalid", "This is no ICD-10-CM code.", "Send a code such as I10 or E11.9.")
    return code.replace(".", ""), old


def icd(concept: Node) -> str:
    """The ICD-10-CM code of a concept that may be coded in several systems; empty where it has none."""
    for coding in concept.get("coding").items():
        system, code = coding.get("system").text().lower(), coding.get("code").text().upper()
        known = "icd-10" in system or "2.16.840.1.113883.6.90" in system
        if code and (known or (not system and _ICD.fullmatch(code))):
            return code.replace(".", "")
    return ""


def line(item: Node, kind: Kind, sequences: Sequences, start: date | None) -> Line:
    """One item as a line; ``start`` is its day where it says none itself."""
    professional = kind == "professional"
    first, last = _days(item)
    ndc = item.get("productOrService").code("ndc") if _is_drug(item) else ""
    return Line(
        charge=_charge(item),
        code=_procedure(item, professional, bool(ndc)),
        modifiers=_modifiers(item),
        units=_units(item),
        first=_day(item, first or start, professional),
        last=last if last != first else None,
        pointers=_pointers(item, sequences) if professional else (),
        place=item.get("locationCodeableConcept").code() if professional else "",
        revenue_code="" if professional else item.get("revenue").code(),
        drug=Drug(ndc=ndc) if ndc else None,
        rendering=_rendering(item, sequences) if professional else None,
    )


def _modifiers(item: Node) -> tuple[str, ...]:
    found: list[str] = []
    for one in item.get("modifier").items():
        if code := one.code().upper():
            found.append(code)
        else:
            one.missing("Send a coded modifier (coding.code), or leave it out.")
    return tuple(found)


def _day(item: Node, day: date | None, professional: bool) -> date | None:
    """The first day of the service, which each line of an 837P has (DTP*472)."""
    if day is None and professional and not item.get("servicedDate") and not item.get("servicedPeriod"):
        item.get("servicedDate").missing(
            "Send servicedDate or servicedPeriod, or the Claim's billablePeriod."
        )
    return day


def _units(item: Node) -> str:
    said = item.at("quantity", "value")
    text = said.text() or "1"
    if not text.replace(".", "", 1).isdecimal() or not text.isascii():
        said.wrong("value", "This is not a quantity of services.", "Send a number from 0, such as 1 or 2.5.")
    return text


def _is_drug(item: Node) -> bool:
    codings = item.at("productOrService", "coding").items()
    return any("ndc" in c.get("system").text().lower() for c in codings)


def _procedure(item: Node, professional: bool, drug: bool) -> str:
    concept = item.get("productOrService")
    code = "" if drug and len(list(concept.get("coding").items())) == 1 else concept.code(*PROCEDURES)
    if not code and professional:
        concept.missing("Send a coded service (productOrService.coding.code).")
    elif code and not _HCPCS.fullmatch(code.upper()):
        problem = "This is no HCPCS code: payers reject any other."
        concept.doubtful("code-invalid", problem, "Send a code of five characters, of HCPCS or CPT.")
    return code.upper()


def _days(item: Node) -> tuple[date | None, date | None]:
    if period := item.get("servicedPeriod"):
        return period.get("start").day(), period.get("end").day()
    return item.get("servicedDate").day(), None


def _charge(item: Node) -> int:
    """``net``; without it unit price times quantity times factor."""
    net = item.get("net").cents()
    if net is not None or item.get("net"):
        if (net or 0) < 0:
            item.at("net", "value").wrong(
                "value", "The charge is below zero.", "Send what the service costs."
            )
        return net or 0
    price = item.get("unitPrice").cents()
    if price is None:
        if not item.get("unitPrice"):
            item.get("net").missing("Send net, or unitPrice and quantity.")
        return 0
    cents = price * _quantity(item.at("quantity", "value")) * _quantity(item.get("factor"))
    if cents != int(cents):
        item.get("net").missing("unitPrice times quantity is no whole number of cents: send net.")
    return int(cents)


def _quantity(node: Node) -> Decimal:
    """The number there; one where there is none, or one that no price can be multiplied with."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Decimal(1)
    number = Decimal(value)
    return number if 0 <= number < 10**6 else Decimal(1)


def _pointers(item: Node, sequences: Sequences) -> tuple[int, ...]:
    """The diagnoses that the item names, by their place; without any the claim's first four."""
    named = list(item.get("diagnosisSequence").items())
    for one in named:
        if one.text() not in sequences.diagnoses:
            one.wrong(
                "value", "No diagnosis has this sequence number.", "Send a sequence of Claim.diagnosis."
            )
    places = [sequences.diagnoses.get(n.text(), 0) for n in named]
    found = dict.fromkeys(place for place in places if place)
    return tuple(found)[:4] or tuple(sorted(filter(None, sequences.diagnoses.values())))[:4]


def _rendering(item: Node, sequences: Sequences) -> Provider | None:
    for one in item.get("careTeamSequence").items():
        member = sequences.team.get(one.text())
        if member is None:
            problem = "No member of the care team has this sequence number."
            one.doubtful("value", problem, "Send a sequence of Claim.careTeam.")
        if member is not None and (who := provider(member.get("provider"))):
            return who
    return None
