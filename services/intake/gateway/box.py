"""What polling needs of a mailbox, whatever it is made of."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

TEMPORARY = (".tmp", ".part", ".filepart")


class MailboxError(Exception):
    """The mailbox did not do what was asked, or nobody knows whether it did. The message names kind and step only."""


class Remote(NamedTuple):
    """A file that lies in the mailbox. Its name is the hospital's: it may say anything, and goes into no log."""

    name: str
    size: int
    modified: int


class Box(Protocol):
    """Every call may raise MailboxError."""

    async def arrived(self) -> list[Remote]:
        """The files that lie there, without temporary ones, oldest first. Links are no files."""

    async def download(self, name: str, most: int) -> bytes:
        """A file's bytes, or its first ``most``."""

    async def put(self, name: str, data: bytes) -> None:
        """Write an answer under a temporary name and rename it, over whatever has that name."""

    async def archived(self) -> list[str]:
        """The names of what was put away."""

    async def archive(self, name: str, target: str) -> None:
        """Move a file that was taken. One that is gone was moved by another process."""


def complete(files: Iterable[Remote]) -> list[Remote]:
    """Without those whose name says that they are still written, or that they are nobody's; oldest first."""
    named = [f for f in files if not f.name.startswith(".") and not f.name.lower().endswith(TEMPORARY)]
    return sorted(named, key=lambda f: (f.modified, f.name))
