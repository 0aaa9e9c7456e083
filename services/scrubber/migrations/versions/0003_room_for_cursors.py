"""A cursor is moved on where it stands (ADR 0134)."""

from shared.bus.tables import CURSORS_HALF_FULL
from shared.service.migrations import execute

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Pages that are filled from now on have room; those that are full stay so."""
    execute(CURSORS_HALF_FULL)
