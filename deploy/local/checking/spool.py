"""A list that goes to disk when it gets long: a file of gigabytes may have millions of findings."""

import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any, Generic, TypeVar

import msgspec

T = TypeVar("T")

LIMIT = 20_000
"""Things that are kept in memory."""


class Spool(Generic[T]):
    """Add things, then go through them as often as needed; ``close`` it at the end.

    They come in the order of ``key`` while they all fit in memory, else in the order in which they were added. On disk they
    are in a file without a name, that nobody else can open.
    """

    def __init__(self, kind: type[T], key: Callable[[T], Any], limit: int = LIMIT) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._encoder = msgspec.json.Encoder()
        self._key = key
        self._limit = limit
        self._held: list[T] = []
        self._file: IO[bytes] | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, thing: T) -> None:
        """Add one thing."""
        self._held.append(thing)
        self._count += 1
        if len(self._held) > self._limit:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115  closed by ``close``
            self._file.writelines(self._encoder.encode(one) + b"\n" for one in self._held)
            self._held.clear()

    def __iter__(self) -> Iterator[T]:
        if self._file is None:
            yield from sorted(self._held, key=self._key)
            return
        self._file.seek(0)
        for line in self._file:
            yield self._decoder.decode(line)
        yield from self._held

    def close(self) -> None:
        """Forget everything."""
        self._held.clear()
        if self._file is not None:
            self._file.close()
