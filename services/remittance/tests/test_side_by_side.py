"""Files that are posted side by side: nobody waits for a stranger, nothing overtakes what it corrects."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import NamedTuple

import pytest
from msgspec.structs import replace

from services.remittance.domain.transaction import payer_of, trace_id
from services.remittance.jobs.line import Line
from services.remittance.tests.paying import a_payment, an_835, reversed_payment
from services.remittance.tests.test_posting import Desk, desk, migrations
from shared.bus.sealer import Unsealable
from shared.bus.types import Tx
from shared.testing.builders import a_claim
from shared.testing.clock import FixedClock
from shared.x12.types import Remittance

__all__ = ["desk", "migrations"]

LONG = 60.0


class Touches(NamedTuple):
    touches: frozenset[str]


class Walk:
    """Works in a line; ``log`` is what happened, in order."""

    def __init__(self, files: int, size: int = 100) -> None:
        self.line = Line(files, size)
        self.log: list[str] = []
        self.begun: dict[str, asyncio.Event] = defaultdict(asyncio.Event)

    async def go(self, name: str, touches: str, until: Sequence[str] = (), size: int = 1) -> None:
        """Touch each letter of ``touches``, and end when those that are named have begun."""

        async def read() -> Touches:
            self.log.append(f"read {name}")
            return Touches(frozenset(touches))

        async with self.line.turn(size, read):
            self.log.append(f"begin {name}")
            self.begun[name].set()
            for other in until:
                await self.begun[other].wait()
            self.log.append(f"end {name}")

    async def all(self, *works: tuple[object, ...]) -> list[str]:
        async with asyncio.timeout(LONG):
            await asyncio.gather(*(self.go(*work) for work in works))  # type: ignore[arg-type]
        return self.log


async def test_what_touches_the_same_waits_and_what_does_not_passes_by() -> None:
    log = await Walk(3).all(("one", "ab", ["three"]), ("two", "bc"), ("three", "d"))
    assert log.index("begin three") < log.index("end one") < log.index("begin two")


async def test_all_that_touch_the_same_go_as_they_came_however_many_there_are() -> None:
    log = await Walk(3).all(*((str(n), "a") for n in range(9)))
    assert [x for x in log if x.startswith("begin")] == [f"begin {n}" for n in range(9)]


async def test_no_more_files_are_read_than_may_be_inside() -> None:
    walk = Walk(2)
    log = await walk.all(("one", "a", ["two"]), ("two", "b"), ("three", "c"))
    assert log.index("read three") > min(log.index("end one"), log.index("end two"))


async def test_a_large_file_is_read_when_nobody_is_inside_and_nobody_beside_it() -> None:
    log = await Walk(9, size=10).all(("one", "a", [], 6), ("large", "b", [], 11), ("two", "c", [], 1))
    assert log.index("read large") > log.index("end one")
    assert log.index("read two") > log.index("end large")


async def test_a_file_that_cannot_be_read_lets_the_next_in() -> None:
    line = Line(1, 1)

    async def unreadable() -> Touches:
        raise Unsealable("damaged")

    with pytest.raises(Unsealable):
        async with line.turn(1, unreadable):
            raise AssertionError("not reached")
    walk = Walk(1)
    walk.line = line
    assert await walk.all(("next", "a")) == ["read next", "begin next", "end next"]


# ------------------------------------------------------------------ on a real database

WAITS = """
create function waits() returns trigger language plpgsql set lock_timeout = '25s' as $$
begin
    perform pg_advisory_xact_lock(1);
    return new;
end $$;
create trigger waits before insert on remittances for each row when (new.trace_id = '{}') execute function waits()
"""


SOMEBODY_WAITS = (
    "exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')"
)


@asynccontextmanager
async def waiting(desk: Desk, remittance: Remittance) -> AsyncIterator[asyncio.Event]:
    """This one waits in the middle of its posting, as for a slow database, until the event is set."""
    go = asyncio.Event()
    async with desk.harness.ctx.db.connect() as tx, asyncio.TaskGroup() as tasks:
        trace = trace_id(payer_of(remittance), remittance.trace_payer, remittance.trace)
        await tx.driver.execute(WAITS.format(trace))
        await tx.driver.execute("select pg_advisory_lock(1)")

        async def let_go() -> None:
            await go.wait()
            await tx.driver.execute("select pg_advisory_unlock(1)")

        tasks.create_task(let_go())
        yield go
        go.set()


async def deliver(desk: Desk, *remittances: Remittance) -> list[str]:
    """Each in a file of its own, a second after the one before."""
    clock = desk.harness.clock
    assert isinstance(clock, FixedClock)
    files = []
    for remittance in remittances:
        clock.advance(timedelta(seconds=1))
        files.append(await desk.deliver(remittance, name=f"file {len(desk.files)}"))
    return files


async def until(tx: Tx, condition: str, *values: object) -> None:
    async with asyncio.timeout(LONG):
        while not await tx.driver.fetchval(f"select {condition}", *values):  # noqa: ASYNC110 - the database cannot call
            await asyncio.sleep(0.01)


async def until_posted(desk: Desk, file: str) -> None:
    async with desk.harness.ctx.db.connect() as tx:
        await until(tx, "state = 'posted' from files where id = $1", file)


async def test_files_of_two_payers_do_not_wait_for_each_other(desk: Desk) -> None:
    one, two = a_claim(1), a_claim(2)
    ids = await desk.know(one, two)
    slow = an_835([a_payment(one, ["", ""])], payer="SBX01")
    _, quick = await deliver(desk, slow, an_835([a_payment(two, ["", ""])], payer="SBX02"))
    async with waiting(desk, slow) as go:
        posting = asyncio.create_task(desk.harness.job("post"))
        await until_posted(desk, quick)
        go.set()
        assert await posting == 2
    assert [desk.kinds(i) for i in ids] == [["ClaimPaid", "PatientBalanceAssigned"]] * 2


async def test_a_correction_does_not_overtake_what_it_corrects(desk: Desk) -> None:
    claim, other = a_claim(1), a_claim(2)
    claim_id, _ = await desk.know(claim, other)
    paid = a_payment(claim, ["CO-45:2500 PR-2:2000", ""])
    echoed = replace(a_payment(claim, ["CO-45:2500 PR-2:500", ""]), number=f" {claim.number.lower()}")
    first = an_835([paid], trace="T1")
    corrected = an_835([reversed_payment(paid), echoed], trace="T2")
    *_, quick = await deliver(desk, first, corrected, an_835([a_payment(other, ["", ""])], trace="T3"))
    async with waiting(desk, first) as go:
        posting = asyncio.create_task(desk.harness.job("post"))
        await until_posted(desk, quick)
        go.set()
        assert await posting == 3
    assert desk.kinds(claim_id) == [
        "ClaimPaid", "PatientBalanceAssigned", "PaymentReversed", "ClaimPaid", "PatientBalanceAssigned",
    ]  # fmt: skip


async def test_of_two_payments_with_one_trace_number_the_second_is_the_doubtful_one(desk: Desk) -> None:
    one, two, other = a_claim(1), a_claim(2), a_claim(3)
    ids = await desk.know(one, two, other)
    first = an_835([a_payment(one, ["", ""])])
    again = an_835([a_payment(two, ["PR-1:1", ""])])
    *_, quick = await deliver(desk, first, again, an_835([a_payment(other, ["", ""])], trace="T3"))
    async with waiting(desk, first) as go:
        posting = asyncio.create_task(desk.harness.job("post"))
        await until_posted(desk, quick)
        go.set()
        assert await posting == 3
    assert [desk.kinds(i) for i in ids[:2]] == [["ClaimPaid", "PatientBalanceAssigned"], []]
    assert desk.kinds().count("RemittanceQuarantined") == 1


async def test_a_file_that_cannot_be_opened_stops_no_other(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 6)]
    ids = await desk.know(*claims)
    sets = [an_835([a_payment(c, ["", ""])], trace=f"T{n}") for n, c in enumerate(claims)]
    damaged, *_ = await deliver(desk, *sets)
    async with desk.harness.ctx.db.begin() as tx:
        await tx.driver.execute("update file_parts set content = 'damaged' where file = $1", damaged)
    with pytest.raises(Unsealable):
        await desk.harness.job("post")
    await desk.harness.quiet()
    assert [desk.kinds(i).count("ClaimPaid") for i in ids] == [0, 1, 1, 1, 1]


async def test_a_run_that_is_cut_off_ends_at_once_and_the_next_one_does_what_is_left(desk: Desk) -> None:
    claims = [a_claim(n) for n in range(1, 6)]
    ids = await desk.know(*claims)
    sets = [an_835([a_payment(c, ["", ""])], trace=f"T{n}") for n, c in enumerate(claims)]
    _, quick, *_ = await deliver(desk, *sets)
    async with waiting(desk, sets[0]) as go:
        posting = asyncio.create_task(desk.harness.job("post"))
        await until_posted(desk, quick)
        posting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await posting
        assert (await desk.get("/summary"))["files"]["complete"] >= 1
        go.set()
    await desk.harness.job("post")
    assert [desk.kinds(i) for i in ids] == [["ClaimPaid", "PatientBalanceAssigned"]] * 5
    assert (await desk.get("/summary"))["files"] == {"posted": 5}


async def test_the_match_job_locks_remittances_before_claims_as_posting_does(desk: Desk) -> None:
    claim = a_claim()
    await desk.receive(an_835([a_payment(claim, ["PR-1:100", ""])]))
    (claim_id,) = await desk.know(claim)
    db = desk.harness.ctx.db
    async with db.connect() as look, db.begin() as tx:
        await tx.driver.execute("select from remittances for update")
        matching = asyncio.create_task(desk.harness.job("match"))
        await until(look, SOMEBODY_WAITS)
        await tx.driver.execute("select from claims where id = $1 for update nowait", claim_id)
    assert await matching == 1
