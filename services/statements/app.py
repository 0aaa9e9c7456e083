"""Statements, wired: one aggregate, one job, its API."""

from functools import partial

from services.statements import store
from services.statements.api import payments_router, router
from services.statements.handlers import hears
from services.statements.jobs import issue_due
from services.statements.settings import StatementsSettings
from services.statements.store import Accounts
from shared.bus.sealer import Sealer
from shared.service import Context, Job, Service
from shared.service.run import run


def build(settings: StatementsSettings | None = None) -> Service:
    """Put the service together. Raises pydantic's ValidationError when the office or its assistance notice is not set."""
    settings = settings or StatementsSettings()
    accounts = Accounts(Sealer.parse(settings.seal_keys.get_secret_value()), settings.terms())

    async def summary(ctx: Context[StatementsSettings]) -> object:
        async with ctx.db.connect() as tx:
            return await store.summary(tx)

    return Service(
        name="statements",
        settings=settings,
        hears=hears(accounts),
        routers=(router, payments_router(accounts)),
        jobs=(Job("issue", settings.issue_every, partial(issue_due, accounts), again=True),),
        migrations="services/statements/migrations",
        summary=summary,
    )


if __name__ == "__main__":
    run(build)
