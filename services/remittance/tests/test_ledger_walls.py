"""The ledger's own walls, on a real PostgreSQL: they stand also when our code is wrong (ADR 0041, 0103)."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from alembic import command

from services.remittance.domain.ledger import Entry, Journal
from services.remittance.store import LedgerConflict, entries_of, totals, write_journals
from shared.claim import derived_id
from shared.service.database import Database
from shared.service.migrations import configure

FOLDER = "services/remittance/migrations"
CLAIM = derived_id("claim")
INSERT = "insert into journals (id, kind, accounts, cents, lines, reasons, owned) values (gen_random_uuid(), 'charge', "


@pytest.fixture
def migrations() -> str:
    return FOLDER


@pytest.fixture
async def db(postgres_url: str) -> AsyncIterator[Database]:
    db = Database(postgres_url)
    yield db
    await db.close()


def a_journal(*cents: int, name: str = "j") -> Journal:
    return Journal(derived_id(name), "charge", tuple(Entry("open", c) for c in cents), CLAIM)


async def write(db: Database, *journals: Journal) -> None:
    async with db.begin() as tx:
        await write_journals(tx, journals)


async def run(db: Database, statement: str) -> None:
    async with db.begin() as tx:
        await tx.driver.execute(statement)


async def test_what_is_written_is_read_back_whatever_the_payer_wrote_as_reason(db: Database) -> None:
    reasons = ("CO-45", 'a"b', "c,d", "{e}", "f\\g", "NULL", "", " h ", "two\nlines")
    entries = tuple(Entry("other", n, reason, n) for n, reason in enumerate(reasons, 1))
    journal = Journal(derived_id("j"), "booking", (*entries, Entry("open", -45)), CLAIM, derived_id("r"))
    await write(db, journal)
    async with db.connect() as tx:
        lines = await entries_of(tx, CLAIM)
        assert await totals(tx) == {"open": -45, "other": 45}
    assert tuple(line.entry for line in lines) == journal.entries
    assert {line.remittance for line in lines} == {derived_id("r")}


async def test_an_entry_of_the_remittance_alone_is_not_the_claims(db: Database) -> None:
    theirs = Entry("cash", -5, claim=False), Entry("suspense", 5, claim=False)
    await write(
        db, Journal(derived_id("j"), "booking", (Entry("cash", 5), Entry("open", -5), *theirs), CLAIM)
    )
    async with db.connect() as tx:
        assert [line.entry.account for line in await entries_of(tx, CLAIM)] == ["cash", "open"]
        assert await totals(tx) == {"cash": 0, "open": -5, "suspense": 5}


async def test_a_journal_twice_in_one_statement_is_one_when_it_is_the_same_and_a_conflict_when_not(
    db: Database,
) -> None:
    await write(db, a_journal(5, -5), a_journal(5, -5))
    with pytest.raises(LedgerConflict):
        await write(db, a_journal(7, -7, name="k"), a_journal(8, -8, name="k"))
    async with db.connect() as tx:
        assert await tx.driver.fetchval("select count(*) from journals") == 1


async def test_the_database_refuses_a_journal_that_does_not_sum_to_zero(db: Database) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="journals_close"):
        await write(db, a_journal(5, -5), a_journal(5, -4, name="k"))
    async with db.connect() as tx:
        assert await totals(tx) == {}


@pytest.mark.parametrize(
    ("values", "wall"),
    [
        ("'{}', '{}', '{}', '{}', '{}'", "journals_close"),
        ("'{open,open}', '{1,null}', '{0,0}', '{a,b}', '{t,t}'", "journals_close"),
        ("'{open,open}', '{{1},{-1}}', '{0,0}', '{a,b}', '{t,t}'", "entries_are_whole"),
        ("'{open}', '{1,-1}', '{0,0}', '{a,b}', '{t,t}'", "entries_are_whole"),
        ("'{open,open}', '{1,-1}', '{0}', '{a,b}', '{t,t}'", "entries_are_whole"),
        ("'{open,open}', '{1,-1}', '{0,0}', '{a}', '{t,t}'", "entries_are_whole"),
        ("'{open,open}', '{1,-1}', '{0,0}', '{a,b}', '{t}'", "entries_are_whole"),
        ("'{open,pocket}', '{1,-1}', '{0,0}', '{a,b}', '{t,t}'", "account_is_known"),
    ],
)
async def test_the_database_refuses_a_journal_whose_entries_are_not_whole(
    db: Database, values: str, wall: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=wall):
        await run(db, f"{INSERT}{values})")


async def test_the_database_refuses_a_journal_without_entries(db: Database) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await write(db, a_journal())
    with pytest.raises(asyncpg.NotNullViolationError):
        await run(db, "insert into journals (id, kind) values (gen_random_uuid(), 'charge')")


@pytest.mark.parametrize(
    "statement",
    [
        f"insert into entries values ('{derived_id('j')}', 9, 'open', 1, 0, '', null)",
        "update entries set cents = 0",
        "delete from entries",
        "update journals set cents = '{0,0}'",
        "delete from journals",
        "truncate journals",
    ],
)
async def test_the_database_refuses_to_change_the_ledger(db: Database, statement: str) -> None:
    await write(db, a_journal(5, -5))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(db, statement)


async def test_nobody_is_granted_to_change_the_ledger(db: Database) -> None:
    async with db.connect() as tx:
        grants = await tx.driver.fetch(
            "select privilege_type from information_schema.role_table_grants"
            " where table_name in ('journals', 'entries')"
            " and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')"
        )
    assert grants == []


async def test_the_same_journal_again_is_no_news_and_another_with_its_id_stops(db: Database) -> None:
    for _ in range(2):
        await write(db, a_journal(5, -5))
    async with db.connect() as tx:
        assert await tx.driver.fetchval("select count(*) from entries") == 2
    with pytest.raises(LedgerConflict):
        await write(db, a_journal(6, -6))


async def test_what_is_new_is_written_beside_what_is_there_already(db: Database) -> None:
    await write(db, a_journal(5, -5))
    await write(db, a_journal(5, -5), a_journal(7, -7, name="k"))
    async with db.connect() as tx:
        assert [line.entry.cents for line in await entries_of(tx, CLAIM)] == [5, -5, 7, -7]


async def test_a_ledger_of_the_release_before_keeps_every_entry(new_database: Callable[[None], str]) -> None:
    """The service's role is the owner, not a superuser: the walls of before hold it too."""
    db = Database(new_database(None))
    try:
        async with db.begin() as tx:
            await tx.driver.execute("set local role pg_database_owner")
            await tx.connection.run_sync(_upgrade, "0001")
            await tx.driver.execute(BEFORE)
            before = await tx.driver.fetch("select * from entries order by journal, position")
        async with db.begin() as tx:
            await tx.driver.execute("set local role pg_database_owner")
            await tx.connection.run_sync(_upgrade, "0002")
            after = await tx.driver.fetch("select * from entries order by journal, position")
            await write_journals(tx, [a_journal(5, -5, name="new")])
        for change in ("update journals set kind = 'x'", "delete from entries", "truncate journals"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await run(db, f"set local role pg_database_owner; {change}")
    finally:
        await db.close()
    assert [dict(row) for row in after] == [dict(row) for row in before]


def _upgrade(connection: Any, revision: str) -> None:
    config = configure(FOLDER)
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


BEFORE = f"""
insert into journals (id, kind, claim) values
    ('{derived_id("j")}', 'booking', '{CLAIM}'), ('{derived_id("k")}', 'provider', null);
insert into entries (journal, position, account, cents, line, reason, claim) values
    ('{derived_id("j")}', 1, 'contractual', 30, 2, 'CO-45', '{CLAIM}'),
    ('{derived_id("j")}', 0, 'open', -30, 0, '', '{CLAIM}'),
    ('{derived_id("j")}', 2, 'cash', 0, 0, '', null),
    ('{derived_id("k")}', 0, 'cash', -7, 0, 'L6', null),
    ('{derived_id("k")}', 1, 'interest', 7, 0, 'L6', null);
"""
