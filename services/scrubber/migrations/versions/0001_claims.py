"""The runtime's tables and the scrubber's claims."""

from alembic import op

from services.scrubber.store import MIGRATION, claims_table
from shared.bus import tables
from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make all tables."""
    tables.create(op)
    claims_table.create(op)
    for statement in MIGRATION:
        execute(statement)
