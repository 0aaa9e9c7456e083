"""The parking API of every service: what is parked, decide again, give up. Never an event's content."""

from dataclasses import dataclass
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from shared.bus.parking import NotFirst, NotParked, Outcome, ParkingLot
from shared.service.auth import Caller, caller, needs
from shared.service.problems import Problem, not_found

Who = Annotated[Caller, Depends(caller)]


class Dismissal(BaseModel):
    """Why an event is given up."""

    reason: str = Field(min_length=1, max_length=500)


def parking_router(parking: ParkingLot) -> APIRouter:
    """``GET /parked``, ``POST /parked/{id}/replay``, ``POST /parked/{id}/dismiss``. Answers 404 and 409 as problems."""
    routes = _Routes(parking)
    router = APIRouter(tags=["parked"])
    read, write = [needs("claims:read")], [needs("parked:write")]
    router.add_api_route("/parked", routes.listed, dependencies=read, operation_id="list_parked")
    for verb, work in (("replay", routes.replay), ("dismiss", routes.dismiss)):
        path = f"/parked/{{parked_id}}/{verb}"
        router.add_api_route(path, work, methods=["POST"], dependencies=write, operation_id=f"{verb}_parked")
    return router


@dataclass(frozen=True, slots=True)
class _Routes:
    parking: ParkingLot

    async def listed(
        self,
        after: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
        closed: bool = False,
    ) -> Response:
        """Parked events in their order; ``closed=true`` shows the dismissed ones too."""
        rows = await self.parking.shown(after, limit, closed)
        return _json({"parked": rows, "open": await self.parking.counted()})

    async def replay(self, parked_id: int) -> Response:
        """Decide it again, with the whole queue that it stands in."""
        try:
            return _json(await self.parking.replay(parked_id))
        except NotParked:
            raise not_found("parked event") from None

    async def dismiss(self, parked_id: int, dismissal: Dismissal, who: Who) -> Response:
        """Pass it over for good; what stands behind it goes on."""
        try:
            return _json(await self.parking.dismiss(parked_id, who.name, dismissal.reason))
        except NotParked:
            raise not_found("parked event") from None
        except NotFirst:
            words = "An earlier event of the same claim is parked too: that one goes first"
            raise Problem(409, "not-first", "Not possible in this state", words) from None


def _json(value: Outcome | dict[str, object]) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
