"""What jobs look for among all claims: found by an index however many there are, and an index that answers leave alone."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast

import pytest

from services.submitter import store
from services.submitter.domain.commands import Hear, MarkSent, Patience
from services.submitter.store import CLAIMS
from services.submitter.tests import partner
from services.submitter.tests.mailbox import MemoryMailbox
from services.submitter.tests.running import clear, some_claims, submitter
from services.submitter.tests.test_fetch import Sent, sent
from shared.bus.types import Cause, Tx
from shared.deciding import Command
from shared.events import AnswerOverdue, ClaimPaid, Controls, Event
from shared.testing.app import Harness
from shared.testing.clock import FixedClock


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


class Explaining:
    """asyncpg's connection, which also keeps how each statement is carried out."""

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        self.plan = ""

    async def fetch(self, sql: str, *values: object) -> Any:
        self.plan += "\n".join(r[0] for r in await self._driver.fetch(f"explain {sql}", *values)) + "\n"
        return await self._driver.fetch(sql, *values)

    async def execute(self, sql: str, *values: object) -> Any:
        await self.fetch(sql, *values)

    async def fetchval(self, sql: str, *values: object) -> Any:
        return (await self.fetch(sql, *values))[0][0]


async def many_claims(tx: Tx) -> None:
    """Claims of a hospital's past, all queued once: decided, away, and a hundred that have no route."""
    await tx.driver.execute(
        "insert into claims (id, version, heard, state, document, changed_at, payer, kind, cents, since)"
        " select gen_random_uuid(), 1, '{1,0,0,0,0}', 'queued', decode(repeat('00', 300), 'hex'), now(),"
        " 'OTHER', 'professional', n, now() from generate_series(1, 10000) n"
    )
    await tx.driver.execute(
        "update claims set state = 'accepted', since = null, due = case when cents > 9000 then now() end"
        " where cents > 100 and payer = 'OTHER'"
    )


async def test_adr_0126_the_queue_and_late_answers_are_found_without_reading_all_claims(
    postgres_url: str,
) -> None:
    async with sent(postgres_url, 3) as s:
        queued = await clear(s.harness, *some_claims(2, first=50))
        s.advance(hours=2)
        ctx = s.harness.ctx
        async with ctx.db.begin() as tx:
            await many_claims(tx)
            for known in (False, True):
                if known:
                    await tx.driver.execute("analyze claims")
                explaining = Explaining(tx.driver)
                seen = Tx(tx.connection, cast("Any", explaining))
                assert {w.payer: w.claims for w in await store.waiting(seen)} == {"OTHER": 100, "SBX01": 2}
                taken = await store.take_queued(seen, ctx.seal, ["SBX01"], "professional", 10)
                assert [one for one, _ in taken] == sorted(queued)
                now = ctx.clock.now()
                file = await store.next_follow_up(seen, now)
                assert file is not None
                late = await store.overdue(seen, file, now, 10)
                assert sorted(one for one, _ in late) == sorted(s.ids)
                await store.follow_up_later(seen, file, now, timedelta(hours=1))
                assert "Seq Scan on claims" not in explaining.plan
                assert explaining.plan.count(" claims_queued") == 2
                assert explaining.plan.count(" claims_pkey") == 2


async def rewritten(harness: Harness, ids: Sequence[str], what: Command | Event) -> tuple[int, int]:
    """How many rows of claims a decision rewrote, and how many of these without an entry in an index."""
    async with harness.ctx.bus.begin() as tx:
        before = await tx.driver.fetchrow(_REWRITTEN)  # of earlier transactions that were not counted yet
        done = await harness.ctx.bus.ask_in(tx, CLAIMS, [Cause(one, what) for one in ids])
        assert [one.refused for one in done] == [None] * len(ids)
        after = await tx.driver.fetchrow(_REWRITTEN)
    return after[0] - before[0], after[1] - before[1]


_REWRITTEN = "select n_tup_upd, n_tup_hot_upd from pg_stat_xact_user_tables where relname = 'claims'"


async def test_adr_0126_whatever_is_heard_of_a_claim_that_is_in_a_file_rewrites_its_row_where_it_stands(
    postgres_url: str,
) -> None:
    async with submitter(postgres_url, MemoryMailbox()) as harness:
        ids = await clear(harness, *some_claims(2))
        await harness.job("batch")
        (file,) = (await harness.http.get("/files", params={"direction": "out"})).json()["files"]
        controls = Controls(interchange=1, group=1, transaction="000000001", batch=file["batch"])
        one: dict[str, Any] = {"submission": file["id"], "patience": Patience()}
        for what in (
            MarkSent(route="clearinghouse", controls=controls, at=harness.clock.now(), **one),
            Hear(hop="syntax", verdict="passed", **one),
            Hear(hop="payer", verdict="accepted", payer_claim_number="ICN1", **one),
            ClaimPaid(
                payer="SBX01", payer_claim_number="ICN1", remittance=file["id"], charge=1, paid=1, contractual=0,
                patient=0, other=0,
            ),
        ):  # fmt: skip
            assert await rewritten(harness, ids, what) == (2, 2), type(what).__name__


async def overdue(harness: Harness, **by: float) -> list[str]:
    """The hops that were said to be silent so far, some time later."""
    assert isinstance(harness.clock, FixedClock)
    harness.clock.advance(timedelta(**by))
    await harness.job("follow-up")
    return [each.event.hop for each in harness.said() if isinstance(each.event, AnswerOverdue)]


async def test_a_claim_that_is_accepted_when_nothing_was_awaited_any_more_is_followed_up(
    postgres_url: str,
) -> None:
    async with sent(postgres_url, 1) as s:
        assert await overdue(s.harness, days=31) == ["syntax", "clearinghouse", "payer"]
        await s.fetch(claims=partner.claim_answers(s.batch, ["A2"]))
        assert len(await overdue(s.harness, days=29)) == 3
        assert (await overdue(s.harness, days=2))[3:] == ["payer"]


async def test_an_acceptance_whose_money_is_due_before_the_999_was_is_followed_up_in_time(
    postgres_url: str,
) -> None:
    async with sent(postgres_url, 1, overdue_999=timedelta(days=9), overdue_835=timedelta(hours=1)) as s:
        await s.fetch(claims=partner.claim_answers(s.batch, ["A2"]))
        assert await overdue(s.harness, hours=0.9) == []
        assert await overdue(s.harness, hours=0.2) == ["payer"]


async def test_a_parked_claim_is_followed_up_when_it_is_released_and_hinders_no_other(
    postgres_url: str,
) -> None:
    async with sent(postgres_url) as s:
        await park(s, True)
        assert await overdue(s.harness, hours=2) == ["syntax"]
        await park(s, False)
        assert await overdue(s.harness, minutes=1) == ["syntax", "syntax"]


async def park(s: Sent, parked: bool) -> None:
    async with s.harness.ctx.db.begin() as tx:
        await tx.driver.execute("update claims set parked = $2 where id = $1::uuid", s.ids[0], parked)


async def test_a_file_that_was_sent_late_is_followed_up_from_when_it_was_sent(postgres_url: str) -> None:
    async with submitter(postgres_url, MemoryMailbox()) as harness:
        await clear(harness, *some_claims(1))
        await harness.job("batch")
        assert await overdue(harness, hours=50) == []
        await harness.job("send-clearinghouse")
        assert await overdue(harness, minutes=59) == []
        assert await overdue(harness, minutes=2) == ["syntax"]


async def test_a_file_of_a_process_of_the_release_before_is_followed_up_too(postgres_url: str) -> None:
    """Such a process names no time to look at it, before it is sent and after: it is looked at when it is made."""
    async with submitter(postgres_url, MemoryMailbox()) as harness:
        await clear(harness, *some_claims(1))
        await harness.job("batch")
        async with harness.ctx.db.begin() as tx:
            default = "select column_default from information_schema.columns where column_name = 'follow_up'"
            assert await tx.driver.fetchval(default) == "now()"
            await tx.driver.execute("update submissions set follow_up = $1", harness.clock.now())
        assert await overdue(harness, minutes=1) == []
        await harness.job("send-clearinghouse")
        assert await overdue(harness, minutes=59) == []
        assert await overdue(harness, minutes=2) == ["syntax"]
