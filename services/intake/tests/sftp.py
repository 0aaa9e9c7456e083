"""A hospital's SFTP server in this process: one mailbox, an account with a password, connections that can be lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncssh

from services.intake.domain.links import Server

PASSWORD = "for-tests"


class Hospital:
    """The server's address, and what goes wrong there: ``lose`` cuts all connections."""

    def __init__(self, server: Server, acceptor: asyncssh.SSHAcceptor) -> None:
        self.server = server
        self._acceptor = acceptor
        self.connections: list[asyncssh.SSHServerConnection] = []

    def lose(self) -> None:
        """Cut every connection."""
        for connection in self.connections:
            connection.abort()


class _Account(asyncssh.SSHServer):
    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self._connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("claimflow", PASSWORD)


@asynccontextmanager
async def hospital(root: Path, secret: Path) -> AsyncIterator[Hospital]:
    """Serve ``root``; ``secret`` is the file that is to hold our password."""
    secret.write_text(PASSWORD)
    key = asyncssh.generate_private_key("ssh-ed25519")
    connections: list[asyncssh.SSHServerConnection] = []
    acceptor = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: _Account(connections),
        server_host_keys=[key],
        sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(root).encode()),
        config=None,
    )
    server = Server(
        host="127.0.0.1",
        port=acceptor.get_port(),
        user="claimflow",
        password_file=str(secret),
        host_key=key.export_public_key().decode(),
    )
    found = Hospital(server, acceptor)
    found.connections = connections
    try:
        yield found
    finally:
        for connection in connections:
            connection.abort()
            await connection.wait_closed()
        acceptor.close()
        await acceptor.wait_closed()
