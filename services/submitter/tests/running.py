"""A submitter that runs in a test: real PostgreSQL, memory broker, partners in memory unless given."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.submitter.app import build
from services.submitter.domain.routes import Partner
from services.submitter.settings import SubmitterSettings
from services.submitter.tests.mailbox import MemoryMailbox
from shared.claim import Claim, uuid7
from shared.events import ClaimCleared
from shared.testing.app import Harness, settings_for, started
from shared.testing.builders import a_claim


@asynccontextmanager
async def submitter(
    url: str, mailbox: MemoryMailbox | None = None, **settings: Any
) -> AsyncIterator[Harness]:
    """The service; with ``mailbox`` every partner's is that one, else they are real."""

    def open_mailbox(partner: Partner) -> MemoryMailbox:
        assert mailbox is not None
        return mailbox

    values = {"batch_after": 0, **settings}
    service = build(
        settings_for(SubmitterSettings, url, **values), open_mailbox if mailbox is not None else None
    )
    async with started(service) as harness:
        yield harness


async def clear(harness: Harness, *claims: Claim) -> list[str]:
    """Let the scrubber clear these claims; returns their ids in order."""
    ids = [uuid7() for _ in claims]
    for one, claim in zip(ids, claims, strict=True):
        await harness.hear("scrubber", one, ClaimCleared(claim=claim, rules="test"))
    await harness.quiet()
    return ids


def some_claims(count: int, payer: str = "SBX01", first: int = 1) -> list[Claim]:
    """Claims of different patients with different numbers."""
    return [a_claim(seed=first + n, payer=payer) for n in range(count)]


def names(harness: Harness, stream: str | None = None) -> list[str]:
    """The names of what was said, in order."""
    return [type(each.event).__name__ for each in harness.said(stream)]
