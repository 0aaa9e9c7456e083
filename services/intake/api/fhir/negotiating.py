"""What a client sends and wants: JSON of R4 only, and how much of an answer."""

import re
from typing import Literal

from fastapi import Depends
from starlette.requests import Request

from services.intake.domain.fhir.reading import identifiers
from services.intake.domain.smart import allows
from shared.service import Caller, Problem

JSON = frozenset({"application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"})
XML = frozenset({"application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml", "xml"})
_ANY = frozenset({"*/*", "application/*", ""})
_R4 = ("4.0", "4.0.1")
_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*\"?([^;\"\s]+)")

Return = Literal["minimal", "representation", "OperationOutcome"]


def wants_json(request: Request) -> None:
    """Raises Problem 406 where the answer is wanted (``_format``, else Accept) in another format than JSON of R4."""
    form = request.query_params.get("_format", "") if request.scope["query_string"] else ""
    wanted = form.strip().lower().replace(" ", "+") or request.headers.get("accept", "").lower()
    if wanted and not any(_is_ours(one.strip()) for one in wanted.split(",")):
        raise Problem(406, "not-acceptable", "Answers are JSON of FHIR R4", "Accept application/fhir+json.")


def _is_ours(wanted: str) -> bool:
    media = wanted.partition(";")[0].strip()
    release = dict(_PARAMETER.findall(wanted)).get("fhirversion", "4.0")
    return (media in JSON or media in _ANY) and release in _R4


def sends_json(request: Request) -> None:
    """Raises Problem 415 for a body that is no JSON of R4 in UTF-8."""
    said = request.headers.get("content-type", "").lower()
    media, more = said.partition(";")[0].strip(), dict(_PARAMETER.findall(said))
    if media in XML:
        raise _unsupported("FHIR XML is not taken", "Send JSON: Content-Type application/fhir+json.")
    if media not in JSON:
        raise _unsupported("This resource takes application/fhir+json", "Set the header Content-Type.")
    if more.get("fhirversion", "4.0") not in _R4:
        raise _unsupported("Only FHIR R4 is taken", "Send R4 (4.0.1), and fhirVersion=4.0.")
    if more.get("charset", "utf-8") not in ("utf-8", "utf8", "us-ascii"):
        raise _unsupported("JSON is UTF-8", "Send the body in UTF-8.")


def _unsupported(title: str, fix: str) -> Problem:
    return Problem(415, "unsupported-media-type", title, fix)


def preferred(request: Request) -> Return:
    """What ``Prefer: return=`` asks for; an OperationOutcome where it asks for nothing that we know."""
    for part in request.headers.get("prefer", "").replace(";", ",").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "return" and value == "minimal":
            return "minimal"
        if name.lower() == "return" and value == "representation":
            return "representation"
    return "OperationOutcome"


def once(request: Request) -> tuple[str, ...]:
    """The identifiers of If-None-Exist. Raises Problem 400 where it searches by something else."""
    said = request.headers.get("if-none-exist", "").strip()
    if not said:
        return ()
    found = tuple(v for v in identifiers(said) if v)
    if not found or "&" in said:
        fix = "Write it as identifier=system|value."
        raise Problem(400, "if-none-exist", "If-None-Exist can search by identifier only", fix)
    return found


def permitted(request: Request) -> None:
    """What a SMART token may do to this resource type, on a route behind a scope. Raises Problem 403."""
    caller: Caller | None = getattr(request.state, "caller", None)
    kind, letter = _asked(request.method, request.scope["path"])
    if caller is not None and not allows(caller.scopes, kind, letter):
        words = f"It lacks the scope system/{kind}.{letter}."
        raise Problem(403, "forbidden", "This token may not do that", words)


def _asked(method: str, path: str) -> tuple[str, str]:
    """Resource type and letter; what brings several resources counts as creating claims."""
    kind, *more = path.removeprefix("/fhir").strip("/").split("/")
    if method == "POST":
        return (kind if kind and not kind.startswith("$") else "Claim"), "c"
    return kind, "r" if more else "s"


async def _asks(request: Request) -> None:
    wants_json(request)


async def _reads(request: Request) -> None:
    permitted(request)
    wants_json(request)


async def _writes(request: Request) -> None:
    permitted(request)
    wants_json(request)
    sends_json(request)


ASKS, READS, WRITES = Depends(_asks), Depends(_reads), Depends(_writes)
"""What each route checks before it does anything, in one dependency: the framework solves each by itself."""
