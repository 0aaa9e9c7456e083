"""Trace context goes from what caused a decision to what it says; telemetry is entered for sampled traces only."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from shared.bus import Bus, Cause, Hears
from shared.bus.records import Because, Writer, unpacked
from shared.events import ClaimCancelled
from shared.tests.bus.service import QUICK, Note, Stepping, cancelled
from shared.tests.bus.stage import Stage, claims

SAMPLED = f"00-{'a' * 32}-{'b' * 16}-01"
OWN = f"00-{'a' * 32}-{'c' * 16}-01"
UNSAMPLED = SAMPLED[:-1] + "0"


@dataclass
class Told:
    """Keeps what it is told."""

    spans: list[tuple[str, str, tuple[str, ...]]] = field(default_factory=list)
    counts: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, object] | None = None,
    ) -> Iterator[str]:
        self.spans.append((name, parent, tuple(links)))
        yield OWN

    def count(self, name: str, amount: float, values: Mapping[str, object] | None = None) -> None:
        self.counts[name] = self.counts.get(name, 0) + amount

    def measure(self, name: str, amount: float, values: Mapping[str, object] | None = None) -> None:
        assert amount >= 0


@pytest.fixture
def broker() -> None:
    """None is needed: batches are put to the bus by hand."""


@pytest.fixture
def told() -> Told:
    return Told()


def listener(stage: Stage, told: Told) -> Bus:
    from shared.bus import MemoryBroker

    hears = [Hears((ClaimCancelled,), stage.tallies)]
    return Bus("scrubber", stage.heard, MemoryBroker(), stage.sealer, stage.clock.now, hears, QUICK, told)


async def said(stage: Stage, bus: Bus, traceparent: str) -> dict[str, bytes]:
    """The headers of what the service says about one event with that trace context."""
    from shared.bus.memory import MemoryRecord

    (claim,) = claims(1)
    written = stage.clock.now()
    because = Because(b"journey", b"cause", traceparent.encode())
    topic, part, key, value, headers = Writer("intake", stage.sealer).write(
        claim, 1, cancelled(1), written, because
    )[0]
    async with stage.heard.begin() as tx:
        await bus.handle(tx, [MemoryRecord(topic, part, 0, key, value, headers)])
        row = await tx.driver.fetchval("select internal from outbox order by id desc limit 1")
    ((*_, sent),) = unpacked(row)
    return dict(sent) | {"caused by": dict(headers)["ce_id"]}


async def test_a_sampled_events_decision_is_a_span_under_it_and_what_it_says_hangs_under_that(
    stage: Stage, told: Told
) -> None:
    headers = await said(stage, listener(stage, told), SAMPLED)
    assert headers["traceparent"] == OWN.encode()
    assert ("decide", SAMPLED, ()) in told.spans
    assert ("process", "", (SAMPLED,)) in told.spans
    assert (headers["correlationid"], headers["causationid"]) == (b"journey", headers["caused by"])


async def test_an_unsampled_trace_passes_through_untouched(stage: Stage, told: Told) -> None:
    headers = await said(stage, listener(stage, told), UNSAMPLED)
    assert headers["traceparent"] == UNSAMPLED.encode()
    assert told.spans == [("process", "", ())]
    assert told.counts["messaging.client.consumed.messages"] == 1


async def test_an_event_that_waited_for_days_starts_a_new_trace_with_a_link(stage: Stage, told: Told) -> None:
    bus = listener(stage, told)
    later = stage.clock.now() + timedelta(days=3)
    bus.folding._now = lambda: later
    await said(stage, bus, SAMPLED)
    assert ("decide", "", (SAMPLED,)) in told.spans


async def test_a_commands_events_belong_to_the_trace_that_it_came_with(stage: Stage, told: Told) -> None:
    bus, (claim,) = listener(stage, told), claims(1)
    await bus.ask(stage.tallies, [Cause(claim, Note(5), traceparent=UNSAMPLED)])
    async with stage.heard.connect() as tx:
        row = await tx.driver.fetchval("select internal from outbox")
    ((*_, headers),) = unpacked(row)
    assert dict(headers)["traceparent"] == UNSAMPLED.encode()
    assert dict(headers)["correlationid"] == claim.encode()


async def test_what_a_job_does_later_starts_a_trace_that_is_linked_to_what_changed_the_claim_before(
    stage: Stage, told: Told
) -> None:
    bus, (claim,) = listener(stage, told), claims(1)
    await bus.ask(stage.tallies, [Cause(claim, Note(5), traceparent=SAMPLED)])
    await bus.ask(stage.tallies, [Cause(claim, Note(6))])
    assert told.spans == [("decide", SAMPLED, ()), ("decide", "", (OWN,))]
    await bus.ask(stage.tallies, [Cause(claims(2)[1], Note(7))])
    assert len(told.spans) == 2, "a claim that was never recorded is not recorded by a job"


async def test_in_a_stretch_of_decisions_a_recorded_one_has_its_span_and_the_others_none(
    stage: Stage, told: Told
) -> None:
    stage.tallies = Stepping()
    bus, ids = listener(stage, told), claims(3)
    traces = ("", SAMPLED, UNSAMPLED)
    causes = [
        Cause(claim, Note(n), traceparent=t) for n, (claim, t) in enumerate(zip(ids, traces, strict=True))
    ]
    assert [done.stream for done in await bus.ask(stage.tallies, causes)] == ids
    assert told.spans == [("decide", SAMPLED, ())]
    async with stage.heard.connect() as tx:
        row = await tx.driver.fetchval("select internal from outbox")
        recorded = await tx.driver.fetch("select id::text, trace from tallies where trace is not null")
    sent = {frame[2].decode(): dict(frame[4])["traceparent"].decode() for frame in unpacked(row)}
    assert sent == dict(zip(ids, ("", OWN, UNSAMPLED), strict=True))
    assert [tuple(row) for row in recorded] == [(ids[1], OWN)]
