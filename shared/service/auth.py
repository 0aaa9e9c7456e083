"""Who may do what: bearer tokens with scopes, of the settings or given out for minutes.

A route without ``needs`` is refused at start, not served.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Security
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from msgspec import Struct
from starlette.requests import Request

from shared.service import access
from shared.service.problems import Problem
from shared.service.settings import Grant

OPEN = frozenset({"/livez", "/readyz", "/version"})
"""The only routes that anybody may ask."""

_bearer = HTTPBearer(auto_error=False, description="A token from the settings, by its hash.")


class Caller(Struct, frozen=True):
    """Who calls: the name that the settings give to the token, and what it may do."""

    name: str
    scopes: frozenset[str]


class Tokens:
    """The known tokens, by hash."""

    def __init__(self, grants: Mapping[str, Grant]) -> None:
        self._callers = [
            (grant.sha256.encode(), Caller(name, grant.scopes)) for name, grant in grants.items()
        ]

    def caller(self, token: str) -> Caller | None:
        """Whose token it is; None for nobody's. Compares with every hash, in constant time each."""
        digest = hash_of(token).encode()
        found = None
        for known, caller in self._callers:
            if hmac.compare_digest(known, digest):
                found = caller
        return found


def hash_of(token: str) -> str:
    """What the settings hold of a token: SHA-256 in hex. Tokens are long and random, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class Needs:
    """The dependency behind ``needs``. 401 without a known token, 403 without the scope."""

    def __init__(self, scope: str) -> None:
        self.scope = scope

    async def __call__(
        self, request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]
    ) -> Caller:
        caller = _caller_of(request, given.credentials if given else "")
        if caller is None:
            raise Problem(
                401, "unauthorized", "A known bearer token is needed", headers={"WWW-Authenticate": "Bearer"}
            )
        if self.scope not in caller.scopes:
            raise Problem(403, "forbidden", "This token may not do that", f"It lacks the scope {self.scope}.")
        request.state.caller = caller
        return caller


def _caller_of(request: Request, token: str) -> Caller | None:
    if token.startswith(access.PREFIX):
        return _given(request, token)
    if token:
        found: Caller | None = request.app.state.tokens.caller(token)
        return found
    browser = getattr(request.app.state, "browser", None)
    session: Caller | None = browser.caller(request) if browser else None
    return session


def _given(request: Request, token: str) -> Caller | None:
    """Whose token it is, where this service gave it out itself."""
    ctx = request.app.state.context
    said = access.read(ctx.seal, token, request.scope["path"], ctx.clock.now())
    return Caller(said.name, said.scopes) if said else None


def needs(scope: str) -> Any:
    """``dependencies=[needs("claims:read")]`` on a route or router; or ``caller: Caller = needs(...)`` as a default."""
    return Depends(Needs(scope))


async def caller(request: Request) -> Caller:
    """FastAPI dependency: who called, on a route that has ``needs``. ``who: Annotated[Caller, Depends(caller)]``."""
    found: Caller | None = getattr(request.state, "caller", None)
    if found is None:
        raise Problem(401, "unauthorized", "A known bearer token is needed")
    return found


def _scopes(dependant: Dependant) -> Iterator[str]:
    if isinstance(dependant.call, Needs):
        yield dependant.call.scope
    for inner in dependant.dependencies:
        yield from _scopes(inner)


def guards(app: FastAPI) -> dict[str, frozenset[str]]:
    """``GET /claims/{id}`` -> the scopes it asks for, for everything that the application serves.

    A mount or another thing without FastAPI's dependencies asks for nothing, so it counts as open.
    """
    found: dict[str, frozenset[str]] = {}
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        scopes = frozenset(_scopes(dependant)) if isinstance(dependant, Dependant) else frozenset()
        found[f"{' '.join(sorted(route.methods or {'ANY'}))} {route.path}"] = scopes
    return found


def unguarded(app: FastAPI, open_routes: frozenset[str] = OPEN) -> list[str]:
    """What somebody without a token could ask, other than the paths that are meant to be open."""
    return [
        what for what, scopes in guards(app).items() if not scopes and what.split(" ")[-1] not in open_routes
    ]
