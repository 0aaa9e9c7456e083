"""A service's HTTP side: FastAPI with problems for every error, limits, and nothing served to strangers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import msgspec
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.service import logs, traces
from shared.service.auth import OPEN, Tokens, needs, unguarded
from shared.service.context import Context
from shared.service.problems import At, Problem, answer, of_status, pointer_of

T = TypeVar("T")

Voice = Callable[[Problem, str, str], Response]
"""How a part of the application says a problem, given the request's method and path."""

Voices = Mapping[str, Voice]
"""Path -> the voice of everything at and below it; elsewhere problems are RFC 9457's."""


def make_app(
    name: str,
    version: str,
    ctx: Context,
    routers: Sequence[APIRouter],
    open_routes: frozenset[str] = frozenset(),
    voices: Voices | None = None,
) -> FastAPI:
    """The service's application. Raises RuntimeError when a route could be asked without a scope."""
    app = FastAPI(title=f"claimflow {name}", version=version, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.context = ctx
    app.state.tokens = Tokens(ctx.settings.tokens)
    app.state.voices = voices or {}
    for kind, handler in _HANDLERS.items():
        app.add_exception_handler(kind, handler)
    for router in routers:
        app.include_router(router)
    app.include_router(_description())
    app.add_middleware(
        Gate,
        body_limit=ctx.settings.body_limit,
        requests_limit=ctx.settings.requests_limit,
        trace_share=ctx.settings.trace_share,
        voices=voices or {},
    )
    if strangers := unguarded(app, OPEN | open_routes):
        raise RuntimeError(f"these routes need a scope: {', '.join(strangers)}")
    return app


def _description() -> APIRouter:
    router = APIRouter()

    @router.get("/openapi.json", dependencies=[needs("claims:read")], include_in_schema=False)
    async def describe_api(request: Request) -> JSONResponse:
        """The OpenAPI document. There is no page for it: FastAPI's own loads scripts from a foreign host."""
        return JSONResponse(request.app.openapi())

    return router


async def body_of(request: Request, kind: type[T], *, decode: Callable[[bytes], T] | None = None) -> T:
    """The request's JSON body as ``kind``, read by msgspec.

    Raises Problem 415 for another content type, 400 for what is no JSON, 422 with a JSON pointer for what does not
    fit. Nothing of the body is repeated in the answer.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/json" and not (media.startswith("application/") and media.endswith("+json")):
        raise Problem(415, "unsupported-media-type", "This resource takes application/json")
    body = await request.body()
    try:
        return decode(body) if decode else msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise invalid([at_of(str(error))]) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Problem(400, "not-json", "The body is not valid JSON") from None


def invalid(errors: Sequence[At]) -> Problem:
    """422 with the places that are wrong."""
    return Problem(422, "invalid", "The request does not fit", errors=errors)


def at_of(words: str) -> At:
    """Place and kind from msgspec's message, without the value that some of its messages quote."""
    told, _, path = words.partition(" - at `")
    keys = told.startswith("Object contains unknown field")
    safe = told.startswith(("Expected", "Object missing"))
    detail = told if safe else "unknown field" if keys else "not an allowed value"
    return At(_pointer(path.rstrip("`")), detail.replace("`", ""))


def _pointer(path: str) -> str:
    steps = path.removeprefix("$").replace("[", ".").replace("]", "").split(".")
    return pointer_of([step for step in steps if step])


def _instance() -> str:
    trace = traces.current.get()[3:35]
    return f"urn:trace:{trace}" if trace else ""


def _say(request: Request, problem: Problem) -> Response:
    """In the voice of that part of the application, as a page to a person's browser, as JSON to everybody else."""
    if voice := _voice(request.app.state.voices, request.scope["path"]):
        return voice(problem, request.method, request.scope["path"])
    browser = getattr(request.app.state, "browser", None)
    if browser is not None and "text/html" in request.headers.get("accept", ""):
        page: Response = browser.page(request, problem)
        return page
    return answer(problem, _instance())


def _voice(voices: Voices, path: str) -> Voice | None:
    for root, voice in voices.items():
        if path == root or path.startswith(f"{root}/"):
            return voice
    return None


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _say(request, error if isinstance(error, Problem) else of_status(error.status_code, error.headers))


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    # only ``loc`` and ``type`` are used: ``msg`` and ``input`` may quote what was sent
    errors = [At(_spot(found["loc"]), str(found["type"]).replace("_", " ")) for found in error.errors()]
    return _say(request, invalid(errors))


def _spot(loc: Sequence[int | str]) -> str:
    kind, *rest = loc
    return pointer_of(rest) if kind == "body" else f"{kind}{pointer_of(rest)}"


async def _failed(request: Request, error: Exception) -> Response:
    route = getattr(request.scope.get("route"), "path", "")
    structlog.stdlib.get_logger("claimflow.http").error("request failed", route=route, exc_info=error)
    return _say(request, of_status(500))


def _claim_of(path: str) -> str:
    """The claim's id where the path names one, for the log lines of the request."""
    kind, _, rest = path.removeprefix("/").partition("/")
    claim = rest.partition("/")[0]
    return claim if kind == "claims" and len(claim) == 36 and claim.replace("-", "").isalnum() else ""


_HANDLERS: dict[type[Exception], Callable[[Request, Any], Awaitable[Response]]] = {
    HTTPException: _problem,
    RequestValidationError: _invalid,
    Exception: _failed,
}


class Gate:
    """The outermost layer: gives each request its trace, bounds its body and how many are in progress at once."""

    def __init__(
        self, app: ASGIApp, body_limit: int, requests_limit: int, trace_share: float, voices: Voices
    ) -> None:
        self._app = app
        self._voices = voices
        self._body_limit = body_limit
        self._requests_limit = requests_limit
        self._trace_share = trace_share
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        traceparent = traces.accept(headers.get(b"traceparent", b"").decode("latin-1"), self._trace_share)
        self._running += 1
        try:
            with traces.entered(traceparent), logs.about(_claim_of(scope["path"])):
                await self._admit(scope, receive, send, headers.get(b"content-length", b"0"))
        finally:
            self._running -= 1

    async def _admit(self, scope: Scope, receive: Receive, send: Send, length: bytes) -> None:
        if self._running > self._requests_limit and scope["path"] not in OPEN:
            await self._refusal(scope, of_status(429, {"Retry-After": "1"}))(scope, receive, send)
        elif not length.isdigit() or int(length) > self._body_limit:
            await self._refusal(scope, of_status(413))(scope, receive, send)
        else:
            await self._app(scope, self._bounded(receive), send)

    def _refusal(self, scope: Scope, problem: Problem) -> Response:
        voice = _voice(self._voices, scope["path"])
        return voice(problem, scope["method"], scope["path"]) if voice else answer(problem, _instance())

    def _bounded(self, receive: Receive) -> Receive:
        seen = 0

        async def bounded() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self._body_limit:
                raise of_status(413)
            return message

        return bounded
