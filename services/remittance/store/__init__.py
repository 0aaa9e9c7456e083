"""The rows of remittance: claims, files, transactions (aggregates), the ledger, money in suspense."""

from services.remittance.store.aggregates import (
    CLAIM_COLUMNS,
    FILE_COLUMNS,
    REMITTANCE_COLUMNS,
    Claims,
    Files,
    Remittances,
    Tables,
    number_blind,
)
from services.remittance.store.files import DueFile, content_of, due_files
from services.remittance.store.ledger import LedgerConflict, entries_of, totals, write_journals
from services.remittance.store.release import release
from services.remittance.store.suspense import (
    Waiting,
    claims_by_number,
    keep_in_suspense,
    mark_matched,
    matchable,
    one_waiting,
    waiting_page,
)
from services.remittance.store.views import remittance_page, summary

__all__ = [
    "CLAIM_COLUMNS",
    "FILE_COLUMNS",
    "REMITTANCE_COLUMNS",
    "Claims",
    "DueFile",
    "Files",
    "LedgerConflict",
    "Remittances",
    "Tables",
    "Waiting",
    "claims_by_number",
    "content_of",
    "due_files",
    "entries_of",
    "keep_in_suspense",
    "mark_matched",
    "matchable",
    "number_blind",
    "one_waiting",
    "release",
    "remittance_page",
    "summary",
    "totals",
    "waiting_page",
    "write_journals",
]
