"""``POST /claims`` (our own JSON) and ``POST /x12`` (837 files)."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from services.intake.api.describing import CLAIM_ANSWERS, LINES, X12_ANSWERS, X12_REQUEST, claim_request
from services.intake.api.taking import key_of, media_of, read_beside, read_in_steps, take
from services.intake.domain.edi_answers import MEDIA
from services.intake.domain.own import JSON, read_own
from services.intake.settings import IntakeSettings
from services.intake.store import inbox
from services.intake.store.desk import Desk
from shared.service import Caller, Context, Problem, caller, context, needs, not_found

Ctx = Annotated[Context[IntakeSettings], Depends(context)]
Who = Annotated[Caller, Depends(caller)]


def router(desk: Desk) -> APIRouter:
    """The routes, bound to the desk."""
    routes = APIRouter(tags=["claims"], dependencies=[needs("claims:write")])

    @routes.post(
        "/claims",
        operation_id="create_claim",
        status_code=202,
        response_class=Response,
        responses=CLAIM_ANSWERS,
        openapi_extra=claim_request(),
    )
    async def create_claim(request: Request, ctx: Ctx, who: Who) -> Response:
        """Take one claim, or up to 1,000: an array, or one a line (application/x-ndjson). One bad claim stops no other."""
        media = media_of(request)
        if media not in (JSON, LINES):
            raise Problem(415, "unsupported-media-type", "This resource takes application/json")
        raw = await request.body()
        key = key_of(request)
        reading = await read_beside(
            raw, lambda: read_own(raw, who.name, key, desk.feeds, lines=media == LINES)
        )
        return await take(desk, ctx, raw, reading)

    @routes.post(
        "/x12",
        operation_id="create_x12",
        response_class=Response,
        responses=X12_ANSWERS,
        openapi_extra=X12_REQUEST,
    )
    async def create_x12(request: Request, ctx: Ctx) -> Response:
        """Take one 837 file. The answer is the 999, or the TA1 when the envelope cannot be read."""
        raw = await request.body()
        reading = await read_in_steps(raw, desk.feeds, ctx.clock.now())
        return await take(desk, ctx, raw, reading)

    @routes.get("/x12/{message}/277ca", operation_id="get_277ca", response_class=Response)
    async def get_277ca(ctx: Ctx, message: str) -> Response:
        """What became of each claim of a file: its 277CA, where the Link header of the file's answer leads."""
        receipt = await inbox.receipt(ctx, message)
        if not receipt:
            raise not_found("277CA")
        return Response(receipt, media_type=MEDIA)

    return routes
