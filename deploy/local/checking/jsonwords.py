"""A page for each code of findings in JSON: FHIR resources and claims of our own."""

from typing import Final

from deploy.local.checking.seam import Page, Severity


def _fhir(code: str, title: str, problem: str, fix: str, severity: Severity = "error") -> Page:
    why = "The door answers with an OperationOutcome that says so; nothing is made of the resource."
    answer = f"OperationOutcome.issue.code {code}"
    source = "FHIR R4 OperationOutcome, value set issue-type"
    return Page(
        code=f"FHIR-{code.upper()}",
        severity=severity,
        title=title,
        problem=problem,
        why=why,
        fix=fix,
        source=source,
        answers=(answer,),
    )


def _own(code: str, title: str, problem: str, fix: str) -> Page:
    return Page(
        code=f"CLM-{code.upper()}",
        severity="error",
        title=title,
        problem=problem,
        why="A claim that an 837 cannot carry is not taken: it is told while the sender still listens.",
        fix=fix,
        source="shared/claim (the schema of POST /claims); 005010X222A1 and 005010X223A2",
        answers=("422 with errors[].pointer",),
    )


PAGES: Final = {
    page.code: page
    for page in (
        _fhir("structure", "not the shape of a resource", "The JSON is broken, or an element has another type.", "Send R4 JSON."),
        _fhir("required", "element missing", "An element that a claim needs is missing.", "Send it."),
        _fhir("value", "value cannot be read", "A value is no day, no amount, or refers to nothing.", "Send R4's form."),
        _fhir("code-invalid", "code not known", "A code is none of its value set.", "Send a code of the value set."),
        _fhir("not-found", "reference leads nowhere", "A resource that is referred to did not come along.", "Send it along."),
        _fhir("not-supported", "not taken here", "The resource or its release is not taken.", "Send an R4 Claim or a Bundle."),
        _fhir("business-rule", "cannot be billed", "A rule of billing speaks against it.", "See the finding."),
        _fhir("duplicate", "here already", "The same thing came before.", "Nothing."),
        _fhir("conflict", "conflict", "The same key came with another content.", "Use a new key."),
        _fhir("invalid", "invalid content", "The content cannot be used.", "See the finding."),
        _fhir("forbidden", "not allowed", "The caller may not do this.", "Ask for the scope."),
        _fhir("too-long", "too long", "The document is longer than the door takes.", "Split it."),
        _fhir("informational", "note", "Something that is good to know.", "Nothing.", "warning"),
        _fhir("exception", "not processed", "It could not be processed.", "Send it again."),
        _fhir("processing", "not processed", "It could not be processed.", "See the finding."),
        _fhir("multiple-matches", "several match", "The condition finds several.", "Make it narrower."),
        _fhir("extension", "extension not understood", "It changes the meaning in a way not known here.", "Leave it out."),
        _own("syntax", "not JSON", "The text is not JSON in UTF-8.", "Send one JSON object; money is in whole cents."),
        _own("shape", "not the shape of a claim", "The value has not the shape of a claim.", "Compare it with the schema."),
        _own("type", "wrong type", "A value has another type than its field.", "Send the type that the finding names."),
        _own("value", "value not allowed", "The value is none of those that the field takes.", "Use one that the finding names."),
        _own("missing", "field missing", "A field that every claim has is missing.", "Send it."),
        _own("unknown-field", "unknown field", "There is no such field.", "Leave it out, or correct its name."),
        _own("length", "too long or too short", "The 837's element has not that length.", "Shorten it, or fill it."),
        _own("format", "wrong form", "A day is none of the calendar, or a text holds control characters.", "Correct it."),
        _own("range", "out of range", "A number is outside of what an 837 carries.", "Correct it."),
        _own("count", "too many or too few", "A list has another length than an 837 allows.", "Split the claim."),
        _own("unique", "not unique", "Two things have the same name.", "Give each one of its own."),
        _own("empty", "empty batch", "There is no claim in the batch.", "Send at least one claim."),
        _own("too-many-claims", "batch too long", "A request takes 1,000 claims.", "Split the batch."),
        _own("too-long", "document too long", "The document is longer than the door takes.", "Split it."),
    )
}  # fmt: skip
