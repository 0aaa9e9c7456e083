"""What can be set for the sandbox: environment variables with the prefix CLAIMFLOW_SANDBOX_."""

import json
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class SandboxSettings(BaseSettings):
    """The clearinghouse and payers of demonstrations and tests. README.md says what each value does."""

    model_config = SettingsConfigDict(
        env_prefix="CLAIMFLOW_SANDBOX_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    folder: Path = Path(".local/sandbox")
    host: str = "127.0.0.1"
    sftp_port: int = Field(default=2222, ge=0, le=65535)
    http_port: int = Field(default=8089, ge=0, le=65535)
    host_key: Path | None = None
    """The server's private key; made in ``folder`` when absent."""
    accounts: Path | None = None
    """A JSON file ``{"partner": "password"}``; without it one partner ``clearinghouse`` with password ``sandbox``."""
    clock_file: Path | None = Field(
        default=None, validation_alias=AliasChoices("CLAIMFLOW_CLOCK_FILE", "clock_file")
    )
    log_format: Literal["json", "console"] = Field(
        default="json", validation_alias=AliasChoices("CLAIMFLOW_LOG_FORMAT", "log_format")
    )
    judges: bool = True
    """Whether files are judged by the guide; else a 999 knows counts and control numbers alone, at a fifth of the CPU."""
    every: float = Field(default=0.25, gt=0)
    """Seconds of real time between two looks into the mailboxes."""
    claims_after: float = Field(default=0.0, ge=0)
    """Seconds from a file to its 277CA, on the sandbox's clock."""
    money_after: float = Field(default=0.0, ge=0)
    """Seconds from a file to its 835, on the sandbox's clock."""

    def partners(self) -> dict[str, str]:
        """Account name -> password. Raises OSError and ValueError for a file that cannot be read."""
        if self.accounts is None:
            return {"clearinghouse": "sandbox"}
        return {str(k): str(v) for k, v in json.loads(self.accounts.read_text()).items()}
