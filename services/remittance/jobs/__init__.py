"""What time makes remittance do: post complete files, find claims for money that waits."""

from functools import partial

from services.remittance.jobs.matching import match_suspense
from services.remittance.jobs.posting import Read, post_due
from services.remittance.settings import RemittanceSettings
from services.remittance.store import Tables
from shared.service import Job


def make_jobs(settings: RemittanceSettings, tables: Tables, read: Read) -> tuple[Job, ...]:
    """All jobs of the service."""
    return (
        Job("post", settings.post_every, partial(post_due, tables, read), again=True),
        Job("match", settings.match_every, partial(match_suspense, tables), again=True),
    )


__all__ = ["Read", "make_jobs", "match_suspense", "post_due"]
