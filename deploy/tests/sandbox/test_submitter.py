"""Submitter and sandbox together, over real SFTP in one process: cleared claims in, answers of every mood out."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from deploy.sandbox.folder import Folder
from deploy.sandbox.payer import Payers
from deploy.sandbox.server import serve
from deploy.sandbox.settings import SandboxSettings
from services.submitter.app import build
from services.submitter.settings import SubmitterSettings
from shared.claim import uuid7
from shared.events import ClaimCleared, ClaimRejected, PayerFileReceived
from shared.testing.app import Harness, settings_for, started
from shared.testing.builders import a_claim, an_institutional_claim
from shared.testing.clock import FixedClock
from shared.x12 import prove, read
from shared.x12.types import Remittance

PARTNER = "clearinghouse"


@pytest.fixture
def migrations() -> str:
    return "services/submitter/migrations"


@asynccontextmanager
async def both(url: str, root: Path) -> AsyncIterator[tuple[Harness, Payers]]:
    clock = FixedClock()
    folder = Folder(root / "sandbox", [PARTNER])
    payers = Payers(folder, SandboxSettings(folder=root / "sandbox"), clock)
    secret = root / "password"
    secret.write_text("for-tests")
    key = root / "host_key"
    async with await serve(folder, {PARTNER: "for-tests"}, "127.0.0.1", 0, key) as server:
        known = root / "known_hosts"
        known.write_text(f"[127.0.0.1]:{server.get_port()} {key.with_name('host_key.pub').read_text()}")
        settings = settings_for(
            SubmitterSettings,
            url,
            mailbox_port=server.get_port(),
            mailbox_password_file=secret,
            mailbox_known_hosts=known,
            batch_after=0,
        )
        service = build(settings)
        stopping = asyncio.Event()
        async with started(service, clock=clock) as harness:
            door = asyncio.create_task(_open(service.doors[0], harness, stopping))
            yield harness, payers
            stopping.set()
            await door


async def _open(door: object, harness: Harness, stopping: asyncio.Event) -> None:
    await door(harness.ctx, stopping)  # type: ignore[operator]


async def turn(harness: Harness, payers: Payers) -> None:
    """Everything once: a batch, the upload, the payers, the fetch."""
    await harness.job("batch")
    await harness.job(f"send-{PARTNER}")
    payers.work()
    await harness.job(f"fetch-{PARTNER}")


async def test_every_mood_is_heard_and_every_835_that_is_passed_on_proves(
    postgres_url: str, tmp_path: Path
) -> None:
    async with both(postgres_url, tmp_path) as (harness, payers):
        claims = [a_claim(seed=n, payer=f"SBX0{n}") for n in range(1, 8)]
        claims += [an_institutional_claim(seed=n + 10, payer=f"SBX0{n}") for n in range(1, 8)]
        ids = [uuid7() for _ in claims]
        for one, claim in zip(ids, claims, strict=True):
            await harness.hear("scrubber", one, ClaimCleared(claim=claim, rules="test"))
        await harness.quiet()
        await turn(harness, payers)

        summary = (await harness.http.get("/summary")).json()
        assert {state: row["count"] for state, row in summary["claims"].items()} == {
            "accepted": 10,
            "rejected": 2,
            "acknowledged": 2,
        }
        assert sum(row["cents"] for row in summary["claims"].values()) == sum(c.charge for c in claims)
        rejected = [each.event for each in harness.said() if isinstance(each.event, ClaimRejected)]
        assert {(event.payer, event.hop, event.reasons[0].status) for event in rejected} == {
            ("SBX05", "clearinghouse", "164")
        }
        files = [each.event for each in harness.said() if isinstance(each.event, PayerFileReceived)]
        remittances = [t for file in files for t in read(file.content).transactions]
        assert all(isinstance(t, Remittance) and prove(t) == () for t in remittances)
        assert len(remittances) == 10
        inbox = (await harness.http.get("/files", params={"direction": "in"})).json()["files"]
        assert [file["problem"] for file in inbox if file["problem"]] == []

        # the late payer, missed at its time and heard at last
        assert isinstance(harness.clock, FixedClock)
        harness.clock.advance(timedelta(days=3))
        await harness.job("follow-up")
        harness.clock.advance(timedelta(days=2, minutes=1))
        await turn(harness, payers)
        said = Counter(type(each.event).__name__ for each in harness.said())
        assert said["AnswerOverdue"] == 2
        assert said["ClaimAccepted"] == 12

        # the corrected member id, sent again as new
        again = a_claim(seed=5, payer="SBX05")
        coverage = again.coverages[0]
        person = replace(coverage.subscriber, member_id="C00000005")
        fixed = replace(again, coverages=(replace(coverage, subscriber=person),))
        await harness.hear("scrubber", ids[4], ClaimCleared(claim=fixed, rules="test"))
        await harness.quiet()
        await turn(harness, payers)
        shown = (await harness.http.get(f"/claims/{ids[4]}")).json()
        assert (shown["state"], shown["attempt"]) == ("accepted", 2)
        assert payers.folder.received()[-1].duplicates == 0
        assert list((tmp_path / "sandbox" / "mailboxes" / PARTNER / "outbound").iterdir()) == []
