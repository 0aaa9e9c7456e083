"""A mailbox on an SFTP server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from services.intake.domain.links import Mailbox, Server
from services.intake.gateway.box import MailboxError, Remote, complete

CIPHERS = ("aes256-gcm@openssh.com", "aes128-gcm@openssh.com", "aes256-ctr", "aes128-ctr")


class SftpBox:
    """See Box. Keeps its connection between calls and opens another when it is lost; one step at a time."""

    def __init__(self, mailbox: Mailbox, server: Server, seconds: float) -> None:
        self._mailbox = mailbox
        self._server = server
        self._seconds = seconds
        self._connection: asyncssh.SSHClientConnection | None = None
        self._client: asyncssh.SFTPClient | None = None
        self._lock = asyncio.Lock()

    async def arrived(self) -> list[Remote]:
        async with self._sftp("list") as sftp:
            entries = await sftp.readdir(self._mailbox.inbound)
        return complete(
            Remote(str(e.filename), e.attrs.size or 0, int(e.attrs.mtime or 0))
            for e in entries
            if e.attrs.type == asyncssh.FILEXFER_TYPE_REGULAR and "/" not in str(e.filename)
        )

    async def download(self, name: str, most: int) -> bytes:
        async with self._sftp("download") as sftp, sftp.open(f"{self._mailbox.inbound}/{name}", "rb") as file:
            data: bytes = await file.read(most)
            return data

    async def put(self, name: str, data: bytes) -> None:
        path = f"{self._mailbox.outbound}/{name}"
        async with self._sftp("put") as sftp:
            async with sftp.open(f"{path}.tmp", "wb") as file:
                await file.write(data)
            await sftp.posix_rename(f"{path}.tmp", path)

    async def archived(self) -> list[str]:
        async with self._sftp("list") as sftp:
            return [str(name) for name in await sftp.listdir(self._mailbox.archive)]

    async def archive(self, name: str, target: str) -> None:
        path, moved = f"{self._mailbox.inbound}/{name}", f"{self._mailbox.archive}/{target}"
        async with self._sftp("archive") as sftp:
            if await sftp.exists(path) or not await sftp.exists(moved):
                await sftp.rename(path, moved)

    async def close(self) -> None:
        """Hang up."""
        connection, self._connection, self._client = self._connection, None, None
        if connection is not None:
            connection.close()
            await connection.wait_closed()

    @asynccontextmanager
    async def _sftp(self, step: str) -> AsyncIterator[asyncssh.SFTPClient]:
        """The client for one step; a step that fails or takes too long costs the connection. Raises MailboxError."""
        async with self._lock:
            # Aborting makes everything that waits fail; a cancelled step would wait for the server to close its file.
            late = asyncio.get_running_loop().call_later(self._seconds, self._abort)
            try:
                yield await self._connected()
            except (asyncssh.Error, OSError, ValueError) as error:
                self._abort()
                raise MailboxError(f"{step}: {type(error).__name__}") from None
            finally:
                late.cancel()

    async def _connected(self) -> asyncssh.SFTPClient:
        if self._client is None:
            self._connection = await _connect(self._server)
            self._client = await self._connection.start_sftp_client()
        return self._client

    def _abort(self) -> None:
        if self._connection is not None:
            self._connection.abort()
        self._connection = self._client = None


async def _connect(server: Server) -> asyncssh.SSHClientConnection:
    """Connect to the pinned server; nothing of the user's own SSH settings, keys or agent is used."""
    return await asyncssh.connect(
        server.host,
        server.port,
        username=server.user,
        password=_secret(server),
        client_keys=[server.key_file] if server.key_file else None,
        known_hosts=([asyncssh.import_public_key(server.host_key)], [], []),
        encryption_algs=CIPHERS,
        config=None,
        agent_path=None,
        connect_timeout=10,
        login_timeout=10,
    )


def _secret(server: Server) -> str | None:
    return Path(server.password_file).read_text().strip() if server.password_file else None
