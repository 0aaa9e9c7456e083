"""A partner's mailbox over SFTP: upload under a temporary name, rename, look, list, download, archive."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Protocol

import asyncssh

from services.submitter.domain.routes import Partner
from services.submitter.domain.sending import Names, Sight

CIPHERS = (
    "aes256-gcm@openssh.com",
    "aes128-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes256-ctr",
    "aes128-ctr",
)
"""In order of preference: AES has instructions of its own on every server, ChaCha20 costs Python twice as much."""
TEMPORARY = (".tmp", ".part", ".filepart")


class MailboxError(Exception):
    """The mailbox did not do what was asked, or nobody knows whether it did. The message names kind and step only."""


class MailboxUntrustedError(MailboxError):
    """The server did not show the pinned host key: nothing was sent, and nothing will be until a person looks."""


class Remote(NamedTuple):
    """A complete-looking file in the partner's outbound folder."""

    name: str
    size: int
    modified: int


class Mailbox(Protocol):
    """What jobs need of a partner. Every call may raise MailboxError."""

    async def upload(self, name: str, data: bytes) -> None:
        """Write ``/inbound/<name>`` whole, over whatever has that name."""

    async def rename(self, names: Names) -> None:
        """Give the uploaded file its final name."""

    async def look(self, names: Names) -> Sight:
        """Sizes of the file under both names, None where there is none."""

    async def arrived(self) -> list[Remote]:
        """The files of ``/outbound`` without temporary ones, oldest first."""

    async def download(self, name: str) -> bytes:
        """The bytes of ``/outbound/<name>``."""

    async def archive(self, name: str, mark: str) -> None:
        """Move ``/outbound/<name>`` to ``/archive``; ``mark`` is added to a name that is taken there."""


OpenMailbox = Callable[[Partner], Mailbox]


class SftpMailbox:
    """One partner's mailbox. Keeps its connection between calls and opens another when it is lost.

    ``seconds`` bounds each call: a partner that hangs costs that long, and only this partner's jobs.
    """

    def __init__(self, partner: Partner, seconds: float = 60.0) -> None:
        self._partner = partner
        self._seconds = seconds
        self._client: asyncssh.SFTPClient | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._lock = asyncio.Lock()

    async def upload(self, name: str, data: bytes) -> None:
        async with self._sftp("upload") as sftp, sftp.open(self._in(name), "wb") as file:
            await file.write(data)

    async def rename(self, names: Names) -> None:
        async with self._sftp("rename") as sftp:
            await sftp.rename(self._in(names.temporary), self._in(names.final))

    async def look(self, names: Names) -> Sight:
        async with self._sftp("look") as sftp:
            return Sight(
                await _size(sftp, self._in(names.final)), await _size(sftp, self._in(names.temporary))
            )

    async def arrived(self) -> list[Remote]:
        async with self._sftp("list") as sftp:
            entries = await sftp.readdir(self._partner.outbound)
        files = [
            Remote(str(e.filename), e.attrs.size or 0, int(e.attrs.mtime or 0))
            for e in entries
            if e.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and not str(e.filename).startswith(".")
        ]
        whole = [f for f in files if not f.name.lower().endswith(TEMPORARY)]
        return sorted(whole, key=lambda f: (f.modified, f.name))

    async def download(self, name: str) -> bytes:
        async with (
            self._sftp("download") as sftp,
            sftp.open(f"{self._partner.outbound}/{name}", "rb") as file,
        ):
            data: bytes = await file.read()
            return data

    async def archive(self, name: str, mark: str) -> None:
        async with self._sftp("archive") as sftp:
            taken = await _size(sftp, f"{self._partner.archive}/{name}") is not None
            target = f"{name}.{mark}" if taken else name
            await sftp.rename(f"{self._partner.outbound}/{name}", f"{self._partner.archive}/{target}")

    async def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            await self._connection.wait_closed()
        self._connection = self._client = None

    def _in(self, name: str) -> str:
        return f"{self._partner.inbound}/{name}"

    @asynccontextmanager
    async def _sftp(self, step: str) -> AsyncIterator[asyncssh.SFTPClient]:
        """The client for one step, one step at a time; a step that fails in any way costs the connection."""
        async with self._lock:
            # Aborting makes everything that waits fail; a cancelled step would wait for the partner to close its file.
            late = asyncio.get_running_loop().call_later(self._seconds, self._abort)
            try:
                yield await self._connected()
            except asyncssh.HostKeyNotVerifiable:
                raise MailboxUntrustedError("the server's host key is not the pinned one") from None
            except (asyncssh.Error, OSError) as error:
                hung = late.when() <= asyncio.get_running_loop().time()
                self._drop(error)
                raise MailboxError(f"{step}: {'took too long' if hung else _kind(error)}") from None
            finally:
                late.cancel()

    async def _connected(self) -> asyncssh.SFTPClient:
        if self._client is None:
            self._connection = await connect(self._partner)
            self._client = await self._connection.start_sftp_client()
        return self._client

    def _drop(self, error: Exception) -> None:
        """A server that answered with an error is alive; anything else leaves the connection in doubt."""
        if isinstance(error, asyncssh.SFTPError) and not isinstance(
            error, asyncssh.SFTPConnectionLost | asyncssh.SFTPNoConnection
        ):
            return
        self._abort()

    def _abort(self) -> None:
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._client = None


async def connect(partner: Partner) -> asyncssh.SSHClientConnection:
    """Connect to the pinned server; nothing of the user's own SSH settings, keys or agent is used.

    Raises asyncssh's errors, OSError, and ValueError when no host key is pinned.
    """
    return await asyncssh.connect(
        partner.host,
        partner.port,
        username=partner.user,
        password=_secret(partner) or None,
        client_keys=[partner.key_file] if partner.key_file else None,
        known_hosts=_pinned(partner),
        encryption_algs=CIPHERS,
        config=None,
        agent_path=None,
        keepalive_interval=30,
        connect_timeout=10,
        login_timeout=10,
    )


def _pinned(partner: Partner) -> str | tuple[list[asyncssh.SSHKey], list[str], list[str]]:
    if partner.host_key:
        return [asyncssh.import_public_key(partner.host_key)], [], []
    if partner.known_hosts:
        return partner.known_hosts
    raise ValueError("a partner without a pinned host key: nobody knows who would get the claims")


def _secret(partner: Partner) -> str:
    return Path(partner.password_file).read_text().strip() if partner.password_file else ""


async def _size(sftp: asyncssh.SFTPClient, path: str) -> int | None:
    try:
        return (await sftp.stat(path)).size
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath):
        return None


def _kind(error: Exception) -> str:
    """What went wrong, without the server's own words: they may hold anything."""
    return type(error).__name__
