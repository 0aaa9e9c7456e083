"""What the conformance tests stand on: two small services, a broker of either kind, and ways to look at the effects."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from shared.bus import Bus, Cause, Hears, Sealer, Tuning
from shared.bus.broker import Broker
from shared.bus.records import Because, Frame, Writer
from shared.claim import uuid7
from shared.events import ClaimCancelled, Event
from shared.service.database import Database
from shared.testing.clock import FixedClock
from shared.tests.bus.service import KEYS, QUICK, Note, Speaker, Tallies, cancelled

PATIENCE = 120.0


@dataclass
class Stage:
    """Intake speaks, the scrubber listens; each has its database. ``broker`` is either kind."""

    broker: Broker
    spoken: Database
    heard: Database
    sealer: Sealer = field(default_factory=lambda: Sealer(KEYS))
    clock: FixedClock = field(default_factory=FixedClock)
    tallies: Tallies = field(default_factory=Tallies)
    deaf: tuple[str, ...] = ()

    def speaker(self, tuning: Tuning = QUICK) -> Bus:
        """Intake's bus: says ClaimCancelled for each Note."""
        return Bus("intake", self.spoken, self.broker, self.sealer, self.clock.now, tuning=tuning)

    def listener(self, tuning: Tuning = QUICK, kind: type[Bus] = Bus) -> Bus:
        """The scrubber's bus: tallies every ClaimCancelled."""
        hears = [Hears((ClaimCancelled,), self.tallies, deaf=self.deaf)]
        return kind("scrubber", self.heard, self.broker, self.sealer, self.clock.now, hears, tuning)

    async def say(self, bus: Bus, claims: Iterable[str], *cents: int) -> None:
        """Let intake say these amounts about each claim, one transaction for each amount."""
        known = list(claims)
        for amount in cents:
            await bus.ask(Speaker(), [Cause(claim, Note(amount)) for claim in known])

    def frames(self, claim: str, *cents: int, first: int = 1) -> list[Frame]:
        """Finished records of ClaimCancelled, versions from ``first`` on, as intake's relay would send them."""
        return [self.frame(claim, first + n, cancelled(amount)) for n, amount in enumerate(cents)]

    def frame(self, claim: str, version: int, event: Event) -> Frame:
        """One finished record."""
        writer = Writer("intake", self.sealer)
        return writer.write(claim, version, event, self.clock.now(), Because(claim.encode()))[0]

    async def send(self, frames: Iterable[Frame]) -> None:
        """Put records on the broker, past any relay."""
        outbound = await self.broker.outbound()
        try:
            await outbound.send(list(frames))
        finally:
            await outbound.stop()

    async def effects(self) -> dict[str, list[int]]:
        """What each claim's decisions had printed, in the order of their commits: the effects that must be exact."""
        async with self.heard.connect() as tx:
            rows = await tx.driver.fetch("select claim, cents from prints order by id")
        found: dict[str, list[int]] = {}
        for row in rows:
            found.setdefault(str(row[0]), []).append(row[1])
        return found

    async def until(self, effects: dict[str, list[int]]) -> None:
        """Wait until the effects are these."""
        await until(lambda: self._are(effects), self.effects)

    async def _are(self, effects: dict[str, list[int]]) -> bool:
        return await self.effects() == effects

    async def parked(self, bus: Bus, count: int) -> list[tuple[int, str, int]]:
        """Wait until so many events are parked; their ids, reasons and versions."""

        async def enough() -> bool:
            return await bus.parking.counted() == count

        await until(enough, bus.parking.shown)
        return [(p.id, p.reason, p.version) for p in await bus.parking.shown()]

    async def nothing_new(self, bus: Bus, events: int) -> None:
        """Wait until a bus has read so many records, repeats included."""
        assert bus.consumer is not None
        consumer = bus.consumer

        async def read() -> bool:
            return consumer.events >= events

        await until(read, lambda: _say(consumer.events))


async def _say(value: object) -> object:
    return value


async def until(holds: Callable[[], Awaitable[bool]], tell: Callable[[], Awaitable[object]]) -> None:
    """Wait for a condition. Fails after ``PATIENCE`` seconds, and tells what was there instead."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not await holds():  # noqa: ASYNC110 - servers tell nobody when they are done
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"waited {PATIENCE} s in vain; there is {await tell()!r}") from None


@asynccontextmanager
async def running(*buses: Bus) -> AsyncIterator[None]:
    """Run buses, and stop them in the end; what they raise is raised."""
    tasks = [asyncio.create_task(bus.run()) for bus in buses]
    try:
        yield
    finally:
        await asyncio.gather(*(bus.stop() for bus in buses))
        await asyncio.gather(*tasks)


def claims(count: int) -> list[str]:
    """New claim ids."""
    return [uuid7() for _ in range(count)]


def each(ids: Iterable[str], *cents: int) -> dict[str, list[int]]:
    """These effects for every one of these claims."""
    return {claim: list(cents) for claim in ids}


def patient(tuning: Tuning = QUICK, **changes: float) -> Tuning:
    """Another tuning."""
    return replace(tuning, **changes)  # type: ignore[arg-type]
