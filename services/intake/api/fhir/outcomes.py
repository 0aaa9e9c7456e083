"""Whatever goes wrong below /fhir is said by an OperationOutcome: 401, 404, 405, 413, 429 and 503 too."""

from starlette.responses import Response

from services.intake.api.taking import response_of
from services.intake.domain.fhir.claim import TAKE_BACK
from services.intake.domain.fhir.outcome import Issue, IssueCode, outcome
from shared.service import Problem

_CODES: dict[int, IssueCode] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    410: "not-found",
    412: "conflict",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
_FIXES = {
    401: "Send a bearer token: one of the settings, or one from the token endpoint of "
    "/fhir/.well-known/smart-configuration.",
    404: "GET /fhir/metadata lists what can be asked here.",
    405: "GET /fhir/metadata lists what can be asked here.",
    413: "Send several smaller requests; CLAIMFLOW_BODY_LIMIT is the bound.",
    422: "GET /fhir/metadata lists what can be asked here.",
    429: "Wait as long as Retry-After says, then send it again; CLAIMFLOW_REQUESTS_LIMIT is the bound.",
    500: "Send it again; if it fails again, tell who runs this service when it was.",
}
_LATER = "ExplanationOfBenefit is not offered yet: what payers say of a claim will be read there."
_UPDATE = f"A Claim is changed by sending it again with POST under its identifier. {TAKE_BACK}"


def say(problem: Problem, method: str, path: str) -> Response:
    """The problem as an OperationOutcome."""
    status = 400 if problem.type_slug == "invalid" and problem.status_code == 422 else problem.status_code
    words = f"{problem.title}." if problem.title[-1:] not in ".!?" else problem.title
    said = problem.detail if problem.detail not in ("", problem.title) else _FIXES.get(status, "")
    places = tuple(
        Issue(code=_CODES.get(status, "exception"), expression="", problem=_place(e), fix=said)
        for e in problem.errors
    )
    issue = Issue(code=_CODES.get(status, "exception"), problem=words, fix=_fix(status, method, path) or said)
    return response_of(outcome(status, places or (issue,), tuple((problem.headers or {}).items())))


def _fix(status: int, method: str, path: str) -> str:
    if status == 404 and path.startswith("/fhir/ExplanationOfBenefit"):
        return _LATER
    if status == 405 and path.startswith("/fhir/Claim") and method in ("PUT", "PATCH", "DELETE"):
        return _UPDATE
    return ""


def _place(error: object) -> str:
    pointer, detail = getattr(error, "pointer", ""), getattr(error, "detail", "")
    return f"{pointer}: {detail}" if pointer else str(detail)
