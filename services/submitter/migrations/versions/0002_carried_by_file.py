"""Which claims a file carries, as one row per file (ADR 0101)."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Gather the rows of each file; nothing else about them changes."""
    execute(SQL)


SQL = """
alter table carried rename to carried_each;
create table carried (
    submission uuid primary key references submissions,
    claims uuid[] not null, numbers bytea[] not null, cents bigint[] not null);
alter table carried alter claims set storage external, alter numbers set storage external,
    alter cents set storage external;
insert into carried (submission, claims, numbers, cents)
    select submission, array_agg(claim), array_agg(number), array_agg(cents) from carried_each group by submission;
drop table carried_each;
"""
