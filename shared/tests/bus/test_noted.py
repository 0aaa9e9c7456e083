"""Rows that are told something without their documents being written: all who read them see it, once."""

from dataclasses import dataclass

import pytest

from shared.bus import Cause, MemoryBroker, StateTable, Tuning
from shared.bus.broker import Broker
from shared.bus.states import Conflict, Kept
from shared.bus.types import Tx
from shared.tests.bus.service import Note, Tallies, Tally
from shared.tests.bus.stage import Stage, claims


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


@dataclass
class Noting(Tallies):
    """What is noted of a tally is one more charge."""

    table: str = "noting"

    def caught_up(self, state: Tally, noted: str) -> Tally:
        return Tally((*state.charges, int(noted)))


NOTING = Noting()
TABLE: StateTable[Tally] = StateTable.of(NOTING)


async def begun(stage: Stage, count: int) -> list[str]:
    """So many tallies of one charge of 1."""
    async with stage.heard.begin() as tx:
        for statement in TABLE.ddl():
            await tx.driver.execute(statement)
    ids = claims(count)
    await stage.listener(Tuning()).ask(NOTING, [Cause(one, Note(1)) for one in ids])
    return ids


async def note(stage: Stage, *ids: str, cents: int = 2) -> None:
    async with stage.heard.begin() as tx:
        await TABLE.load(tx, ids)
        await TABLE.note(tx, ids, str(cents), "noted", stage.clock.now())


async def kept(stage: Stage, one: str) -> Kept[Tally]:
    async with stage.heard.connect() as tx:
        found = await TABLE.get(tx, one, stage.sealer)
    assert found is not None
    return found


async def test_what_is_noted_is_seen_by_readers_and_by_the_next_decision_and_then_written(
    stage: Stage,
) -> None:
    one, other = await begun(stage, 2)
    await note(stage, one)
    seen = await kept(stage, one)
    assert (seen.name, seen.state, seen.version) == ("noted", Tally((1, 2)), 1)
    assert (await kept(stage, other)).state == Tally((1,))
    bus = stage.listener(Tuning())
    done = await bus.ask(NOTING, [Cause(one, Note(4)), Cause(one, Note(5)), Cause(other, Note(4))])
    assert [each.state for each in done] == [Tally((1, 2, 4)), Tally((1, 2, 4, 5)), Tally((1, 4))]
    assert (await kept(stage, one)).state == Tally((1, 2, 4, 5))
    async with stage.heard.connect() as tx:
        assert await tx.driver.fetch("select 1 from noting where noted is not null") == []


async def test_a_refused_command_leaves_the_note_where_it_is(stage: Stage) -> None:
    (one,) = await begun(stage, 1)
    await note(stage, one)
    (done,) = await stage.listener(Tuning()).ask(NOTING, [Cause(one, Note(-1))])
    assert done.refused is not None
    assert (await kept(stage, one)).state == Tally((1, 2))


async def test_a_row_holds_one_note_and_none_of_the_others_is_told(stage: Stage) -> None:
    one, other = await begun(stage, 2)
    await note(stage, one)
    with pytest.raises(Conflict):
        await note(stage, one, other)
    assert (await kept(stage, other)).state == Tally((1,))


async def test_who_loaded_a_row_before_it_was_noted_cannot_save_it(stage: Stage) -> None:
    (one,) = await begun(stage, 1)

    async def save(tx: Tx) -> None:
        (row,) = (await TABLE.load(tx, [one])).values()
        row.state, row.changed = Tally((9,)), True
        row.revision -= 1  # as it was before the note
        await TABLE.save(tx, [row], NOTING.promoted, stage.sealer, stage.clock.now())

    await note(stage, one)
    with pytest.raises(Conflict):
        async with stage.heard.begin() as tx:
            await save(tx)
    assert (await kept(stage, one)).state == Tally((1, 2))


async def test_a_note_empties_the_columns_that_it_names(stage: Stage) -> None:
    one, other = await begun(stage, 2)
    async with stage.heard.begin() as tx:
        await TABLE.load(tx, [one])
        await TABLE.note(tx, [one], "2", "noted", stage.clock.now(), "cents")
        rows = await tx.driver.fetch("select id::text, state, cents from noting")
    assert {tuple(row) for row in rows} == {(one, "noted", None), (other, "tallied", 1)}


async def test_what_is_taken_is_what_meets_the_condition_and_is_not_locked_by_another(stage: Stage) -> None:
    one, other, third = await begun(stage, 3)
    await note(stage, third)
    async with stage.heard.begin() as tx, stage.heard.begin() as another:
        await TABLE.load(another, [one])
        taken = await TABLE.take(tx, "state = $1 order by id limit $2", "tallied", 5)
        assert list(taken) == [other]
        assert TABLE.open(taken[other], stage.sealer) == Tally((1,))
