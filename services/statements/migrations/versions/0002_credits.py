"""Accounts that are owed money, for the worklist: the few among the many."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Index the credits."""
    execute(SQL)


SQL = "create index accounts_credit on accounts (credit desc, id) where credit > 0"
