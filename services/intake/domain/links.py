"""How one feed reaches us beside the doors that all share: an MLLP port of its own, mailboxes. Declared in its file."""

from typing import Literal

from msgspec import Struct


class Port(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An MLLP port that takes this feed's messages only.

    With a ``certificate`` (PEM file) it speaks TLS alone; ``key`` is a file too, where the certificate's does not hold
    it. With ``clients``, a file of authorities, whoever connects must show a certificate of theirs that ``revoked``,
    a file of revocation lists, does not name; ``names`` are patterns of the names in it (subject CN, DNS names) that are let in.
    """

    port: int
    host: str = ""
    certificate: str = ""
    key: str = ""
    clients: str = ""
    revoked: str = ""
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise ValueError("a port is a number from 0 to 65535")
        if (self.key or self.clients) and not self.certificate:
            raise ValueError("key and clients need a certificate")
        if (self.revoked or self.names) and not self.clients:
            raise ValueError("revoked and names need clients")


class Server(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An SFTP server that holds the mailbox. It is pinned by ``host_key``, its OpenSSH public key line.

    ``password_file`` or ``key_file`` is how we prove who we are.
    """

    host: str
    host_key: str
    user: str
    port: int = 22
    password_file: str = ""
    key_file: str = ""


class Mailbox(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Folders in which the hospital leaves files and finds their answers; local paths, or paths on ``server``.

    ``content`` is what stands in the files: 837s, or HL7 v2 messages, alone, one after another, or as a batch (FHS,
    BHS). What was taken is moved from ``inbound`` to ``archive`` once its answers lie in ``outbound``.
    """

    content: Literal["x12", "hl7"] = "x12"
    inbound: str
    outbound: str
    archive: str
    server: Server | None = None
