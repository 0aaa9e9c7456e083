"""Uploads over real SFTP with a real PostgreSQL, and a server that does wrong (F13)."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from msgspec.structs import replace

from services.submitter.app import build
from services.submitter.domain.routes import Partner
from services.submitter.gateway import SftpMailbox
from services.submitter.settings import SubmitterSettings
from services.submitter.tests.running import clear, names, some_claims
from services.submitter.tests.sftp import Trouble, partner_server
from shared.testing.app import Harness, settings_for, started
from shared.testing.clock import FixedClock

SEND = "send-clearinghouse"


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


@asynccontextmanager
async def connected(url: str, partner: Partner, seconds: float = 20.0) -> AsyncIterator[Harness]:
    """A submitter with one built file for this server."""
    opened: list[SftpMailbox] = []

    def open_mailbox(_: Partner) -> SftpMailbox:
        opened.append(SftpMailbox(partner, seconds))
        return opened[-1]

    service = build(settings_for(SubmitterSettings, url, batch_after=0), open_mailbox)
    try:
        async with started(service) as harness:
            await clear(harness, *some_claims(2))
            await harness.job("batch")
            yield harness
    finally:
        for mailbox in opened:
            await mailbox.close()


async def outgoing(harness: Harness) -> dict[str, Any]:
    (file,) = (await harness.http.get("/files", params={"direction": "out"})).json()["files"]
    return dict(file)


async def later(harness: Harness) -> None:
    assert isinstance(harness.clock, FixedClock)
    harness.clock.advance(timedelta(minutes=1))
    await harness.job(SEND)


def inbound(root: Path) -> dict[str, int]:
    return {path.name: path.stat().st_size for path in (root / "inbound").iterdir()}


@pytest.mark.parametrize("what", ["lose_after_rename", "fail_rename", "fail_after_rename"])
async def test_f13_whatever_happens_around_the_rename_the_file_is_there_once(
    postgres_url: str, tmp_path: Path, what: str
) -> None:
    trouble = Trouble()
    async with partner_server(tmp_path, trouble) as partner, connected(postgres_url, partner) as harness:
        trouble.once.add(what)
        await harness.job(SEND)
        await later(harness)
        file = await outgoing(harness)
        assert inbound(tmp_path) == {"837P_000000001.x12": file["size"]}
        assert file["state"] == "sent"
        assert trouble.renames == ["837P_000000001.x12"]
        assert Counter(names(harness)) == {"ClaimSubmitted": 2}


async def test_a_temporary_file_that_was_left_behind_is_written_over(
    postgres_url: str, tmp_path: Path
) -> None:
    async with partner_server(tmp_path) as partner, connected(postgres_url, partner) as harness:
        (tmp_path / "inbound" / "837P_000000001.x12.tmp").write_bytes(b"x" * 10_000_000)
        await harness.job(SEND)
        assert inbound(tmp_path) == {"837P_000000001.x12": (await outgoing(harness))["size"]}


async def test_a_wrong_host_key_gets_no_claim_and_says_so(postgres_url: str, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    async with (
        partner_server(tmp_path) as partner,
        connected(postgres_url, replace(partner, host_key=other)) as harness,
    ):
        await harness.job(SEND)
        file = await outgoing(harness)
        assert (inbound(tmp_path), names(harness)) == ({}, [])
        assert "host key" in file["problem"]


async def test_a_slow_server_holds_no_transaction_and_does_not_stop_other_work(
    postgres_url: str, tmp_path: Path
) -> None:
    trouble = Trouble()
    trouble.slow = asyncio.Event()
    async with partner_server(tmp_path, trouble) as partner, connected(postgres_url, partner) as harness:
        sending = asyncio.create_task(harness.job(SEND))
        await asyncio.wait_for(trouble.reached.wait(), 20)
        async with harness.ctx.db.connect() as tx:
            open_now = await tx.driver.fetchval(
                "select count(*) from pg_stat_activity where datname = current_database()"
                " and xact_start is not null and pid <> pg_backend_pid() and state <> 'active'"
            )
        assert open_now == 0
        await clear(harness, *some_claims(1, first=50))
        await harness.job("batch")
        trouble.slow.set()
        await sending
        summary = (await harness.http.get("/summary")).json()
        assert summary["submissions"]["sent"]["count"] == 2


async def test_a_server_that_hangs_is_left_and_tried_again(postgres_url: str, tmp_path: Path) -> None:
    trouble = Trouble()
    trouble.slow = asyncio.Event()
    async with partner_server(tmp_path, trouble) as partner, connected(postgres_url, partner, 1.0) as harness:
        await harness.job(SEND)
        assert "took too long" in (await outgoing(harness))["problem"]
        trouble.slow.set()
        trouble.slow = None
        await later(harness)
        file = await outgoing(harness)
        assert (file["state"], file["attempts"]) == ("sent", 2)
        assert inbound(tmp_path) == {"837P_000000001.x12": file["size"]}
