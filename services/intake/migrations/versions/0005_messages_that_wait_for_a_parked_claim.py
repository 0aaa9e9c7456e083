"""Messages whose claim is parked: they are ours, and are read again when somebody has seen to it."""

from shared.service.migrations import execute

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table only."""
    execute("create table waiting (claim uuid not null, message uuid not null, primary key (claim, message))")


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
