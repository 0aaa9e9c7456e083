"""Which sequence number each sender of a feed is expected to send next."""

from shared.service.migrations import execute

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table only. ``sender`` is the blind index of MSH-3 and MSH-4; no ``expected``: whichever comes."""
    execute("""
    create table sequence (
        feed text not null, sender bytea not null, expected bigint, changed_at timestamptz, primary key (feed, sender)
    )""")


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
