"""The jobs' crash test in short, and the test of the test: planted bugs that it must find."""

import random
from pathlib import Path

import pytest

from shared.testing.fixtures import NewDatabase
from tests.faults.jobs import RANDOM, crash
from tests.faults.jobs_life import REMITTANCE, SUBMITTER

pytestmark = [pytest.mark.real, pytest.mark.slow]


@pytest.fixture
def urls(new_database: NewDatabase) -> dict[str, str]:
    """A fresh database for each of the two services."""
    return {name: new_database(None) for name in (SUBMITTER, REMITTANCE)}


async def test_services_killed_in_the_middle_of_their_jobs_send_and_post_everything_once(
    urls: dict[str, str], kafka_bootstrap: str, tmp_path: Path
) -> None:
    deaths = {
        SUBMITTER: ["batch.before_commit", "send.after_upload", "send.after_rename", "send.after_submitted", RANDOM],
        REMITTANCE: ["post.before_close", "post.after_commit", RANDOM],
    }  # fmt: skip
    run, found = await crash(urls, kafka_bootstrap, tmp_path, deaths, random.Random(7))
    assert found == []
    assert run.deaths == {f"{name} {how}": 1 for name, ways in deaths.items() for how in ways}
    assert len(run.claims) > 20


@pytest.mark.parametrize(
    ("planted", "service", "death", "broken"),
    [
        ("note apart from its file", SUBMITTER, "batch.after_note", "NoLoss: a claim is in 0 837s"),
        ("sent without a look at the state", SUBMITTER, "send.after_submitted:1", "Once: ClaimSubmitted"),
        ("upload without a look", SUBMITTER, "send.after_rename", "Once: 837"),
        (
            "posted apart from its close",
            REMITTANCE,
            "post.before_close:1",
            "Once: 1 remittances were quarantined",
        ),
    ],
)
async def test_the_jobs_crash_test_finds_a_planted_bug(
    urls: dict[str, str],
    kafka_bootstrap: str,
    tmp_path: Path,
    planted: str,
    service: str,
    death: str,
    broken: str,
) -> None:
    deaths = {service: [death]}
    _, found = await crash(urls, kafka_bootstrap, tmp_path, deaths, random.Random(7), planted, settle=6)
    assert any(words.startswith(broken) for words in found), sorted(set(found))[:10]
