"""Patient, Coverage, Organization and Practitioner as parties of the claim."""

from services.intake.domain.feed import Feed
from services.intake.domain.fhir.tree import Node, searched, type_of
from services.intake.domain.hl7.values import zip_code
from shared.claim import Address, Coverage, Name, Order, Person, Provider

_SEXES = {"female": "F", "male": "M", "other": "U", "unknown": "U"}
_RELATIONSHIPS = {
    "self": "18",
    "spouse": "01",
    "child": "19",
    "common": "53",
    "other": "G8",
    "parent": "G8",
    "injured": "G8",
}
"""subscriber-relationship -> SBR02 / PAT01; two-character X12 codes go through as they are."""

_NPI = ("us-npi", "2.16.840.1.113883.4.6")
_TAX = ("2.16.840.1.113883.4.4", "us-ein", "irs")
ORDERS: tuple[Order, ...] = ("P", "S", "T", "A", "B", "C", "D", "E", "F", "G", "H")


def identifier(node: Node, systems: tuple[str, ...], kind: str) -> str:
    """The identifier of that system, or of that type code; empty where there is none."""
    for one in node.get("identifier").items():
        system = one.get("system").text().lower()
        if any(word in system for word in systems) or one.get("type").code() == kind:
            return one.get("value").text()
    return ""


def first_identifier(node: Node) -> str:
    """Whatever identifier comes first."""
    return node.get("identifier").first().get("value").text()


def name(node: Node) -> Name:
    """The official HumanName, else the first; an organisation's name is text."""
    if isinstance(node.get("name").value, str):
        return Name(last=node.get("name").text(), organization=True)
    names = list(node.get("name").items())
    if not names:
        return Name(last="")
    chosen = next((n for n in names if n.get("use").text() == "official"), names[0])
    given = [g.text() for g in chosen.get("given").items()]
    return Name(
        last=chosen.get("family").text() or chosen.get("text").text(),
        first=given[0] if given else "",
        middle=given[1] if len(given) > 1 else "",
        suffix=chosen.get("suffix").first().text(),
    )


def address(node: Node) -> Address | None:
    """The first Address; None where it says neither street nor city."""
    said = node.get("address").first()
    lines = [line.text() for line in said.get("line").items()]
    city = said.get("city").text()
    if not lines and not city:
        return None
    country = said.get("country").text().upper()
    return Address(
        line1=lines[0] if lines else "",
        line2=lines[1] if len(lines) > 1 else "",
        city=city,
        state=said.get("state").text(),
        zip=zip_code(said.get("postalCode").text(), country),
        country="" if country in ("US", "USA") else country,
    )


def person(node: Node, member_id: str = "") -> Person:
    """A Patient or RelatedPerson."""
    return Person(
        name=name(node),
        member_id=member_id,
        address=address(node),
        birth=node.get("birthDate").day(),
        sex=_SEXES.get(node.get("gender").text(), ""),  # type: ignore[arg-type]
    )


def provider(reference: Node) -> Provider | None:
    """Whom a Reference means: the resource when it came along, else what the reference itself says."""
    if not reference:
        return None
    found = reference.tree.resolve(reference)
    if not found:
        return _named(reference)
    if role := found.get("practitioner"):  # a PractitionerRole says who it is
        return provider(role) if role.path != reference.path else None
    _numbered(found)
    tax = identifier(found, _TAX, "TAX")
    return Provider(
        name=name(found),
        npi=identifier(found, _NPI, "NPI"),
        tax_id=tax.replace("-", ""),
        tax_id_kind="EI" if tax else "",
        taxonomy=found.get("qualification").first().get("code").code("taxonomy", "2.16.840.1.113883.6.101"),
        address=address(found),
    )


def _numbered(found: Node) -> None:
    """A clinician has an NPI; whether it is a right one is the scrubber's to say."""
    if type_of(found.value) == "Practitioner" and not identifier(found, _NPI, "NPI"):
        fix = "Send the NPI as identifier, system http://hl7.org/fhir/sid/us-npi."
        found.get("identifier").doubtful("required", "The Practitioner has no NPI.", fix)


def _named(reference: Node) -> Provider | None:
    """What a Reference says by itself: a display, and the NPI as identifier or as what a conditional reference searches."""
    said = reference.get("reference").text() if isinstance(reference.value, dict) else ""
    kind, npi = searched(said) if _NPI[0] in said else ("", "")
    npi = npi or reference.at("identifier", "value").text()
    organization = "Organization" in (kind or said)
    name = Name(last=reference.get("display").text(), organization=organization)
    return Provider(name=name, npi=npi) if npi else None


def billing(reference: Node, feed: Feed) -> Provider:
    """Who bills: what came along, completed by the feed when it is the feed's own facility or does not say who it is."""
    said = provider(reference)
    if said is None or not said.npi or said.npi == feed.billing.npi:
        if said is None and reference:
            problem = "The provider did not come along; the feed's facility bills."
            reference.doubtful("not-found", problem, "Send the Organization contained or in the Bundle.")
        return feed.billing
    return said


def coverage(entry: Node, patient: Node, order: Order, feed: Feed) -> Coverage | None:
    """One Claim.insurance. None after noting that its Coverage did not come along, or names no payer."""
    reference = entry.get("coverage")
    found = reference.tree.resolve(reference)
    if not found:
        reference.wrong(
            "not-found", "The Coverage did not come along.", "Send it contained or in the Bundle."
        )
        return None
    return policy(found, patient, order, feed, entry.get("preAuthRef").first().text())


def policy(found: Node, patient: Node, order: Order, feed: Feed, authorization: str = "") -> Coverage | None:
    """A Coverage resource. None after noting that it names no payer."""
    payer_id, payer_name = _payer(found)
    if not payer_id:
        return None
    subscriber = found.tree.resolve(found.get("subscriber")) if found.get("subscriber") else patient
    relationship = _relationship(found, subscriber, patient)
    member = found.get("subscriberId").text() or first_identifier(found)
    if not member:
        found.get("subscriberId").doubtful(
            "required", "The Coverage has no member id.", "Send subscriberId, as it stands on the card."
        )
    insured = patient if relationship == "18" or not subscriber else subscriber
    group = _group(found)
    _remember(found, insured, order)
    return Coverage(
        order=order,
        payer=feed.payer(payer_id, payer_name),
        subscriber=person(insured, member),
        relationship=relationship,
        group_number=group.get("value").text(),
        group_name=group.get("name").text(),
        filing=feed.filing(payer_id),
        authorization=authorization,
        assigned="Y",
        release="Y",
    )


def _group(found: Node) -> Node:
    groups = [c for c in found.get("class").items() if c.get("type").code() == "group"]
    return groups[0] if groups else Node(found.tree, None, f"{found.path}.class")


def _remember(found: Node, insured: Node, order: Order) -> None:
    """Where the parts of a coverage were made from."""
    place = f"/coverages/{ORDERS.index(order)}"
    found.tree.made |= {
        place: found.path,
        f"{place}/subscriber": insured.path,
        f"{place}/subscriber/member_id": f"{found.path}.subscriberId",
    }


def _payer(cover: Node) -> tuple[str, str]:
    """Identifier and name of who pays; the identifier empty after noting what is missing where."""
    reference = cover.get("payor").first()
    found = cover.tree.resolve(reference)
    if type_of(found.value) in ("Patient", "RelatedPerson"):
        problem, fix = "A person pays this: there is no payer to bill.", "Send the Coverage of an insurer."
        reference.wrong("business-rule", problem, fix)
        return "", ""
    said = first_identifier(found) or reference.at("identifier", "value").text()
    title = found.get("name").text() if isinstance(found.get("name").value, str) else ""
    if not said:
        place = found.get("identifier") if found else cover.get("payor")
        place.missing("Refer to an Organization with an identifier that the feed's payers list.")
    return said, title or reference.get("display").text()


def _relationship(cover: Node, subscriber: Node, patient: Node) -> str:
    """SBR02 / PAT01; without a code the patient is the subscriber, unless somebody else is named."""
    code = cover.get("relationship").code()
    known = _RELATIONSHIPS.get(code.lower())
    if known or (len(code) == 2 and code.isalnum()):
        return known or code.upper()
    other = bool(subscriber) and subscriber.value is not patient.value
    if code or other:
        problem = "How the patient is related to the subscriber is not told in a code that is known."
        fix = "Send self, spouse, child, common, parent, injured or other."
        cover.get("relationship").doubtful("code-invalid", problem, fix)
    return "G8" if code or other else "18"
