"""Claim.item and Claim.diagnosis as lines and diagnoses."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from msgspec import Struct

from services.intake.domain.fhir.parties import provider
from services.intake.domain.fhir.tree import Node
from shared.claim import Diagnosis, Drug, Kind, Line, Provider

_POA = {"y": "Y", "n": "N", "u": "U", "w": "W", "1": "1"}
_PROCEDURES = ("hcpcs", "cpt", "2.16.840.1.113883.6.285", "2.16.840.1.113883.6.12")


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
            entry.missing("Send a coded diagnosis (diagnosisCodeableConcept.coding.code), or its Condition.")
        elif _type(entry) == "admitting":
            admitting.append(Diagnosis(code=code, qualifier="BJ" if old else "ABJ"))
        else:
            qualifier = ("BF" if found else "BK") if old else ("ABF" if found else "ABK")
            poa = _POA.get(entry.get("onAdmission").code().lower(), "") if kind == "institutional" else ""
            found.append(Diagnosis(code=code, qualifier=qualifier, poa=poa))  # type: ignore[arg-type]
            places[entry.get("sequence").text()] = len(found)
    return (*found, *(admitting[:1] if kind == "institutional" else ())), places


def _order(entry: Node) -> tuple[bool, str]:
    return _type(entry) != "principal", entry.get("sequence").text().rjust(4, "0")


def _type(entry: Node) -> str:
    return entry.get("type").first().code().lower()


def _code(entry: Node) -> tuple[str, bool]:
    """The code without its point, and whether it is ICD-9-CM."""
    concept = entry.get("diagnosisCodeableConcept")
    if not concept and entry.get("diagnosisReference"):
        concept = entry.tree.resolve(entry.get("diagnosisReference")).get("code")
    code = concept.code("icd-10", "2.16.840.1.113883.6.90")
    systems = [c.get("system").text().lower() for c in concept.get("coding").items()]
    return code.replace(".", "").upper(), any("icd-9" in s for s in systems)


def line(item: Node, kind: Kind, sequences: Sequences, start: date | None) -> Line:
    """One item as a line; ``start`` is its day where it says none itself."""
    professional = kind == "professional"
    first, last = _days(item)
    ndc = item.get("productOrService").code("ndc") if _is_drug(item) else ""
    return Line(
        charge=_charge(item),
        code=_procedure(item, professional, bool(ndc)),
        modifiers=tuple(m.code() for m in item.get("modifier").items()),
        units=item.at("quantity", "value").text() or "1",
        first=first or start,
        last=last if last != first else None,
        pointers=_pointers(item, sequences) if professional else (),
        place=item.get("locationCodeableConcept").code() if professional else "",
        revenue_code="" if professional else item.get("revenue").code(),
        drug=Drug(ndc=ndc) if ndc else None,
        rendering=_rendering(item, sequences) if professional else None,
    )


def _is_drug(item: Node) -> bool:
    codings = item.at("productOrService", "coding").items()
    return any("ndc" in c.get("system").text().lower() for c in codings)


def _procedure(item: Node, professional: bool, drug: bool) -> str:
    concept = item.get("productOrService")
    code = "" if drug and len(list(concept.get("coding").items())) == 1 else concept.code(*_PROCEDURES)
    if not code and professional:
        concept.missing("Send a coded service (productOrService.coding.code).")
    return code.upper()


def _days(item: Node) -> tuple[date | None, date | None]:
    if period := item.get("servicedPeriod"):
        return period.get("start").day(), period.get("end").day()
    return item.get("servicedDate").day(), None


def _charge(item: Node) -> int:
    """``net``; without it unit price times quantity."""
    net = item.get("net").cents()
    if net is not None or item.get("net"):
        return net or 0
    price = item.get("unitPrice").cents()
    if price is None:
        if not item.get("unitPrice"):
            item.get("net").missing("Send net, or unitPrice and quantity.")
        return 0
    cents = price * _quantity(item)
    if cents != int(cents):
        item.get("net").missing("unitPrice times quantity is no whole number of cents: send net.")
    return int(cents)


def _quantity(item: Node) -> Decimal:
    value = item.at("quantity", "value").value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return Decimal(1)
    number = Decimal(value)
    return number if abs(number) < 10**6 else Decimal(1)


def _pointers(item: Node, sequences: Sequences) -> tuple[int, ...]:
    """The diagnoses that the item names, by their place; without any the claim's first four."""
    named = list(item.get("diagnosisSequence").items())
    for one in named:
        if one.text() not in sequences.diagnoses:
            one.wrong(
                "value", "No diagnosis has this sequence number.", "Send a sequence of Claim.diagnosis."
            )
    places = [sequences.diagnoses[n.text()] for n in named if n.text() in sequences.diagnoses]
    return tuple(dict.fromkeys(places))[:4] or tuple(sorted(sequences.diagnoses.values()))[:4]


def _rendering(item: Node, sequences: Sequences) -> Provider | None:
    for one in item.get("careTeamSequence").items():
        member = sequences.team.get(one.text())
        if member is not None and (who := provider(member.get("provider"))):
            return who
    return None
