"""Fetches what partners left for us: kept first, then understood, only then archived over there."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from services.submitter import store
from services.submitter.domain.commands import Patience
from services.submitter.domain.envelope import Outside, look
from services.submitter.domain.files import FileState, Keep, Kept, file_id
from services.submitter.domain.routes import Partner
from services.submitter.gateway import Mailbox, MailboxError, Remote
from services.submitter.jobs.send import PARKED_PAUSE
from services.submitter.jobs.understand import understand
from services.submitter.settings import SubmitterSettings
from services.submitter.store import FILES
from shared.bus import failpoints
from shared.bus.types import Cause, Done
from shared.bus.verdict import Failed, attempt
from shared.service import Context

Ctx = Context[SubmitterSettings]
FILES_PER_RUN = 200
FILES_AT_ONCE = 40
BYTES_AT_ONCE = 16 * 1024 * 1024
BROKEN_PAUSE = timedelta(minutes=10)


class Download(NamedTuple):
    """A file's name over there, its bytes, their hash and what they are from outside."""

    name: str
    data: bytes
    sha256: str
    outside: Outside


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
            now = ctx.clock.now()
            due = [remote for remote in arrived if self._later.get(remote.name, now) <= now]
            taken = 0
            for some in together(due[:FILES_PER_RUN]):
                taken += await self._take(ctx, await self._download(some))
        except MailboxError as error:
            ctx.log.warning("mailbox trouble", route=self.name, reason=str(error))
            return 0
        self._seen = {remote.name: remote for remote in arrived}
        self._later = {name: at for name, at in self._later.items() if name in self._seen}
        return taken

    async def _download(self, remotes: Sequence[Remote]) -> list[Download]:
        found = []
        for remote in remotes:
            data = await self.mailbox.download(remote.name)
            outside = look(data)
            # Some senders write under the final name: what does not close must have stopped to grow.
            if outside.whole or self._seen.get(remote.name) == remote:
                found.append(Download(remote.name, data, hashlib.sha256(data).hexdigest(), outside))
        return found

    async def _take(self, ctx: Ctx, files: list[Download]) -> int:
        """Take files together; when that fails for a reason of theirs, each by itself, so that one stops no other."""
        if not files:
            return 0
        waiting = await attempt(self._effect(ctx, files))
        if isinstance(waiting, Failed) and len(files) > 1:
            return sum([await self._take(ctx, [file]) for file in files])
        if isinstance(waiting, Failed):
            (file,) = files
            ctx.log.error("a file that cannot be taken", stream=file_id(file.sha256), where=waiting.where)
            self._later[file.name] = ctx.clock.now() + BROKEN_PAUSE
            return 0
        for file in files:
            if file.sha256 in waiting:
                self._later[file.name] = ctx.clock.now() + PARKED_PAUSE
            else:
                failpoints.reach("fetch.before_archive")
                await self.mailbox.archive(file.name, file.sha256[:8])
                failpoints.reach("fetch.after_archive")
        return len(files) - len(waiting)

    async def _effect(self, ctx: Ctx, files: list[Download]) -> frozenset[str]:
        """Keep and understand; returns the sha256 of files that wait for a parked claim."""
        states = await self._keep(ctx, files)
        failpoints.reach("fetch.after_keep")
        fresh = {
            file.sha256: (state, file.data, file.outside)
            for file, state in zip(files, states, strict=True)
            if isinstance(state, Kept)
        }
        return await understand(ctx, self._partner, list(fresh.values()), self._patience)

    async def _keep(self, ctx: Ctx, files: list[Download]) -> list[FileState | None]:
        """Make the bytes ours before anything is made of them."""
        causes = [
            Cause(file_id(f.sha256), Keep(partner=self.name, name=f.name, sha256=f.sha256, size=len(f.data)))
            for f in files
        ]
        async with ctx.bus.begin() as tx:
            done: Sequence[Done[FileState]] = await ctx.bus.ask_in(tx, FILES, causes)
            await store.keep_contents(tx, ctx.seal, {file_id(f.sha256): f.data for f in files})
        return [one.state for one in done]


def together(remotes: Sequence[Remote]) -> Iterator[list[Remote]]:
    """Split into groups that are taken at once: few transactions for many small files, bounded memory for large ones."""
    group: list[Remote] = []
    size = 0
    for remote in remotes:
        if group and (len(group) == FILES_AT_ONCE or size + remote.size > BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(remote)
        size += remote.size
    if group:
        yield group
