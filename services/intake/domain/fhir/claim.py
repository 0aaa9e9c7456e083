"""A FHIR R4 Claim as a claim of ours."""

from datetime import date

from msgspec import structs

from services.intake.domain.feed import Feed
from services.intake.domain.fhir.items import Sequences, diagnoses, line
from services.intake.domain.fhir.parties import ORDERS, billing, coverage, identifier, person, provider
from services.intake.domain.fhir.tree import Node, type_of
from shared.claim import Accident, Claim, Coverage, Kind, Line, Procedure, Provider, Stay

_KINDS: dict[str, Kind] = {"professional": "professional", "institutional": "institutional"}
_CAUSES = {"MVA": "AA", "WPA": "EM", "WORK": "EM", "AUTO": "AA"}
_ROLES = frozenset({"primary", "performing", "rendering", "attending"})
_ASIDE = frozenset({"assist", "other", "operating", "otheroperating"})
"""Roles that R4 knows and a professional claim has no place for."""
_REPLACED = frozenset({"prior", "replaces", "replaced"})
TAKE_BACK = (
    "To take one back before its payer has it, withdraw it (claim page of the console, or the scrubber's"
    " POST /claims/{id}/withdrawal); once it is decided, send a void as JSON or X12: frequency 8 with the payer's number."
)
"""What to do instead of cancelling a Claim."""


def claim_of(node: Node, feed: Feed) -> Claim | None:
    """Make the claim. None when it cannot be made; the tree's issues say why, all of them."""
    kind = _kind(node)
    _fixed(node)
    number = number_of(node)
    _named(node, number)
    patient = _patient(node)
    covers, billed = _coverages(node, patient, feed)
    found, places = diagnoses(node, kind or "professional")
    team = {m.get("sequence").text(): m for m in node.get("careTeam").items()}
    lines = _lines(node, kind or "professional", Sequences(places, team))
    if kind is None or not number or not patient or not covers or not lines:
        return None
    total = _total(node, lines)
    own = covers[billed].relationship == "18"
    claim = Claim(
        number=number,
        kind=kind,
        charge=total,
        place=_place(node, kind, lines, feed),
        billing=billing(node.get("provider"), feed),
        coverages=covers,
        billed=billed,
        patient=None if own else person(patient),
        medical_record=identifier(patient, (), "MR"),
        diagnoses=found,
        lines=lines,
        authorization=covers[billed].authorization,
        accident=_accident(node),
        service_facility=_facility(node, feed),
        accepts_assignment=feed.accept_assignment,
    )
    claim = structs.replace(claim, **_replacing(node), **_team(node, kind, lines))
    return _institutional(node, claim) if kind == "institutional" else _tidied(claim)


def _named(node: Node, number: str) -> None:
    fix = "Send the claim's number as identifier: payers will answer with it."
    if not number:
        node.get("identifier").missing(fix)
    elif not node.get("identifier").first().get("value"):
        node.get("identifier").doubtful(
            "required", "Without an identifier the id is the claim's number.", fix
        )


def number_of(node: Node) -> str:
    """The claim's number (CLM01): its first identifier, else its id."""
    return node.get("identifier").first().get("value").text() or node.get("id").text()


def _patient(node: Node) -> Node:
    """Whom the claim is about; an empty node after noting that nobody came along."""
    reference = node.get("patient")
    found = node.tree.resolve(reference)
    if not reference:
        reference.missing("Refer to the Patient, contained or in the Bundle.")
    elif not found:
        fix = "Send it contained or in the Bundle."
        reference.wrong("not-found", "The Patient did not come along.", fix)
    elif type_of(found.value) != "Patient":
        reference.wrong("value", "This refers to no Patient.", "Refer to the Patient who was treated.")
        return Node(node.tree, None, reference.path)
    for name in ("name", "birthDate", "gender") if found else ():
        if not found.get(name):
            found.get(name).doubtful(
                "required", f"The Patient has no {name}.", f"Send {name}: payers ask for it."
            )
    first = found.get("name").first()
    if first and not first.get("family") and not first.get("text"):
        first.get("family").doubtful("required", "The Patient has no family name.", "Send family.")
    node.tree.made["/patient"] = found.path
    return found


def _total(node: Node, lines: tuple[Line, ...]) -> int:
    """``total``, which should be what the items come to (CLM02); without it that."""
    added = sum(x.charge for x in lines)
    total = node.get("total").cents()
    if total is None:
        return added
    if total != added and lines:
        problem = "The total is not what the items come to: payers reject that."
        node.get("total").doubtful("business-rule", problem, "Send the sum of the items' net amounts.")
    return total


def _kind(node: Node) -> Kind | None:
    code = node.get("type").code("claim-type").lower()
    if not code:
        node.get("type").missing("Send professional or institutional.")
    elif code not in _KINDS:
        problem = "This type of claim is not taken."
        node.get("type").wrong("not-supported", problem, "Send professional or institutional claims.")
    return _KINDS.get(code)


def _fixed(node: Node) -> None:
    """Status and use, which R4 requires."""
    for name, wanted in (("status", "active"), ("use", "claim")):
        said = node.get(name).text()
        if not said:
            node.get(name).missing(f"Send {wanted}.")
        elif said != wanted:
            problem = f"Only a resource whose {name} is {wanted} becomes a claim."
            fix = TAKE_BACK if said == "cancelled" else f"Send {wanted}, or nothing."
            node.get(name).wrong("not-supported", problem, fix)


def _coverages(node: Node, patient: Node, feed: Feed) -> tuple[tuple[Coverage, ...], int]:
    """The coverages in order of their sequence, and the place of the focal one."""
    entries = sorted(node.get("insurance").items(), key=lambda e: e.get("sequence").text().rjust(4, "0"))
    if not entries:
        node.get("insurance").missing("Refer to one Coverage for each payer.")
    made = [coverage(e, patient, order, feed) for e, order in zip(entries, ORDERS, strict=False)]
    if any(c is None for c in made):
        return (), 0
    focal = [place for place, e in enumerate(entries[: len(made)]) if e.get("focal").value is True]
    if len(focal) > 1:
        fix = "Say focal true at the one payer that this claim is for."
        entries[focal[1]].get("focal").doubtful("business-rule", "Two insurances are focal.", fix)
    return tuple(c for c in made if c), focal[0] if focal else 0


def _facility(node: Node, feed: Feed) -> Provider | None:
    """Where the care was given, when that is not who bills (2310C, 2310E)."""
    reference = node.get("facility")
    found = provider(reference)
    if reference and found is None:
        problem = "The Location did not come along and was left out."
        reference.doubtful("not-found", problem, "Send the Location contained or in the Bundle.")
    if found is None or (found.npi or feed.billing.npi) == feed.billing.npi:
        return None
    node.tree.made["/service_facility"] = reference.path
    return found


def _lines(node: Node, kind: Kind, sequences: Sequences) -> tuple[Line, ...]:
    items = list(node.get("item").items())
    if not items:
        node.get("item").missing("Send one item for each service.")
    start = node.at("billablePeriod", "start").day()
    _numbered(items)
    return tuple(line(item, kind, sequences, start) for item in items)


def _numbered(items: list[Node]) -> None:
    seen: set[str] = set()
    for item in items:
        sequence = item.get("sequence").text()
        if sequence in seen:
            fix = "Give each item a sequence number of its own."
            item.get("sequence").doubtful("value", "Another item has this sequence number.", fix)
        elif sequence:
            seen.add(sequence)


def _place(node: Node, kind: Kind, lines: tuple[Line, ...], feed: Feed) -> str:
    """The lines' place of service, or the type of bill's first two digits (subType, or CARIN's typeofbill)."""
    if kind == "professional":
        told = [x.place for x in lines if x.place]
        return told[0] if told else feed.places.get("O", "11")
    bill = node.get("subType").code() or _information(node, "typeofbill").get("code").code()
    bill = bill.lstrip("0")
    return bill[:2] if len(bill) >= 2 and bill[:2].isdigit() else feed.places.get("I", "11")


def _tidied(claim: Claim) -> Claim:
    """A line repeats neither the claim's clinician nor its place of service."""
    lines = tuple(
        structs.replace(
            x,
            rendering=None if x.rendering == claim.rendering else x.rendering,
            place="" if x.place == claim.place else x.place,
        )
        for x in claim.lines
    )
    return structs.replace(claim, lines=lines)


def _team(node: Node, kind: Kind, lines: tuple[Line, ...]) -> dict[str, object]:
    """The clinicians of the whole claim, by their role."""
    found: dict[str, Provider] = {}
    referring: list[Provider] = []
    for member in node.get("careTeam").items():
        role = member.get("role").code().lower() or "primary"
        who = provider(member.get("provider"))
        if who is None:
            _absent(member.get("provider"))
            continue
        if role in ("referring", "referrer"):
            referring.append(who)
        elif role in ("supervisor", "supervising"):
            found.setdefault("supervising", who)
        elif role in ("operating", "attending") and kind == "institutional":
            found.setdefault(role, who)
        elif role in _ASIDE:
            continue
        elif role in _ROLES:
            found.setdefault("attending" if kind == "institutional" else "rendering", who)
        else:
            _unknown_role(member.get("role"))
    rendered = {x.rendering for x in lines if x.rendering}
    if kind == "professional" and len(rendered) == 1:
        found["rendering"] = rendered.pop()
    return {**found, **({"referring": tuple(referring)} if referring else {})}


def _absent(reference: Node) -> None:
    if reference:
        problem = "This member of the care team did not come along and was left out."
        reference.doubtful("not-found", problem, "Send the Practitioner contained or in the Bundle.")


def _unknown_role(role: Node) -> None:
    problem = "This role is not known here: the member of the care team was left out."
    role.doubtful(
        "code-invalid", problem, "Send primary, assist, supervisor, referring, attending or operating."
    )


def _replacing(node: Node) -> dict[str, object]:
    """Frequency 7 with the payer's number, where the claim says that it replaces one (REF*F8; RFI 1538)."""
    for related in node.get("related").items():
        number = related.at("reference", "value").text() or related.at("claim", "identifier", "value").text()
        if related.get("relationship").code().lower() in _REPLACED and number:
            return {"frequency": "7", "original_reference": number}
    return {}


def _accident(node: Node) -> Accident | None:
    said = node.get("accident")
    if not said:
        return None
    cause = _CAUSES.get(said.get("type").code().upper(), "OA")
    return Accident(
        causes=(cause,), on=said.get("date").day(), state=said.at("locationAddress", "state").text()
    )


def _information(node: Node, category: str) -> Node:
    """The supportingInfo of a category; an empty node where there is none."""
    for one in node.get("supportingInfo").items():
        if one.get("category").code().lower() == category:
            return one
    return Node(node.tree, None, f"{node.path}.supportingInfo")


def _institutional(node: Node, claim: Claim) -> Claim:
    """Statement dates, stay and ICD-10-PCS procedures."""
    lines = [d for x in claim.lines for d in (x.first, x.last) if d]
    first: date | None = node.at("billablePeriod", "start").day() or min(lines, default=None)
    last: date | None = node.at("billablePeriod", "end").day() or max(lines, default=first)
    admitted = _information(node, "admissionperiod").at("timingPeriod", "start")
    stay = Stay(
        admission_type=_information(node, "admtype").get("code").code()[:1],
        admission_source=_information(node, "pointoforigin").get("code").code()[:1],
        status=_information(node, "discharge-status").get("code").code()[:2],
        admitted=admitted.day(),
        admission_hour=admitted.text()[11:16].replace(":", ""),
    )
    procedures = tuple(
        Procedure(
            code=p.get("procedureCodeableConcept").code("icd-10-pcs", "2.16.840.1.113883.6.4"),
            qualifier="BBQ" if place else "BBR",
            on=p.get("date").day(),
        )
        for place, p in enumerate(node.get("procedure").items())
    )
    coded = tuple(p for p in procedures if p.code)
    return structs.replace(claim, first=first, last=last, stay=stay, procedures=coded)
