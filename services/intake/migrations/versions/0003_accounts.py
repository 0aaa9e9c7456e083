"""Encounter accounts and patients."""

from alembic import op

from services.intake.store.accounts import ACCOUNTS, INDEXES, PATIENTS
from shared.bus.states import StateTable
from shared.service.migrations import execute

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables only."""
    StateTable.of(PATIENTS).create(op)
    ACCOUNTS.create(op)
    for statement in INDEXES:
        execute(statement)


def downgrade() -> None:
    """Nothing is dropped by a program."""
    raise NotImplementedError
