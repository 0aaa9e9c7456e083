"""OperationOutcome: what is said about a FHIR resource, with the FHIRPath of each place."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from services.intake.domain.inbound import Answer
from shared.events import Finding

FHIR = "application/fhir+json"
FINDINGS = "urn:claimflow:finding"
"""The system of our own finding codes, which lists and pages show too."""

IssueCode = Literal[
    "structure", "required", "value", "code-invalid", "not-found", "not-supported", "business-rule", "duplicate",
    "conflict", "security", "login", "forbidden", "throttled", "transient", "too-long", "too-costly", "informational",
    "exception", "invalid", "multiple-matches", "processing",
]  # fmt: skip


class Issue(Struct, frozen=True, kw_only=True, gc=False):
    """One thing to say: FHIR's issue type, the FHIRPath, plain words and the fix, without a value of the resource."""

    code: IssueCode
    expression: str = ""
    severity: Literal["error", "warning", "information"] = "error"
    problem: str
    fix: str = ""

    def finding(self) -> Finding:
        """The same for lists and pages."""
        return Finding(
            rule=f"FHIR-{self.code}",
            severity="error" if self.severity == "error" else "warning",
            location=self.expression,
            title="The FHIR resource does not fit",
            problem=self.problem,
            fix=self.fix,
            source="FHIR R4 OperationOutcome",
        )


def outcome(status: int, issues: Sequence[Issue], headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    """The answer that carries these issues."""
    return Answer(status=status, media=FHIR, body=msgspec.json.encode(said_of(issues)), headers=headers)


def said_of(issues: Sequence[Issue]) -> dict[str, object]:
    """The OperationOutcome as a resource, to stand in a Bundle too."""
    said = [_issue(i) for i in issues] or [
        {"severity": "information", "code": "informational", "diagnostics": "Stored."}
    ]
    return {"resourceType": "OperationOutcome", "issue": said}


def _issue(issue: Issue) -> dict[str, object]:
    said: dict[str, object] = {
        "severity": issue.severity,
        "code": issue.code,
        "details": {
            "coding": [{"system": FINDINGS, "code": f"FHIR-{issue.code}"}],
            "text": issue.problem,
        },
    }
    if issue.fix:
        said["diagnostics"] = issue.fix
    if issue.expression:
        said["expression"] = [issue.expression]
    return said
