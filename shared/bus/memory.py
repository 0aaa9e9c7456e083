"""A broker in memory that keeps Kafka's rules: partitions, offsets, groups, generations, redelivery, rebalance."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.bus.broker import Assigned, Parts
from shared.bus.records import PARTITIONS, Frame, Headers, Part, Record
from shared.bus.topics import Topic


@dataclass(frozen=True, slots=True)
class MemoryRecord:
    """One record of a partition's log."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: Headers


@dataclass(slots=True, eq=False)
class _Group:
    """A consumer group: its members, their shares, and how often they were dealt out."""

    members: list["MemoryInbound"] = field(default_factory=list)
    generation: int = 0
    committed: dict[Part, int] = field(default_factory=dict)
    dealing: asyncio.Lock = field(default_factory=asyncio.Lock)


class MemoryBroker:
    """Topics in this process. ``down`` and ``up`` play a broker's restart: its log survives, its members rejoin."""

    def __init__(self, partitions: int = PARTITIONS) -> None:
        self.partitions = partitions
        self.logs: dict[str, list[list[MemoryRecord]]] = {}
        self.news = asyncio.Condition()
        self.is_up = True
        self._groups: dict[str, _Group] = {}

    def inbound(self, topics: Sequence[str], group: str) -> "MemoryInbound":
        """A new member of ``group``."""
        return MemoryInbound(self, tuple(topics), group)

    async def outbound(self) -> "MemoryOutbound":
        """A new producer."""
        self.check()
        return MemoryOutbound(self)

    async def create(self, topics: Sequence[Topic]) -> None:
        """Make topics; those that exist stay as they are."""
        for topic in topics:
            self.logs.setdefault(topic.name, [[] for _ in range(topic.partitions)])

    def log(self, part: Part) -> list[MemoryRecord]:
        """The log of one partition, made when it is first asked for."""
        logs = self.logs.setdefault(part.topic, [[] for _ in range(self.partitions)])
        return logs[part.partition]

    async def append(self, frames: Sequence[Frame]) -> None:
        """Write records at the ends of their partitions. Raises ConnectionError while the broker is down."""
        self.check()
        for topic, partition, key, value, headers in frames:
            log = self.log(Part(topic, partition))
            log.append(MemoryRecord(topic, partition, len(log), key, value, headers))
        async with self.news:
            self.news.notify_all()

    def check(self) -> None:
        """Raise ConnectionError while the broker is down."""
        if not self.is_up:
            raise ConnectionError("the memory broker is down")

    async def down(self) -> None:
        """Refuse everything until ``up``; members lose their places."""
        self.is_up = False
        async with self.news:
            self.news.notify_all()

    async def up(self) -> None:
        """Take requests again, and deal out every group's partitions anew."""
        self.is_up = True
        for name in list(self._groups):
            await self.deal(name)

    async def join(self, member: "MemoryInbound") -> None:
        """Let a member into its group and deal out the partitions anew."""
        self._groups.setdefault(member.group, _Group()).members.append(member)
        await self.deal(member.group)

    async def leave(self, member: "MemoryInbound") -> None:
        """Take a member out, whether it knows or not, and deal out the partitions anew."""
        group = self._groups.get(member.group)  # None for a member that was stopped before it joined
        if group is not None and member in group.members:
            group.members.remove(member)
            await self.deal(member.group)

    async def deal(self, name: str) -> None:
        """Rebalance: a new generation, every partition to exactly one member."""
        group = self._groups[name]
        async with group.dealing:
            group.generation += 1
            members = list(group.members)
            for member in members:
                await member.revoke()
            topics = sorted({topic for member in members for topic in member.topics})
            shares: dict[MemoryInbound, set[Part]] = {member: set() for member in members}
            for topic in topics:
                takers = [member for member in members if topic in member.topics]
                for partition in range(len(self.logs.get(topic, [])) or self.partitions):
                    shares[takers[partition % len(takers)]].add(Part(topic, partition))
            for member, share in shares.items():
                await member.assign(frozenset(share), group.generation)

    def commit(self, name: str, generation: int, offsets: Mapping[Part, int]) -> None:
        """Keep a group's offsets. Raises ConnectionError for a member of an older generation."""
        group = self._groups[name]
        if generation != group.generation:
            raise ConnectionError("illegal generation")
        group.committed.update(offsets)


class MemoryInbound:
    """One member of a group."""

    def __init__(self, broker: MemoryBroker, topics: tuple[str, ...], group: str) -> None:
        self.topics = topics
        self.group = group
        self._broker = broker
        self._at: dict[Part, int] = {}
        self._generation = 0
        self._assigned: Assigned = _nothing
        self._revoked: Assigned = _nothing

    async def start(self, assigned: Assigned, revoked: Assigned) -> None:
        """Join the group."""
        self._broker.check()
        self._assigned, self._revoked = assigned, revoked
        await self._broker.join(self)

    async def revoke(self) -> None:
        """The group takes everything back."""
        if self._at:
            await self._revoked(frozenset(self._at))
        self._at = {}

    async def assign(self, parts: Parts, generation: int) -> None:
        """The group gives these."""
        self._generation = generation
        self._at = dict.fromkeys(parts, 0)
        await self._assigned(parts)
        async with self._broker.news:
            self._broker.news.notify_all()

    async def poll(self, limit: int, wait: float) -> Mapping[Part, Sequence[Record]]:
        """What is there, or what comes within ``wait`` seconds."""
        self._broker.check()
        found = self._take(limit)
        if found or wait <= 0:
            return found
        try:
            async with asyncio.timeout(wait), self._broker.news:
                await self._broker.news.wait()
        except TimeoutError:
            pass
        self._broker.check()
        return self._take(limit)

    def _take(self, limit: int) -> dict[Part, Sequence[Record]]:
        found: dict[Part, Sequence[Record]] = {}
        for part, at in sorted(self._at.items()):
            records = self._broker.log(part)[at : at + limit]
            if records:
                found[part] = records
                self._at[part] = at + len(records)
                limit -= len(records)
            if limit <= 0:
                break
        return found

    def seek(self, part: Part, offset: int) -> None:
        """Read that partition from there."""
        if part in self._at:
            self._at[part] = offset

    def assignment(self) -> Parts:
        """What it believes it has."""
        return frozenset(self._at)

    async def ends(self, parts: Iterable[Part]) -> dict[Part, tuple[int, int]]:
        """First and next offsets."""
        self._broker.check()
        return {part: (0, len(self._broker.log(part))) for part in parts}

    async def commit(self, offsets: Mapping[Part, int]) -> None:
        """For dashboards."""
        self._broker.check()
        self._broker.commit(self.group, self._generation, offsets)

    async def stop(self) -> None:
        """Leave the group."""
        self._at = {}
        await self._broker.leave(self)


class MemoryOutbound:
    """A producer."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker

    async def send(self, frames: Sequence[Frame]) -> None:
        """Append; memory acknowledges at once."""
        await self._broker.append(frames)

    async def stop(self) -> None:
        """Nothing to let go of."""


async def _nothing(parts: Parts) -> None:
    """Before the first assignment."""
