"""The last messages of a feed, oldest first, to be read under another feed file."""

from collections.abc import AsyncIterator

from services.intake.domain.trial import Stored
from services.intake.store import inbox
from shared.service.context import Context

_LAST = "select id from inbound where feed = $1 order by id desc limit $2"


async def last(ctx: Context, feed: str, limit: int) -> list[str]:
    """The ids of a feed's last messages, oldest first."""
    async with ctx.db.connect() as tx:
        rows = await tx.driver.fetch(_LAST, feed, limit)
    return [str(row[0]) for row in reversed(rows)]


async def originals(ctx: Context, messages: list[str]) -> AsyncIterator[Stored]:
    """Those of them whose originals are still kept."""
    for message in messages:
        found = await inbox.original(ctx, message)
        if found is not None:
            yield Stored(
                id=found.id,
                door=found.door,
                raw=found.raw,
                sender=found.sender,
                control=found.control,
                received=found.received,
            )
