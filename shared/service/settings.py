"""What can be set, from where: environment variables with the prefix CLAIMFLOW_, or files of a secrets folder."""

import os
from pathlib import Path
from typing import Any, Literal, NamedTuple, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CLAIMFLOW_"
MASK = "********"


class Grant(BaseModel):
    """What the bearer of one token may do: ``sha256`` is the token's hash in hex, so that settings hold no token."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    scopes: frozenset[str] = frozenset()


class ServiceSettings(BaseSettings):
    """What every service needs to run. A service adds its own fields in a subclass; their variables have the same prefix.

    A value comes from, in this order: an argument, the environment (``CLAIMFLOW_DATABASE_URL``), a file in the folder
    that ``CLAIMFLOW_SECRETS_DIR`` names (``claimflow_database_url``), the default. Raises pydantic's
    ValidationError, which names fields and never values.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, hide_input_in_errors=True
    )

    database_url: SecretStr
    kafka_bootstrap: str = "127.0.0.1:9092"
    """``host:port,host:port``; ``memory`` for a broker inside this process (tests, and machines without Java)."""
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8080, ge=0, le=65535)
    clock_file: Path | None = None
    """Demonstrations only: a file with the seconds by which this system's clock is ahead of real time."""
    code_lists: Path | None = None
    """A folder with the operator's copies of official code lists, taken over at the start; none: our own."""
    seal_keys: SecretStr = SecretStr("")
    """``2:base64,1:base64``: AES-256 keys by number; the first seals, all open."""
    blind_key: SecretStr = SecretStr("")
    """base64 of at least 32 bytes: the key of the blind indexes. Never one of the sealing keys."""
    tokens: dict[str, Grant] = {}
    """Name of the caller -> what it may do."""
    otlp_endpoint: str = ""
    """Where spans and metrics go, as http://host:4318. Empty: no telemetry is made at all."""
    trace_share: float = Field(default=0.01, ge=0, le=1)
    """Share of new claim journeys that are traced; decided once, at the door."""
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    body_limit: int = Field(default=5 * 1024 * 1024, gt=0)
    """Bytes of one HTTP request body."""
    requests_limit: int = Field(default=200, gt=0)
    """HTTP requests in progress at once; one more is answered 429."""
    pool_size: int = Field(default=8, gt=0)
    """PostgreSQL connections of this process, the two of relay and leases not counted."""
    stop_seconds: float = Field(default=10.0, gt=0)
    """How long a stop may take before the process leaves anyway."""

    def __init__(self, **values: Any) -> None:
        values.setdefault("_secrets_dir", os.environ.get(f"{PREFIX}SECRETS_DIR") or None)
        super().__init__(**values)

    @model_validator(mode="after")
    def _blind_key_is_no_seal_key(self) -> Self:
        blind = self.blind_key.get_secret_value()
        if blind and blind in self.seal_keys.get_secret_value():
            raise ValueError("blind_key must not be one of seal_keys")
        return self


class Effective(NamedTuple):
    """One line of ``claimflow config``: the variable, the value (secrets masked), where it came from."""

    variable: str
    value: str
    origin: str


def effective(settings: ServiceSettings) -> list[Effective]:
    """Every value that is in force and where it came from, in the order of the class's fields."""
    return [
        Effective(_variable(name), _shown(name, getattr(settings, name)), _origin(settings, name))
        for name in type(settings).model_fields
    ]


def _variable(name: str) -> str:
    return f"{PREFIX}{name}".upper()


def _shown(name: str, value: object) -> str:
    if isinstance(value, SecretStr):
        return MASK if value.get_secret_value() else ""
    if name == "tokens" and isinstance(value, dict):
        return ", ".join(f"{who}: {' '.join(sorted(grant.scopes))}" for who, grant in value.items())
    return "" if value is None else str(value)


def _origin(settings: ServiceSettings, name: str) -> str:
    if name not in settings.model_fields_set:
        return "default"
    field = type(settings).model_fields[name]
    alias = field.validation_alias
    names = (
        [str(choice) for choice in alias.choices] if isinstance(alias, AliasChoices) else [_variable(name)]
    )
    for variable in names:
        if variable.upper() in {key.upper() for key in os.environ}:
            return f"environment {variable.upper()}"
        secret = Path(os.environ.get(f"{PREFIX}SECRETS_DIR") or "/nonexistent") / variable.lower()
        if secret.is_file():
            return f"file {secret}"
    return "argument"
