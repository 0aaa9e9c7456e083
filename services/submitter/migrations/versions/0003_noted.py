"""What a claim's document has not seen yet (ADR 0116)."""

from shared.service.migrations import execute

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """One more column, empty: a claim that is in a file already has a document that says so.

    A new database has it from 0001, which makes the table as StateTable says it now.
    """
    execute("alter table claims add column if not exists noted text")
