"""RFC 9457 problems: every error that a caller sees, in one form, without what the caller sent."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"
TYPE_ROOT = "/problems/"


class At(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong: where (JSON pointer), what, and what to do. Never the value that was found there."""

    pointer: str
    detail: str
    rule: str = ""
    fix: str = ""


class Problem(HTTPException):
    """Raise it in a route to answer with this problem. ``type_slug`` is a stable word, ``detail`` holds no patient data.

    It is an HTTPException so that it passes through FastAPI's own handling wherever it is raised.
    """

    def __init__(
        self,
        status: int,
        type_slug: str,
        title: str,
        detail: str = "",
        errors: Sequence[At | Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, detail or title, dict(headers or {}))
        self.type_slug = type_slug
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)


def not_found(what: str) -> Problem:
    """404 for a thing that is not there: ``not_found("claim")``."""
    return Problem(404, "not-found", f"No such {what}")


def conflict(code: str, words: str) -> Problem:
    """409 for a command that the present state refuses: ``conflict(refused.code, refused.words)``."""
    return Problem(409, code.replace("_", "-"), "Not possible in this state", words)


def answer(problem: Problem, instance: str = "") -> Response:
    """The HTTP response that says the problem."""
    body: dict[str, object] = {
        "type": TYPE_ROOT + problem.type_slug,
        "title": problem.title,
        "status": problem.status_code,
    }
    if problem.detail:
        body["detail"] = problem.detail
    if instance:
        body["instance"] = instance
    if problem.errors:
        body["errors"] = [dict(e) if isinstance(e, Mapping) else e for e in problem.errors]
    return Response(
        msgspec.json.encode(body), problem.status_code, dict(problem.headers or {}), media_type=MEDIA_TYPE
    )


_WORDS = {
    404: ("not-found", "No such resource"),
    405: ("method-not-allowed", "This resource does not take this method"),
    413: ("too-large", "The request body is too large"),
    415: ("unsupported-media-type", "This resource does not take this content type"),
    429: ("too-many-requests", "Too many requests at once"),
}


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """The problem for a bare status code, where nothing more is known."""
    phrase = HTTPStatus(status).phrase
    slug, title = _WORDS.get(status, (phrase.lower().replace(" ", "-"), phrase))
    return Problem(status, slug, title, headers=headers)


def pointer_of(path: Sequence[object]) -> str:
    """A JSON pointer (RFC 6901) from the steps of a path."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
