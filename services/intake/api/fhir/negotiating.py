"""What a client sends and wants: JSON of R4 only, and how much of an answer."""

import re
from typing import Annotated, Literal

from fastapi import Depends, Query
from starlette.requests import Request

from services.intake.domain.fhir.reading import identifiers
from shared.service import Problem

JSON = frozenset({"application/fhir+json", "application/json", "application/json+fhir", "text/json", "json"})
XML = frozenset({"application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml", "xml"})
_ANY = frozenset({"*/*", "application/*", ""})
_R4 = ("4.0", "4.0.1")
_PARAMETER = re.compile(r";\s*(\w+)\s*=\s*\"?([^;\"\s]+)")

Return = Literal["minimal", "representation", "OperationOutcome"]


async def wants_json(
    request: Request, form: Annotated[str, Query(alias="_format", max_length=100)] = ""
) -> None:
    """Dependency of every FHIR route. Raises Problem 406 where the answer is wanted in another format than JSON of R4."""
    wanted = form.strip().lower().replace(" ", "+") or request.headers.get("accept", "").lower()
    ranges = [part.strip() for part in wanted.split(",")]
    if not any(_is_ours(one) for one in ranges):
        raise Problem(406, "not-acceptable", "Answers are JSON of FHIR R4", "Accept application/fhir+json.")


def _is_ours(wanted: str) -> bool:
    media = wanted.partition(";")[0].strip()
    release = dict(_PARAMETER.findall(wanted)).get("fhirversion", "4.0")
    return (media in JSON or media in _ANY) and release in _R4


Negotiated = Depends(wants_json)


async def sends_json(request: Request) -> None:
    """Dependency of routes with a body. Raises Problem 415 for what is no JSON of R4 in UTF-8."""
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


Sent = Depends(sends_json)


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
