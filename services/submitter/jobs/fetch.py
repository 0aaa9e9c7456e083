"""Fetches what partners left for us: kept first, then understood, only then archived over there."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from services.submitter import store
from services.submitter.domain.commands import Patience
from services.submitter.domain.envelope import is_whole
from services.submitter.domain.files import FileState, Keep, Kept, file_id
from services.submitter.domain.routes import Partner
from services.submitter.gateway import Mailbox, MailboxError, Remote
from services.submitter.jobs.send import PARKED_PAUSE
from services.submitter.jobs.understand import understand
from services.submitter.settings import SubmitterSettings
from services.submitter.store import FILES
from shared.bus.types import Cause, Done
from shared.service import Context

Ctx = Context[SubmitterSettings]
FILES_PER_RUN = 200


class Fetching:
    """One partner's outbound folder. A file that cannot be read is flagged and archived; it stops no other."""

    def __init__(self, name: str, partner: Partner, mailbox: Mailbox, patience: Patience) -> None:
        self.name = name
        self.mailbox = mailbox
        self._partner = partner
        self._patience = patience
        self._seen: dict[str, Remote] = {}
        self._later: dict[str, datetime] = {}

    async def run(self, ctx: Ctx) -> int:
        """Take what is complete and return how many files that was. Trouble with the partner ends the run, not the job."""
        try:
            arrived = await self.mailbox.arrived()
            taken = [await self._take(ctx, remote) for remote in arrived[:FILES_PER_RUN]]
        except MailboxError as error:
            ctx.log.warning("mailbox trouble", partner=self.name, problem=str(error))
            return 0
        self._seen = {remote.name: remote for remote in arrived}
        return sum(taken)

    async def _take(self, ctx: Ctx, remote: Remote) -> bool:
        if self._later.get(remote.name, ctx.clock.now()) > ctx.clock.now():
            return False
        data = await self.mailbox.download(remote.name)
        if not is_whole(data) and self._seen.get(remote.name) != remote:
            return False  # some senders write under the final name: wait until it no longer grows
        sha256 = hashlib.sha256(data).hexdigest()
        state = await self._keep(ctx, remote.name, data, sha256)
        if isinstance(state, Kept) and not await understand(ctx, self._partner, state, data, self._patience):
            self._later[remote.name] = ctx.clock.now() + PARKED_PAUSE
            return False
        await self.mailbox.archive(remote.name, sha256[:8])
        return True

    async def _keep(self, ctx: Ctx, name: str, data: bytes, sha256: str) -> FileState | None:
        """Make the bytes ours before anything is made of them."""
        command = Keep(partner=self.name, name=name, sha256=sha256, size=len(data))
        async with ctx.bus.begin() as tx:
            done: Sequence[Done[FileState]] = await ctx.bus.ask_in(
                tx, FILES, [Cause(file_id(sha256), command)]
            )
            await store.keep_content(tx, ctx.seal, file_id(sha256), data)
        return done[0].state
