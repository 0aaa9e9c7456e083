"""``POST /fhir/Claim``: whatever happens here is said by an OperationOutcome, 401 and 503 too."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.claims import Ctx, Who
from services.intake.api.taking import key_of, media_of, read_beside, response_of, take
from services.intake.domain.fhir.outcome import Issue, IssueCode, outcome
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.inbound import Answer
from services.intake.store.desk import Desk
from shared.service import Problem, needs

MEDIA = ("application/fhir+json", "application/json")
_CODES: dict[int, IssueCode] = {
    401: "login",
    403: "forbidden",
    404: "not-found",
    413: "too-long",
    415: "not-supported",
}
_CODES |= {400: "invalid", 422: "invalid", 429: "throttled", 503: "transient"}


class _FhirRoute(APIRoute):
    """A route whose problems are OperationOutcomes."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as error:
                return response_of(_outcome_of(error))

        return handler


def _outcome_of(error: HTTPException) -> Answer:
    detail = error.detail if isinstance(error.detail, str) else ""
    title = error.title if isinstance(error, Problem) else detail
    issue = Issue(
        code=_CODES.get(error.status_code, "exception"), problem=title, fix=detail if detail != title else ""
    )
    return outcome(error.status_code, (issue,), tuple((error.headers or {}).items()))


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(
        prefix="/fhir", tags=["fhir"], dependencies=[needs("claims:write")], route_class=_FhirRoute
    )

    @routes.post("/Claim", operation_id="create_fhir_claim", status_code=201, response_class=Response)
    async def create_fhir_claim(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take one R4 Claim, what it refers to contained, or a Bundle with one. 201 with its Location."""
        if media_of(request) not in MEDIA:
            raise Problem(415, "unsupported-media-type", "This resource takes application/fhir+json")
        raw = await request.body()
        key = key_of(request)
        reading = await read_beside(raw, lambda: read_fhir(raw, who.name, key, desk.feeds))
        return await take(desk, ctx, raw, reading)

    return routes
