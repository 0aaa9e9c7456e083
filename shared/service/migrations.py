"""Bring a service's database up to date: Alembic revisions of its own folder, run at start under a lock.

A revision is a file ``services/<x>/migrations/versions/0001_words.py`` whose ``upgrade`` calls ``execute`` below.
Expand first (new tables, nullable columns), contract a release later: old and new processes run side by side.
"""

from pathlib import Path

import asyncpg
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from shared.bus.types import Tx
from shared.service.database import Database
from shared.service.health import Check, Finding

LOCK = 0x6D696772617465  # "migrate"


def configure(folder: str | Path) -> Config:
    """Alembic's configuration for a service's migrations folder (relative to the project, or absolute)."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "alembic"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(_absolute(folder) / "versions"))
    return config


def _absolute(folder: str | Path) -> Path:
    return Path(__file__).resolve().parents[2] / folder


def execute(sql: str) -> None:
    """Run one or several statements in a revision; without parameters, as the server reads a script."""
    driver: asyncpg.Connection = op.get_bind().connection.driver_connection
    await_only(driver.execute(sql))


async def migrate(db: Database, folder: str | Path) -> str:
    """Run what is missing and return the revision reached. Processes that start together wait for the first.

    All revisions are one transaction: a failing one leaves the database as it was. Raises what the revision raises.
    """
    config = configure(folder)
    async with db.begin() as tx:
        await tx.driver.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        await tx.driver.execute(f"SELECT pg_advisory_xact_lock({LOCK})", timeout=300)
        await tx.driver.execute("SET LOCAL lock_timeout = '5s'")
        if await revision_of(tx) != head_of(folder):
            await tx.connection.run_sync(_upgrade, config)
        return await revision_of(tx)


def _upgrade(connection: Connection, config: Config) -> None:
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def revision_of(tx: Tx) -> str:
    """The revision a database is at; empty for a database that was never migrated."""

    def read(connection: Connection) -> str:
        return MigrationContext.configure(connection).get_current_revision() or ""

    return await tx.connection.run_sync(read)


def head_of(folder: str | Path) -> str:
    """The last revision of a service's folder. Raises alembic's CommandError when it has two heads."""
    return ScriptDirectory.from_config(configure(folder)).get_current_head() or ""


def make_migrations_check(db: Database, folder: str | Path) -> Check:
    """A readiness check: the database is at this release's last revision, or at a later one it does not know yet."""
    script = ScriptDirectory.from_config(configure(folder))
    head = script.get_current_head() or ""
    known = {revision.revision for revision in script.walk_revisions()}

    async def check() -> Finding:
        async with db.connect() as tx:
            found = await revision_of(tx)
        return Finding(
            found == head or bool(found and found not in known), {"revision": found, "wanted": head}
        )

    return check
