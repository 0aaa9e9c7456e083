"""The whole system as data: which processes, with which settings, ports, databases and topics.

deploy/local runs it as processes, docker-compose.yml as containers; a test holds the two against each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

TOPICS_FILE = "deploy/topics.yaml"


@dataclass(frozen=True, slots=True)
class Part:
    """One process of the system.

    ``settings`` are environment variables without the prefix ``CLAIMFLOW_``. In braces: ``{ports[intake.http]}``,
    ``{kafka}``, ``{files[...]}`` and ``{urls[...]}``, filled in by whoever runs it. ``secrets`` are handed over as
    files of a folder (``CLAIMFLOW_SECRETS_DIR``), never as variables.
    """

    name: str
    module: str
    ports: Mapping[str, int]
    """What it listens on -> the port it would like."""
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    database: str = ""
    needs: tuple[str, ...] = ()
    """Parts that must be ready before."""
    health: str = "/readyz"
    stands_back: int = 0
    """Steps (of ``nice``) by which it stands back where the processor is short: what was begun is finished first."""

    @property
    def share(self) -> int:
        """The same as a container's weight: each step is a fifth less, 1024 is no step."""
        return round(1024 / 1.25**self.stands_back)


EVERYWHERE: Mapping[str, str] = {
    "CLOCK_FILE": "{files[clock]}",
    "LOG_FORMAT": "json",
}
SERVICE: Mapping[str, str] = {**EVERYWHERE, "KAFKA_BOOTSTRAP": "{kafka}"}
SECRETS = ("database_url", "seal_keys", "blind_key", "tokens")
SERVERS = ("postgres", "kafka")
PARTNER = "clearinghouse"
"""The SFTP account under which claimflow logs in at the sandbox."""


def service(
    name: str,
    http: int,
    *,
    more_ports: Mapping[str, int] | None = None,
    more_secrets: tuple[str, ...] = (),
    stands_back: int = 0,
    **settings: str,
) -> Part:
    """A service's entry: its own database and role, the keys, its HTTP port, and what only it has."""
    ports = {"http": http, **(more_ports or {})}
    listens = {f"{port.upper()}_PORT": f"{{ports[{name}.{port}]}}" for port in ports}
    return Part(
        name=name,
        module=f"services.{name}.app",
        ports=ports,
        settings={**SERVICE, **listens, **{key.upper(): value for key, value in settings.items()}},
        secrets=SECRETS + more_secrets,
        database=name,
        needs=SERVERS,
        stands_back=stands_back,
    )


PARTS: tuple[Part, ...] = (
    Part(
        name="sandbox",
        module="deploy.sandbox.app",
        ports={"sftp": 2222, "http": 8089},
        health="/livez",
        settings={
            **EVERYWHERE,
            "SANDBOX_SFTP_PORT": "{ports[sandbox.sftp]}",
            "SANDBOX_HTTP_PORT": "{ports[sandbox.http]}",
            "SANDBOX_HOST_KEY": "{files[sandbox_host_key]}",
            "SANDBOX_ACCOUNTS": "{files[sandbox_accounts]}",
            "SANDBOX_FOLDER": "{files[sandbox_folder]}",
        },
    ),
    service("intake", 8081, more_ports={"mllp": 2575}, stands_back=6),
    service("scrubber", 8082, stands_back=4),
    service(
        "submitter",
        8083,
        stands_back=2,
        mailbox_host="127.0.0.1",
        mailbox_port="{ports[sandbox.sftp]}",
        mailbox_user=PARTNER,
        mailbox_password_file="{files[sandbox_password]}",  # noqa: S106 -- a path
        mailbox_known_hosts="{files[sandbox_known_hosts]}",
    ),
    service("remittance", 8084),
    service(
        "statements",
        8085,
        # the invented hospital's; a real one must set its own, there is no default
        office_name="Springfield Test Hospital",
        office_phone="555-555-0100",
        pay_url="https://pay.springfield.example",
        assistance_phone="555-555-0199",
        assistance_url="https://springfield.example/assistance",
    ),
    service(
        "console",
        8080,
        more_secrets=("service_token", "sign_in_token"),
        intake_url="{urls[intake]}",
        scrubber_url="{urls[scrubber]}",
        submitter_url="{urls[submitter]}",
        remittance_url="{urls[remittance]}",
        statements_url="{urls[statements]}",
    ),
)
SERVICES = tuple(part for part in PARTS if part.database)
JUDGES = frozenset({"intake", "scrubber", "submitter", "remittance"})
"""The services that judge X12, and so go by the operator's code lists."""

CALLERS: Mapping[str, tuple[str, ...]] = {
    "biller": (
        "claims:read", "claims:write", "parked:write", "remittances:read", "statements:read", "payments:write",
        "inbox:read", "inbox:write", "admin",
    ),
    "ehr": ("claims:write", "inbox:read", "inbox:write"),
    "console": ("claims:read", "parked:write", "remittances:read", "statements:read", "inbox:read", "inbox:write"),
}  # fmt: skip
"""Who has a token -> its scopes."""
