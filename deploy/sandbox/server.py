"""The sandbox's SFTP server: one account per partner, each shut into its own mailbox. A real server (asyncssh)."""

import hmac
from collections.abc import Callable, Mapping
from pathlib import Path

import asyncssh

from deploy.sandbox.folder import Folder


def host_key(path: Path) -> Path:
    """The server's private key file; made the first time, with the public half beside it as ``<name>.pub``."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        key = asyncssh.generate_private_key("ssh-ed25519")
        path.touch(0o600)
        path.write_bytes(key.export_private_key())
        path.with_name(f"{path.name}.pub").write_bytes(key.export_public_key())
    return path


class _Door(asyncssh.SSHServer):
    """Lets a known account in by password. One per connection."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        known = self._passwords.get(username, "")
        return bool(known) and hmac.compare_digest(known.encode(), password.encode())


class _Mailbox(asyncssh.SFTPServer):
    """One partner's mailbox. A file that gets its final name is told at once."""

    def __init__(
        self, channel: "asyncssh.SSHServerChannel[bytes]", mailbox: Path, told: Callable[[], None]
    ) -> None:
        super().__init__(channel, chroot=str(mailbox).encode())
        self._told = told

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        super().rename(oldpath, newpath)
        if b"inbound" in newpath:
            self._told()


async def serve(
    folder: Folder,
    passwords: Mapping[str, str],
    host: str,
    port: int,
    key: Path,
    told: Callable[[], None] = lambda: None,
) -> asyncssh.SSHAcceptor:
    """Listen. ``told`` is called when a partner has renamed a file. Raises OSError for a port that is taken."""

    def sftp(channel: "asyncssh.SSHServerChannel[bytes]") -> asyncssh.SFTPServer:
        partner = str(channel.get_extra_info("username"))
        return _Mailbox(channel, folder.mailbox(partner), told)

    return await asyncssh.listen(
        host,
        port,
        server_factory=lambda: _Door(passwords),
        server_host_keys=[str(host_key(key))],
        sftp_factory=sftp,
        allow_scp=False,
        agent_forwarding=False,
        allow_pty=False,
        config=None,
    )
