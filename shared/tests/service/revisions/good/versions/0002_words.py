"""A column more."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    execute("ALTER TABLE thing ADD COLUMN words text CONSTRAINT words_are_unique UNIQUE")
