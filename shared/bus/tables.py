"""The runtime's own tables in every service's database, as SQL for the service's first migration."""

from typing import Protocol

POSITIONS = """
create table positions (
    topic text not null, part int not null,
    epoch bigint not null, next_offset bigint not null,
    owner text not null, moved_at timestamptz not null default now(),
    primary key (topic, part))"""

CURSORS = """
create table cursors (
    source smallint not null, stream uuid not null, version int not null,
    primary key (stream, source))
with (fillfactor = 50)"""

CURSORS_HALF_FULL = "alter table cursors set (fillfactor = 50)"
"""For a database from before: the rows of a page are moved on together, and find room in it (ADR 0134)."""

SAID_NUMBERS = "create sequence said_id as bigint"

SAID = """
create table said (
    id bigint not null default nextval('said_id'),
    public bytea not null, internal bytea not null,
    made_at timestamptz not null default clock_timestamp())
partition by range (made_at)"""

# Sealed bytes do not compress: trying costs a fifth of an insert.
SAID_PLAIN = "alter table said alter public set storage external, alter internal set storage external"

SAID_BY_NUMBER = "create index said_by_number on said (id)"

# For days that nobody has made a partition for yet; a commit must never fail for that.
SAID_REST = "create table said_rest partition of said default"

UNSENT = """
create table unsent (
    id bigint primary key, since timestamptz not null default clock_timestamp())"""

OUTBOX = """
create view outbox as
    select s.id, s.public, s.internal, u.since as made_at from unsent u join said s on s.id = u.id"""

SENT = """
create view sent as
    select s.id, s.public, s.internal, s.made_at from said s
    where not exists (select from unsent u where u.id = s.id)"""

PARKED = """
create table parked (
    id bigint generated always as identity primary key,
    aggregate text not null, row uuid, source text not null, stream uuid, version int not null, type text not null,
    topic text not null, part int not null, off bigint not null,
    key bytea, headers bytea not null, value bytea,
    reason text not null, detail text not null, trace text not null,
    attempts int not null default 1, parked_at timestamptz not null default now(),
    closed_at timestamptz, closed_by text, closed_why text)"""

PARKED_ONCE = """
create unique index parked_once on parked
    (aggregate, row, source, stream, version, (case when stream is null then part end), (case when stream is null then off end))
    nulls not distinct where closed_at is null"""

PARKED_STREAM = "create index parked_stream on parked (stream) where closed_at is null"

PARKED_OPEN = "create index parked_open on parked (id) where closed_at is null"

DDL = (
    POSITIONS,
    CURSORS,
    SAID_NUMBERS,
    SAID,
    SAID_PLAIN,
    SAID_BY_NUMBER,
    SAID_REST,
    UNSENT,
    OUTBOX,
    SENT,
    PARKED,
    PARKED_ONCE,
    PARKED_STREAM,
    PARKED_OPEN,
)
"""Everything that the runtime needs, one statement each."""


class Executes(Protocol):
    """What alembic's ``op`` can do for us."""

    def execute(self, sqltext: str) -> object: ...


def create(op: Executes) -> None:
    """Make the runtime's tables: ``tables.create(op)`` in a service's first migration."""
    for statement in DDL:
        op.execute(statement)
