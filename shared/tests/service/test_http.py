"""HTTP: one form for every error, limits, and nothing for strangers."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import httpx
import msgspec
import pytest
import structlog
from fastapi import APIRouter, Depends, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from shared.service import Caller, Context, Problem, ServiceSettings, body_of, caller, context, needs
from shared.service.auth import guards, hash_of, unguarded
from shared.service.http import make_app
from shared.service.problems import conflict, not_found
from shared.service.settings import Grant
from shared.service.traces import current, parse

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


class Line(msgspec.Struct, forbid_unknown_fields=True):
    charge: int
    kind: str = ""


class Order(msgspec.Struct):
    lines: list[Line]


def _router() -> APIRouter:
    router = APIRouter()

    @router.get("/claims/{number}", dependencies=[needs("claims:read")])
    async def read(number: int, ctx: Annotated[Context, Depends(context)]) -> dict[str, int]:
        if number == 404:
            raise not_found("claim")
        if number == 409:
            raise conflict("not_held", "The claim is not held.")
        if number == 500:
            raise KeyError("DOE^JANE")
        return {"number": number, "port": ctx.settings.http_port}

    @router.get("/claims/{claim}/who", dependencies=[needs("claims:read")])
    async def who(claim: str) -> dict[str, object]:
        return structlog.contextvars.get_contextvars()

    @router.post("/orders", dependencies=[needs("claims:write")])
    async def order(request: Request, who: Annotated[Caller, Depends(caller)]) -> dict[str, object]:
        body = await body_of(request, Order)
        return {"lines": len(body.lines), "by": who.name, "trace": current.get()}

    return router


def _settings(**more: Any) -> ServiceSettings:
    tokens = {
        "reader": Grant(sha256=hash_of("r"), scopes=frozenset({"claims:read"})),
        "ehr": Grant(sha256=hash_of("w"), scopes=frozenset({"claims:write"})),
    }
    return ServiceSettings(database_url="postgresql://none", tokens=tokens, http_port=81, **more)


def _app(*routers: APIRouter, **more: Any) -> FastAPI:
    nothing = cast("Any", None)
    ctx = Context(_settings(**more), nothing, nothing, nothing, nothing, nothing, nothing)
    return make_app("test", "0", ctx, routers or [_router()])


async def _client(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://test"
    )


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with await _client(_app(body_limit=2000)) as client:
        yield client


READ = {"authorization": "Bearer r"}
WRITE = {"authorization": "Bearer w"}


async def test_a_route_gets_its_context(http: httpx.AsyncClient) -> None:
    assert (await http.get("/claims/7", headers=READ)).json() == {"number": 7, "port": 81}


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "slug"),
    [
        ("GET", "/claims/7", {}, 401, "unauthorized"),
        ("GET", "/claims/7", {"authorization": "Bearer x"}, 401, "unauthorized"),
        ("GET", "/claims/7", {"authorization": "Basic r"}, 401, "unauthorized"),
        ("GET", "/claims/7", WRITE, 403, "forbidden"),
        ("GET", "/claims/404", READ, 404, "not-found"),
        ("GET", "/claims/409", READ, 409, "not-held"),
        ("GET", "/claims/DOE^JANE", READ, 422, "invalid"),
        ("GET", "/claims/500", READ, 500, "internal-server-error"),
        ("GET", "/nowhere", READ, 404, "not-found"),
        ("DELETE", "/claims/7", READ, 405, "method-not-allowed"),
    ],
)
async def test_every_error_is_a_problem_that_repeats_nothing(
    http: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int, slug: str
) -> None:
    answer = await http.request(method, path, headers=headers)
    body = answer.json()
    assert (answer.status_code, body["status"], body["type"]) == (status, status, f"/problems/{slug}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["title"]
    assert "JANE" not in answer.text


async def test_a_missing_token_is_told_which_kind_is_wanted(http: httpx.AsyncClient) -> None:
    assert (await http.get("/claims/7")).headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("body", "pointer", "detail"),
    [
        (b'{"lines": [{"charge": "DOE^JANE"}]}', "/lines/0/charge", "Expected int, got str"),
        (b'{"lines": [{"charge": 1}, {}]}', "/lines/1", "Object missing required field charge"),
        (b'{"lines": [{"charge": 1, "JANE": 2}]}', "/lines/0", "unknown field"),
        (b'{"lines": 3}', "/lines", "Expected array, got int"),
    ],
)
async def test_a_body_that_does_not_fit_is_told_the_place_and_not_the_value(
    http: httpx.AsyncClient, body: bytes, pointer: str, detail: str
) -> None:
    answer = await http.post("/orders", content=body, headers={**WRITE, "content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": pointer, "detail": detail}]
    assert "JANE" not in answer.text


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"lines": []} trailing'])
async def test_what_is_no_json_is_400(http: httpx.AsyncClient, body: bytes) -> None:
    answer = await http.post("/orders", content=body, headers={**WRITE, "content-type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/not-json")


async def test_another_content_type_is_415(http: httpx.AsyncClient) -> None:
    answer = await http.post("/orders", content=b"{}", headers={**WRITE, "content-type": "text/plain"})
    assert (answer.status_code, answer.json()["type"]) == (415, "/problems/unsupported-media-type")


async def test_a_body_over_the_limit_is_413_whether_its_length_is_told_or_not(
    http: httpx.AsyncClient,
) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield b" " * 1000

    headers = {**WRITE, "content-type": "application/json"}
    told = await http.post("/orders", content=b" " * 3000, headers=headers)
    untold = await http.post("/orders", content=chunks(), headers=headers)
    assert [told.status_code, untold.status_code] == [413, 413]
    assert told.json()["type"] == untold.json()["type"] == "/problems/too-large"


async def test_too_many_requests_at_once_are_429_and_health_still_answers() -> None:
    router = APIRouter()

    @router.get("/slow", dependencies=[needs("claims:read")])
    async def slow() -> str:
        inner = await client.get("/claims/1", headers=READ)
        return f"{inner.status_code} {inner.headers['retry-after']}"

    async with await _client(_app(router, _router(), requests_limit=1)) as client:
        assert (await client.get("/slow", headers=READ)).json() == "429 1"
        assert (await client.get("/claims/1", headers=READ)).status_code == 200


async def test_a_request_continues_the_callers_trace(http: httpx.AsyncClient) -> None:
    headers = {**WRITE, "content-type": "application/json", "traceparent": TRACE}
    answer = await http.post("/orders", content=b'{"lines": []}', headers=headers)
    assert answer.json() == {"lines": 0, "by": "ehr", "trace": TRACE}
    problem = await http.get("/nowhere", headers={"traceparent": TRACE})
    assert problem.json()["instance"] == f"urn:trace:{TRACE[3:35]}"


async def test_a_request_without_a_trace_gets_one(http: httpx.AsyncClient) -> None:
    headers = {**WRITE, "content-type": "application/json"}
    made = (await http.post("/orders", content=b'{"lines": []}', headers=headers)).json()["trace"]
    assert parse(made) is not None


async def test_there_is_no_page_that_loads_scripts_from_elsewhere(http: httpx.AsyncClient) -> None:
    assert (await http.get("/docs", headers=READ)).status_code == 404
    assert (await http.get("/redoc", headers=READ)).status_code == 404
    assert (await http.get("/openapi.json")).status_code == 401
    assert "/orders" in (await http.get("/openapi.json", headers=READ)).json()["paths"]


def test_an_application_with_an_unguarded_route_does_not_start() -> None:
    router = APIRouter(prefix="/x")

    @router.get("/secrets")
    async def secrets() -> None: ...

    outer = APIRouter()
    outer.include_router(router, prefix="/deep")
    with pytest.raises(RuntimeError, match="GET /deep/x/secrets"):
        _app(outer)


def test_a_mount_or_a_plain_route_counts_as_unguarded() -> None:
    async def plain(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("x")

    app = FastAPI(openapi_url=None)
    app.router.routes += [Mount("/files", app=plain), Route("/plain", plain)]  # type: ignore[arg-type]
    assert len(unguarded(app)) == 2


def test_a_scope_of_an_outer_router_guards_the_inner_routes() -> None:
    inner, outer = APIRouter(), APIRouter()

    @inner.get("/a")
    async def a() -> None: ...

    outer.include_router(inner, prefix="/p", dependencies=[needs("admin")])
    assert guards(_app(outer))["GET /p/a"] == {"admin"}


def test_a_problem_may_carry_places_rules_and_fixes() -> None:
    problem = Problem(422, "findings", "Findings", errors=[{"pointer": "/x", "detail": "d", "fix": "f"}])
    assert problem.errors == ({"pointer": "/x", "detail": "d", "fix": "f"},)


async def test_what_is_logged_in_a_request_about_a_claim_carries_its_id_and_nothing_else_from_the_path(
    http: httpx.AsyncClient,
) -> None:
    claim = "0199a000-0000-7000-8000-000000000001"
    assert (await http.get(f"/claims/{claim}/who", headers=READ)).json() == {"claim": claim}
    assert (await http.get("/claims/DOE^JANE/who", headers=READ)).json() == {}
