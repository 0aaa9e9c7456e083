"""What is refused as a whole, before anything in it is looked at: the wrong thing, in the wrong place."""

from services.intake.domain.fhir.ask import Ask
from services.intake.domain.fhir.document import Document, Entry
from services.intake.domain.fhir.elements import TYPES
from services.intake.domain.fhir.outcome import Issue

FACTS = ("Account", "ChargeItem", "Condition", "Coverage", "Encounter", "Patient", "Procedure")
"""Resource types that say something about an encounter account by themselves."""

MOST = 5000
"""Entries in one Bundle at most."""

_WRITES = ("", "POST", "PUT")
_TAKEN = "Send a Claim, or a Bundle with one; what it refers to goes along contained or in the Bundle."
_ANSWERS = {
    "ClaimResponse": "an answer to a claim, not a claim",
    "ExplanationOfBenefit": "what a payer says of a claim, not a claim",
    "PaymentReconciliation": "what a payer says of a payment, not a claim",
    "CoverageEligibilityRequest": "a question about a coverage, not a claim",
    "CoverageEligibilityResponse": "an answer about a coverage, not a claim",
}


def unfit(document: Document, ask: Ask) -> Issue | None:
    """Why this document cannot be judged at all in answer to this request; None when it can."""
    if not document.kind:
        return _issue("required", "resourceType", "The document names no resourceType.", _TAKEN)
    if ask.kind and document.kind not in (ask.kind, "Bundle" if ask.kind == "Claim" else ""):
        problem = f"A {_shown(document.kind)} was sent to /fhir/{ask.kind}."
        return _issue("invalid", "resourceType", problem, f"Send a {ask.kind} here.")
    if document.kind != "Bundle":
        return _lone(document, ask)
    return _bundle(document, ask)


def _lone(document: Document, ask: Ask) -> Issue | None:
    kind = document.kind
    if ask.form == "bundle":
        problem = "Only a Bundle is taken at the root."
        return _issue(
            "invalid", "resourceType", problem, "Send the resource to its own address: /fhir/Claim."
        )
    if ask.form == "submit" and kind != "Claim":
        problem = "Claim/$submit takes a Claim, a Bundle with Claims, or Parameters with one of them."
        return _issue("invalid", document.path, problem, "Send it as the parameter named resource.")
    if kind == "Claim" or kind in FACTS:
        return None
    if kind in _ANSWERS:
        return _issue("not-supported", document.path, f"This is {_ANSWERS[kind]}.", _TAKEN)
    if kind in TYPES:
        problem = f"A {kind} alone says nothing of a claim or of an account."
        return _issue("not-supported", document.path, problem, _TAKEN)
    problem = f"{_shown(kind)} is no resource that claims are made of."
    return _issue("not-supported", document.path, problem, _TAKEN)


def _bundle(document: Document, ask: Ask) -> Issue | None:
    claims = sum(1 for _ in document.of("Claim"))
    kind, at = document.bundle, f"{document.path}.type"
    if ask.form == "bundle" and kind not in ("transaction", "batch", "message"):
        problem = "At the root only a transaction, a batch or a message is taken."
        return _issue(
            "not-supported", at, problem, "Set the type, or send the Bundle to /fhir/Claim/$submit."
        )
    if kind.endswith("-response") or kind == "history":
        return _issue("not-supported", at, "This Bundle is an answer, nothing to be taken.", _TAKEN)
    if len(document.entries) > MOST:
        problem = f"The Bundle has more than {MOST} entries."
        return _issue("too-costly", f"{document.path}.entry", problem, "Send several Bundles.")
    if kind == "message" and (not document.entries or document.entries[0].kind != "MessageHeader"):
        problem = "The first entry of a message is its MessageHeader."
        return _issue(
            "required", f"{document.path}.entry[0].resource", problem, "Put the MessageHeader first."
        )
    if ask.form == "create" and claims > 1:
        problem = "This address takes one Claim, and the Bundle has several."
        return _issue("invalid", f"{document.path}.entry", problem, "Send the Bundle to /fhir/Claim/$submit.")
    if claims or (ask.form != "create" and any(document.of(*FACTS))):
        return None
    problem = "The Bundle holds no Claim, and nothing about an account."
    return _issue("required", f"{document.path}.entry", problem, _TAKEN)


def wrong_method(entry: Entry) -> Issue | None:
    """An entry that asks for something else than that its resource be taken."""
    if entry.method in _WRITES:
        return None
    return _issue(
        "not-supported",
        f"{entry.entry.path}.request.method",
        "Only resources that are sent (POST, PUT) are taken in a Bundle.",
        "Ask for what you want to read, and take back what you want to cancel, in a request of its own.",
    )


def _shown(kind: str) -> str:
    return kind if kind.isascii() and kind.isalpha() and len(kind) <= 40 else "resource of an unknown type"


def _issue(code: str, expression: str, problem: str, fix: str) -> Issue:
    return Issue(code=code, expression=expression, problem=problem, fix=fix)  # type: ignore[arg-type]
