"""One PostgreSQL database: a pool, and transactions that expose the driver for set-based statements."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from shared.bus.types import Tx
from shared.service.health import Finding

SERVER_SETTINGS = {
    "timezone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "5s",
    "client_connection_check_interval": "2s",
    "tcp_keepalives_idle": "5",
    "tcp_user_timeout": "10s",
    "synchronous_commit": "on",
}
"""Set on every connection: a stuck client must not hold a claim's lock, a dead one must be noticed."""

ARRAYS = "select $1::uuid[], $2::bytea[], $3::int[], $4::bigint[], $5::smallint[], $6::timestamptz[], $7::bool[], $8::date[]"
"""The arrays that our statements send. The driver asks the server about each that it does not know, in milliseconds."""

RESTED = 1.0
"""Seconds in the pool after which a connection is asked whether it is still there."""


def url_of(text: str) -> URL:
    """Any usual spelling of a PostgreSQL address, for asyncpg. Raises sqlalchemy's ArgumentError on nonsense."""
    return make_url(text).set(drivername="postgresql+asyncpg")


class Database:
    """A service's own database. Opens connections when they are needed; ``close`` when done."""

    def __init__(self, url: str, *, name: str = "claimflow", pool_size: int = 8) -> None:
        self.url = url_of(url)
        # AUTOCOMMIT: transactions are the driver's own, so that a statement put to the driver is inside them too;
        # SQLAlchemy begins one only when a statement goes through SQLAlchemy.
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=4,
            pool_timeout=10,
            pool_use_lifo=True,  # the one that knows our statements and their plans, not the one that rested longest
            pool_reset_on_return="rollback",
            hide_parameters=True,
            connect_args={
                "timeout": 10,
                "command_timeout": 35,
                "server_settings": {"application_name": name, **SERVER_SETTINGS},
            },
        )
        event.listen(self.engine.sync_engine, "connect", _learns)
        event.listen(self.engine.sync_engine, "checkin", _rests)
        event.listen(self.engine.sync_engine, "checkout", partial(_wakes, self.engine.sync_engine.dialect))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[Tx]:
        """``async with db.begin() as tx:`` commits on a clean exit, rolls back on any exception.

        A cancelled transaction closes its connection rather than speak on it again: the server then rolls back.
        Raises SQLAlchemy's and asyncpg's errors as they come.
        """
        async with self.connect() as tx:
            transaction = tx.driver.transaction()
            await transaction.start()
            clean = False
            try:
                yield tx
                await transaction.commit()
                clean = True
            finally:
                if not clean:
                    await _leave(tx, transaction)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Tx]:
        """A connection without a transaction: each statement commits by itself. For reads and session locks."""
        async with self.engine.connect() as connection:
            yield Tx(connection=connection, driver=driver_of(connection))

    async def check(self) -> Finding:
        """The readiness check: the server answers, and how many connections are in use."""
        async with self.connect() as tx:
            ok = await tx.driver.fetchval("SELECT NOT pg_is_in_recovery()")
        return Finding(bool(ok), {"in_use": getattr(self.engine.pool, "checkedout", int)()})

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self.engine.dispose()


def _learns(connection: Any, record: ConnectionPoolEntry) -> None:
    """A connection is new: its driver asks about all types of arrays at once, and not about each when it comes."""
    connection.run_async(lambda driver: driver.prepare(ARRAYS))


def _rests(connection: Any, record: ConnectionPoolEntry) -> None:
    """A connection goes back into the pool. ``connection`` is None when it was thrown away."""
    record.info["since"] = time.monotonic()


def _wakes(dialect: Dialect, connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
    """A connection comes out of the pool: ask the server whether it is there, if it has rested for a while.

    What broke a moment ago the driver knows by itself: the question is a trip to the server for each transaction.
    Raises DisconnectionError for a dead one, and the pool opens another.
    """
    rested = time.monotonic() - record.info.get("since", time.monotonic())
    try:
        there = not connection.driver_connection.is_closed() and (
            rested < RESTED or dialect.do_ping(connection)
        )
    except (OSError, dialect.loaded_dbapi.Error):
        there = False
    if not there:
        raise DisconnectionError


def driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    """The asyncpg connection under SQLAlchemy's open one."""
    assert connection.sync_connection is not None
    driver: asyncpg.Connection = connection.sync_connection.connection.driver_connection
    return driver


async def _leave(tx: Tx, transaction: asyncpg.transaction.Transaction) -> None:
    """Leave a transaction that did not commit. A connection that is cancelled, broken or in doubt is thrown away."""
    task = asyncio.current_task()
    if tx.driver.is_closed() or (task is not None and task.cancelling()):
        await _throw_away(tx)
    elif tx.driver.is_in_transaction():
        try:
            await asyncio.wait_for(transaction.rollback(), 5)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await _throw_away(tx)


async def _throw_away(tx: Tx) -> None:
    """Close without a word: waiting for the server to agree may hang, and it rolls back by itself."""
    tx.driver.terminate()
    await tx.connection.invalidate()
