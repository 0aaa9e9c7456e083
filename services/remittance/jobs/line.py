"""Whose turn it is of several files: some are posted side by side, and those that have something in common as they came."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Set
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol, TypeVar


class Touching(Protocol):
    """What was read of a file: ``touches`` names what it shares with others whose order matters."""

    @property
    def touches(self) -> Set[str]: ...


R = TypeVar("R", bound=Touching)


class _Inside(NamedTuple):
    """A file that is being worked on. ``left`` is set when it is not any more, whatever came of it."""

    size: int
    touches: Set[str]
    left: asyncio.Event


class Line:
    """A line of files. The first is let in when there is room, and is read before the next one is.

    ``files`` may be inside at once, and ``size`` of them together; one that is larger is inside alone. Each waits only
    for such as came before it, so none waits for ever.
    """

    def __init__(self, files: int, size: int) -> None:
        self._files = files
        self._size = size
        self._door = asyncio.Lock()  # a fair one: who came first goes first
        self._inside: list[_Inside] = []
        self._left = asyncio.Event()

    @asynccontextmanager
    async def turn(self, size: int, read: Callable[[], Awaitable[R]]) -> AsyncIterator[R]:
        """Read the file when it is let in, and yield that when nobody inside who came before it touches the same.

        Raises what ``read`` raises.
        """
        async with self._door:
            while self._is_full(size):
                self._left.clear()
                await self._left.wait()
            found = await read()
            earlier = [other for other in self._inside if not other.touches.isdisjoint(found.touches)]
            mine = _Inside(size, found.touches, asyncio.Event())
            self._inside.append(mine)
        try:
            for other in earlier:
                await other.left.wait()
            yield found
        finally:
            self._inside.remove(mine)
            mine.left.set()
            self._left.set()

    def _is_full(self, size: int) -> bool:
        inside = sum(other.size for other in self._inside)
        return bool(self._inside) and (len(self._inside) == self._files or inside + size > self._size)
