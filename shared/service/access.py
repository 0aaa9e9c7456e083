"""Short-lived access tokens that a service gives out itself, for the part of it that they are made for.

A token is a sealed note (who, which scopes, until when): every process of the service reads it with the sealing keys,
and nothing is stored. It cannot be taken back, so it lives for minutes.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

import msgspec
from msgspec import Struct

from shared.bus.sealer import Sealer, Unsealable

PREFIX = "cfa_"
"""What such a token begins with: logs and scanners of secrets know it by that."""


class Access(Struct, frozen=True):
    """What a token says: who calls, what it may do, below which path, until when."""

    name: str
    scopes: frozenset[str]
    below: str
    until: datetime


def issue(seal: Sealer, access: Access) -> str:
    """The token that says this."""
    sealed = seal.seal(msgspec.json.encode(access), _AAD)
    return PREFIX + urlsafe_b64encode(sealed).rstrip(b"=").decode()


def read(seal: Sealer, token: str, path: str, now: datetime) -> Access | None:
    """What a token says; None when it is not ours, is over, or is not for this path."""
    if not token.startswith(PREFIX) or len(token) > _LONGEST:
        return None
    text = token.removeprefix(PREFIX)
    try:
        sealed = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        access = _DECODER.decode(seal.open(sealed, _AAD))
    except (ValueError, Unsealable, msgspec.DecodeError):
        return None
    inside = path == access.below or path.startswith(f"{access.below}/")
    return access if inside and now < access.until else None


LONGEST_LIFE = timedelta(minutes=5)
"""No token lives longer (SMART backend services 2.0: no longer than five minutes)."""

_AAD = b"access token"
_LONGEST = 4096
_DECODER = msgspec.json.Decoder(Access)
