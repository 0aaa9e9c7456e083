"""How much memory all that has come in and is not yet answered may take, over all connections."""

import asyncio
import itertools


class Room:
    """Bytes that all connections share. Each connection has a Share of it.

    Who finds no room waits. When all that hold some wait for more, nobody could ever end its message: then the one that
    has held longest goes on, so that at most one message lies beyond the limit.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._used = 0
        self._turns = itertools.count()
        self._holding: set[Share] = set()
        self._waiting: dict[Share, asyncio.Event] = {}

    async def take(self, share: "Share", size: int) -> None:
        """Wait until there is room for so much more."""
        while self._used and self._used + size > self._limit:
            self._waiting[share] = asyncio.Event()
            try:
                if self._first_of_the_stuck() is share:
                    break
                self._wake()
                await self._waiting[share].wait()
            finally:
                del self._waiting[share]
        if not share.held:
            share.turn = next(self._turns)
            self._holding.add(share)
        share.held += size
        self._used += size

    def give(self, share: "Share", size: int) -> None:
        """Give room back."""
        share.held -= size
        self._used -= size
        if not share.held:
            self._holding.discard(share)
        for event in self._waiting.values():
            event.set()

    def _wake(self) -> None:
        if first := self._first_of_the_stuck():
            self._waiting[first].set()

    def _first_of_the_stuck(self) -> "Share | None":
        """The share that has held longest, when each that holds something waits."""
        if self._holding <= self._waiting.keys():
            return min(self._holding, key=lambda share: share.turn, default=None)
        return None


class Share:
    """What one connection holds of the room, in bytes."""

    def __init__(self, room: Room) -> None:
        self.held = 0
        self.turn = 0
        self._room = room

    async def take(self, size: int) -> None:
        """Hold so much more, as soon as there is room."""
        await self._room.take(self, size)

    def give(self, size: int) -> None:
        """Let go of so much, or of all that is held."""
        given = min(size, self.held)
        if given:
            self._room.give(self, given)
