"""The mailboxes of feeds, looked into again and again: files in, answers out beside them, each exactly once.

The order is: store (one transaction), put the answers, move the file. Whatever breaks in between, the next look finds the
file again, the desk knows it and gives the stored answers, and these have the same names as before.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.intake.domain import edi
from services.intake.domain.hl7 import batch
from services.intake.domain.hl7.reading import read_hl7
from services.intake.domain.inbound import Arrival, Reading
from services.intake.domain.links import Mailbox
from services.intake.gateway import Box, MailboxError, Remote, open_box
from services.intake.settings import IntakeSettings
from services.intake.store.batch import Taken
from services.intake.store.desk import Desk, NotStoredError
from shared.claim import uuid7
from shared.service.context import Context
from shared.service.jobs import Job
from shared.service.traces import make

Ctx = Context[IntakeSettings]
Named = tuple[str, bytes]
FILES_PER_LOOK = 200


def mailbox_jobs(desk: Desk, settings: IntakeSettings) -> Sequence[Job]:
    """The job that looks into all mailboxes of all feeds; none where no feed has one."""
    polls = [
        Polling(feed.name, name, mailbox, desk, open_box(mailbox, settings.mailbox_seconds))
        for feed in desk.feeds.all
        for name, mailbox in feed.mailboxes.items()
    ]

    async def look(ctx: Ctx) -> None:
        await asyncio.gather(*(polling.look(ctx) for polling in polls))

    return (Job("look into mailboxes", settings.mailbox_every, look),) if polls else ()


@dataclass
class Polling:
    """One mailbox. What it remembers is only which file had which size when: after a restart it looks twice again."""

    feed: str
    name: str
    mailbox: Mailbox
    desk: Desk
    box: Box
    _seen: dict[str, tuple[Remote, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._feeds = self.desk.feeds.only(self.feed)

    async def look(self, ctx: Ctx) -> int:
        """Take what is complete, and return how many files that was. Trouble ends this look, not the job."""
        taken = 0
        try:
            arrived = (await self.box.arrived())[:FILES_PER_LOOK]
            before, now = self._seen, ctx.clock.now()
            self._seen = {f.name: (f, _since(before.get(f.name), f, now)) for f in arrived}
            for remote in arrived:
                if remote.name in before and before[remote.name][0] == remote:
                    taken += await self._consider(ctx, remote, now - self._seen[remote.name][1])
        except (MailboxError, NotStoredError) as error:
            ctx.log.warning(
                "mailbox trouble",
                feed=self.feed,
                mailbox=self.name,
                kind=type(error).__name__,
                reason=str(error),
            )
        return taken

    async def _consider(self, ctx: Ctx, remote: Remote, unchanged: timedelta) -> bool:
        """Take a file that has stopped to grow and is closed; one that never closes, after a time, to refuse it."""
        raw = await self.box.download(remote.name, ctx.settings.body_limit)
        closed = edi.is_closed(raw) if self.mailbox.content == "x12" else batch.read_file(raw).closed
        if not closed and unchanged < timedelta(seconds=ctx.settings.mailbox_patience):
            return False
        await self._take(ctx, remote.name, raw)
        return True

    async def _take(self, ctx: Ctx, name: str, raw: bytes) -> None:
        mark = hashlib.sha256(raw).hexdigest()[:16]
        # what is archived was taken to its end before: then the hospital sent it again, and nothing broke on our side
        times = sum(mark in archived for archived in await self.box.archived())
        take = self._take_x12 if self.mailbox.content == "x12" else self._take_hl7
        for kind, data in await take(ctx, raw, bool(times)):
            await self.box.put(_answer_name(kind, mark, times), data)
        await self.box.archive(name, f"{name}.{mark}.{times + 1}")
        if times:
            ctx.log.warning("the same file again", feed=self.feed, mailbox=self.name, times=times + 1)

    async def _take_x12(self, ctx: Ctx, raw: bytes, again: bool) -> list[Named]:
        at = ctx.clock.now()
        reading = await asyncio.to_thread(edi.read_x12, raw, self._feeds, at)
        taken = await self.desk.take(ctx, _arrival(ctx, raw, reading))
        answers = [(_kind(taken.answer.body), taken.answer.body), ("277CA", taken.answer.receipt)]
        if again:
            answers.insert(0, ("TA1", edi.noticed_again(raw, at)))
        return [(f"{kind}_{reading.control or 'unknown'}", data) for kind, data in answers if data]

    async def _take_hl7(self, ctx: Ctx, raw: bytes, _again: bool) -> list[Named]:
        at = ctx.clock.now()
        file = batch.read_file(raw)
        if file.faults or not file.messages:
            arrivals = [_arrival(ctx, raw, batch.refusal(raw, file, self.feed, at))]
        else:
            arrivals = [
                _arrival(ctx, message, read_hl7(message, self._feeds, at)) for message in file.messages
            ]
        taken: list[Taken] = await asyncio.gather(*(self.desk.take(ctx, one) for one in arrivals))
        control = taken[0].message if taken else ""
        return [("ACK", batch.answer_file(file, [one.answer.body for one in taken], control, at))]


def _since(before: tuple[Remote, datetime] | None, now: Remote, at: datetime) -> datetime:
    return before[1] if before and before[0] == now else at


def _arrival(ctx: Ctx, raw: bytes, reading: Reading) -> Arrival:
    return Arrival(uuid7(), raw, ctx.clock.now(), reading, make(ctx.settings.trace_share))


def _kind(body: bytes) -> str:
    """What an answer is: a TA1 that stands alone refuses the envelope."""
    return "999" if b"ST*999*" in body else "TA1"


def _answer_name(kind: str, mark: str, times: int) -> str:
    """The same for the same file in the same look of its life; says nothing of patients."""
    again = f"_again{times}" if times else ""
    return f"{kind}_{mark}{again}.{'hl7' if kind == 'ACK' else 'x12'}"
