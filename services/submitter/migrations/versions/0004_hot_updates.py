"""Indexes that a claim's answers do not touch, so that its row is rewritten where it stands (ADR 0126)."""

from shared.service.migrations import execute

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """The queue is found by ``since``, late answers by their file; pages have room for a row's next version.

    Processes of the release before work beside this one, and read the whole table for what the old indexes gave. A file
    that they make is looked at by the default of ``follow_up``; a claim that they note keeps ``since`` until it is sent.
    """
    execute(SQL)


SQL = """
alter table submissions add column follow_up timestamptz default now();
create index submissions_follow_up on submissions (follow_up) where follow_up is not null;
drop index claims_due;

update claims set since = null where since is not null and state <> 'queued';
drop index claims_queued;
create index claims_queued on claims (since, id, kind, payer) where since is not null and not parked;

alter table claims set (fillfactor = 50);
"""
