"""What the console needs to know: where the services are, and with which token it reads them."""

from pydantic import SecretStr

from shared.service import ServiceSettings

SERVICES = ("intake", "scrubber", "submitter", "remittance", "statements")


class ConsoleSettings(ServiceSettings):
    """The console's settings. A service whose address is empty is shown as not connected."""

    intake_url: str = ""
    scrubber_url: str = ""
    submitter_url: str = ""
    remittance_url: str = ""
    statements_url: str = ""
    service_token: SecretStr = SecretStr("")
    """The bearer token for the services' APIs: claims:read and the other read scopes; parked:write for the queues page."""
    sign_in_token: SecretStr = SecretStr("")
    """A one-time token that signs a browser in by its URL (local demonstrations)."""
    sign_in_as: str = "biller"
    """As which caller of ``tokens`` the one-time token signs in."""
    session_hours: float = 12.0
    cookie_secure: bool = False
    """Set it where the console is served by HTTPS: the cookie is then sent by nothing else."""

    @property
    def urls(self) -> dict[str, str]:
        """Service -> base address."""
        return {name: str(getattr(self, f"{name}_url")).rstrip("/") for name in SERVICES}
