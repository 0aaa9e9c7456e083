"""A real SFTP server in this process that can lose connections, fail renames and be slow."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh

from services.submitter.domain.routes import Partner
from shared.x12.types import Party

PASSWORD = "for-tests"


class Trouble:
    """What the server does wrong, once each: ``lose_after_rename``, ``fail_rename``, ``fail_after_rename``. ``slow`` waits."""

    def __init__(self) -> None:
        self.once: set[str] = set()
        self.slow: asyncio.Event | None = None
        self.reached = asyncio.Event()
        self.renames: list[str] = []
        self.connections: list[asyncssh.SSHServerConnection] = []


class _Sftp(asyncssh.SFTPServer):
    def __init__(self, channel: Any, root: Path, trouble: Trouble) -> None:
        super().__init__(channel, chroot=str(root).encode())
        self._trouble = trouble

    def _now(self, what: str) -> bool:
        found = what in self._trouble.once
        self._trouble.once.discard(what)
        return found

    async def write(self, file_obj: Any, offset: int, data: bytes) -> int:  # type: ignore[override]
        if self._trouble.slow is not None:
            self._trouble.reached.set()
            await self._trouble.slow.wait()
        return int(super().write(file_obj, offset, data))  # type: ignore[arg-type]

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        if self._now("fail_rename"):
            raise asyncssh.SFTPFailure("no")
        super().rename(oldpath, newpath)
        self._trouble.renames.append(Path(newpath.decode()).name)
        if self._now("fail_after_rename"):
            raise asyncssh.SFTPFailure("no, though yes")
        if self._now("lose_after_rename"):
            self._trouble.connections[-1].abort()


class _Door(asyncssh.SSHServer):
    def __init__(self, trouble: Trouble) -> None:
        self._trouble = trouble

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._trouble.connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("us", PASSWORD)


@asynccontextmanager
async def partner_server(root: Path, trouble: Trouble | None = None) -> AsyncIterator[Partner]:
    """Serve ``root`` with inbound, outbound and archive; the partner's entry has its pinned key and our password file."""
    for room in ("inbound", "outbound", "archive"):
        (root / room).mkdir(parents=True)
    secret = root / "password"
    secret.write_text(PASSWORD)
    key = asyncssh.generate_private_key("ssh-ed25519")
    troubles = trouble or Trouble()
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: _Door(troubles),
        server_host_keys=[key],
        sftp_factory=lambda channel: _Sftp(channel, root, troubles),
        config=None,
    )
    try:
        yield Partner(
            host="127.0.0.1",
            port=server.get_port(),
            user="us",
            password_file=str(secret),
            host_key=key.export_public_key().decode(),
            sender=Party(id="US"),
            receiver=Party(id="NORTH"),
            receiver_name="NORTH",
            receiver_id="NORTH",
            after_seconds=0,
        )
    finally:
        server.close()
        await server.wait_closed()
