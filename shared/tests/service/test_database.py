"""The database: transactions, what a cancelled one leaves behind, migrations."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import text

from shared.service.database import Database
from shared.service.migrations import head_of, make_migrations_check, migrate

GOOD = "shared/tests/service/revisions/good"
BAD = "shared/tests/service/revisions/bad"
pytestmark = pytest.mark.real


@pytest.fixture
async def db(postgres_url: str) -> AsyncIterator[Database]:
    db = Database(postgres_url)
    yield db
    await db.close()


@pytest.fixture
async def migrated(db: Database) -> Database:
    await migrate(db, GOOD)
    return db


async def test_a_clean_exit_commits_what_the_driver_and_sqlalchemy_did_in_one_transaction(
    migrated: Database,
) -> None:
    async with migrated.begin() as tx:
        await tx.driver.execute("INSERT INTO thing (id) VALUES (1)")
        await tx.connection.execute(text("INSERT INTO thing (id) VALUES (2)"))
        same = await tx.driver.fetchval("SELECT count(DISTINCT xmin::text) FROM thing")
        assert same == 1
    async with migrated.connect() as tx:
        assert await tx.driver.fetchval("SELECT count(*) FROM thing") == 2


async def test_an_exception_rolls_both_back_and_the_connection_is_good_again(migrated: Database) -> None:
    async def write_and_fail() -> None:
        async with migrated.begin() as tx:
            await tx.driver.execute("INSERT INTO thing (id) VALUES (1)")
            await tx.connection.execute(text("INSERT INTO thing (id) VALUES (2)"))
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await write_and_fail()
    async with migrated.begin() as tx:
        assert await tx.driver.fetchval("SELECT count(*) FROM thing") == 0


async def test_a_failed_statement_leaves_no_transaction_behind(migrated: Database) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        async with migrated.begin() as tx:
            await tx.driver.execute("INSERT INTO nowhere VALUES (1)")
    async with migrated.begin() as tx:
        await tx.driver.execute("INSERT INTO thing (id) VALUES (1)")
    assert await _open_transactions(migrated) == 0


async def test_a_failing_commit_is_raised_and_nothing_is_kept(migrated: Database) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        async with migrated.begin() as tx:
            await tx.driver.execute("INSERT INTO log VALUES (7)")
    async with migrated.begin() as tx:
        assert await tx.driver.fetchval("SELECT count(*) FROM log") == 0


async def test_a_cancelled_transaction_releases_its_locks(migrated: Database) -> None:
    async with migrated.begin() as tx:
        await tx.driver.execute("INSERT INTO thing (id) VALUES (1)")
    locked = asyncio.Event()

    async def lock_and_hang() -> None:
        async with migrated.begin() as tx:
            await tx.driver.execute("SELECT * FROM thing WHERE id = 1 FOR UPDATE")
            locked.set()
            await tx.driver.execute("SELECT pg_sleep(60)")

    task = asyncio.create_task(lock_and_hang())
    await locked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with migrated.begin() as tx:
        await tx.driver.execute("SET LOCAL lock_timeout = '20s'")
        assert await tx.driver.fetchval("SELECT id FROM thing WHERE id = 1 FOR UPDATE") == 1


async def test_the_connection_that_came_back_last_is_taken_first(db: Database) -> None:
    """It has the statements prepared and the tables' descriptions at hand; who rests longest knows the least."""
    async with db.connect() as first, db.connect() as second:
        assert first.driver is not second.driver
    for _ in range(3):
        async with db.connect() as tx:
            assert tx.driver is first.driver


async def test_a_new_connection_asks_about_types_once(db: Database) -> None:
    asked = "select sum(custom_plans + generic_plans) from pg_prepared_statements where statement ilike 'with%typeinfo_tree%'"
    async with db.connect() as tx:
        assert await tx.driver.fetchval(asked) == 1
        await tx.driver.execute("select from unnest($1::uuid[], $2::bytea[], $3::text[])", [], [], [])
        await tx.driver.execute(
            "select from unnest($1::int[], $2::bigint[], $3::smallint[], $4::bool[])", *[[]] * 4
        )
        await tx.driver.execute("select from unnest($1::timestamptz[], $2::date[])", [], [])
        assert await tx.driver.fetchval(asked) == 1


async def test_a_connection_that_the_server_closed_while_it_rested_is_replaced(
    migrated: Database, postgres_url: str
) -> None:
    async with migrated.connect() as tx:
        resting, number = tx.driver, await tx.driver.fetchval("SELECT pg_backend_pid()")
    other = await asyncpg.connect(postgres_url)
    assert await other.fetchval("SELECT pg_terminate_backend($1)", number)
    await other.close()
    async with asyncio.timeout(60):
        while not resting.is_closed():  # noqa: ASYNC110 - the driver sets no event
            await asyncio.sleep(0.01)
    async with migrated.begin() as tx:
        assert await tx.driver.fetchval("SELECT pg_backend_pid()") != number


async def test_every_connection_has_bounds_for_statements_locks_and_idle_transactions(db: Database) -> None:
    async with db.connect() as tx:
        rows = await tx.driver.fetch(
            "SELECT name, setting::int AS ms FROM pg_settings WHERE name IN"
            " ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')"
        )
    assert {row["name"]: row["ms"] for row in rows} == {
        "statement_timeout": 30_000,
        "lock_timeout": 5_000,
        "idle_in_transaction_session_timeout": 5_000,
    }


async def test_processes_that_start_together_migrate_once(db: Database, postgres_url: str) -> None:
    others = [Database(postgres_url) for _ in range(3)]
    assert await asyncio.gather(*(migrate(each, GOOD) for each in [db, *others])) == ["0002"] * 4
    for each in others:
        await each.close()


async def test_migrating_again_changes_nothing(migrated: Database) -> None:
    assert await migrate(migrated, GOOD) == "0002"


async def test_a_failing_revision_leaves_the_database_as_it_was(db: Database) -> None:
    with pytest.raises(asyncpg.UndefinedTableError):
        await migrate(db, BAD)
    async with db.connect() as tx:
        assert await tx.driver.fetchval("SELECT to_regclass('thing')") is None


async def test_the_migrations_check_tells_behind_from_current_and_from_newer(db: Database) -> None:
    check = make_migrations_check(db, GOOD)
    assert await check() == (False, {"revision": "", "wanted": head_of(GOOD)})
    await migrate(db, GOOD)
    assert (await check()).ok
    async with db.begin() as tx:
        await tx.driver.execute("UPDATE alembic_version SET version_num = '0003'")
    assert (await check()).ok, "an old process must stay ready while a new release has already migrated"


async def _open_transactions(db: Database) -> int:
    async with db.connect() as tx:
        count: int = await tx.driver.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
        )
    return count
