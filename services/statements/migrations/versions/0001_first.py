"""Statements' first tables: accounts, their claims, the statements made."""

from alembic import op

from services.statements.domain.states import AccountState
from services.statements.store import COLUMNS
from shared.bus import tables
from shared.bus.states import StateTable
from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make everything."""
    tables.create(op)
    StateTable("accounts", AccountState, COLUMNS).create(op)
    execute(SQL)


SQL = """
create index accounts_due on accounts (issue_at) where issue_at is not null;

create table claims (
    claim uuid primary key, account uuid not null, state text not null, due bigint not null, left_to_pay bigint not null);

create table statements (
    id uuid primary key, account uuid not null, number int not null, issued date not null, due bigint not null,
    document bytea not null, unique (account, number));
alter table statements alter document set storage external;
create index statements_recent on statements (issued desc, id);
"""
