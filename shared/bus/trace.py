"""Trace context and figures: text is carried along, telemetry is entered only for a sampled trace, or once per batch."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace
from opentelemetry import trace

from shared.bus.records import Because, Heard
from shared.bus.types import Cause

FRESH = timedelta(hours=1)
"""An event that is older starts a new trace with a link to the old one: a claim lives for weeks, a trace does not."""

MOST_LINKS = 32


class Tells(Protocol):
    """Where spans and figures go (shared.service.telemetry.Telemetry)."""

    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, str | int | float | bool] | None = None,
    ) -> AbstractContextManager[str]:
        """Yields the span's own traceparent."""

    def count(
        self, name: str, amount: float, values: Mapping[str, str | int | float | bool] | None = None
    ) -> None:
        """Add to a counter."""

    def measure(
        self, name: str, amount: float, values: Mapping[str, str | int | float | bool] | None = None
    ) -> None:
        """Record into a histogram."""


class Untold:
    """No telemetry: nothing is entered, traces pass through."""

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, str | int | float | bool] | None = None,
    ) -> Iterator[str]:
        """Yields the parent."""
        yield parent

    def count(
        self, name: str, amount: float, values: Mapping[str, str | int | float | bool] | None = None
    ) -> None:
        """Nothing."""

    def measure(
        self, name: str, amount: float, values: Mapping[str, str | int | float | bool] | None = None
    ) -> None:
        """Nothing."""


def is_sampled(traceparent: bytes) -> bool:
    """Whether a trace is recorded: one look at the flags (W3C Trace Context 3.2.2.5)."""
    return len(traceparent) == 55 and traceparent[54] in b"13579bdf"


def current() -> str:
    """The trace context of the span that is open here (an HTTP request's), as W3C text; empty when there is none."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


@contextmanager
def decision(
    tell: Tells, cause: Cause, because: Because, kind: str, stream: str, last: str | None, now: datetime
) -> Iterator[Because]:
    """A sampled decision's span under what caused it; what it says hangs under the span in turn.

    ``last`` is the recorded trace that changed the aggregate before. A job's command has no trace of its own: it starts
    one that is linked to that, as does an old event. ``stream`` is the aggregate's id, which for most is the claim's.
    """
    parent = because.traceparent.decode("ascii")
    old = cause.envelope is not None and now - cause.envelope.time > FRESH
    links = [parent] if old else [last] if last and not parent else []
    values = {
        "claimflow.aggregate": kind,
        "claimflow.stream": stream,
        "claimflow.cause": type(cause.what).__name__,
    }
    with tell.span("decide", parent="" if old else parent, links=links, values=values) as own:
        yield replace(because, traceparent=own.encode())


def batch(tell: Tells, service: str, heard: Sequence[Heard]) -> AbstractContextManager[str]:
    """One span around a batch, linked to the sampled traces in it (messaging conventions 1.44)."""
    traces = dict.fromkeys([h.trace for h in heard])
    links = [trace.decode("ascii", "replace") for trace in traces if is_sampled(trace)]
    values: dict[str, str | int | float | bool] = {
        "messaging.system": "kafka",
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.consumer.group.name": f"claimflow.{service}",
        "messaging.batch.message_count": len(heard),
    }
    return tell.span("process", links=links[:MOST_LINKS], values=values)
