"""What time makes statements do: when the time to gather is over, the statement is made."""

from services.statements import store
from services.statements.domain.account import IssueStatement
from services.statements.settings import StatementsSettings
from services.statements.store import Accounts
from shared.bus.types import Cause
from shared.service import Context

AT_ONCE = 500


async def issue_due(accounts: Accounts, ctx: Context[StatementsSettings]) -> int:
    """Make every statement that is due by the service's clock, and say how many accounts that were."""
    async with ctx.db.connect() as tx:
        due = await store.due_accounts(tx, ctx.clock.now(), AT_ONCE)
    if due:
        await ctx.bus.ask(accounts, [Cause(account, IssueStatement()) for account in due])
    return len(due)
