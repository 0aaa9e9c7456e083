"""The runtime's tables and one aggregate's."""

from alembic import op

from shared.bus import tables
from shared.bus.states import StateTable

revision = "0001"
down_revision = None


def upgrade() -> None:
    tables.create(op)
    StateTable[int]("counter", int).create(op)
