"""What the runtime promises, on the memory broker and on real Kafka: one suite of behaviours for both."""

import asyncio
from collections.abc import Mapping

import pytest

from shared.bus import Bus, Cause, MemoryBroker, Refused, Tuning, archive
from shared.bus.archive import delete, prepare, send_again
from shared.bus.consumer import Consumer
from shared.bus.parking import NotFirst, NotParked
from shared.bus.positions import rewind
from shared.bus.records import Part, unpacked
from shared.bus.types import Tx
from shared.events import PatientMerged
from shared.tests.bus.service import QUICK, Note, Tally
from shared.tests.bus.stage import Stage, claims, each, patient, running, until

MERGED = PatientMerged(kept="a", retired="b", facility="c", message="d")


async def test_each_claims_events_take_effect_once_and_in_order(stage: Stage) -> None:
    speaker, listener = stage.speaker(), stage.listener()
    ids = claims(40)
    async with running(speaker, listener):
        await stage.say(speaker, ids, 1, 2, 3, 4, 5)
        await stage.until(each(ids, 1, 2, 3, 4, 5))
    for claim in ids:
        async with stage.heard.connect() as tx:
            kept = await listener.routes.kind(stage.tallies).table.get(tx, claim, stage.sealer)
        assert kept is not None
        assert (kept.version, kept.state) == (5, Tally((1, 2, 3, 4, 5)))


async def test_batches_of_any_size_come_to_the_same(stage: Stage) -> None:
    listener, ids = stage.listener(patient(batch=7)), claims(20)
    await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2, 3))
    async with running(listener):
        await stage.until(each(ids, 1, 2, 3))
    assert listener.consumer is not None
    assert listener.consumer.batches >= 60 // 7


async def test_records_read_again_from_the_start_change_nothing(stage: Stage) -> None:
    listener, ids = stage.listener(), claims(10)
    async with running(listener):
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2, 3))
        await stage.until(each(ids, 1, 2, 3))
        assert listener.consumer is not None
        read = listener.consumer.events
        async with stage.heard.begin() as tx:
            assert await rewind(tx, listener.consumer.inbound().topics) == 12
        await stage.send(stage.frames(ids[0], 4, first=4))  # a fenced consumer finds out when it next commits
        await stage.until({**each(ids, 1, 2, 3), ids[0]: [1, 2, 3, 4]})
        await stage.nothing_new(listener, read + 1)
    assert await stage.effects() == {**each(ids, 1, 2, 3), ids[0]: [1, 2, 3, 4]}


async def test_records_sent_again_and_again_take_effect_once(stage: Stage) -> None:
    listener, ids = stage.listener(), claims(5)
    frames = [frame for claim in ids for frame in stage.frames(claim, 1, 2, 3)]
    async with running(listener):
        for _ in range(3):
            await stage.send(frames)
        await stage.nothing_new(listener, 3 * len(frames))
    assert await stage.effects() == each(ids, 1, 2, 3)


async def test_a_gap_parks_the_claim_until_what_is_missing_comes_and_then_all_is_in_order(
    stage: Stage,
) -> None:
    listener, (claim, other) = stage.listener(patient(heal_every=60)), claims(2)
    async with running(listener):
        one, two, three, four = stage.frames(claim, 1, 2, 3, 4)
        await stage.send([one, three, four, *stage.frames(other, 9)])
        assert [(why, version) for _, why, version in await stage.parked(listener, 2)] == [
            ("gap", 3),
            ("behind", 4),
        ]
        assert await stage.effects() == {claim: [1], other: [9]}
        await stage.send([two])
        await stage.parked(listener, 3)
        assert await listener.parking.heal() == 3
        await stage.until({claim: [1, 2, 3, 4], other: [9]})
        assert await listener.parking.counted() == 0


async def test_a_gap_heals_by_itself(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        one, two, three = stage.frames(claim, 1, 2, 3)
        await stage.send([one, three])
        await stage.parked(listener, 1)
        await stage.send([two])
        await stage.until({claim: [1, 2, 3]})
        await stage.parked(listener, 0)


async def test_a_gap_is_filled_by_asking_the_producer_to_send_again(stage: Stage) -> None:
    speaker, listener, (claim,) = stage.speaker(), stage.listener(), claims(1)
    await stage.say(speaker, [claim], 1, 2, 3)
    async with (
        stage.spoken.begin() as tx
    ):  # the first row never reaches the broker, as if the broker had lost it
        await prepare(tx, 7)
        await delete(tx, [await tx.driver.fetchval("select min(id) from outbox")], 7)
    async with running(speaker, listener):
        assert {why for _, why, _ in await stage.parked(listener, 4)} == {"gap", "behind"}
        assert await speaker.resend(claim, 1) >= 2
        await stage.until({claim: [1, 2, 3]})
        await stage.parked(listener, 0)


async def test_an_event_that_nobody_listens_to_leaves_no_gap_behind_it(stage: Stage) -> None:
    listener, (claim, quiet) = stage.listener(), claims(2)
    async with running(listener):
        await stage.send([stage.frame(claim, 1, MERGED), stage.frame(quiet, 1, MERGED)])
        await stage.nothing_new(listener, 2)
        await stage.send(stage.frames(claim, 5, first=2))
        await stage.until({claim: [5]})
        await stage.send([stage.frame(claim, 3, MERGED), *stage.frames(claim, 6, first=4)])
        await stage.until({claim: [5, 6]})
        assert await listener.parking.counted() == 0


async def test_bytes_that_do_not_open_park_that_claim_and_nothing_else(stage: Stage) -> None:
    listener, (bad, good) = stage.listener(), claims(2)
    topic, partition, key, value, headers = stage.frame(bad, 1, MERGED)
    _, _, _, sealed, _ = stage.frames(bad, 7)[0]
    cancelled = [(k, b"ClaimCancelled" if k == "ce_type" else v) for k, v in headers]
    async with running(listener):
        await stage.send(
            [
                (topic, partition, key, sealed[:-1] + bytes([sealed[-1] ^ 1]), cancelled),
                (topic, partition, b"no uuid", value, headers),
                (topic, partition, key, value, []),
                *stage.frames(bad, 8, first=2),
                *stage.frames(good, 1),
            ]
        )
        await stage.until({good: [1]})
        parked = await stage.parked(listener, 4)
        assert [why for _, why, _ in parked] == ["stray", "stray", "unreadable", "behind"]
        await listener.parking.dismiss(parked[2][0], "test", "damaged on the way")
        await stage.until({good: [1], bad: [8]})
        for stray in (0, 1):
            await listener.parking.dismiss(parked[stray][0], "test", "not ours")
        assert await listener.parking.counted() == 0


async def test_a_type_that_this_release_does_not_know_is_parked_and_not_dropped(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    topic, partition, key, value, headers = stage.frame(claim, 1, MERGED)
    new = [(k, b"ClaimTeleported" if k == "ce_type" else v) for k, v in headers]
    async with running(listener):
        await stage.send([(topic, partition, key, value, new), *stage.frames(claim, 2, first=2)])
        assert [why for _, why, _ in await stage.parked(listener, 2)] == ["unknown", "behind"]


async def test_a_decision_that_raises_parks_its_claim_alone_and_the_rest_queues_behind(stage: Stage) -> None:
    listener, ids = stage.listener(), claims(5)
    stage.tallies.broken.add(13)
    async with running(listener):
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2))
        await stage.send(stage.frames(ids[2], 13, 14, first=3))
        parked = await stage.parked(listener, 2)
        assert [(why, version) for _, why, version in parked] == [("decision", 3), ("behind", 4)]
        await stage.until(each(ids, 1, 2))
        (refused,) = await listener.ask(stage.tallies, [Cause(ids[2], Note(5))])
        assert isinstance(refused.refused, Refused)
        assert refused.refused.code == "parked"
        assert (await listener.parking.replay(parked[0][0])).left == 2
        with pytest.raises(NotFirst):
            await listener.parking.dismiss(parked[1][0], "test", "out of turn")
        stage.tallies.broken.clear()
        assert (await listener.parking.replay(parked[1][0])).settled == 2
        await stage.until({**each(ids, 1, 2), ids[2]: [1, 2, 13, 14]})
        with pytest.raises(NotParked):
            await listener.parking.replay(parked[0][0])


async def test_a_parked_event_that_is_dismissed_is_passed_over_and_the_rest_goes_on(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    stage.tallies.broken.add(13)
    async with running(listener):
        await stage.send(stage.frames(claim, 1, 13, 2))
        (first, _, _), _ = await stage.parked(listener, 2)
        await listener.parking.dismiss(first, "operator", "charged by mistake")
        await stage.until({claim: [1, 2]})
        await stage.send(stage.frames(claim, 3, first=4))
        await stage.until({claim: [1, 2, 3]})
    (shown,) = await listener.parking.shown(closed=True)
    assert (shown.closed_by, shown.closed_why) == ("operator", "charged by mistake")


async def test_a_batch_that_fails_as_a_whole_is_taken_apart_to_find_who_is_to_blame(stage: Stage) -> None:
    listener, ids = stage.listener(), claims(6)
    stage.tallies.unknowable.add(13)
    async with running(listener):
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2))
        await stage.send([*stage.frames(ids[0], 13, first=3), *stage.frames(ids[1], 3, first=3)])
        await stage.until({**each(ids, 1, 2), ids[1]: [1, 2, 3]})
        assert [why for _, why, _ in await stage.parked(listener, 1)] == ["decision"]


class Held(Consumer):
    """A consumer that can be stopped between its poll and its fence, as a frozen process is."""

    def hold(self) -> None:
        self.holding = asyncio.Event()
        self.go = asyncio.Event()

    async def _fence(self, tx: Tx, upto: Mapping[Part, int]) -> None:
        if not self.go.is_set():
            self.holding.set()
            await self.go.wait()
        await super()._fence(tx, upto)


class HeldBus(Bus):
    """A bus with such a consumer."""

    def _consumer(self) -> Held:
        inbound = self._broker.inbound(self.routes.topics(), "claimflow.scrubber")
        held = Held(self._db, inbound, self.handle, self.isolate, self.tuning, self._after_commit)
        held.hold()
        return held

    @property
    def held(self) -> Held:
        assert isinstance(self.consumer, Held)
        return self.consumer


async def test_a_rebalance_in_the_middle_of_a_batch_loses_and_repeats_nothing(stage: Stage) -> None:
    first, second, ids = stage.listener(kind=HeldBus), stage.listener(), claims(30)
    assert isinstance(first, HeldBus)
    async with running(first):
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2))
        await first.held.holding.wait()
        async with running(second):
            first.held.go.set()
            await stage.send(frame for claim in ids for frame in stage.frames(claim, 3, 4, first=3))
            await stage.until(each(ids, 1, 2, 3, 4))
            await until(lambda: _shares(first, second), lambda: _figures(first, second))
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 5, first=5))
        await stage.until(each(ids, 1, 2, 3, 4, 5))


async def _shares(*buses: Bus) -> bool:
    return all(bus.consumer is not None and len(bus.consumer.held()) == 6 for bus in buses)


async def _figures(*buses: Bus) -> list[object]:
    return [bus.figures() for bus in buses]


async def test_a_zombie_that_wakes_up_after_losing_its_partitions_changes_nothing(stage: Stage) -> None:
    zombie, heir = stage.listener(patient(revoke_patience=0.1), HeldBus), stage.listener()
    ids = claims(30)
    assert isinstance(zombie, HeldBus)
    async with running(zombie):
        await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2))
        await zombie.held.holding.wait()
        before = await _epochs(stage)
        async with running(heir):
            await until(lambda: _taken(stage, before), lambda: _epochs(stage))
            zombie.held.go.set()
            await stage.until(each(ids, 1, 2))
            await stage.send(frame for claim in ids for frame in stage.frames(claim, 3, first=3))
            await stage.until(each(ids, 1, 2, 3))


async def _epochs(stage: Stage) -> dict[int, int]:
    async with stage.heard.connect() as tx:
        rows = await tx.driver.fetch("select part, epoch from positions where topic like '%claims.intake'")
    return {row[0]: row[1] for row in rows}


async def _taken(stage: Stage, before: Mapping[int, int]) -> bool:
    return sum(epoch > before[part] for part, epoch in (await _epochs(stage)).items()) >= 6


async def test_two_relays_at_once_send_twice_at_most_and_every_effect_stays_single(stage: Stage) -> None:
    speakers, listener, ids = (stage.speaker(), stage.speaker()), stage.listener(), claims(20)
    async with running(*speakers, listener):
        for n in range(1, 6):
            await stage.say(speakers[n % 2], ids, n)
        await stage.until(each(ids, 1, 2, 3, 4, 5))
        assert sum(bool(speaker.figures()["relaying"]) for speaker in speakers) == 1
        async with stage.spoken.connect() as tx:  # past the lock: what a relay does whose connection broke
            ids_said = [row[0] for row in await tx.driver.fetch("select id from said order by id")]
            again = await archive.read(tx, ids_said)
        await speakers[0].relay.send([again[row] for row in ids_said])
        await stage.nothing_new(listener, 2 * 2 * 5 * 20)
    assert await stage.effects() == each(ids, 1, 2, 3, 4, 5)


async def test_a_relay_that_ends_is_followed_by_the_one_that_waits(stage: Stage) -> None:
    first, second, listener = stage.speaker(), stage.speaker(), stage.listener()
    ids = claims(3)
    async with running(second, listener):
        async with running(first):
            await stage.say(first, ids, 1)
            await stage.until(each(ids, 1))
        await stage.say(first, ids, 2)  # its relay is gone
        await stage.until(each(ids, 1, 2))


async def test_public_facts_are_acknowledged_before_anybody_can_react_to_the_event(stage: Stage) -> None:
    speaker, (claim,) = stage.speaker(), claims(1)
    sent: list[str] = []

    class Watching:
        async def send(self, frames: list[tuple[str, ...]]) -> None:
            sent.extend(frame[0] for frame in frames)

        async def stop(self) -> None:
            """Nothing."""

    await stage.say(speaker, [claim], 1, 2)
    speaker.relay._outbound = Watching()  # type: ignore[assignment]
    async with stage.spoken.connect() as tx:
        rows = list((await archive.read(tx, await archive.oldest(tx, 10))).values())
    await speaker.relay.send(rows)
    public = [frame for row in rows for frame in row.public]
    assert len(public) == 4
    assert sent == ["claims.lifecycle"] * 4 + ["claims.intake"] * 4


async def test_a_stop_in_the_middle_of_a_batch_finishes_the_batch(stage: Stage) -> None:
    listener, ids = stage.listener(kind=HeldBus), claims(20)
    assert isinstance(listener, HeldBus)
    task = asyncio.create_task(listener.run())
    await stage.send(frame for claim in ids for frame in stage.frames(claim, 1, 2))
    await listener.held.holding.wait()
    stopping = asyncio.create_task(listener.stop())
    await asyncio.sleep(0)
    assert await stage.effects() == {}
    listener.held.go.set()
    await asyncio.gather(stopping, task)
    done = await stage.effects()
    assert done
    async with running(stage.listener()):
        await stage.until(each(ids, 1, 2))


async def test_a_broker_that_was_wiped_is_filled_again_from_the_archive(stage: Stage) -> None:
    if not isinstance(stage.broker, MemoryBroker):
        pytest.skip("a shared Kafka is not wiped; the archive and the versions are the same")
    speaker, listener, ids = stage.speaker(), stage.listener(), claims(5)
    async with running(speaker, listener):
        await stage.say(speaker, ids, 1, 2, 3)
        await stage.until(each(ids, 1, 2, 3))
    stage.broker.logs.clear()
    async with stage.spoken.begin() as tx:
        assert await send_again(tx) == 3
    speaker, listener = stage.speaker(), stage.listener()
    async with running(speaker, listener):
        await stage.say(speaker, ids, 4)
        await stage.until(each(ids, 1, 2, 3, 4))
    assert len([r for log in stage.broker.logs["claims.intake"] for r in log]) == 40


async def _ask_and_fail(bus: Bus, stage: Stage, claim: str) -> None:
    async with bus.begin() as tx:
        await bus.ask_in(tx, stage.tallies, [Cause(claim, Note(5))])
        raise ZeroDivisionError


async def test_commands_refused_change_nothing_and_commands_of_one_transaction_are_one_outbox_row(
    stage: Stage,
) -> None:
    speaker, (claim, other) = stage.listener(Tuning()), claims(2)
    done = await speaker.ask(
        stage.tallies, [Cause(claim, Note(1)), Cause(claim, Note(-1)), Cause(other, Note(2))]
    )
    assert [d.refused.code if d.refused else "" for d in done] == ["", "negative", ""]
    async with speaker.begin() as tx:
        await speaker.ask_in(tx, stage.tallies, [Cause(claim, Note(3))])
        await speaker.ask_in(tx, stage.tallies, [Cause(claim, Note(4))])
    with pytest.raises(ZeroDivisionError):
        await _ask_and_fail(speaker, stage, claim)
    assert await stage.effects() == {claim: [1, 3, 4], other: [2]}
    async with stage.heard.connect() as tx:
        rows = await tx.driver.fetch("select internal from outbox order by id")
    versions = [dict(frame[4])["ver"] for row in rows for frame in unpacked(row[0])]
    assert len(rows) == 2
    assert versions == [b"1", b"1", b"2", b"3"]
    assert QUICK.batch == 1000
