"""Messages as they came, and claims by which one they are."""

from alembic import op

from services.intake.store.claims import CLAIMS
from shared.bus import tables
from shared.bus.states import StateTable
from shared.service.migrations import execute

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INBOUND = """
create table inbound (
    id uuid primary key,
    door text not null, feed text not null, kind text not null,
    identity bytea not null, control bytea not null, sha256 bytea not null,
    received_at timestamptz not null,
    state text not null check (state in ('accepted', 'kept', 'partly', 'duplicate', 'refused')),
    conflict bool not null, claims uuid[] not null,
    made int not null, amended int not null, duplicates int not null, refused int not null, cents bigint not null,
    repeats int not null default 0, replays int not null default 0, replayed_at timestamptz,
    body bytea not null, said bytea not null
) with (fillfactor = 95, toast_tuple_target = 8160);
-- sealed bytes do not compress: trying costs a fifth of an insert
alter table inbound alter body set storage external, alter said set storage external;
create unique index inbound_once on inbound (identity, sha256);
create index inbound_control on inbound (control);
create index inbound_trouble on inbound (state, id) where state in ('refused', 'partly', 'duplicate');
"""


def upgrade() -> None:
    """Make the runtime's tables, then ours."""
    tables.create(op)
    StateTable.of(CLAIMS).create(op)
    execute("create unique index claim_key on claim (key)")
    execute(INBOUND)


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
