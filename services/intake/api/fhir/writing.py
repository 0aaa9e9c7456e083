"""Taking what is sent: Claim create and $submit, Bundles at the root, and resources that speak of an account."""

from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.claims import Ctx, Who
from services.intake.api.fhir.negotiating import WRITES, once, preferred
from services.intake.api.taking import key_of, read_beside, take
from services.intake.domain.fhir.ask import Ask, Form
from services.intake.domain.fhir.kept import claims_in, shown, write
from services.intake.domain.fhir.reading import read_fhir
from services.intake.domain.fhir.unfit import FACTS
from services.intake.domain.inbound import Reading
from services.intake.store.claims import ids_by_number
from services.intake.store.desk import Desk
from shared.service import Caller, Context, Problem, needs


def router(desk: Desk) -> APIRouter:
    """The routes that write, bound to the desk."""
    routes = APIRouter(prefix="/fhir", dependencies=[needs("claims:write"), WRITES])

    @routes.post("/Claim", operation_id="create_fhir_claim", status_code=201, response_class=Response)
    async def create_fhir_claim(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take one R4 Claim, what it refers to contained, or a Bundle with one. 201 with its Location."""
        wanted = once(request)
        raw, reading = await _read(desk, request, ctx, who, "create", "Claim", wanted)
        if wanted and (found := await _others(desk, ctx, who, reading, wanted)):
            return Response(status_code=200, headers={"Location": f"/fhir/Claim/{found}"})
        return _preferred(request, raw, await take(desk, ctx, raw, reading), ctx.clock.now())

    @routes.post("/Claim/$submit", operation_id="submit_fhir_claim", response_class=Response)
    async def submit_fhir_claim(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take a Claim, a Bundle with Claims, or Parameters with either. Answers a ClaimResponse for each."""
        raw, reading = await _read(desk, request, ctx, who, "submit")
        return await take(desk, ctx, raw, reading)

    @routes.post("", operation_id="take_fhir_bundle", response_class=Response)
    async def take_fhir_bundle(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take a transaction (all or nothing), a batch (each entry by itself) or a message."""
        raw, reading = await _read(desk, request, ctx, who, "bundle")
        return await take(desk, ctx, raw, reading)

    routes.add_api_route("/", take_fhir_bundle, methods=["POST"], include_in_schema=False)

    @routes.post("/$process-message", operation_id="process_fhir_message", response_class=Response)
    async def process_fhir_message(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take a message, as POST to the root does."""
        return await take_fhir_bundle(request, ctx, who)

    for kind in FACTS:
        _add(routes, desk, kind)
    return routes


def _add(routes: APIRouter, desk: Desk, kind: str) -> None:
    """One route for resources that say something about an encounter account."""

    @routes.post(
        f"/{kind}", operation_id=f"create_fhir_{kind.lower()}", status_code=202, response_class=Response
    )
    async def create_fhir_resource(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take one resource that says something about an encounter account. 202: it is folded into the account."""
        raw, reading = await _read(desk, request, ctx, who, "create", kind)
        return await take(desk, ctx, raw, reading)


async def _read(
    desk: Desk,
    request: Request,
    ctx: Context,
    who: Caller,
    form: Form,
    kind: str = "",
    wanted: tuple[str, ...] = (),
) -> tuple[bytes, Reading]:
    raw, key = await request.body(), key_of(request)
    ask = Ask(form=form, kind=kind, once=wanted, at=ctx.clock.now())
    return raw, await read_beside(raw, lambda: read_fhir(raw, who.name, key, desk.feeds, ask))


async def _others(desk: Desk, ctx: Context, who: Caller, reading: Reading, wanted: tuple[str, ...]) -> str:
    """The one claim, other than the one sent, that If-None-Exist finds. Raises Problem 412 where it finds several.

    The Claim's own identifier is left to the desk, which decides in the transaction.
    """
    own = {c.claim.number for c in reading.claims}
    feed = desk.feeds.find("fhir", who.name)
    others = [number for number in wanted if number not in own]
    if feed is None or not others or reading.refused:
        return ""
    found = await ids_by_number(ctx, feed.facility, others)
    if len(found) > 1:
        fix = "Name an identifier that only one claim has."
        raise Problem(412, "multiple-matches", "If-None-Exist finds several claims", fix)
    return next(iter(found), "")


def _preferred(request: Request, raw: bytes, response: Response, at: datetime) -> Response:
    """The answer with as much of a body as ``Prefer`` asks for; a refusal keeps its OperationOutcome."""
    wanted = preferred(request)
    if response.status_code >= 300 or wanted == "OperationOutcome":
        return response
    body = b"" if wanted == "minimal" else _representation(raw, response, at)
    headers = {k: v for k, v in response.headers.items() if k not in ("content-length", "content-type")}
    media = "application/fhir+json" if body else None
    return Response(
        body, response.status_code, headers | {"Preference-Applied": f"return={wanted}"}, media_type=media
    )


def _representation(raw: bytes, response: Response, at: datetime) -> bytes:
    """The Claim as it was sent, with its id and version."""
    _, resource = next(claims_in(raw))
    _, _, claim, *history = response.headers["location"].strip("/").split("/")
    version = int(history[1]) if len(history) == 2 else 1
    return write(shown(resource, claim, version, at))
