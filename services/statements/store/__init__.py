"""The rows of statements: accounts (the aggregate), their claims, the statements that were made."""

from services.statements.store.aggregate import COLUMNS, Accounts
from services.statements.store.issued import keep_statements, statement_of
from services.statements.store.views import (
    account_of_claim,
    credits_page,
    due_accounts,
    statements_page,
    summary,
)

__all__ = [
    "COLUMNS",
    "Accounts",
    "account_of_claim",
    "credits_page",
    "due_accounts",
    "keep_statements",
    "statement_of",
    "statements_page",
    "summary",
]
