"""What can be set for remittance."""

from pydantic import Field

from shared.service import ServiceSettings


class RemittanceSettings(ServiceSettings):
    """Remittance's own settings beside those of every service."""

    post_every: float = Field(default=0.25, gt=0)
    """Seconds between looks for files that are complete."""
    match_every: float = Field(default=1.0, gt=0)
    """Seconds between looks for claims of money that waits in suspense."""
    files_at_once: int = Field(default=3, gt=0)
    """Files that are posted side by side, each on a connection of its own."""
    claims_at_once: int = Field(default=1000, gt=0)
    """Claims that are decided between two statements of one posting; bounds how long the process is deaf to others."""
