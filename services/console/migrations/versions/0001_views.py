"""Where each claim is, every public fact, the figures of each state, remittances that wait, and the positions."""

from services.console.store import DDL
from shared.bus.tables import POSITIONS
from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    execute(POSITIONS)
    execute(DDL)
