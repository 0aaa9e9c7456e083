"""Intake's settings, and its feeds: one YAML file each, checked at start."""

from pathlib import Path

import msgspec
import yaml
from pydantic import Field

from services.intake.domain.feed import Feeds
from services.intake.domain.smart import Client
from services.intake.mappings import feed_files, load_tables, read_feed
from shared.service.settings import ServiceSettings

OWN_FEEDS = Path(__file__).parent / "feeds"


class IntakeSettings(ServiceSettings):
    """What can be set beside what every service has."""

    feeds: Path = OWN_FEEDS
    """The folder with one YAML file per feed; the first file (by name) whose pattern fits a sender takes its messages."""
    mllp_host: str = "127.0.0.1"
    mllp_port: int = Field(default=2575, ge=0, le=65535)
    mllp_processes: int = Field(default=1, gt=0, le=64)
    """Processes that read, store and answer what comes over MLLP, this one included. Each takes about a core and 150 MB."""
    mllp_certificate: Path | None = None
    """PEM file with the certificate (and chain) of the MLLP port: with it the port speaks TLS 1.2 or 1.3 only."""
    mllp_key: Path | None = None
    """PEM file with the certificate's key; without it the certificate's file holds it."""
    mllp_clients: Path | None = None
    """PEM file with the authorities whose client certificates are let in; without it none is asked for."""
    mllp_revoked: Path | None = None
    """PEM file with these authorities' revocation lists."""
    mllp_connections: int = Field(default=1000, gt=0)
    """Connections at once, of all MLLP ports together; one more is closed at once."""
    mllp_message_limit: int = Field(default=16 * 1024 * 1024, gt=0)
    """Bytes of one HL7 message; a longer one is refused by its beginning and its connection closed."""
    mllp_memory: int = Field(default=256 * 1024 * 1024, gt=0)
    """Bytes of all messages that have begun or wait for their commit; beyond that connections are not read further.

    Each door process has its equal share."""
    mllp_waiting: int = Field(default=64, gt=0)
    """Messages of one connection that may wait for their commit; then it is not read any further."""
    mllp_garbage_limit: int = Field(default=64 * 1024, gt=0)
    """Bytes outside of frames after which a connection is closed: whoever sends them does not speak MLLP."""
    mllp_idle_seconds: float = Field(default=3600, gt=0)
    """After so long without a byte a connection is closed."""
    mllp_frame_seconds: float = Field(default=60, gt=0)
    """A message that has begun must end within this time."""
    mllp_handshake_seconds: float = Field(default=10, gt=0)
    """How long a TLS handshake may take."""
    mllp_answer_seconds: float = Field(default=30, gt=0)
    """How long a sender may leave its acknowledgments unread before its connection is closed."""
    mailbox_every: float = Field(default=5, gt=0)
    """Seconds between two looks into the mailboxes; a file is taken at the second look at the earliest."""
    mailbox_seconds: float = Field(default=60, gt=0)
    """How long one step with an SFTP server may take."""
    mailbox_patience: float = Field(default=600, gt=0)
    """Seconds that a file may lie unchanged without its trailer (IEA, FTS, BTS); then it is taken, and refused."""
    batch_messages: int = Field(default=200, gt=0)
    """Messages in one transaction at most."""
    body_limit: int = Field(default=64 * 1024 * 1024, gt=0)
    public_url: str = ""
    """The address at which clients reach this service, as https://host. Their assertions must be made out to it."""
    smart_clients: Path | None = None
    """The folder with one YAML file per client of SMART backend services: its name, scopes and public keys (jwks)."""
    access_seconds: int = Field(default=300, gt=0, le=300)
    """How long an access token lives that such a client is given."""

    @property
    def public_address(self) -> str:
        """``public_url``, or where this process listens."""
        return self.public_url.rstrip("/") or f"http://{self.http_host}:{self.http_port}"


def load_feeds(folder: Path) -> Feeds:
    """Read all feed files. Raises ValueError with file, line, key and fix: a process with a bad one does not start."""
    tables = load_tables()
    return Feeds(
        [read_feed(file.read_text(encoding="utf-8"), file.name, tables) for file in feed_files(folder)]
    )


def load_clients(folder: Path | None) -> dict[str, Client]:
    """Read the registered clients by name. Raises ValueError that names file and field, also for a private key."""
    return dict(_client(file) for file in sorted(folder.glob("*.yaml"))) if folder else {}


def _client(file: Path) -> tuple[str, Client]:
    try:
        client = msgspec.convert(yaml.safe_load(file.read_text()), Client)
        client.check()
    except (msgspec.ValidationError, yaml.YAMLError, ValueError) as error:
        raise ValueError(f"{file.name}: {error}") from None
    return client.name, client
