"""The marks of a visit and of a number are looked for whole, never in order: an index of hashes is half the work (ADR 0128)."""

from shared.service.migrations import execute

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Put hashes in the place of the two trees."""
    execute(SQL)


SQL = """
drop index claim_fingerprint, claim_number;
create index claim_fingerprint on claim using hash (fingerprint) where fingerprint is not null;
create index claim_number on claim using hash (number_blind);
"""
