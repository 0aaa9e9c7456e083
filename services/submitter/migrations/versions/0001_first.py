"""The submitter's first tables."""

from alembic import op

from services.submitter.store import CLAIMS, FILES
from shared.bus import tables
from shared.bus.states import StateTable
from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Claims, payer files, submissions with their claims and attempts, counters, contents."""
    tables.create(op)
    StateTable.of(CLAIMS).create(op)
    StateTable.of(FILES).create(op)
    execute(SQL)


SQL = """
create index claims_queued on claims (payer, kind, since, id) where state = 'queued' and not parked;
create index claims_due on claims (due) include (awaiting) where due is not null;
create index payer_files_at on payer_files (at);

create table counters (partner text primary key, last bigint not null);

create table submissions (
    id uuid primary key, partner text not null, kind text not null,
    interchange bigint not null, transaction text not null, batch text not null,
    claims int not null, cents bigint not null, size bigint not null, sha256 text not null,
    phase text not null, attempts int not null default 0, problem text not null default '',
    built_at timestamptz not null, sent_at timestamptz, not_before timestamptz,
    unique (partner, interchange), unique (partner, batch));
create index submissions_due on submissions (partner, interchange) where not_before is not null;
create index submissions_at on submissions (built_at);

create table carried (
    submission uuid not null references submissions, claim uuid not null, number bytea not null,
    cents bigint not null, primary key (submission, claim));

create table attempts (
    id bigint generated always as identity primary key,
    submission uuid not null references submissions, at timestamptz not null, outcome text not null);
create index attempts_submission on attempts (submission);

create table contents (
    owner uuid not null, piece int not null, sealed bytea not null, primary key (owner, piece));
alter table contents alter sealed set storage external;
"""
