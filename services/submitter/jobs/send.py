"""Brings finished files into a partner's mailbox, exactly once, whatever happens on the way."""

from datetime import datetime, timedelta

from services.submitter import store
from services.submitter.domain.commands import MarkSent, Patience
from services.submitter.domain.sending import Phase, after_look, names_of, pause_after
from services.submitter.gateway import Mailbox, MailboxError
from services.submitter.settings import SubmitterSettings
from services.submitter.store import CLAIMS, Submission
from shared.bus import failpoints
from shared.bus.types import Cause, Tx
from shared.service import Context

Ctx = Context[SubmitterSettings]
CHUNK = 1000
FILES_PER_RUN = 50
PARKED_PAUSE = timedelta(minutes=1)


class Sending:
    """One partner's uploads, in the order of their control numbers. No transaction is open while the partner is spoken to."""

    def __init__(self, partner: str, mailbox: Mailbox, patience: Patience) -> None:
        self.partner = partner
        self.mailbox = mailbox
        self._patience = patience

    async def run(self, ctx: Ctx) -> int:
        """Send what is due and return how many files are in the mailbox now. The first trouble ends the run."""
        sent = 0
        while sent < FILES_PER_RUN:
            async with ctx.db.connect() as tx:
                due = await store.next_due(tx, self.partner, ctx.clock.now())
            if due is None or not await self._one(ctx, due):
                break
            sent += 1
        return sent

    async def _one(self, ctx: Ctx, due: Submission) -> bool:
        try:
            there = await self._bring(ctx, due)
        except MailboxError as error:
            await self._put_off(ctx, due, str(error))
            return False
        if there:
            await mark_sent(ctx, due, self._patience)
        return there

    async def _bring(self, ctx: Ctx, due: Submission) -> bool:
        """Make sure that the file is there. The mailbox is looked at before anything is sent.

        The look also shows that the partner is there at all: until then a file counts as never sent, and can be recalled.
        """
        if due.phase is Phase.THERE:
            return True
        known = await self._look(ctx, due, due.phase)
        if known is not None:
            return known
        names = names_of(due.interchange, due.kind)
        async with ctx.db.connect() as tx:
            if not await store.set_phase(tx, due.id, Phase.UPLOADING, ctx.clock.now()):
                return False
            data = await store.read_content(tx, ctx.seal, due.id)
        failpoints.reach("send.before_upload")
        await self.mailbox.upload(names.temporary, data)
        failpoints.reach("send.after_upload")
        async with ctx.db.connect() as tx:
            await store.set_phase(tx, due.id, Phase.RENAMING, ctx.clock.now())
        failpoints.reach("send.before_rename")
        try:
            await self.mailbox.rename(names)
        except MailboxError:
            # Servers have been seen to fail after they renamed (F13): a look decides, now or at the next attempt.
            if not await self._look(ctx, due, Phase.RENAMING):
                raise
        failpoints.reach("send.after_rename")
        return True

    async def _look(self, ctx: Ctx, due: Submission, phase: Phase) -> bool | None:
        """Whether the file is there; None when it must be sent (again)."""
        sight = await self.mailbox.look(names_of(due.interchange, due.kind))
        verdict = after_look(phase, sight, due.size)
        if verdict == "strange":
            await self._stop(ctx, due)
            return False
        return True if verdict == "sent" else None

    async def _stop(self, ctx: Ctx, due: Submission) -> None:
        problem = "another file has this file's name in the mailbox"
        async with ctx.db.begin() as tx:
            await store.set_phase(tx, due.id, Phase.STRANGE, ctx.clock.now(), problem)
            await store.note_attempt(tx, due.id, ctx.clock.now(), problem, None)
        ctx.log.error("upload stopped", route=self.partner, reason=problem)

    async def _put_off(self, ctx: Ctx, due: Submission, problem: str) -> None:
        now = ctx.clock.now()
        again = now + pause_after(due.attempts + 1)
        async with ctx.db.begin() as tx:
            await store.note_attempt(tx, due.id, now, problem, again)
        ctx.log.warning("upload failed", route=self.partner, reason=problem, attempt=due.attempts + 1)


async def mark_sent(ctx: Ctx, there: Submission, patience: Patience) -> None:
    """Say ClaimSubmitted for every claim of a file, and note the file as sent. Done again it says nothing twice."""
    async with ctx.db.connect() as tx:
        claims = await store.claims_in(tx, there.id)
    now = ctx.clock.now()
    command = MarkSent(
        submission=there.id,
        route=there.partner,
        controls=there.controls,
        at=now,
        patience=patience,
    )
    causes = [Cause(one, command) for one in claims]
    chunks = [causes[start : start + CHUNK] for start in range(0, len(causes), CHUNK)]
    parked = 0
    for number, chunk in enumerate(chunks, 1):
        async with ctx.bus.begin() as tx:
            done = await ctx.bus.ask_for(tx, CLAIMS, chunk, type)
            parked += sum([one.refused is not None for one in done])
            if number == len(chunks):
                await _note(tx, there, now, parked)
            failpoints.reach("send.before_submitted")
        failpoints.reach("send.after_submitted")


async def _note(tx: Tx, there: Submission, now: datetime, parked: int) -> None:
    if parked:
        words = f"in the mailbox; {parked} of its claims are parked"
        await store.set_phase(tx, there.id, Phase.THERE, now)
        await store.note_attempt(tx, there.id, now, words, now + PARKED_PAUSE)
    else:
        await store.set_phase(tx, there.id, Phase.SENT, now)
        await store.note_attempt(tx, there.id, now, "sent", None)
