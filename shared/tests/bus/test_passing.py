"""Events that nobody listens to move a cursor and nothing else; what stands in their way is seen all the same."""

import pytest

from shared.bus import Cause, MemoryBroker
from shared.bus.broker import Broker
from shared.bus.passing import heard_up_to
from shared.bus.records import Frame
from shared.bus.states import Conflict
from shared.deciding import Command, Decision, Known
from shared.events import Event, PatientMerged
from shared.tests.bus.service import Note, Tallies, Tally
from shared.tests.bus.stage import Stage, claims, running

IGNORED = PatientMerged(kept="a", retired="b", facility="c", message="d")


class Closing(Tallies):
    """Deaf to what it hears after a charge of nothing, until another is noted by hand."""

    def decide(self, state: Tally | None, what: Event | Command, known: Known[None]) -> Decision[Tally]:
        if state is not None and self.promoted(state)[0] == "closed" and not isinstance(what, Note):
            return Decision(state)
        return super().decide(state, what, known)

    def promoted(self, state: Tally) -> tuple[str, tuple[object, ...]]:
        return "open" if state.charges[-1] else "closed", (state.cents,)


@pytest.fixture
def closing(stage: Stage) -> Stage:
    stage.tallies, stage.deaf = Closing(), ("closed",)
    return stage


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


def _ignored(stage: Stage, claim: str, *versions: int) -> list[Frame]:
    return [stage.frame(claim, version, IGNORED) for version in versions]


async def _row(stage: Stage, claim: str) -> tuple[int, int, int]:
    """The row's revision, what it has heard of intake, and what was passed over."""
    async with stage.heard.connect() as tx:
        row = await tx.driver.fetchrow(
            "select revision, heard[1], (select coalesce(max(version), 0) from cursors where stream = t.id)"
            " from tallies t where id = $1",
            claim,
        )
    return tuple(row)


async def test_ignored_events_write_no_row_and_the_next_relevant_one_fits_behind_them(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.nothing_new(listener, 1)
        await stage.send(stage.frames(claim, 5, first=2))
        await stage.until({claim: [5]})
        revision, heard, _ = await _row(stage, claim)
        assert heard == 2
        await stage.send(_ignored(stage, claim, 3))
        await stage.nothing_new(listener, 3)
        assert await _row(stage, claim) == (revision, 2, 3)
        await stage.send(stage.frames(claim, 6, first=4))
        await stage.until({claim: [5, 6]})
        assert await listener.parking.counted() == 0


async def test_cursors_that_move_on_together_stay_in_their_pages(stage: Stage) -> None:
    listener, many = stage.listener(), claims(150)
    pages = "select stream, (ctid::text::point)[0] as page from cursors order by stream"
    async with running(listener):
        await stage.send([frame for claim in many for frame in _ignored(stage, claim, 1)])
        await stage.nothing_new(listener, 150)
        async with stage.heard.connect() as tx:
            before = await tx.driver.fetch(pages)
        await stage.send([frame for claim in many for frame in _ignored(stage, claim, 2)])
        await stage.nothing_new(listener, 300)
    async with stage.heard.connect() as tx:
        assert await tx.driver.fetch(pages) == before
    assert len({row["page"] for row in before}) > 1


async def test_what_a_row_takes_along_is_not_written_a_second_time_as_a_cursor(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(stage.frames(claim, 5, 6))
        await stage.until({claim: [5, 6]})
        _, heard, passed = await _row(stage, claim)
    assert (heard, passed) == (2, 0)


async def test_a_stream_that_is_only_ignored_never_touches_the_row_of_another_producers_claim(
    stage: Stage,
) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.send(_ignored(stage, claim, 2, 3))
        await stage.nothing_new(listener, 3)
    async with stage.heard.connect() as tx:
        assert await tx.driver.fetchval("select count(*) from tallies") == 0
        assert await tx.driver.fetchval("select version from cursors where stream = $1", claim) == 3


async def test_repeats_of_what_was_passed_over_are_dropped_also_as_events_that_are_heard_by_now(
    stage: Stage,
) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1, 2))
        await stage.send(_ignored(stage, claim, 1, 2))
        await stage.send(stage.frames(claim, 7, first=2))  # as if a later release listened to it
        await stage.send(stage.frames(claim, 8, first=3))
        await stage.until({claim: [8]})
        assert await listener.parking.counted() == 0


async def test_first_events_that_come_again_with_those_of_others_move_each_stream_as_far_as_it_is(
    stage: Stage,
) -> None:
    listener, (known, fresh) = stage.listener(), claims(2)
    async with running(listener):
        await stage.send(_ignored(stage, known, 1))
        await stage.nothing_new(listener, 1)
        await stage.send([*_ignored(stage, known, 1, 2), *_ignored(stage, fresh, 1, 2)])
        await stage.send([*stage.frames(known, 5, first=3), *stage.frames(fresh, 6, first=3)])
        await stage.until({known: [5], fresh: [6]})
        assert await listener.parking.counted() == 0


async def test_a_gap_before_an_ignored_event_is_parked_until_it_is_filled(stage: Stage) -> None:
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(stage.frames(claim, 1, first=1))
        await stage.until({claim: [1]})
        await stage.send(_ignored(stage, claim, 3))
        assert [why for _, why, _ in await stage.parked(listener, 1)] == ["gap"]
        await stage.send(stage.frames(claim, 2, first=2))
        await stage.until({claim: [1, 2]})
        await stage.parked(listener, 0)


async def test_of_one_batch_what_fits_is_passed_over_and_the_rest_goes_the_long_way(stage: Stage) -> None:
    stage.tallies.broken.add(13)
    listener, (early, broken, late, other) = stage.listener(), claims(4)
    async with running(listener):
        await stage.send([*_ignored(stage, early, 1), *stage.frames(broken, 13)])
        await stage.parked(listener, 1)
        mixed = [*_ignored(stage, early, 2, 3), *_ignored(stage, broken, 2), *_ignored(stage, late, 2)]
        await stage.send([*mixed, *_ignored(stage, other, 1), *stage.frames(other, 5, first=2)])
        await stage.until({other: [5]})
        assert {why for _, why, _ in await stage.parked(listener, 3)} == {"decision", "behind", "gap"}
        await stage.send(stage.frames(early, 6, first=4))
        await stage.until({other: [5], early: [6]})


async def test_an_ignored_event_of_a_parked_claim_queues_behind_it(stage: Stage) -> None:
    stage.tallies.broken.add(13)
    listener, (claim,) = stage.listener(), claims(1)
    async with running(listener):
        await stage.send(_ignored(stage, claim, 1))
        await stage.send(stage.frames(claim, 13, first=2))
        await stage.parked(listener, 1)
        await stage.send(_ignored(stage, claim, 3))
        assert [why for _, why, _ in await stage.parked(listener, 2)] == ["decision", "behind"]
        stage.tallies.broken.clear()
        first = (await listener.parking.shown())[0].id
        assert (await listener.parking.replay(first)).left == 0
        await stage.send(stage.frames(claim, 14, first=4))
        await stage.until({claim: [13, 14]})


def _damaged(stage: Stage, claim: str, version: int) -> Frame:
    topic, partition, key, value, headers = stage.frames(claim, 1, first=version)[0]
    return topic, partition, key, value[:-1], headers


async def _note(stage: Stage, claim: str, cents: int) -> None:
    done = await stage.listener().ask(stage.tallies, [Cause(claim, Note(cents))])
    assert done[0].refused is None


async def test_a_row_in_a_deaf_state_is_neither_written_nor_are_its_events_opened(closing: Stage) -> None:
    listener, (claim,) = closing.listener(), claims(1)
    await _note(closing, claim, 0)
    before, asked = await _row(closing, claim), list(closing.tallies.batches)
    async with running(listener):
        await closing.send([_damaged(closing, claim, 1), *_ignored(closing, claim, 2)])
        await closing.send(closing.frames(claim, 6, 7, first=3))
        await closing.nothing_new(listener, 4)
        assert await _row(closing, claim) == (*before[:2], 4)
        assert closing.tallies.batches == asked
        assert await listener.parking.counted() == 0


async def test_a_row_that_listens_again_hears_the_next_event_and_knows_those_passed_over_for_repeats(
    closing: Stage,
) -> None:
    listener, (claim,) = closing.listener(), claims(1)
    await _note(closing, claim, 0)
    async with running(listener):
        await closing.send(closing.frames(claim, 6, 7))
        await closing.nothing_new(listener, 2)
        await _note(closing, claim, 5)
        await closing.send(closing.frames(claim, 6, 7, 8))
        await closing.until({claim: [0, 5, 8]})
        assert await listener.parking.counted() == 0


async def test_what_is_said_to_a_claim_without_a_row_or_in_another_state_is_decided(closing: Stage) -> None:
    listener, (new, old) = closing.listener(), claims(2)
    await _note(closing, old, 5)
    async with running(listener):
        await closing.send([*closing.frames(new, 1, 2), *closing.frames(old, 3)])
        await closing.until({new: [1, 2], old: [5, 3]})


async def test_a_gap_in_what_a_deaf_row_is_told_is_parked_and_what_follows_queues_behind(
    closing: Stage,
) -> None:
    listener, (claim,) = closing.listener(), claims(1)
    await _note(closing, claim, 0)
    async with running(listener):
        await closing.send(closing.frames(claim, 6, first=2))
        await closing.parked(listener, 1)
        await closing.send(closing.frames(claim, 7, first=3))
        assert [why for _, why, _ in await closing.parked(listener, 2)] == ["gap", "behind"]
        await closing.send(closing.frames(claim, 5, first=1))
        await closing.parked(listener, 0)
        await _note(closing, claim, 9)
        await closing.send(closing.frames(claim, 8, first=4))
        await closing.until({claim: [0, 9, 8]})


async def test_whoever_makes_a_row_listen_while_events_are_passed_over_comes_after_them(
    closing: Stage,
) -> None:
    listener, (claim,) = closing.listener(), claims(1)
    await _note(closing, claim, 0)
    asker = closing.listener()
    async with asker.begin() as tx:
        await asker.ask_in(tx, closing.tallies, [Cause(claim, Note(5))])  # its lock is held
        async with running(listener):
            await closing.send(closing.frames(claim, 6))
            await closing.nothing_new(listener, 1)
    async with running(listener := closing.listener()):
        await closing.send(closing.frames(claim, 8, first=2))
        await closing.until({claim: [0, 5, 8]})
        assert await listener.parking.counted() == 0


async def test_a_first_cursor_that_another_transaction_makes_meanwhile_is_rivalry_and_nobodys_fault(
    stage: Stage,
) -> None:
    (claim,) = claims(1)
    async with stage.heard.begin() as late:
        await late.driver.execute("set transaction isolation level repeatable read")
        assert await late.driver.fetchval("select count(*) from cursors") == 0  # its view of the table
        async with stage.heard.begin() as first:
            await heard_up_to(first, 0, [claim], 1)
        with pytest.raises(Conflict):
            await heard_up_to(late, 0, [claim], 1)
