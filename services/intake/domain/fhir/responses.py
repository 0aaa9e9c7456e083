"""ClaimResponse: where a claim stands, as far as intake knows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from services.intake.domain.fhir.outcome import FINDINGS, Issue
from services.intake.domain.fhir.tree import Json

Outcome = Literal["queued", "complete", "error", "partial"]
"""``queued``: taken and at work. ``complete``: nothing more will happen (taken back). ``error``: not taken.
``partial``: some claims of the message were taken, others not.
"""


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
