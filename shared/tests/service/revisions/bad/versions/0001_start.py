"""One good statement, one bad."""

from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    execute("CREATE TABLE thing (id int)")
    execute("ALTER TABLE nothing ADD COLUMN words text")
