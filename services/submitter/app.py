"""The submitter, wired: two aggregates, jobs per partner over SFTP, its API."""

import asyncio

from services.submitter import store
from services.submitter.api import router
from services.submitter.domain.routes import Partner
from services.submitter.gateway import Mailbox, OpenMailbox, SftpMailbox
from services.submitter.handlers import hears
from services.submitter.jobs import make_jobs
from services.submitter.routes import routes_of
from services.submitter.settings import SubmitterSettings
from shared.service import Context, Service
from shared.service.run import run


def build(settings: SubmitterSettings | None = None, open_mailbox: OpenMailbox | None = None) -> Service:
    """Put the service together. Raises what reading the routes raises."""
    settings = settings or SubmitterSettings()
    mailboxes: list[SftpMailbox] = []

    def open_sftp(partner: Partner) -> Mailbox:
        mailboxes.append(SftpMailbox(partner, settings.mailbox_seconds))
        return mailboxes[-1]

    async def hang_up(ctx: Context[SubmitterSettings], stopping: asyncio.Event) -> None:
        await stopping.wait()
        for mailbox in mailboxes:
            await mailbox.close()

    async def summary(ctx: Context[SubmitterSettings]) -> object:
        async with ctx.db.connect() as tx:
            return await store.summary(tx)

    return Service(
        name="submitter",
        settings=settings,
        hears=hears(),
        routers=(router,),
        jobs=make_jobs(settings, routes_of(settings), open_mailbox or open_sftp),
        doors=(hang_up,),
        migrations="services/submitter/migrations",
        summary=summary,
    )


if __name__ == "__main__":
    run(build)
