"""A cursor is moved on where it stands; keyed hashes and random ids are not worth trying to compress (ADR 0134)."""

from shared.bus.tables import CURSORS_HALF_FULL
from shared.service.migrations import execute

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What is stored stays as it is; what comes from now on costs less."""
    execute(CURSORS_HALF_FULL)
    execute("alter table inbound alter names set storage external, alter claims set storage external")


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
