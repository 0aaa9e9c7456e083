"""ChargeItem as one charge of an account, or as the credit that takes one back."""

import re
from datetime import date

from services.intake.domain.account.facts import Charge
from services.intake.domain.feed import ChargeCode, Department, Feed
from services.intake.domain.fhir.items import PROCEDURES, icd
from services.intake.domain.fhir.parties import first_identifier, provider
from services.intake.domain.fhir.tree import Node
from shared.claim import Drug, Line, Provider

_CHARGES = ("billable", "billed", "planned", "unknown", "")
_BACK = ("not-billable", "aborted", "entered-in-error")
_REVENUE = ("revenue", "nubc", "ub-04", "ub04")
_HCPCS = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")


def charge_of(node: Node, feed: Feed) -> Charge:
    """One ChargeItem. What it lacks is noted. Its status says whether it is charged or taken back."""
    status = node.get("status").text()
    back = status in _BACK
    if not status:
        node.get("status").missing("Send billable.")
    line = _line(node, feed, back)
    name = first_identifier(node) or node.get("id").text()
    return Charge(
        id=name or f"{line.code}/{line.first}/{line.charge}/{node.path}",
        action="credit" if back else "charge",
        line=line,
        reverses=name if back else "",
        diagnoses=tuple(code for r in node.get("reason").items() if (code := icd(r))),
        rendering=_rendering(node),
    )


def _line(node: Node, feed: Feed, back: bool) -> Line:
    known = feed.charges.get(node.get("code").code(), ChargeCode())
    department = _department(node, feed)
    first, last = _days(node, back)
    ndc = node.get("productCodeableConcept").code("ndc")
    return Line(
        charge=_price(node, back),
        code=known.code or _procedure(node),
        description=known.description,
        units=_units(node),
        first=first,
        last=last if last != first else None,
        place=department.place,
        revenue_code=_revenue(node) or known.revenue_code or department.revenue_code,
        drug=Drug(ndc=ndc) if ndc else None,
    )


def _procedure(node: Node) -> str:
    """The HCPCS code; empty for a facility's own code that the feed does not translate."""
    code = node.get("code").code(*PROCEDURES).upper()
    if not node.get("code"):
        node.get("code").missing("Send a coded service (code.coding.code).")
    elif not _HCPCS.fullmatch(code) and not _revenue(node):
        problem = "This code is neither a HCPCS code nor one of the feed's charges."
        node.get("code").doubtful(
            "code-invalid", problem, "Send a HCPCS code, or name the code in the feed file."
        )
    return code if _HCPCS.fullmatch(code) else ""


def _revenue(node: Node) -> str:
    for coding in node.at("code", "coding").items():
        if any(word in coding.get("system").text().lower() for word in _REVENUE):
            return coding.get("code").text()
    return ""


def _department(node: Node, feed: Feed) -> Department:
    for name in ("costCenter", "performingOrganization", "requestingOrganization"):
        reference = node.get(name)
        for said in (
            reference.at("identifier", "value").text(),
            first_identifier(node.tree.resolve(reference)),
        ):
            if said in feed.departments:
                return feed.departments[said]
    return Department()


def _days(node: Node, back: bool) -> tuple[date | None, date | None]:
    if period := node.get("occurrencePeriod"):
        return period.get("start").day(), period.get("end").day()
    timing = node.at("occurrenceTiming", "event").first()
    day = (node.get("occurrenceDateTime") or timing).day()
    if day is None and not back and not node.get("occurrenceDateTime"):
        node.get("occurrenceDateTime").missing(
            "Send the day of service (occurrenceDateTime or occurrencePeriod)."
        )
    return day, None


def _price(node: Node, back: bool) -> int:
    """``priceOverride``: what the charge costs in all. R4 has no other price, and no price list is kept here."""
    price = node.get("priceOverride")
    cents = price.cents()
    if cents is None and not price and not back:
        price.missing("Send the price of the whole charge: no price list is kept here.")
    if (cents or 0) < 0:
        price.get("value").wrong(
            "value", "The price is below zero.", "Take a charge back by its status instead."
        )
    return abs(cents or 0)


def _units(node: Node) -> str:
    said = node.at("quantity", "value")
    text = said.text() or "1"
    if not text.isascii() or not text.replace(".", "", 1).isdecimal():
        said.wrong("value", "This is not a quantity of services.", "Send a number from 0, such as 1 or 2.5.")
    return text


def _rendering(node: Node) -> Provider | None:
    for performer in node.get("performer").items():
        if who := provider(performer.get("actor")):
            return who
    return None
