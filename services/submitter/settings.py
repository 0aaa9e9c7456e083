"""What can be set for the submitter."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field

from shared.service import ServiceSettings


class SubmitterSettings(ServiceSettings):
    """The submitter's own settings beside those of every service.

    ``routes_file`` describes partners and routes (see README.md); without it the ``mailbox_*`` values make one
    partner, named ``mailbox_user``, that takes every payer's claims.
    """

    routes_file: Path | None = None
    mailbox_host: str = "127.0.0.1"
    mailbox_port: int = Field(default=2222, gt=0, le=65535)
    mailbox_user: str = "clearinghouse"
    mailbox_password_file: Path | None = None
    mailbox_key_file: Path | None = None
    mailbox_known_hosts: Path | None = None
    """A file in OpenSSH's form with the server's key: pinned, never learnt."""
    mailbox_seconds: float = Field(default=60.0, gt=0)
    """How long one step with a partner may take."""
    mailbox_usage: Literal["P", "T"] = "T"
    """ISA15: production or test."""

    submitter_name: str = "CLAIMFLOW"
    submitter_id: str = "CLAIMFLOW"
    submitter_contact: str = "CLAIMS DESK"
    submitter_phone: str = "5555550100"

    batch_size: int = Field(default=1000, ge=1, le=5000)
    """Claims per 837; the guides ask for at most 5,000."""
    batch_after: float = Field(default=1.0, ge=0)
    """Seconds after which a file is made of fewer claims than that; a quarter of them without another claim is enough."""
    batch_every: float = Field(default=0.25, gt=0)
    send_every: float = Field(default=0.25, gt=0)
    fetch_every: float = Field(default=0.5, gt=0)
    follow_up_every: float = Field(default=5.0, gt=0)

    overdue_999: timedelta = timedelta(hours=1)
    overdue_277ca: timedelta = timedelta(days=2)
    overdue_835: timedelta = timedelta(days=30)
