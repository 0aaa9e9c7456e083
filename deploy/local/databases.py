"""One database and one role per service, closed to every other role."""

from collections.abc import Mapping

import asyncpg

from deploy.local.place import Trouble


async def provide(server: str, roles: Mapping[str, str]) -> None:
    """Have a role and a database of each name; passwords are set anew. Repeating it changes nothing.

    ``server`` is an address of a role that may create both. Raises Trouble when it may not, or does not answer.
    """
    try:
        connection = await asyncpg.connect(server, timeout=10)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        raise Trouble(
            f"PostgreSQL does not let us in ({type(error).__name__}). Check DATABASE_URL."
        ) from error
    try:
        for name, password in roles.items():
            await _provide(connection, name, password)
    except asyncpg.InsufficientPrivilegeError as error:
        raise Trouble(
            "DATABASE_URL's role may not create roles and databases. Use one with these rights."
        ) from error
    finally:
        await connection.close()


async def _provide(connection: asyncpg.Connection, name: str, password: str) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    verb = "ALTER" if known else "CREATE"
    # utility statements take no parameters; the name is ours, the password URL-safe base64
    await connection.execute(f"{verb} ROLE \"{name}\" LOGIN PASSWORD '{password}'")
    if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}" TEMPLATE template0')
        await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
