"""A table, as a service's first revision makes it."""

from shared.service.migrations import execute

revision = "0001"
down_revision = None


def upgrade() -> None:
    execute(
        "CREATE TABLE thing (id int PRIMARY KEY); CREATE TABLE log (id int REFERENCES thing DEFERRABLE INITIALLY DEFERRED)"
    )
