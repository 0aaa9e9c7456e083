"""What the sender of a FHIR document is told: OperationOutcome, ClaimResponse, or the Bundle that answers a Bundle."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

import msgspec
from msgspec import Struct

from services.intake.domain.fhir.ask import Form
from services.intake.domain.fhir.document import Document
from services.intake.domain.fhir.outcome import FHIR, Issue, outcome, said_of
from services.intake.domain.fhir.responses import claim_response
from services.intake.domain.fhir.tree import Json
from services.intake.domain.fhir.verdict import Verdict
from services.intake.domain.inbound import Answer, Fate, Result
from shared.claim import derived_id

_WORDS: Mapping[Fate, str] = {
    "made": "Taken.",
    "amended": "Taken as a change.",
    "duplicate": "This claim was here already.",
}
_BESIDE = Issue(code="informational", severity="information", problem="Taken with what it came with.")


class Told(Struct, frozen=True, kw_only=True):
    """All that the answer is made from, but what the store says. ``whole``: one refusal refuses everything."""

    document: Document
    form: Form
    verdicts: tuple[Verdict, ...]
    at: datetime | None
    whole: bool
    facts: bool


class _Claimed(Struct, frozen=True):
    """One entry with what became of it: claim id, fate and version where a claim is ours."""

    verdict: Verdict
    claim: str = ""
    fate: Fate = "made"
    version: int = 0

    @property
    def place(self) -> str:
        """Where the claim can be read."""
        return f"/fhir/Claim/{self.claim}/_history/{self.version}"

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What is said about it, good news first."""
        told = Issue(code="informational", severity="information", problem=_WORDS[self.fate])
        return (told, *self.verdict.issues) if self.claim else self.verdict.issues


def answer(told: Told, result: Result) -> Answer:
    """The answer in the form that was asked for."""
    claimed = _claimed(told.verdicts, result)
    issues = tuple(i for v in told.verdicts for i in v.issues)
    refused = any(v.refused for v in told.verdicts)
    message = told.document.bundle == "message"
    if told.form == "bundle" and message:
        return _message(told, claimed, issues, refused, result)
    if refused and (told.whole or (not (told.facts or result.claims) and told.document.bundle != "batch")):
        return outcome(422, issues)
    if told.form == "bundle":
        return _responses(told, claimed)
    if not any(c.claim for c in claimed):
        return outcome(202, (_BESIDE, *issues))
    return _submitted(told, claimed) if told.form == "submit" else _created(claimed[_first(claimed)])


def _first(claimed: tuple[_Claimed, ...]) -> int:
    return next(place for place, c in enumerate(claimed) if c.claim)


def _claimed(verdicts: tuple[Verdict, ...], result: Result) -> tuple[_Claimed, ...]:
    """The fates stand in the order of the candidates."""
    fates = iter(zip(result.claims, result.versions or (1,) * len(result.claims), strict=True))
    found: list[_Claimed] = []
    for verdict in verdicts:
        known = next(fates, None) if verdict.candidate is not None else None
        found.append(_Claimed(verdict, known[0][0], known[0][1], known[1]) if known else _Claimed(verdict))
    return tuple(found)


def _created(one: _Claimed) -> Answer:
    status = 201 if one.fate == "made" else 200
    headers = (("Location", one.place), ("ETag", f'W/"{one.version}"'))
    return outcome(status, one.issues, headers)


def _submitted(told: Told, claimed: tuple[_Claimed, ...]) -> Answer:
    """One ClaimResponse, or a Bundle with one for each Claim, refused ones too."""
    said = [_response(told, c) for c in claimed if c.verdict.entry.kind == "Claim"]
    if len(said) == 1 and not told.document.bundle:
        return _json(200, said[0])
    entries = [{"resource": one} for one in said]
    return _json(200, {"resourceType": "Bundle", "type": "collection", "entry": entries})


def _response(told: Told, one: _Claimed) -> Json:
    resource = one.verdict.entry.node.value
    assert isinstance(resource, dict)
    return claim_response(
        resource,
        id=one.claim,
        claim=one.claim,
        outcome="queued" if one.claim else "error",
        words=_WORDS[one.fate] if one.claim else "Not taken: see error.",
        at=told.at,
        issues=one.verdict.issues,
    )


def _responses(told: Told, claimed: tuple[_Claimed, ...]) -> Answer:
    """transaction-response and batch-response: one entry for each that came, in the same order."""
    kind = "transaction-response" if told.document.bundle == "transaction" else "batch-response"
    entries = [{"response": _entry_response(told, c)} for c in claimed]
    return _json(200, {"resourceType": "Bundle", "type": kind, "entry": entries})


def _entry_response(told: Told, one: _Claimed) -> dict[str, object]:
    status = 202
    if one.verdict.refused:
        status = 405 if one.verdict.issues[0].expression.endswith(".request.method") else 422
    elif one.verdict.entry.kind == "Claim":
        status = 422 if not one.claim else 201 if one.fate == "made" else 200
    said: dict[str, object] = {"status": f"{status} {HTTPStatus(status).phrase}"}
    if one.claim:
        said |= {"location": one.place.removeprefix("/fhir/"), "etag": f'W/"{one.version}"'}
        if told.at:
            said["lastModified"] = told.at.isoformat()
    return said | {"outcome": said_of(one.issues or (_BESIDE,))}


def _message(
    told: Told, claimed: tuple[_Claimed, ...], issues: tuple[Issue, ...], refused: bool, result: Result
) -> Answer:
    """The message that answers a message: its MessageHeader says ``ok`` or ``fatal-error`` and names the one it answers."""
    asked = told.document.entries[0].node.value
    header = asked if isinstance(asked, dict) else {}
    details = f"urn:uuid:{derived_id(result.message, 'outcome')}"
    event = {name: header[name] for name in ("eventCoding", "eventUri") if name in header}
    about: Json = {
        "resourceType": "MessageHeader",
        "id": derived_id(result.message, "answer"),
        **(event or {"eventUri": "urn:claimflow:claims"}),
        "source": {"name": "claimflow", "endpoint": "urn:claimflow:intake"},
        "response": {
            "identifier": header.get("id") if isinstance(header.get("id"), str) else "unknown",
            "code": "fatal-error" if refused else "ok",
            "details": {"reference": details},
        },
    }
    said = [{"resource": _response(told, c)} for c in claimed if c.claim]
    entries = [
        {"fullUrl": f"urn:uuid:{about['id']}", "resource": about},
        {"fullUrl": details, "resource": said_of(issues or (_BESIDE,))},
        *said,
    ]
    body: Json = {"resourceType": "Bundle", "type": "message", "entry": entries}
    if told.at:
        body["timestamp"] = told.at.isoformat()
    return _json(422 if refused else 200, body)


def _json(status: int, body: Json) -> Answer:
    return Answer(status=status, media=FHIR, body=msgspec.json.encode(body))
