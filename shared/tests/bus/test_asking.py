"""Commands that meet others at the same rows."""

import asyncio

import pytest

from shared.bus import Cause, MemoryBroker, Tuning
from shared.bus.asking import STRETCH
from shared.bus.broker import Broker
from shared.bus.records import unpacked
from shared.tests.bus.service import Note, Stepping, Tallies, Tally
from shared.tests.bus.stage import Stage, claims


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


@pytest.fixture(params=[Tallies, Stepping])
def either(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """Decisions in one go, and in steps."""
    stage.tallies = request.param()
    return stage


async def test_commands_that_make_the_same_row_at_the_same_time_all_count_once(stage: Stage) -> None:
    bus, ids = stage.listener(Tuning()), claims(3)
    asks = [bus.ask(stage.tallies, [Cause(claim, Note(n)) for claim in ids]) for n in range(1, 6)]
    await asyncio.gather(*asks)
    effects = await stage.effects()
    assert {claim: sorted(cents) for claim, cents in effects.items()} == {
        claim: [1, 2, 3, 4, 5] for claim in ids
    }
    async with stage.heard.connect() as tx:
        rows = await tx.driver.fetch("select internal from outbox order by id")
    said = [(frame[2].decode(), int(dict(frame[4])["ver"])) for row in rows for frame in unpacked(row[0])]
    assert {claim: [version for about, version in said if about == claim] for claim in ids} == {
        claim: [1, 2, 3, 4, 5] for claim in ids
    }


async def test_the_outbox_keeps_each_claims_events_in_the_order_of_their_commits(stage: Stage) -> None:
    bus, ids = stage.listener(Tuning()), claims(4)
    asks = [bus.ask(stage.tallies, [Cause(claim, Note(n))]) for n in range(6) for claim in ids]
    await asyncio.gather(*asks)
    async with stage.heard.connect() as tx:
        rows = await tx.driver.fetch("select internal from outbox order by id")
    seen: dict[bytes, list[int]] = {}
    for row in rows:
        for frame in unpacked(row[0]):
            seen.setdefault(frame[2], []).append(int(dict(frame[4])["ver"]))
    assert list(seen.values()) == [[1, 2, 3, 4, 5, 6]] * 4


async def test_a_transaction_that_is_not_the_buses_own_cannot_be_asked_in(stage: Stage) -> None:
    bus = stage.listener(Tuning())
    async with stage.heard.begin() as tx:
        with pytest.raises(ValueError, match=r"bus.begin"):
            await bus.ask_in(tx, stage.tallies, [Cause(claims(1)[0], Note(1))])


async def test_a_decision_that_raises_fails_its_command_and_nothing_is_kept(either: Stage) -> None:
    stage = either
    bus, (claim, other) = stage.listener(Tuning()), claims(2)
    stage.tallies.broken.add(13)
    with pytest.raises(ZeroDivisionError):
        await bus.ask(stage.tallies, [Cause(claim, Note(1)), Cause(other, Note(13))])
    assert await stage.effects() == {}


async def test_of_many_commands_something_of_each_state_can_be_asked_for_and_all_of_it_is_kept(
    either: Stage,
) -> None:
    stage = either
    bus, (claim, other) = stage.listener(Tuning()), claims(2)
    causes = [Cause(claim, Note(1)), Cause(other, Note(5)), Cause(claim, Note(2)), Cause(claim, Note(-1))]
    async with bus.begin() as tx:
        done = await bus.ask_for(tx, stage.tallies, causes, _cents)
    assert [(each.stream, each.state) for each in done] == [(claim, 1), (other, 5), (claim, 3), (claim, 3)]
    assert [each.refused is not None for each in done] == [False, False, False, True]
    own = await bus.ask_for(None, stage.tallies, [Cause(claim, Note(4)), Cause(other, Note(6))], _cents)
    assert [each.state for each in own] == [7, 11]
    again = await bus.ask(stage.tallies, [Cause(claim, Note(8))])
    assert [each.state and each.state.charges for each in again] == [(1, 2, 4, 8)]
    assert await stage.effects() == {claim: [1, 2, 4, 8], other: [5, 6]}


async def test_each_step_is_taken_for_a_whole_stretch_before_the_next_one(stage: Stage) -> None:
    stage.tallies = tallies = Stepping()
    bus, ids = stage.listener(Tuning()), claims(STRETCH + 2)
    notes = list(range(1, len(ids) + 1))
    done = await bus.ask(tallies, [Cause(claim, Note(n)) for claim, n in zip(ids, notes, strict=True)])
    some, rest = notes[:STRETCH], notes[STRETCH:]
    assert tallies.taken == [(step, n) for part in (some, rest) for step in (1, 2) for n in part]
    assert [one.state and one.state.cents for one in done] == notes
    assert await stage.effects() == {claim: [n] for claim, n in zip(ids, notes, strict=True)}


async def test_a_stream_is_in_a_stretch_once_and_one_that_is_parked_not_at_all(stage: Stage) -> None:
    stage.tallies = tallies = Stepping()
    bus, (claim, parked, other) = stage.listener(Tuning()), claims(3)
    await bus.ask(tallies, [Cause(parked, Note(1))])
    async with stage.heard.begin() as tx:
        await tx.driver.execute("update tallies set parked = true")
    tallies.taken.clear()
    causes = [Cause(claim, Note(2)), Cause(parked, Note(3)), Cause(claim, Note(4)), Cause(other, Note(5))]
    done = await bus.ask(tallies, causes)
    assert tallies.taken == [(1, 2), (2, 2), (1, 4), (1, 5), (2, 4), (2, 5)]
    assert [one.refused and one.refused.code for one in done] == [None, "parked", None, None]
    assert await stage.effects() == {parked: [1], claim: [2, 4], other: [5]}


def _cents(tally: Tally) -> int:
    return tally.cents
