"""A parked claim is freed while an event of it that could be passed over comes: whoever is first, nothing is lost or done twice.

Two transactions on real PostgreSQL, held open by the test: what happens is ordered by locks, never by time.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from shared.bus import Bus, Cause, Hears, MemoryBroker
from shared.bus.broker import Broker
from shared.bus.memory import MemoryRecord
from shared.bus.parking import Outcome
from shared.bus.records import Because, Frame, Writer
from shared.deciding import Command, Decision, Intent, Known
from shared.events import ClaimAcknowledged, ClaimCancelled, Event
from shared.tests.bus.service import QUICK, Note, Tallies, Tally
from shared.tests.bus.stage import PATIENCE, Stage, claims, until

BAD, LATER = 13, 8


@dataclass
class Opening(Tallies):
    """Closed by a charge of nothing, and then deaf to intake; what the submitter says opens it again.

    ``held``: its decisions are made and locked, and wait here before they are saved for good.
    """

    held: asyncio.Event | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        if state is not None and not state.charges[-1] and isinstance(what, ClaimCancelled):
            return Decision(state)
        return super().decide(state, what, known)

    def promoted(self, state: Tally) -> tuple[str, tuple[object, ...]]:
        return "open" if state.charges[-1] else "closed", (state.cents,)

    async def intend(self, tx: object, intents: Sequence[tuple[str, Intent]]) -> None:
        await super().intend(tx, intents)  # type: ignore[arg-type]
        if self.held is not None:
            self.reached.set()
            await asyncio.wait_for(self.held.wait(), PATIENCE)


@dataclass
class Scene:
    """A closed claim of which one event of the submitter is parked, and the next one of intake, which nobody has heard."""

    stage: Stage
    claim: str
    replaying: Opening
    replayer: Bus
    consumer: Bus
    parked: int
    later: MemoryRecord

    async def hear(self, *records: MemoryRecord) -> None:
        """Let the consumer apply a batch, and commit."""
        async with self.consumer.begin() as tx:
            await self.consumer.handle(tx, records)

    async def blocked(self) -> None:
        """Wait until one of the two waits for the other's lock."""
        await until(self._waits, self._waits)

    async def _waits(self) -> bool:
        async with self.stage.heard.connect() as tx:
            found = await tx.driver.fetchval(
                "select exists (select from pg_stat_activity where datname = current_database()"
                " and cardinality(pg_blocking_pids(pid)) > 0)"
            )
        return bool(found)

    async def settled(self) -> tuple[Mapping[str, list[int]], int, list[int]]:
        """Effects, events that are parked, and how far intake and the submitter have been heard."""
        async with self.stage.heard.connect() as tx:
            heard = await tx.driver.fetch(_HEARD, self.claim)
        return await self.stage.effects(), await self.replayer.parking.counted(), [row[0] for row in heard]


_HEARD = """
select max(version) from (
    select source, version from cursors where stream = $1
    union all
    select h.n - 1, h.version from tallies t, unnest(t.heard) with ordinality as h (version, n) where t.id = $1) as known
where version > 0 group by source order by source"""


def _bus(stage: Stage, tallies: Opening) -> Bus:
    hears = [Hears((ClaimCancelled,), tallies, deaf=("closed",)), Hears((ClaimAcknowledged,), tallies)]
    return Bus("scrubber", stage.heard, stage.broker, stage.sealer, stage.clock.now, hears, QUICK)


def _read(frame: Frame, offset: int) -> MemoryRecord:
    topic, partition, key, value, headers = frame
    return MemoryRecord(topic, partition, offset, key, value, headers)


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


@pytest.fixture
async def scene(stage: Stage) -> Scene:
    (claim,) = claims(1)
    replaying, broken = Opening(), Opening(broken={BAD})
    consumer = _bus(stage, broken)
    await consumer.ask(broken, [Cause(claim, Note(0))])
    opens = ClaimAcknowledged(hop="syntax", route="test", payer="SBX01", charge=BAD)
    said = Writer("submitter", stage.sealer).write(claim, 1, opens, stage.clock.now(), Because(b"x"))[0]
    passed, later = stage.frames(claim, 6, LATER)
    made = Scene(stage, claim, replaying, _bus(stage, replaying), consumer, 0, _read(later, 1))
    await made.hear(_read(passed, 0))
    await made.hear(_read(said, 0))
    (parked,) = await consumer.parking.shown()
    assert (parked.reason, await stage.effects()) == ("decision", {claim: [0]})
    broken.broken.clear()
    made.parked = parked.id
    return made


@asynccontextmanager
async def _in_time() -> AsyncIterator[asyncio.TaskGroup]:
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as group:
        yield group


async def _check(scene: Scene) -> None:
    """Both were decided, the parked one first; and what comes once more changes nothing."""
    wanted = ({scene.claim: [0, BAD, LATER]}, 0, [2, 1])
    assert await scene.settled() == wanted
    await scene.hear(scene.later)
    assert await scene.settled() == wanted


async def test_an_event_that_comes_while_its_claim_is_being_freed_waits_and_is_decided_after_it(
    scene: Scene,
) -> None:
    scene.replaying.held = asyncio.Event()
    async with _in_time() as group:
        replay = group.create_task(scene.replayer.parking.replay(scene.parked))
        await scene.replaying.reached.wait()
        hearing = group.create_task(scene.hear(scene.later))
        await scene.blocked()
        assert not hearing.done()
        scene.replaying.held.set()
    assert replay.result() == Outcome(1, 0)
    await _check(scene)


async def test_a_claim_that_is_freed_while_an_event_queues_behind_it_is_freed_with_that_event(
    scene: Scene,
) -> None:
    async with _in_time() as group, scene.consumer.begin() as tx:
        await scene.consumer.handle(tx, [scene.later])  # seen as parked, and not committed
        replay = group.create_task(scene.replayer.parking.replay(scene.parked))
        await scene.blocked()
        assert not replay.done()
    assert replay.result() == Outcome(2, 0)
    await _check(scene)


async def test_an_event_that_queues_behind_one_that_is_being_dismissed_is_passed_over_after_it(
    scene: Scene,
) -> None:
    async with _in_time() as group, scene.consumer.begin() as tx:
        await scene.consumer.handle(tx, [scene.later])
        dismissal = group.create_task(scene.replayer.parking.dismiss(scene.parked, "anna", "a test"))
        await scene.blocked()
    assert dismissal.result().left == 0
    assert await scene.settled() == ({scene.claim: [0]}, 0, [2, 1])  # still closed, so still deaf
