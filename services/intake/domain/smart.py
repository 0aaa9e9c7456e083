"""SMART backend services: which clients are registered, what their assertion must say, what their scopes mean here."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import Struct

ALGORITHMS = ("RS384", "ES384")
"""What an assertion may be signed with (SMART App Launch 2.0, asymmetric client authentication)."""

LONGEST = timedelta(minutes=5)
"""How far ahead an assertion may expire."""

SKEW = timedelta(seconds=30)
"""By how much a client's clock may be off."""

_SCOPE = re.compile(r"system/(\*|[A-Z][A-Za-z]{1,60})\.(read|write|\*|c?r?u?d?s?)")
_V1 = {"read": "rs", "write": "cud", "*": "cruds"}
_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "k"})


class Client(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One registered client: its client_id, the scopes that it may ask for, its public keys as a JWK Set."""

    name: str
    scopes: tuple[str, ...]
    jwks: dict[str, list[dict[str, Any]]]

    def check(self) -> None:
        """Raises ValueError for a scope that means nothing here, and for a key that is not public or not of our kinds."""
        for scope in self.scopes:
            if not permissions((scope,)):
                raise ValueError(f"scopes: {scope} is no system scope of SMART")
        keys = self.jwks.get("keys", [])
        if not keys or any(not key.get("kid") for key in keys):
            raise ValueError("jwks: name at least one key, each with a kid")
        if any(_PRIVATE & key.keys() for key in keys):
            raise ValueError("jwks: this is a private key; register the public one")
        for key in keys:
            if (key.get("kty"), key.get("crv", "")) not in (("RSA", ""), ("EC", "P-384")):
                raise ValueError("jwks: send keys of RSA (RS384) or EC P-384 (ES384)")


class UnprovenError(ValueError):
    """The assertion does not prove who calls. Its text says why, without repeating it."""


def proven(claims: Mapping[str, Any], audience: str, now: datetime) -> datetime:
    """When a signed assertion expires, after checking what it says (SMART 2.0; RFC 7523 section 3).

    Raises UnprovenError.
    """
    if not claims.get("iss") or claims.get("iss") != claims.get("sub"):
        raise UnprovenError("iss and sub are both the client_id")
    said = claims.get("aud")
    if audience not in (said if isinstance(said, list) else [said]):
        raise UnprovenError(f"aud is the token endpoint: {audience}")
    until = _moment(claims.get("exp"))
    if until is None:
        raise UnprovenError("exp is a number of seconds since 1970")
    if until <= now - SKEW:
        raise UnprovenError("exp is over")
    if until > now + LONGEST + SKEW:
        raise UnprovenError("exp is at most five minutes ahead")
    for name in ("nbf", "iat"):
        if name in claims and ((at := _moment(claims[name])) is None or at > now + SKEW):
            raise UnprovenError(f"{name} is not ahead of now")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not 0 < len(jti) <= 255:
        raise UnprovenError("jti is a text of its own for each assertion")
    return until


def _moment(seconds: object) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def permissions(scopes: Iterable[str]) -> frozenset[tuple[str, str]]:
    """What scopes allow: (resource type or ``*``, one letter of create, read, update, delete, search)."""
    found: set[tuple[str, str]] = set()
    for scope in scopes:
        if match := _SCOPE.fullmatch(scope):
            found |= {(match[1], letter) for letter in _V1.get(match[2], match[2])}
    return frozenset(found)


def granted(asked: Iterable[str], client: Client) -> tuple[str, ...]:
    """The scopes of those asked for that the client may have whole."""
    mine = permissions(client.scopes)
    return tuple(scope for scope in asked if (wanted := permissions((scope,))) and _within(wanted, mine))


def _within(wanted: frozenset[tuple[str, str]], mine: frozenset[tuple[str, str]]) -> bool:
    return all((kind, letter) in mine or ("*", letter) in mine for kind, letter in wanted)


def ours(scopes: Iterable[str]) -> frozenset[str]:
    """Our own scopes for these: whoever may create may write claims, whoever may read or search may read what came in."""
    letters = {letter for _, letter in permissions(scopes)}
    writes = {"claims:write"} if letters & {"c", "u"} else set()
    return frozenset(writes | ({"inbox:read"} if letters & {"r", "s"} else set()))


def allows(scopes: Iterable[str], kind: str, letter: str) -> bool:
    """Whether a caller may do this to that resource type. One without any SMART scope is bound by our own alone."""
    smart = [scope for scope in scopes if scope.startswith("system/")]
    return not smart or _within(frozenset({(kind, letter)}), permissions(smart))
