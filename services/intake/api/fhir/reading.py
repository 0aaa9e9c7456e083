"""Reading back: the Claim as it was sent, and the ClaimResponse that says where it stands."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.claims import Ctx, Who
from services.intake.api.fhir.negotiating import READS
from services.intake.domain.fhir.kept import claims_in, shown, write
from services.intake.domain.fhir.outcome import FHIR, Issue
from services.intake.domain.fhir.responses import HEARD, Outcome, adjudicated, claim_response
from services.intake.domain.heard import Heard
from services.intake.domain.inbound import key_of
from services.intake.store import inbox
from services.intake.store.claims import claim_of, ids_by_number
from services.intake.store.desk import Desk
from services.intake.store.inbox import Original
from shared.events import Finding
from shared.service import Caller, Context, Problem, needs, not_found

Text = Annotated[str, Query(max_length=300)]
Id = Annotated[str, Query(alias="_id", max_length=64)]


class _Kept(Struct, frozen=True):
    """A claim as it was sent: the resource, which version of it, the message that brought it, where the claim stands."""

    claim: str
    resource: dict[str, Any]
    version: int
    message: Original
    state: str
    heard: Heard

    def shown(self) -> dict[str, Any]:
        """The Claim with its id and version."""
        return shown(self.resource, self.claim, self.version, self.message.received)

    def response(self) -> dict[str, Any]:
        """Where it stands, as far as intake knows."""
        outcome, words = _STANDS.get(self.state) or HEARD[self.heard.stands]
        said = claim_response(
            self.resource,
            id=self.claim,
            claim=self.claim,
            outcome=outcome,
            status="cancelled" if self.state in ("cancelled", "voided") else "active",
            words=words,
            at=self.message.received,
            issues=[_issue(f) for f in self.message.told if f.severity == "warning"],
        )
        return adjudicated(said, self.heard)


_STANDS: dict[str, tuple[Outcome, str]] = {
    "waiting": ("queued", "With the payer; a change waits for its decision."),
    "cancelled": ("complete", "Taken back by the hospital."),
    "voided": ("complete", "Taken back by the hospital after the payer had it."),
}
"""What intake follows of a claim (services.intake.domain.account.following); where that is all there is to say.

Else what was heard of it says it: of a claim that JSON, X12 or, before 0111, FHIR brought, only that it was taken.
"""


def router(desk: Desk) -> APIRouter:
    """The routes that read, bound to the desk's feeds."""
    routes = APIRouter(prefix="/fhir", dependencies=[needs("inbox:read"), READS])

    @routes.get("/Claim/{id}", operation_id="read_fhir_claim", response_class=Response)
    async def read_fhir_claim(request: Request, ctx: Ctx, who: Who, id: str) -> Response:  # noqa: A002
        """The Claim as it was sent last, with its id and version."""
        return _versioned(request, await _kept(desk, ctx, who, id))

    @routes.get("/Claim/{id}/_history/{version}", operation_id="vread_fhir_claim", response_class=Response)
    async def vread_fhir_claim(request: Request, ctx: Ctx, who: Who, id: str, version: str) -> Response:  # noqa: A002
        """One version of the Claim: as it was sent then."""
        return _versioned(request, await _kept(desk, ctx, who, id, version))

    @routes.get("/Claim", operation_id="search_fhir_claim", response_class=Response)
    async def search_fhir_claim(
        request: Request,
        ctx: Ctx,
        who: Who,
        identifier: Text = "",
        id: Id = "",  # noqa: A002
    ) -> Response:
        """Claims by their identifier or id, as a searchset."""
        _only(request, "identifier", "_id")
        found = await _named(desk, ctx, who, identifier, id)
        return _searchset(request, [k.shown() for k in found])

    @routes.get("/ClaimResponse/{id}", operation_id="read_fhir_claim_response", response_class=Response)
    async def read_fhir_claim_response(ctx: Ctx, who: Who, id: str) -> Response:  # noqa: A002
        """Where a claim stands, by its id; or what became of a message, by its X-Message-Id."""
        if message := await _message(desk, ctx, who, id):
            return _json(message)
        return _json((await _kept(desk, ctx, who, id)).response())

    @routes.get("/ClaimResponse", operation_id="search_fhir_claim_response", response_class=Response)
    async def search_fhir_claim_response(
        request: Request, ctx: Ctx, who: Who, request_: Annotated[str, Query(alias="request", max_length=300)] = "",
        identifier: Text = "", id: Id = "",  # noqa: A002
    ) -> Response:  # fmt: skip
        """Where claims stand, by the Claim (request) or its identifier, as a searchset."""
        _only(request, "request", "identifier", "_id")
        claim = request_.split("/_history/", maxsplit=1)[0].rpartition("Claim/")[2] or id
        found = await _named(desk, ctx, who, identifier, claim)
        return _searchset(request, [k.response() for k in found])

    return routes


async def _named(desk: Desk, ctx: Context, who: Caller, identifier: str, claim: str) -> list[_Kept]:
    """The claims with this identifier or id. Raises Problem 400 when neither is given."""
    feed = desk.feeds.find("fhir", who.name)
    ids: tuple[str, ...] = (claim,) if claim else ()
    if identifier and feed is not None:
        ids = await ids_by_number(ctx, feed.facility, [v.rpartition("|")[2] for v in identifier.split(",")])
    elif not claim:
        raise Problem(400, "invalid", "The search names nothing", "Search by request, identifier or _id.")
    return [kept for one in ids if (kept := await _find(desk, ctx, who, one))]


def _only(request: Request, *names: str) -> None:
    """A parameter that is not known is refused: a search that ignores it would find what was not asked for."""
    for name in request.query_params:
        if name not in (*names, "_format"):
            fix = f"Search by {', '.join(names)}."
            raise Problem(400, "invalid", "This search parameter is not supported", fix)


async def _kept(desk: Desk, ctx: Context, who: Caller, claim: str, version: str = "") -> _Kept:
    """The claim as it was sent. Raises Problem 404 when there is none that this caller may see."""
    found = await _find(desk, ctx, who, claim, version)
    if found is None:
        raise not_found("Claim")
    return found


async def _find(desk: Desk, ctx: Context, who: Caller, claim: str, version: str = "") -> _Kept | None:
    """None too for another facility's claim, and for one that did not come as a FHIR Claim."""
    kept = await claim_of(ctx, claim)
    if kept is None or kept.state is None:
        return None
    filed = kept.state
    number = int(version) if version.isdecimal() else 0 if version else filed.version
    back = filed.version - number
    if not 0 <= back < len(filed.messages) or number < 1:
        return None
    message = await inbox.original(ctx, filed.messages[-1 - back])
    if message is None or message.door != "fhir" or not _visible(desk, who, message):
        return None
    facility = _facility(desk, message)
    for said, resource in claims_in(message.raw):
        if ctx.blind(key_of(facility, said)) == filed.key:
            return _Kept(kept.id, resource, number, message, kept.name, filed.heard or Heard())
    return None


async def _message(desk: Desk, ctx: Context, who: Caller, id: str) -> dict[str, Any] | None:  # noqa: A002
    """What became of a message, as a ClaimResponse; None when it is none that this caller may see."""
    message = await inbox.original(ctx, id)
    if message is None or message.door != "fhir" or not _visible(desk, who, message):
        return None
    claims = list(claims_in(message.raw))
    outcome, words = _STATES.get(message.state, _STATES["accepted"])
    return claim_response(
        claims[0][1] if len(claims) == 1 else {},
        id=message.id,
        claim=message.claims[0] if len(message.claims) == 1 else "",
        outcome=outcome,
        words=words,
        at=message.received,
        issues=[_issue(f) for f in message.told],
    )


_STATES: dict[str, tuple[Outcome, str]] = {
    "accepted": ("queued", "Taken, and at work."),
    "duplicate": ("queued", "Taken, and at work."),
    "partly": ("partial", "Some of its claims were taken; error says what the others lack."),
    "refused": ("error", "Not taken: see error."),
    "kept": ("complete", "Kept: it holds no Claim."),
}


def _facility(desk: Desk, message: Original) -> str:
    return next((feed.facility for feed in desk.feeds.all if feed.name == message.feed), "")


def _visible(desk: Desk, who: Caller, message: Original) -> bool:
    """A caller sees what came for the facility of its own feed; a refused stranger's message belongs to nobody."""
    mine = desk.feeds.find("fhir", who.name)
    return mine is not None and mine.facility == _facility(desk, message)


def _issue(finding: Finding) -> Issue:
    return Issue(
        code=finding.rule.removeprefix("FHIR-"),  # type: ignore[arg-type]
        expression=finding.location,
        severity=finding.severity,
        problem=finding.problem,
        fix=finding.fix,
    )


def _versioned(request: Request, kept: _Kept) -> Response:
    """The Claim with its ETag; 304 for who has it already."""
    tag = f'W/"{kept.version}"'
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers={"ETag": tag})
    changed = kept.message.received.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return _json(kept.shown(), {"ETag": tag, "Last-Modified": changed})


def _searchset(request: Request, resources: list[dict[str, Any]]) -> Response:
    entries = [
        {"fullUrl": f"/fhir/{r['resourceType']}/{r['id']}", "resource": r, "search": {"mode": "match"}}
        for r in resources
    ]
    link = [{"relation": "self", "url": str(request.url.replace(scheme="", netloc=""))}]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "link": link}
    return _json(bundle | ({"entry": entries} if entries else {}))


def _json(body: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    return Response(write(body), 200, headers, media_type=FHIR)
