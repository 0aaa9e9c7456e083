"""ClaimResponse: where a claim stands, as far as intake knows."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from services.intake.domain.fhir.outcome import FINDINGS, Issue
from services.intake.domain.fhir.tree import Json
from services.intake.domain.heard import Heard, Payment, Stands

Outcome = Literal["queued", "complete", "error", "partial"]
"""``queued``: taken and at work. ``complete``: decided, or taken back. ``error``: not taken, or refused before adjudication.
``partial``: a payer decided and the next one has it; of a message, some claims were taken and others not.
"""
HEARD: dict[Stands, tuple[Outcome, str]] = {
    "taken": ("queued", "Taken, and at work."),
    "submitted": ("queued", "With the payer."),
    "accepted": ("queued", "With the payer, which took it into adjudication."),
    "rejected": ("error", "Refused before adjudication: correct it and send it again."),
    "partial": ("partial", "Decided by one payer, and with the next."),
    "decided": ("complete", "Decided by the payer."),
}
"""What was heard of a claim, in R4's words and ours."""

_ADJUDICATION = "http://terminology.hl7.org/CodeSystem/adjudication"
_CARIN = "http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBAdjudication"


def claim_response(
    resource: Json,
    *,
    id: str,  # noqa: A002 -- FHIR's word
    claim: str,
    outcome: Outcome,
    words: str,
    at: datetime | None,
    issues: Sequence[Issue] = (),
    status: str = "active",
) -> Json:
    """The ClaimResponse to a Claim. ``claim`` is its id here, empty when it was not taken; ``at`` when it came."""
    said: Json = {
        "resourceType": "ClaimResponse",
        **({"id": id} if id else {}),
        "status": status,
        **{name: resource[name] for name in ("type", "subType") if isinstance(resource.get(name), dict)},
        "use": "claim",
        "patient": _outward(resource.get("patient"), "Patient"),
        **({"created": at.isoformat()} if at else {}),
        "insurer": _outward(resource.get("insurer"), "Organization"),
        "requestor": _outward(resource.get("provider"), "Organization"),
        "request": _request(resource, claim),
        "outcome": outcome,
        "disposition": words,
    }
    errors = [_error(i) for i in issues if i.severity == "error"]
    notes = [_note(number, i) for number, i in enumerate((i for i in issues if i.severity == "warning"), 1)]
    return said | ({"error": errors} if errors else {}) | ({"processNote": notes} if notes else {})


def _outward(reference: object, kind: str) -> Json:
    """A reference that means something outside of the Claim too: what was contained there is not contained here."""
    said = reference if isinstance(reference, dict) else {}
    kept = {name: said[name] for name in ("identifier", "display") if name in said}
    address = said.get("reference")
    if isinstance(address, str) and not address.startswith("#"):
        kept["reference"] = address
    return kept or {"type": kind, "display": "As in the Claim"}


def _request(resource: Json, claim: str) -> Json:
    said: Json = {"reference": f"Claim/{claim}"} if claim else {"type": "Claim"}
    identifiers = resource.get("identifier")
    first = identifiers[0] if isinstance(identifiers, list) and identifiers else None
    return said | ({"identifier": first} if isinstance(first, dict) else {})


def _error(issue: Issue) -> Json:
    where = issue.expression
    said: Json = {}
    if ".item[" in where:
        place = where.partition(".item[")[2].partition("]")[0]
        said["itemSequence"] = int(place) + 1 if place.isdigit() else 1
    coding = {"system": FINDINGS, "code": f"FHIR-{issue.code}"}
    words = " ".join(filter(None, (f"{where}:" if where else "", issue.problem, issue.fix)))
    return said | {"code": {"coding": [coding], "text": words}}


def _note(number: int, issue: Issue) -> Json:
    where = f"{issue.expression}: " if issue.expression else ""
    return {"number": number, "type": "display", "text": f"{where}{issue.problem} {issue.fix}".strip()}


def adjudicated(said: Json, heard: Heard) -> Json:
    """A ClaimResponse with the reasons, amounts and payment that were heard; as it was where nothing was heard.

    Amounts of several payers: each paid and wrote off its own; what is left to the patient, and what was refused, the
    last one said.
    """
    if heard.reasons:
        said = said | {"error": [{"code": {"text": words}} for words in heard.reasons]}
    payments = list(heard.payments.values())
    if not payments:
        return said
    last = payments[-1]
    totals = (
        (_ADJUDICATION, "submitted", payments[0].charge),
        (_CARIN, "discount", sum(p.contractual for p in payments)),
        (_ADJUDICATION, "benefit", sum(p.paid for p in payments)),
        (_CARIN, "memberliability", last.patient),
        (_CARIN, "noncovered", last.denied),
    )
    total = [
        {"category": {"coding": [{"system": system, "code": code}]}, "amount": _money(cents)}
        for system, code, cents in totals
    ]
    notes = list(said.get("processNote", ()))
    for words in (words for p in payments for words in p.words):
        notes.append({"number": len(notes) + 1, "type": "display", "text": words})
    noted = {"processNote": notes} if notes else {}
    return said | {"total": total, "payment": _payment(payments)} | noted


def _payment(payments: Sequence[Payment]) -> Json:
    days = [p.on for p in payments if p.on]
    said: Json = {
        "type": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/ex-paymenttype", "code": "complete"}]
        },
        "amount": _money(sum(p.paid for p in payments)),
        "identifier": {"value": payments[-1].number},
    }
    return said | ({"date": max(days).isoformat()} if days else {})


def _money(cents: int) -> Json:
    return {"value": Decimal(cents).scaleb(-2), "currency": "USD"}
