"""Which client assertions were used."""

from shared.service.migrations import execute

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One small table."""
    execute(
        """
        create table client_assertion (used bytea primary key, until timestamptz not null);
        create index client_assertion_until on client_assertion (until);
        """
    )


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
