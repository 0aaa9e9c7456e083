"""Claims that are cancelled or changed between clearing and file, on a real PostgreSQL (claims-rules 3.8)."""

import asyncio

import pytest

from services.submitter.tests.mailbox import MemoryMailbox
from services.submitter.tests.running import clear, names, some_claims, submitter
from shared.claim import uuid7
from shared.events import ClaimCleared, ClaimHeld


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


async def test_3_8_a_claim_that_is_cancelled_in_the_queue_is_in_no_file_and_the_others_go(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        gone, stays = await clear(harness, *some_claims(2))
        hold = ClaimHeld(findings=(), rules="test", payer="SBX01", charge=1)
        for _ in range(2):
            await harness.hear("scrubber", gone, hold, version=2)
        await harness.quiet()
        await harness.job("batch")
        await harness.job("send-clearinghouse")
        assert names(harness, gone) == ["ClaimStopped"]
        assert names(harness, stays) == ["ClaimSubmitted"]
        assert (await harness.http.get(f"/claims/{gone}")).json()["state"] == "stopped"
        (file,) = (await harness.http.get("/files", params={"direction": "out"})).json()["files"]
        assert file["claims"] == 1
        again = ClaimCleared(claim=some_claims(1)[0], rules="test")
        await harness.hear("scrubber", gone, again, version=3)
        await harness.quiet()
        await harness.job("batch")
        await harness.job("send-clearinghouse")
        assert names(harness, gone) == ["ClaimStopped", "ClaimSubmitted"]


async def test_3_8_a_claim_that_is_cancelled_when_its_file_is_made_goes_out_and_waits_for_its_void(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        (one,) = await clear(harness, *some_claims(1))
        await harness.job("batch")
        await harness.hear("scrubber", one, ClaimHeld(findings=(), rules="t", payer="SBX01", charge=1))
        await harness.quiet()
        await harness.job("send-clearinghouse")
        assert names(harness, one) == ["ClaimSubmitted"]


async def test_a_claim_that_was_held_before_it_was_ever_cleared_goes_out_when_it_is(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox) as harness:
        one = uuid7()
        await harness.hear("scrubber", one, ClaimHeld(findings=(), rules="t", payer="SBX01", charge=1))
        await harness.quiet()
        assert (await harness.http.get(f"/claims/{one}")).status_code == 404
        assert (await harness.http.get("/summary")).json()["claims"] == {}
        await harness.hear("scrubber", one, ClaimCleared(claim=some_claims(1)[0], rules="test"))
        await harness.quiet()
        await harness.job("batch")
        await harness.job("send-clearinghouse")
        assert names(harness, one) == ["ClaimSubmitted"]


async def test_a_claim_that_is_cancelled_while_its_file_is_made_is_stopped_or_sent_and_never_both(
    postgres_url: str,
) -> None:
    mailbox = MemoryMailbox()
    async with submitter(postgres_url, mailbox, batch_size=5) as harness:
        ids = await clear(harness, *some_claims(20))
        hold = ClaimHeld(findings=(), rules="test", payer="SBX01", charge=1)

        async def cancel() -> None:
            for one in reversed(ids):
                await harness.hear("scrubber", one, hold, version=2)
                await asyncio.sleep(0)

        await asyncio.gather(harness.job("batch"), cancel())
        for _ in range(4):
            await harness.job("send-clearinghouse")
        said = [names(harness, one) for one in ids]
        assert all(each in (["ClaimStopped"], ["ClaimSubmitted"]) for each in said)
        files = (await harness.http.get("/files", params={"direction": "out"})).json()["files"]
        assert sum(file["claims"] for file in files) == said.count(["ClaimSubmitted"])
