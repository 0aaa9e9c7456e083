"""A claim's row is rewritten where it stands, and its number is looked for by hashes (ADR 0134)."""

from shared.bus.tables import CURSORS_HALF_FULL
from shared.service.migrations import execute

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Nothing that a process of the release before would miss: the same columns, found in the same way."""
    execute(CURSORS_HALF_FULL)
    execute(SQL)


SQL = """
alter table claims set (fillfactor = 40);
drop index claims_number;
create index claims_number on claims using hash (number_blind);
"""
