"""The parking API over HTTP, and the watchdog."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import httpx
import pytest

from shared.bus import Bus, MemoryBroker
from shared.bus.broker import Broker
from shared.bus.topics import declared
from shared.bus.watchdog import Stuck, Watchdog
from shared.events import BY_SOURCE
from shared.service import Context, ServiceSettings
from shared.service.auth import hash_of
from shared.service.http import make_app
from shared.service.settings import Grant
from shared.testing.fixtures import PROJECT
from shared.tests.bus.service import QUICK
from shared.tests.bus.stage import Stage, claims, patient, running


@pytest.fixture
async def broker() -> Broker:
    return MemoryBroker()


@pytest.fixture
def bus(stage: Stage) -> Bus:
    return stage.listener()


@pytest.fixture
async def http(bus: Bus) -> AsyncIterator[httpx.AsyncClient]:
    """A client that may all, of an application with nothing but the parking API."""
    scopes = frozenset({"claims:read", "parked:write"})
    grants = {
        "operator": Grant(sha256=hash_of("t"), scopes=scopes),
        "reader": Grant(sha256=hash_of("r"), scopes=frozenset({"claims:read"})),
    }
    settings = ServiceSettings(database_url="postgresql://none", tokens=grants)
    nothing = cast("Any", None)
    ctx = Context(settings, nothing, nothing, nothing, nothing, nothing, nothing)
    app = make_app("test", "0", ctx, bus.routers())
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://test", headers={"authorization": "Bearer t"}
    ) as client:
        yield client


async def test_what_is_parked_is_listed_replayed_and_dismissed_over_http(
    stage: Stage, bus: Bus, http: httpx.AsyncClient
) -> None:
    one, two = claims(2)
    stage.tallies.broken.add(13)
    async with running(bus):
        await stage.send([*stage.frames(one, 13, 1), *stage.frames(two, 13)])
        await stage.parked(bus, 3)
        listed = (await http.get("/parked")).json()
        assert listed["open"] == 3
        ids = {(row["stream"], row["version"]): row["id"] for row in listed["parked"]}
        assert {row["reason"] for row in listed["parked"]} == {"decision", "behind"}
        assert "value" not in listed["parked"][0]
        still = (await http.post(f"/parked/{ids[one, 1]}/replay")).json()
        assert (still["left"], still["reason"]) == (2, "decision")
        stage.tallies.broken.clear()
        assert (await http.post(f"/parked/{ids[one, 1]}/replay")).json()["settled"] == 2
        answer = await http.post(f"/parked/{ids[two, 1]}/dismiss", json={"reason": "charged by mistake"})
        assert answer.status_code == 200
        await stage.until({one: [13, 1]})
        assert (await http.get("/parked")).json()["parked"] == []
        (closed,) = (await http.get("/parked", params={"closed": True})).json()["parked"]
        assert (closed["closed_by"], closed["closed_why"]) == ("operator", "charged by mistake")


async def test_what_is_not_possible_is_a_problem_and_not_an_error(
    stage: Stage, bus: Bus, http: httpx.AsyncClient
) -> None:
    (claim,) = claims(1)
    stage.tallies.broken.add(13)
    async with running(bus):
        await stage.send(stage.frames(claim, 13, 1))
        _, (behind, _, _) = await stage.parked(bus, 2)
    assert (await http.post("/parked/99/replay")).status_code == 404
    refused = await http.post(f"/parked/{behind}/dismiss", json={"reason": "out of turn"})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/not-first")
    assert (await http.post(f"/parked/{behind}/dismiss", json={})).status_code == 422
    reader = {"authorization": "Bearer r"}
    assert (await http.post(f"/parked/{behind}/replay", headers=reader)).status_code == 403
    assert (await http.get("/parked", headers=reader)).status_code == 200


async def test_a_consumer_with_lag_and_no_progress_ends_the_process(stage: Stage) -> None:
    bus = stage.listener()
    assert bus.consumer is not None
    async with running(bus):
        await stage.send(stage.frames(claims(1)[0], 1))
        await stage.nothing_new(bus, 1)
    await bus.consumer.inbound().start(_nothing, _nothing)
    await stage.send(stage.frames(claims(1)[0], 2))  # nobody reads it: the bus has stopped
    watchdog = Watchdog(stage.heard, bus.consumer, patient(QUICK, watchdog=0.2, watchdog_every=0.05))
    with pytest.raises(Stuck, match="lag 1"):
        await asyncio.wait_for(watchdog.run(asyncio.Event()), 20)


async def test_waiting_for_infrastructure_is_not_being_stuck(stage: Stage) -> None:
    bus = stage.listener()
    assert bus.consumer is not None
    async with running(bus):
        await stage.send(stage.frames(claims(1)[0], 1))
        await stage.nothing_new(bus, 1)
    await bus.consumer.inbound().start(_nothing, _nothing)
    await stage.send(stage.frames(claims(1)[0], 2))
    bus.consumer.trouble = "ConnectionRefusedError"
    watchdog = Watchdog(stage.heard, bus.consumer, patient(QUICK, watchdog=0.0))
    for _ in range(3):
        await watchdog.look()
    assert watchdog.lag == 1


async def _nothing(parts: object) -> None:
    """A member that only joins."""


def test_every_producer_has_its_declared_topic_and_there_is_the_public_one() -> None:
    topics = declared(PROJECT / "deploy" / "topics.yaml")
    assert {topic.name for topic in topics} == {f"claims.{name}" for name in (*BY_SOURCE, "lifecycle")}
    assert {(topic.partitions, topic.replication) for topic in topics} == {(12, 3)}
    assert all(int(topic.config["retention.ms"]) <= QUICK.archive_days * 86_400_000 for topic in topics)
    assert {topic.replication for topic in declared(PROJECT / "deploy" / "topics.yaml", replication=1)} == {1}
