"""SMART backend services: where the token endpoint is, and the endpoint (client_credentials with private_key_jwt)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import msgspec
from fastapi import APIRouter
from fastapi.responses import JSONResponse
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct
from starlette.requests import Request

from services.intake.api.claims import Ctx
from services.intake.domain.smart import ALGORITHMS, SKEW, Client, UnprovenError, granted, ours, proven
from services.intake.settings import IntakeSettings
from services.intake.store import assertions
from shared.service.access import Access, issue
from shared.service.context import Context

TOKEN = "/oauth/token"  # noqa: S105 -- a path
OPEN_ROUTES = frozenset({TOKEN, "/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration"})
"""What a client asks before it has a token."""

_KIND = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST = 16 * 1024
_SCOPES = (
    "system/Claim.c",
    "system/Claim.r",
    "system/Claim.cruds",
    "system/ClaimResponse.rs",
    "system/*.cruds",
)


class _Refused(Exception):
    """What the token endpoint refuses, in OAuth's words (RFC 6749 5.2)."""

    def __init__(self, error: str, words: str) -> None:
        super().__init__(words)
        self.error = error


class _Registered(Struct, frozen=True):
    """A client with its keys, ready to verify."""

    client: Client
    keys: KeySet


def router(clients: Mapping[str, Client]) -> APIRouter:
    """The routes, bound to the registered clients. Raises ValueError for a key that cannot be used."""
    routes = APIRouter(tags=["smart"])
    known = {name: _Registered(client, _keys(client)) for name, client in clients.items()}

    @routes.get("/.well-known/smart-configuration", operation_id="read_smart_configuration")
    async def read_smart_configuration(ctx: Ctx) -> JSONResponse:
        """Where a client gets a token, and how."""
        return JSONResponse(configuration(ctx.settings))

    @routes.get("/fhir/.well-known/smart-configuration", operation_id="read_fhir_smart_configuration")
    async def read_fhir_smart_configuration(ctx: Ctx) -> JSONResponse:
        """The same below the FHIR address, where SMART looks for it."""
        return JSONResponse(configuration(ctx.settings))

    @routes.post(TOKEN, operation_id="create_access_token")
    async def create_access_token(request: Request, ctx: Ctx) -> JSONResponse:
        """Give a registered client a token for minutes, against a signed assertion. Errors are OAuth's."""
        try:
            body = await _given(request, ctx, known)
        except _Refused as refused:
            ctx.log.warning("no access token given", error=refused.error, reason=str(refused))
            status = 401 if refused.error == "invalid_client" else 400
            said = {"error": refused.error, "error_description": str(refused)}
            return JSONResponse(said, status, headers=_UNCACHED)
        return JSONResponse(body, headers=_UNCACHED)

    return routes


_UNCACHED = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def configuration(settings: IntakeSettings) -> dict[str, Any]:
    """The SMART configuration document (SMART App Launch 2.0, conformance)."""
    return {
        "token_endpoint": f"{settings.public_address}{TOKEN}",
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": list(_SCOPES),
        "code_challenge_methods_supported": ["S256"],
        "capabilities": ["client-confidential-asymmetric", "permission-v1", "permission-v2"],
    }


def _keys(client: Client) -> KeySet:
    try:
        return KeySet.import_key_set({"keys": client.jwks["keys"]})
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"client {client.name}: jwks: {type(error).__name__}") from None


async def _given(request: Request, ctx: Context, known: Mapping[str, _Registered]) -> dict[str, Any]:
    """The token response. Raises _Refused."""
    form = await _form(request)
    if form.get("grant_type") != "client_credentials":
        raise _Refused("unsupported_grant_type", "grant_type is client_credentials")
    if form.get("client_assertion_type") != _KIND:
        raise _Refused("invalid_request", f"client_assertion_type is {_KIND}")
    client = await _authenticated(ctx, form.get("client_assertion", ""), known)
    scopes = granted(form.get("scope", "").split(), client)
    if not scopes:
        raise _Refused("invalid_scope", f"ask for scopes among: {' '.join(client.scopes)}")
    life = ctx.settings.access_seconds
    until = ctx.clock.now() + timedelta(seconds=life)
    access = Access(client.name, ours(scopes) | frozenset(scopes), "/fhir", until)
    ctx.log.info("access token given", client=client.name, scopes=" ".join(scopes))
    token = issue(ctx.seal, access)
    return {"access_token": token, "token_type": "bearer", "expires_in": life, "scope": " ".join(scopes)}


async def _form(request: Request) -> dict[str, str]:
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "application/x-www-form-urlencoded":
        raise _Refused("invalid_request", "Content-Type is application/x-www-form-urlencoded")
    raw = await request.body()
    if len(raw) > _LONGEST:
        raise _Refused("invalid_request", f"the request has at most {_LONGEST} bytes")
    try:
        found = parse_qs(raw.decode(), max_num_fields=20)
    except ValueError:
        raise _Refused("invalid_request", "the body is a form in UTF-8") from None
    if any(len(values) > 1 for values in found.values()):
        raise _Refused("invalid_request", "no parameter comes twice")
    return {name: values[0] for name, values in found.items()}


async def _authenticated(ctx: Context, assertion: str, known: Mapping[str, _Registered]) -> Client:
    """The client whose assertion it is, which is used up by that. Raises _Refused."""
    claims, client = _verified(assertion, known)
    now = ctx.clock.now()
    try:
        until = proven(claims, f"{ctx.settings.public_address}{TOKEN}", now)
    except UnprovenError as error:
        raise _Refused("invalid_client", str(error)) from None
    if not await assertions.use(ctx, client.name, claims["jti"], until + SKEW, now):
        raise _Refused("invalid_client", "this jti was used before: make a new assertion")
    return client


def _verified(assertion: str, known: Mapping[str, _Registered]) -> tuple[dict[str, Any], Client]:
    """The signed claims, and the client whose key signed them. Raises _Refused, in one form whoever is meant."""
    try:
        unproven = _claims(jws.extract_compact(assertion.encode()).payload)
        registered = known.get(str(unproven.get("iss")))
        if registered is None:
            raise _Refused("invalid_client", _UNKNOWN)
        proved = jws.deserialize_compact(assertion, registered.keys, algorithms=list(ALGORITHMS))
        return _claims(proved.payload), registered.client
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        raise _Refused("invalid_client", _UNKNOWN) from None


def _claims(payload: bytes) -> dict[str, Any]:
    return msgspec.json.decode(payload, type=dict[str, Any])


_UNKNOWN = "the assertion is no JWT that a registered client signed with RS384 or ES384, its key named by kid"
