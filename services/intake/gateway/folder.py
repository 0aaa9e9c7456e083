"""A mailbox of three folders on a disk."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from services.intake.domain.links import Mailbox
from services.intake.gateway.box import MailboxError, Remote, complete

T = TypeVar("T")


class FolderBox:
    """See Box. What is written is on the disk before it has its name."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._in, self._out, self._archive = (
            Path(folder) for folder in (mailbox.inbound, mailbox.outbound, mailbox.archive)
        )

    async def arrived(self) -> list[Remote]:
        return complete(await _done("list", lambda: _listed(self._in)))

    async def download(self, name: str, most: int) -> bytes:
        return await _done("download", lambda: _read(self._in / name, most))

    async def put(self, name: str, data: bytes) -> None:
        await _done("put", lambda: _write(self._out / name, data))

    async def archived(self) -> list[str]:
        return await _done("list", lambda: os.listdir(self._archive))  # noqa: PTH208

    async def archive(self, name: str, target: str) -> None:
        await _done("archive", lambda: _move(self._in / name, self._archive / target))


async def _done(step: str, work: Callable[[], T]) -> T:
    """Do it beside the event loop. Raises MailboxError without the path."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise MailboxError(f"{step}: {type(error).__name__}") from None


def _listed(folder: Path) -> list[Remote]:
    with os.scandir(folder) as entries:
        files = [(e.name, e.stat(follow_symlinks=False)) for e in entries if e.is_file(follow_symlinks=False)]
    return [Remote(name, stat.st_size, stat.st_mtime_ns) for name, stat in files]


def _read(path: Path, most: int) -> bytes:
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123
        return file.read(most)


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f"{path.name}.tmp")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _move(path: Path, target: Path) -> None:
    try:
        path.replace(target)
    except FileNotFoundError:
        if not target.exists():
            raise
