"""Databases for tests: each a copy of a template that has a service's migrations, made once per server."""

import asyncio
import fcntl
import hashlib
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg


class Databases:
    """The databases of one test. ``folder`` is shared by the run's workers: it keeps the templates' locks."""

    def __init__(self, server: str, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self.made: list[str] = []

    def new(self, migrations: str | None = None) -> str:
        """A fresh database's address: empty, or with all migrations of that folder (from the project's root)."""
        name = f"test_{uuid.uuid4().hex}"
        template = self._template(Path(migrations)) if migrations else "template0"
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self._address(name)

    def drop(self) -> None:
        """Drop all that were made here, also from under connections that a test forgot."""
        for name in self.made:
            self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def _template(self, migrations: Path) -> str:
        digest = hashlib.sha256()
        for file in sorted(migrations.rglob("*.py")):
            digest.update(file.read_bytes())
        name = f"template_{digest.hexdigest()[:24]}"
        self.folder.mkdir(exist_ok=True)
        with (self.folder / f"{name}.lock").open("a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            if not lock.read():
                self._make_template(name, migrations)
                lock.write("made")
        return name

    def _make_template(self, name: str, migrations: Path) -> None:
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        _in_thread(lambda: asyncio.run(_migrate(self._address(name), migrations)))

    def _address(self, name: str) -> str:
        return urlunsplit(urlsplit(self.server)._replace(path=f"/{name}"))

    def _run(self, statement: str) -> None:
        _in_thread(lambda: asyncio.run(self._execute(statement)))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self.server)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _in_thread(work: Callable[[], object]) -> None:
    """Run it beside whatever event loop pytest has set in this thread."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


async def _migrate(address: str, migrations: Path) -> None:
    # late: who needs no migrations needs no SQLAlchemy
    from shared.service.database import Database
    from shared.service.migrations import migrate

    database = Database(address)
    try:
        await migrate(database, migrations)
    finally:
        await database.close()
