"""Keys, tokens and passwords of the local system: made once, kept with mode 0600, never printed."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncssh

from deploy.local.place import Place
from deploy.local.stack import CALLERS, PARTNER, SERVICES, Part
from shared.testing.servers.process import HOST


def kept(path: Path, make: Callable[[], str]) -> str:
    """The secret in that file; made by ``make`` the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.write_text(make())
    return path.read_text()


def password(place: Place, who: str) -> str:
    """A PostgreSQL role's password (``postgres`` for the superuser)."""
    return kept(place.secrets / "passwords" / who, lambda: secrets.token_urlsafe(24))


def token(place: Place, caller: str) -> str:
    """The bearer token of a caller of CALLERS."""
    return kept(place.secrets / "tokens" / caller, lambda: secrets.token_urlsafe(32))


def sign_in(place: Place) -> str:
    """The one-time token that signs a browser in at the console by its address. Each start has another."""
    return kept(place.secrets / "sign_in", lambda: secrets.token_urlsafe(32))


def hand_out(place: Place, part: Part, database_url: str) -> Path:
    """Write the folder of secrets that one service is started with."""
    folder = place.secrets / part.name
    folder.mkdir(exist_ok=True)
    values = {
        "database_url": database_url,
        "seal_keys": "1:" + kept(place.secrets / "seal_key", _key),
        "blind_key": kept(place.secrets / "blind_key", _key),
        "tokens": json.dumps(_grants(place)),
        "service_token": token(place, "console"),
        "sign_in_token": sign_in(place),
    }
    for name in part.secrets:
        path = folder / f"claimflow_{name}"
        path.touch(0o600)
        path.write_text(values[name])
    return folder


def sandbox_files(place: Place, sftp_port: int, host: str = HOST) -> Mapping[str, Path]:
    """What the sandbox and its partner need of each other: host key, known hosts, account, password.

    The host key is a throw-away pair of this machine; the password is the partner's at the sandbox.
    """
    folder = place.secrets / "mailbox"
    private = kept(folder / "host_key", _host_key)
    public = asyncssh.import_private_key(private).export_public_key().decode().split()
    (folder / "known_hosts").write_text(f"[{host}]:{sftp_port} {public[0]} {public[1]}\n")
    secret = kept(folder / "password", lambda: secrets.token_urlsafe(24))
    kept(folder / "accounts.json", lambda: json.dumps({PARTNER: secret}))
    return {
        "sandbox_host_key": folder / "host_key",
        "sandbox_known_hosts": folder / "known_hosts",
        "sandbox_password": folder / "password",
        "sandbox_accounts": folder / "accounts.json",
        "sandbox_folder": place.data / "sandbox",
    }


def roles(place: Place) -> dict[str, str]:
    """Each service's PostgreSQL role -> its password. Role and database have the service's name."""
    return {part.database: password(place, part.database) for part in SERVICES}


def _grants(place: Place) -> dict[str, object]:
    return {
        caller: {"sha256": hashlib.sha256(token(place, caller).encode()).hexdigest(), "scopes": scopes}
        for caller, scopes in CALLERS.items()
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _host_key() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
