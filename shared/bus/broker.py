"""The seam to a broker: real Kafka (shared.bus.kafka) or the memory broker that keeps its rules (shared.bus.memory)."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Protocol

from shared.bus.records import Frame, Part, Record
from shared.bus.topics import Topic

Parts = frozenset[Part]
Assigned = Callable[[Parts], Awaitable[None]]


class Inbound(Protocol):
    """One member of a consumer group. Offsets are the caller's: it seeks after each assignment."""

    topics: tuple[str, ...]
    """As the broker calls them."""

    async def start(self, assigned: Assigned, revoked: Assigned) -> None:
        """Join. ``assigned`` is awaited before records of those partitions come, ``revoked`` before another gets them."""

    async def poll(self, limit: int, wait: float) -> Mapping[Part, Sequence[Record]]:
        """Up to ``limit`` records, in offset order per partition; waits up to ``wait`` seconds for the first."""

    def seek(self, part: Part, offset: int) -> None:
        """Read that partition from there."""

    def assignment(self) -> Parts:
        """What this member has now, as far as it knows."""

    async def ends(self, parts: Iterable[Part]) -> dict[Part, tuple[int, int]]:
        """First and next offset of each partition."""

    async def commit(self, offsets: Mapping[Part, int]) -> None:
        """Tell the group where we are, for dashboards. Nothing depends on it; it may be lost."""

    async def stop(self) -> None:
        """Leave the group."""


class Outbound(Protocol):
    """A producer."""

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send in order per partition and return when every record is acknowledged. Raises when one is not."""

    async def stop(self) -> None:
        """Let go, without waiting for what was not acknowledged."""


class Broker(Protocol):
    """Where members and producers come from."""

    def inbound(self, topics: Sequence[str], group: str) -> Inbound:
        """A new member of ``group``."""

    async def outbound(self) -> Outbound:
        """A new producer, started."""

    async def create(self, topics: Sequence[Topic]) -> None:
        """Make these topics; those that exist stay as they are."""
