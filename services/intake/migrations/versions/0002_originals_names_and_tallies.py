"""Originals in partitions that can be dropped, the names that a message is found by, figures per feed, replays."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

UP = (
    # one partition per feed, below it one per month: services.intake.store.originals makes and drops them
    """create table original (
        feed text not null, day date not null, id uuid not null, body bytea not null, primary key (feed, day, id)
    ) partition by list (feed)""",
    "alter table inbound add column names bytea[] not null default '{}'",
    "alter table inbound add column stored_feed text not null default ''",
    "alter table inbound drop column body",
    "create index inbound_names on inbound using gin (names)",
    # lists run backwards over the ids; a search by time only needs to know where to begin
    "create index inbound_at on inbound using brin (received_at)",
    """create table tally (
        id bigint generated always as identity primary key, feed text not null,
        first_at timestamptz not null, last_at timestamptz not null,
        received int not null, accepted int not null, refused int not null, kept int not null, repeats int not null
    )""",
    """create table feed_day (
        feed text not null, day date not null, last_at timestamptz not null,
        received int not null, accepted int not null, refused int not null, kept int not null, repeats int not null,
        primary key (feed, day)
    )""",
    """create table feed_rhythm (
        feed text primary key, last_at timestamptz not null, gap_seconds double precision not null
    )""",
    """create table gauge (
        process uuid not null, feed text not null, at timestamptz not null,
        connections int not null, waiting int not null, oldest_at timestamptz, p99_ms double precision,
        primary key (process, feed)
    )""",
    """create table replay (
        id uuid primary key, message uuid not null, at timestamptz not null, who text not null, reason text not null,
        before text not null, after text not null
    )""",
    "create index replay_message on replay (message, id)",
)


def upgrade() -> None:
    """Expand; the body's old column goes at once, since no release has had it."""
    for statement in UP:
        execute(statement)


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
