"""Batches and uploads on a real PostgreSQL: numbers, unknown outcomes, failures at every step."""

import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from asyncpg import CheckViolationError
from msgspec.structs import replace

from services.submitter import store
from services.submitter.domain.numbering import controls_of
from services.submitter.domain.routes import Partner, Routes, Submitter
from services.submitter.jobs.batch import UnwritableError, _written, envelope
from services.submitter.tests.mailbox import MemoryMailbox
from services.submitter.tests.running import clear, names, some_claims, submitter
from shared.claim import uuid7
from shared.events import ClaimSubmitted
from shared.testing.app import Harness
from shared.testing.builders import an_institutional_claim
from shared.testing.clock import FixedClock
from shared.x12 import read
from shared.x12.types import Batch, Party

SEND = "send-clearinghouse"


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


async def files(harness: Harness) -> list[dict[str, object]]:
    response = await harness.http.get("/files", params={"direction": "out"})
    assert response.status_code == 200
    return list(response.json()["files"])


async def advance(harness: Harness, **by: float) -> None:
    assert isinstance(harness.clock, FixedClock)
    harness.clock.advance(timedelta(**by))


async def test_cleared_claims_become_one_file_per_kind_and_each_says_that_it_was_submitted(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        claims = [*some_claims(3), an_institutional_claim(seed=9)]
        ids = await clear(harness, *claims)
        await harness.job("batch")
        await harness.job(SEND)

        by_kind = {name[:4]: data for name, data in mailbox.inbound.items()}
        assert sorted(by_kind) == ["837I", "837P"]
        (batch,) = read(by_kind["837P"]).transactions
        assert isinstance(batch, Batch)
        assert sorted(c.number for c in batch.claims) == sorted(c.number for c in claims[:3])
        number = batch.header.interchange
        assert f"837P_{number:09d}.x12" in mailbox.inbound
        assert (batch.header.acknowledge, batch.batch) == (True, f"CLEARINGHOUSE-{number:09d}")
        for one, claim in zip(ids, claims, strict=True):
            (said,) = [each.event for each in harness.said(one)]
            assert isinstance(said, ClaimSubmitted)
            assert (said.claim, said.attempt, said.route) == (claim, 1, "clearinghouse")
            shown = (await harness.http.get(f"/claims/{one}")).json()
            assert (shown["state"], shown["file"], shown["awaiting"]) == ("submitted", said.file, "999")
        summary = (await harness.http.get("/summary")).json()
        assert summary["claims"] == {"submitted": {"count": 4, "cents": sum(c.charge for c in claims)}}


async def test_a_full_file_is_made_at_once_and_a_smaller_one_after_its_time(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox, batch_size=2, batch_after=30) as harness:
        await clear(harness, *some_claims(3))
        assert len((await harness.job("batch"), await files(harness))[1]) == 1
        await harness.job("batch")
        assert len(await files(harness)) == 1
        await advance(harness, seconds=31)
        await harness.job("batch")
        assert [file["claims"] for file in await files(harness)] == [1, 2]


async def test_a_file_is_made_when_claims_stop_coming_for_a_quarter_of_its_time(postgres_url: str) -> None:
    async with submitter(postgres_url, MemoryMailbox(), batch_size=9, batch_after=40) as harness:
        await _trickle(harness, 4)
        assert await files(harness) == []
        await advance(harness, seconds=1)
        await harness.job("batch")
        assert [file["claims"] for file in await files(harness)] == [4]


async def test_a_file_is_made_after_its_time_however_claims_keep_coming(postgres_url: str) -> None:
    async with submitter(postgres_url, MemoryMailbox(), batch_size=9, batch_after=40) as harness:
        await _trickle(harness, 6)
        assert [file["claims"] for file in await files(harness)] == [6]


async def _trickle(harness: Harness, count: int) -> None:
    for claim in some_claims(count):
        await clear(harness, claim)
        await harness.job("batch")
        await advance(harness, seconds=9)


@pytest.mark.parametrize(
    ("step", "when"),
    [
        ("upload", "before"),
        ("upload", "half"),
        ("upload", "after"),
        ("rename", "before"),
        ("rename", "after"),
    ],
)
async def test_f13_a_failure_at_any_step_brings_the_file_once_with_the_same_bytes(
    postgres_url: str, step: str, when: str
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail[step] = when
        await harness.job(SEND)
        await advance(harness, seconds=6)
        await harness.job(SEND)
        await harness.job(SEND)

        assert mailbox.renamed == ["837P_000000001.x12"]
        assert list(mailbox.inbound) == ["837P_000000001.x12"]
        (file,) = await files(harness)
        assert (file["state"], file["size"]) == ("sent", len(mailbox.inbound["837P_000000001.x12"]))
        assert Counter(names(harness)) == {"ClaimSubmitted": 2}


async def test_f13_a_file_renamed_and_taken_before_the_connection_was_lost_is_not_sent_again(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail["rename"] = "lost"
        await harness.job(SEND)
        assert (await files(harness))[0]["state"] == "renaming"
        assert names(harness) == []
        mailbox.inbound.clear()  # the partner takes what it finds
        await advance(harness, seconds=6)
        await harness.job(SEND)
        assert (mailbox.calls.count("upload"), mailbox.renamed) == (1, ["837P_000000001.x12"])
        assert Counter(names(harness)) == {"ClaimSubmitted": 2}


async def test_a_process_that_died_before_noting_the_file_as_sent_says_nothing_twice(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        await harness.job(SEND)
        async with harness.ctx.db.begin() as tx:
            await tx.driver.execute("update submissions set phase = 'renaming', not_before = built_at")
        await harness.job(SEND)
        assert mailbox.calls.count("upload") == 1
        assert Counter(names(harness)) == {"ClaimSubmitted": 2}
        assert (await files(harness))[0]["state"] == "sent"


async def test_another_file_under_our_name_stops_that_file_and_no_other(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox, batch_size=1) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail["rename"] = "before"
        await harness.job(SEND)
        mailbox.inbound["837P_000000001.x12"] = b"not ours"
        await advance(harness, seconds=6)
        await harness.job(SEND)
        await harness.job(SEND)
        states = {file["interchange"]: file["state"] for file in await files(harness)}
        assert states == {1: "strange", 2: "sent"}
        assert mailbox.inbound["837P_000000001.x12"] == b"not ours"


async def test_a_slow_partner_holds_no_transaction_open(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(1))
        await harness.job("batch")
        seen: list[int] = []

        async def watch() -> None:
            async with harness.ctx.db.connect() as tx:
                seen.append(
                    await tx.driver.fetchval(
                        "select count(*) from pg_stat_activity where datname = current_database()"
                        " and state = 'idle in transaction'"
                    )
                )

        mailbox.during = watch
        await harness.job(SEND)
        assert seen == [0]


async def test_isa13_is_never_given_twice_under_concurrency(postgres_url: str) -> None:
    async with submitter(postgres_url, MemoryMailbox()) as harness:

        async def take(partner: str, fail: bool) -> int | None:
            try:
                async with harness.ctx.db.begin() as tx:
                    controls = await store.reserve(tx, partner)
                    if fail:
                        raise LookupError("rolled back")
                    return controls.interchange
            except LookupError:
                return None

        given = await asyncio.gather(
            *(take(partner, turn % 5 == 0) for turn in range(40) for partner in ("north", "south"))
        )
        for partner in (0, 1):
            numbers = [number for number in given[partner::2] if number is not None]
            assert sorted(numbers) == list(range(1, 33))


async def test_two_batches_at_once_put_no_claim_into_two_files(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox, batch_size=3) as harness:
        claims = some_claims(10)
        await clear(harness, *claims)
        await asyncio.gather(*(harness.job("batch") for _ in range(3)))
        await harness.job("batch")
        await harness.job(SEND)
        carried = [
            claim.number
            for data in mailbox.inbound.values()
            for transaction in read(data).transactions
            if isinstance(transaction, Batch)
            for claim in transaction.claims
        ]
        assert sorted(carried) == sorted(claim.number for claim in claims)
        numbers = [read(data).transactions[0].header.interchange for data in mailbox.inbound.values()]  # type: ignore[union-attr]
        assert len(set(numbers)) == len(numbers)


async def test_f20_queued_claims_follow_a_changed_route_and_made_files_stay(
    postgres_url: str, tmp_path: Path
) -> None:
    routes = tmp_path / "routes.yaml"
    text = """
submitter: {name: US, id: US, contact: DESK, phone: "5555550100"}
partners:
  north: {host: n, user: u, sender: {id: US}, receiver: {id: NORTH}, receiver_name: NORTH, receiver_id: NORTH, after_seconds: 0}
  south: {host: s, user: u, sender: {id: US}, receiver: {id: SOUTH}, receiver_name: SOUTH, receiver_id: SOUTH, after_seconds: 0}
payers: {SBX01: %s}
"""
    routes.write_text(text % "north")
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox, routes_file=routes) as harness:
        await clear(harness, *some_claims(1))
        await harness.job("batch")
        await clear(harness, *some_claims(1, first=5), *some_claims(1, payer="NOWHERE", first=7))
    routes.write_text(text % "south")
    async with submitter(postgres_url, mailbox, routes_file=routes) as harness:
        await harness.job("batch")
        assert {file["partner"]: file["claims"] for file in await files(harness)} == {"north": 1, "south": 1}
        summary = (await harness.http.get("/summary")).json()
        assert summary["claims"]["queued"]["count"] == 1


async def test_a_claim_whose_file_is_made_is_shown_in_it_though_its_document_is_not_written(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        (one,) = await clear(harness, *some_claims(1))
        async with harness.ctx.db.connect() as tx:
            queued = await tx.driver.fetchval("select document from claims")
        await harness.job("batch")
        async with harness.ctx.db.connect() as tx:
            assert await tx.driver.fetchval("select document from claims") == queued
        (file,) = await files(harness)
        shown = (await harness.http.get(f"/claims/{one}")).json()
        assert (shown["state"], shown["file"], shown["route"]) == ("building", file["id"], file["partner"])
        assert shown["controls"]["interchange"] == file["interchange"]
        assert (await harness.http.get(f"/files/{file['id']}")).json()["states"] == {"building": 1}
        await harness.job(SEND)
        (submitted,) = [each.event for each in harness.said(one)]
        assert isinstance(submitted, ClaimSubmitted)
        assert msgspec.to_builtins(submitted.controls) == shown["controls"]


async def test_a_file_that_cannot_be_kept_leaves_its_claims_in_the_queue(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        (one,) = await clear(harness, *some_claims(1))
        async with harness.ctx.db.begin() as tx:
            await tx.driver.execute("alter table contents add constraint full_disk check (piece < 0)")
        with pytest.raises(CheckViolationError):
            await harness.job("batch")
        assert (await harness.http.get(f"/claims/{one}")).json()["state"] == "queued"
        async with harness.ctx.db.begin() as tx:
            await tx.driver.execute("alter table contents drop constraint full_disk")
        await harness.job("batch")
        await harness.job(SEND)
        assert names(harness, one) == ["ClaimSubmitted"]


async def test_f20_a_file_for_a_dead_partner_is_recalled_and_its_claims_go_another_way(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail["look"] = "before"  # nobody there
        await harness.job(SEND)
        (file,) = await files(harness)
        assert (file["state"], file["problem"]) == ("built", "look: lost")
        assert (await harness.http.post(f"/files/{file['id']}/recall")).json()["claims"] == 2
        await advance(harness, minutes=1)
        await harness.job(SEND)
        assert mailbox.inbound == {}
        await harness.job("batch")
        await harness.job(SEND)
        assert list(mailbox.inbound) == ["837P_000000002.x12"]
        assert Counter(names(harness)) == {"ClaimSubmitted": 2}
        for again in await files(harness):
            response = await harness.http.post(f"/files/{again['id']}/recall")
            assert response.status_code == 409
        assert (await harness.http.post(f"/files/{uuid7()}/recall")).status_code == 404


async def test_f20_a_file_whose_upload_was_begun_is_not_recalled(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        await clear(harness, *some_claims(2))
        await harness.job("batch")
        mailbox.fail["upload"] = "before"
        await harness.job(SEND)
        (file,) = await files(harness)
        assert (await harness.http.post(f"/files/{file['id']}/recall")).status_code == 409
        assert (await harness.http.get("/summary")).json()["claims"]["building"]["count"] == 2


async def test_our_837_is_kept_sealed_and_its_hash_is_that_of_the_uploaded_bytes(postgres_url: str) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        claims = some_claims(2)
        await clear(harness, *claims)
        await harness.job("batch")
        await harness.job(SEND)
        (file,) = await files(harness)
        data = mailbox.inbound["837P_000000001.x12"]
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["cents"] == sum(claim.charge for claim in claims)
        async with harness.ctx.db.connect() as tx:
            sealed = await tx.driver.fetchval("select sealed from contents")
            assert claims[0].number.encode() not in sealed
            assert await store.read_content(tx, harness.ctx.seal, str(file["id"])) == data


def test_a_claim_that_cannot_be_written_is_found_and_the_others_are_not_blamed() -> None:
    good, bad = some_claims(2)
    broken = replace(bad, charge=None)
    with pytest.raises(UnwritableError) as found:
        _written([("good", good), ("bad", broken)], an_envelope())
    assert found.value.claims == ["bad"]
    assert _written([("good", good)], an_envelope()).startswith(b"ISA")


def an_envelope() -> Any:
    partner = Partner(
        host="h",
        user="u",
        sender=Party(id="US"),
        receiver=Party(id="N"),
        receiver_name="N",
        receiver_id="N",
    )
    us = Submitter(name="US", id="US", contact="DESK", phone="5555550100")
    routes = Routes(submitter=us, partners={"north": partner})
    return envelope(us.who(), routes, partner, controls_of("north", 1), datetime(2026, 1, 1, tzinfo=UTC))
