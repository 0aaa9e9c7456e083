"""Which files there are to check, and their bytes in chunks. What cannot be read is said, and keeps no other from being read."""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from msgspec import Struct

from deploy.local.checking.seam import Finding, Page

CHUNK: Final = 256 * 1024
HEAD: Final = 65536
"""Bytes by which a file's kind is told."""


class File(Struct, frozen=True):
    """Something to check. ``path`` None is standard input; ``size`` is None where nobody knows it."""

    name: str
    path: Path | None
    size: int | None = None


def find(path: str) -> Iterator[File]:
    """Find the files that a PATH names: itself, all below a folder in order of name, or standard input for ``-``.

    Links to folders inside a folder are not followed, so that a loop of them ends; pipes, sockets and devices inside it are
    left out.
    """
    if path == "-":
        yield File("-", None)
        return
    root = Path(path)
    if not _is_folder(root):
        yield _file(root)
        return
    closed: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=closed.append):
        folders.sort()
        for name in sorted(names):
            inside = Path(folder, name)
            if _is_regular_or_missing(inside):
                yield _file(inside)
    # A folder that cannot be looked into is told like a file that cannot be read.
    yield from (_file(Path(error.filename)) for error in closed)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name that is too long, for example: reading it will say so
        return False


def _is_regular_or_missing(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return True


def _file(path: Path) -> File:
    try:
        found = path.stat()
        size = found.st_size if stat.S_ISREG(found.st_mode) else None
    except (OSError, ValueError):
        size = None
    return File(_printable(path), path, size)


def _printable(path: Path) -> str:
    """File names are bytes: those that are no UTF-8 are shown with a mark instead."""
    return os.fsencode(path).decode("utf-8", "replace")


def chunks(file: File, seen: Callable[[int], object]) -> Iterator[bytes]:
    """Read a file in chunks, the first of them with at least ``HEAD`` bytes where it is that long. Raises OSError.

    ``seen`` hears how many bytes were read each time.
    """
    if file.path is None:
        yield from _read(sys.stdin.buffer, seen)
        return
    with file.path.open("rb", buffering=0) as stream:
        yield from _read(stream, seen)


def _read(stream: BinaryIO, seen: Callable[[int], object]) -> Iterator[bytes]:
    head = b""
    while len(head) < HEAD:
        data = stream.read(CHUNK)
        if not data:
            break
        head += data
    seen(len(head))
    if head:
        yield head
    while data := stream.read(CHUNK):
        seen(len(data))
        yield data


PAGES: Final = {
    page.code: page
    for page in (
        Page(
            code="FILE-0001",
            severity="error",
            title="kind of file not recognised",
            problem="The file is of no kind that is known here. Looked for: {}.",
            why="No door of claimflow takes such a file: nothing in it would become a claim or a payment.",
            fix="Check that the right file was chosen, and that it is neither compressed nor encrypted.",
            source="claimflow check",
        ),
        Page(
            code="FILE-0002",
            severity="error",
            title="file is empty",
            problem="The file has no bytes.",
            why="An empty file is mostly a transfer that was cut off, or an export that failed.",
            fix="Send or export it again.",
            source="claimflow check",
        ),
        Page(
            code="FILE-0003",
            severity="error",
            title="file cannot be read",
            problem="The file cannot be read: {}.",
            why="What was not read was not checked: the result of the whole run is not to be trusted.",
            fix="Correct the path or the permissions, then check again.",
            source="claimflow check",
        ),
    )
}


def finding(code: str, *words: str) -> Finding:
    """A finding about a file as such."""
    page = PAGES[code]
    return Finding(
        code=code,
        severity=page.severity,
        segment=None,
        offset=None,
        path="",
        element="",
        title=page.title,
        problem=page.problem.format(*words),
        fix=page.fix,
        source=page.source,
    )
