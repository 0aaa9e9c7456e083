"""What time makes the submitter do: make files, send them, fetch answers, miss answers."""

from services.submitter.domain.commands import Patience
from services.submitter.domain.routes import Routes
from services.submitter.gateway import OpenMailbox
from services.submitter.jobs.batch import batch
from services.submitter.jobs.fetch import Fetching
from services.submitter.jobs.follow_up import follow_up
from services.submitter.jobs.send import Sending
from services.submitter.settings import SubmitterSettings
from shared.service import Context, Job

Ctx = Context[SubmitterSettings]


def make_jobs(settings: SubmitterSettings, routes: Routes, open_mailbox: OpenMailbox) -> list[Job]:
    """One job for all batches, one for all reminders; sending and fetching once per partner, so that none waits for another."""
    patience = patience_of(settings)

    async def run_batch(ctx: Ctx) -> int:
        return await batch(ctx, routes)

    async def run_follow_up(ctx: Ctx) -> None:
        await follow_up(ctx, patience)

    jobs = [
        Job("batch", settings.batch_every, run_batch, again=True),
        Job("follow-up", settings.follow_up_every, run_follow_up),
    ]
    for name, partner in routes.partners.items():
        sending = Sending(name, open_mailbox(partner), patience)
        fetching = Fetching(name, partner, open_mailbox(partner), patience)
        jobs.append(Job(f"send-{name}", settings.send_every, sending.run, again=True))
        jobs.append(Job(f"fetch-{name}", settings.fetch_every, fetching.run, again=True))
    return jobs


def patience_of(settings: SubmitterSettings) -> Patience:
    """How long each answer may take."""
    return Patience(syntax=settings.overdue_999, claim=settings.overdue_277ca, money=settings.overdue_835)


__all__ = ["Fetching", "Sending", "batch", "follow_up", "make_jobs", "patience_of"]
