"""Signing in and out, and the two files that pages load."""

import hashlib
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.console import look, store
from services.console.pages.desk import Ctx, Desk, Fields
from shared.service import Problem, not_found
from shared.service.auth import Tokens

_STATIC = look.HERE / "static"
_KINDS = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
FILES = {
    file.name: (file.read_bytes(), _KINDS[file.suffix[1:]])
    for file in sorted(_STATIC.iterdir())
    if file.suffix[1:] in _KINDS
}
OPEN_ROUTES = frozenset({"/login", "/logout", "/static/{name}"})


def make_router(desk: Desk) -> APIRouter:
    """/login, /logout, /static."""
    router = APIRouter(include_in_schema=False)
    tokens = Tokens(desk.settings.tokens)

    @router.get("/login")
    async def show_login(
        ctx: Ctx,
        once: str = "",
        next: Annotated[str, Query(max_length=200)] = "/",  # noqa: A002
    ) -> Response:
        """The form; or straight in with the one-time token that the local stack printed."""
        if not once:
            return look.page("login.html", next=_inside(next), wrong=False)
        if not _same(once, desk.settings.sign_in_token.get_secret_value()):
            return look.page("login.html", 403, next=_inside(next), wrong=True)
        async with ctx.db.begin() as tx:
            fresh = await store.spend(tx, hashlib.sha256(once.encode()).digest())
        if not fresh:
            return look.page("login.html", 403, next=_inside(next), wrong=True)
        return _signed_in(desk, desk.settings.sign_in_as, next)

    @router.post("/login")
    async def sign_in(fields: Fields) -> Response:
        """Sign in with a bearer token of the settings."""
        target = fields.get("next", "/")
        caller = tokens.caller(fields.get("token", "").strip())
        if caller is None or "claims:read" not in caller.scopes:
            return look.page("login.html", 403, next=_inside(target), wrong=True)
        return _signed_in(desk, caller.name, target)

    @router.post("/logout")
    async def sign_out(request: Request, fields: Fields) -> Response:
        """Sign out."""
        desk.sessions.check_form(request, fields.get("form_token", ""))
        answer = RedirectResponse("/login", 303)
        desk.sessions.sign_out(answer)
        return answer

    @router.get("/static/{name}")
    async def static_file(name: str) -> Response:
        """A stylesheet, script or picture of ours."""
        if name not in FILES:
            raise not_found("file")
        body, kind = FILES[name]
        return Response(body, media_type=kind, headers={"Cache-Control": "max-age=300"})

    return router


def _signed_in(desk: Desk, name: str, target: str) -> Response:
    answer = RedirectResponse(_inside(target), 303)
    desk.sessions.sign_in(answer, name)
    return answer


def _inside(target: str) -> str:
    """A path of this console: never another site's address."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def _same(given: str, wanted: str) -> bool:
    return (
        bool(wanted) and hashlib.sha256(given.encode()).digest() == hashlib.sha256(wanted.encode()).digest()
    )


class Browsing:
    """Sessions and error pages for shared.service."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.caller = desk.sessions.caller

    def page(self, request: Request, problem: Problem) -> Response:
        """A problem as a page; who is not signed in is asked to."""
        if problem.status_code == 401:
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        return look.page("problem.html", problem.status_code, problem=problem)
