"""The one list: where money is stuck, figures by state, and the claims that wait, oldest first."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from services.console import look, store
from services.console.domain import PART_DENIED, STAGES, View
from services.console.pages.desk import Ctx, Desk, Who
from services.console.pages.live import stream
from services.console.store import Figures
from shared.bus.types import Tx
from shared.service import Context, Problem, needs

PAGE = 50
_FIRST = (datetime.min.replace(tzinfo=UTC), "00000000-0000-0000-0000-000000000000")
TURNS = ("biller", "payer", "patient", "claimflow")


def make_router(desk: Desk) -> APIRouter:
    """/ and /events."""
    router = APIRouter(include_in_schema=False, dependencies=[needs("claims:read")])

    @router.get("/")
    async def show_overview(
        request: Request,
        ctx: Ctx,
        who: Who,
        state: Annotated[str, Query(max_length=20)] = "",
        payer: Annotated[str, Query(max_length=80)] = "",
        after: Annotated[str, Query(max_length=100)] = "",
    ) -> Response:
        """Figures and the list; the figures stay up to date by themselves where JavaScript runs."""
        async with ctx.db.connect() as tx:
            values = await figures_of(ctx, tx)
            claims = await store.page(tx, state, payer, _cursor(after), PAGE)
            payers = await store.payers(tx)
        return desk.page(
            "overview.html", request, ctx, who,
            **values, claims=claims, payers=payers, state=state, payer=payer, more=_more(claims, state, payer),
        )  # fmt: skip

    @router.get("/find")
    async def find(ctx: Ctx, claim: Annotated[str, Query(max_length=60)]) -> Response:
        """Go to a claim by its id."""
        return Response(status_code=303, headers={"Location": f"/claims/{claim.strip()}"})

    @router.get("/events")
    async def watch_overview(request: Request, ctx: Ctx) -> Response:
        """The figures again each time something happened."""

        async def last() -> int:
            async with ctx.db.connect() as tx:
                return await store.last_step(tx)

        async def shown() -> str:
            async with ctx.db.connect() as tx:
                values = await figures_of(ctx, tx)
            return look.fragment("figures.html", now=ctx.clock.now(), **values)

        return stream(request, desk.stopping, last, shown, pause=1.0)

    return router


async def figures_of(ctx: Context[Any], tx: Tx) -> dict[str, Any]:
    """Everything that the upper half of the page says."""
    now = ctx.clock.now()
    late_before: dict[str, datetime] = {
        stage.state: now - stage.within for stage in STAGES.values() if stage.within is not None
    }
    figures = await store.figures(tx, late_before)
    return {
        "rows": [(stage, figures.get(stage.state)) for stage in STAGES.values()],
        "turns": {turn: _sum(figures, turn) for turn in TURNS},
        "part": _part(figures),
        "stuck": _stuck(figures),
        "most": max([_part(figures)[1], *(each.stake for each in figures.values())]),
        "unposted": await store.unposted(tx),
        "last": await store.last_step(tx),
    }


def _sum(figures: Mapping[str, Figures], turn: str) -> dict[str, Any]:
    mine = [
        figures[stage.state] for stage in STAGES.values() if stage.turn == turn and stage.state in figures
    ]
    claims, cents = _part(figures) if turn == PART_DENIED.turn else (0, 0)
    return {
        "claims": sum(each.claims for each in mine) + claims,
        "stake": sum(each.stake for each in mine) + cents,
        "late": sum(each.late for each in mine),
        "oldest": min((each.oldest for each in mine if each.oldest), default=None),
    }


def _stuck(figures: Mapping[str, Figures]) -> dict[str, Any]:
    """What does not move by itself: all that waits for a biller, and whatever waits longer than it should."""
    parts: list[tuple[Any, int, int, str]] = []
    for stage in STAGES.values():
        found = figures.get(stage.state)
        if found is None or stage.within is None:
            continue
        claims, cents = (
            (found.claims, found.stake) if stage.turn == "biller" else (found.late, found.late_stake)
        )
        if claims:
            parts.append((stage, claims, cents, stage.state))
    claims, cents = _part(figures)
    if claims:
        parts.append((PART_DENIED, claims, cents, store.PART))
    return {"claims": sum(p[1] for p in parts), "stake": sum(p[2] for p in parts), "parts": parts}


def _part(figures: Mapping[str, Figures]) -> tuple[int, int]:
    """Claims and cents of what was denied within claims that went on."""
    rest = [each for state, each in figures.items() if state != "denied"]
    return sum(each.denied_claims for each in rest), sum(each.denied for each in rest)


def _cursor(after: str) -> tuple[datetime, str]:
    at, _, claim = after.partition("/")
    if not after:
        return _FIRST
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or len(claim) != 36:
        raise Problem(422, "invalid", "The cursor is not one that this list gave")
    return moment, claim


def _more(claims: list[View], state: str, payer: str) -> str:
    if len(claims) < PAGE:
        return ""
    after = f"{claims[-1].since.isoformat()}/{claims[-1].id}"
    return "/?" + urlencode({"state": state, "payer": payer, "after": after})
