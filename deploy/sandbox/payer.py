"""The sandbox at work: looks into the mailboxes, answers what came, delivers what is due."""

import asyncio
import hashlib
from datetime import timedelta
from pathlib import Path

import msgspec
import structlog

from deploy.sandbox import gist, moods
from deploy.sandbox.folder import Folder, Received
from deploy.sandbox.letters import Desk, answer_file, refused_letter, repeated_letter
from deploy.sandbox.moods import Mood
from deploy.sandbox.reading import AskedFile, UnreadableFileError, read
from deploy.sandbox.settings import SandboxSettings
from deploy.sandbox.statuses import status_letters
from shared.service.clock import Clock

_log = structlog.stdlib.get_logger("claimflow.sandbox")


class Payers:
    """All payers of the sandbox behind one clearinghouse."""

    def __init__(self, folder: Folder, settings: SandboxSettings, clock: Clock) -> None:
        self.folder = folder
        self.moods: dict[str, Mood] = {**moods.BY_PAYER, **msgspec.convert(folder.moods(), dict[str, Mood])}
        self._settings = settings
        self._clock = clock
        self._numbers = folder.numbers()
        self.news = asyncio.Event()
        """Set when a file has come: it need not wait for the next look."""
        self.repeats = 0
        """Files refused for a control number that was there before, since the start."""
        self._known = {key for received in folder.received() for key in received.accepted}

    def set_mood(self, payer: str, mood: Mood) -> None:
        """From now on this payer answers so, also after a restart."""
        self.moods[payer] = mood
        self.folder.remember_moods(self.moods)

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until ``stopping``. What stands half done after a kill is done again without a second answer."""
        while not stopping.is_set():
            self.news.clear()
            self.work()
            waits = {asyncio.ensure_future(stopping.wait()), asyncio.ensure_future(self.news.wait())}
            _, waiting = await asyncio.wait(
                waits, timeout=self._settings.every, return_when=asyncio.FIRST_COMPLETED
            )
            for each in waiting:
                each.cancel()

    def work(self) -> int:
        """Answer every file that waits, then deliver what is due; returns how many files were taken."""
        taken = sum(self._take(partner, path) for partner, path in list(self.folder.arrived()))
        self.folder.deliver_due(self._clock.now())
        return taken

    def _take(self, partner: str, path: Path) -> bool:
        data = path.read_bytes()
        try:
            file = read(data) if self._settings.judges else gist.read(data)
        except UnreadableFileError as error:
            _log.warning("unreadable file", route=partner, reason=str(error))
            self.folder.discard(path, partner, refused_letter(error.reading, self._desk(partner)))
            return False
        sha256 = hashlib.sha256(data).hexdigest()
        before = self.folder.summary(partner, file.interchange)
        if before is None:
            self._answer(partner, path, file, sha256)
        elif before.sha256 == sha256 and not self.folder.was_taken(partner, file.interchange):
            self.folder.put_away(path, partner, file.interchange)  # answered, and then we died
        else:
            self.folder.discard(path, partner, repeated_letter(file, self._desk(partner)))
            self.repeats += 1
        return True

    def _answer(self, partner: str, path: Path, file: AskedFile, sha256: str) -> None:
        desk = self._desk(partner)
        answered = answer_file(file, desk)
        letters = (*answered.letters, *status_letters(file, desk))
        received = Received(
            partner=partner,
            interchange=file.interchange,
            sha256=sha256,
            at=self._clock.now(),
            claims=len(file.claims),
            cents=sum(claim.charge for claim in file.claims),
            rejected=answered.rejected,
            duplicates=answered.duplicates,
            accepted=answered.accepted,
        )
        self.folder.answer(path, received, letters, answered.payments)
        self._known.update(answered.accepted)
        _log.info("file answered", route=partner, batch=file.interchange, count=received.claims)

    def _desk(self, partner: str) -> Desk:
        return Desk(
            now=self._clock.now(),
            mood_of=lambda payer: self.moods.get(payer, "pays"),
            number=lambda: next(self._numbers),
            known=self._known,
            paid_before=lambda number: self.folder.payment(partner, number),
            decided=lambda payer, number: self.folder.decided(partner, payer, number),
            claims_after=timedelta(seconds=self._settings.claims_after),
            money_after=timedelta(seconds=self._settings.money_after),
        )
