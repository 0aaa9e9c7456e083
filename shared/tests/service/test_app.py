"""A whole service in a test: it hears, decides, answers, says; and the harness knows when it is quiet."""

from collections.abc import AsyncIterator

import pytest

from shared import events as e
from shared.service import ServiceSettings
from shared.service.auth import OPEN, guards
from shared.testing.app import Harness, settings_for, started
from shared.tests.service.counter import build

CLAIM = "0199a000-0000-7000-8000-000000000001"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CANCELLED = e.ClaimCancelled(reason="registered twice", message="m")
pytestmark = pytest.mark.real


@pytest.fixture
async def harness(postgres_url: str) -> AsyncIterator[Harness]:
    async with started(build(settings_for(ServiceSettings, postgres_url))) as harness:
        yield harness


async def test_what_it_hears_is_decided_and_a_repeat_is_not(harness: Harness) -> None:
    await harness.hear("intake", CLAIM, CANCELLED)
    await harness.hear("intake", CLAIM, CANCELLED)
    await harness.hear("intake", CLAIM, CANCELLED, version=2)
    await harness.quiet()
    assert (await harness.http.post(f"/claims/{CLAIM}/withdrawal")).json() == {"heard": 2}


async def test_what_a_route_asks_for_is_said_with_the_requests_trace(harness: Harness) -> None:
    await harness.http.post(f"/claims/{CLAIM}/withdrawal", headers={"traceparent": TRACE})
    await harness.quiet()
    (said,) = harness.said(CLAIM)
    assert isinstance(said.event, e.ClaimWithdrawn)
    assert said.traceparent[3:35] == TRACE[3:35]


async def test_a_refused_command_is_a_409_problem(harness: Harness) -> None:
    await harness.http.post(f"/claims/{CLAIM}/withdrawal")
    answer = await harness.http.post(f"/claims/{CLAIM}/withdrawal")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-withdrawn")


async def test_a_job_runs_when_the_test_says_so(harness: Harness) -> None:
    await harness.hear("intake", CLAIM, CANCELLED)
    await harness.quiet()
    assert await harness.job("withdraw") == 1
    assert (await harness.http.get("/summary")).json() == {"withdrawn": 1}
    assert len(harness.said()) == 1


async def test_it_is_ready_and_says_each_figure(harness: Harness) -> None:
    await harness.hear("intake", CLAIM, CANCELLED)
    await harness.quiet()
    answer = await harness.http.get("/readyz", headers={"authorization": ""})
    checks = answer.json()["checks"]
    assert answer.status_code == 200, checks
    assert set(checks) == {"database", "migrations", "relay", "broker", "assignment", "jobs"}
    assert (checks["assignment"]["partitions"], checks["assignment"]["lag"]) == (12, 0)
    assert (checks["relay"]["rows"], checks["migrations"]["revision"]) == (0, "0001")


async def test_it_is_alive_but_not_ready_without_a_broker(harness: Harness) -> None:
    await harness.http.post(f"/claims/{CLAIM}/withdrawal")
    await harness.quiet()
    await harness.broker.down()
    for _ in range(500):
        answer = await harness.http.get("/readyz")
        if answer.status_code == 503:
            break
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["ok"]
    assert (await harness.http.get("/livez")).status_code == 200


async def test_everything_but_health_needs_a_scope(harness: Harness) -> None:
    asked = guards(harness.parts.app)
    assert {what.split(" ")[-1] for what, scopes in asked.items() if not scopes} == OPEN
    assert "GET /summary" in asked


async def test_the_version_says_which_service(harness: Harness) -> None:
    assert (await harness.http.get("/version")).json()["service"] == "scrubber"


async def test_keys_that_are_missing_stop_the_start(postgres_url: str) -> None:
    service = build(settings_for(ServiceSettings, postgres_url, seal_keys=""))
    with pytest.raises(ValueError, match="key"):
        async with started(service):
            pass
