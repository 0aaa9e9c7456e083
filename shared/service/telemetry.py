"""Spans and metrics, leaving by OTLP where an endpoint is set. Without one no SDK is entered and none is imported.

Names follow OpenTelemetry's messaging conventions 1.44. One span per batch, links to the sampled messages in it.
No baggage, no message keys, no statements, no addresses of people: attributes are counted ones, written here.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Protocol

from shared.claim import uuid7
from shared.service.traces import TraceParent, current, parse, sampled

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.metrics import Meter
    from opentelemetry.sdk.metrics.export import MetricReader
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Link, Span, SpanContext, Tracer

MAX_LINKS = 32
Value = str | int | float | bool


class Telemetry(Protocol):
    """What a process tells of its work. ``Silent`` tells nothing and costs nothing."""

    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, Value] | None = None,
    ) -> AbstractContextManager[str]:
        """``with telemetry.span("process claims.intake", links=[...]) as traceparent:`` yields this span's own."""

    def count(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Add to a counter."""

    def measure(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Record into a histogram, in seconds or bytes as the name says."""

    def close(self) -> None:
        """Send what is left, within five seconds."""


class Silent:
    """No telemetry."""

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, Value] | None = None,
    ) -> Iterator[str]:
        """Yield the parent unchanged: a trace passes through a process that does not record it."""
        yield parent or current.get()

    def count(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Nothing."""

    def measure(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class Recording:
    """OpenTelemetry's SDK. A span is made for a sampled parent, or for sampled links; else the SDK is not entered."""

    def __init__(self, tracer: "Tracer", meter: "Meter", closes: Sequence[object] = ()) -> None:
        self._tracer = tracer
        self._meter = meter
        self._closes = closes
        self._instruments: dict[str, object] = {}

    @contextmanager
    def span(
        self,
        name: str,
        *,
        parent: str = "",
        links: Sequence[str] = (),
        values: Mapping[str, Value] | None = None,
    ) -> Iterator[str]:
        """Record where the trace is sampled; the span's traceparent is current inside."""
        chosen = [link for link in links if sampled(link)][:MAX_LINKS]
        if not sampled(parent) and not chosen:
            yield parent or current.get()
            return
        with self._tracer.start_as_current_span(
            name,
            context=_context(parent),
            links=[_link(link) for link in chosen],
            attributes=dict(values or {}),
            record_exception=False,  # an exception's message may quote a patient
            set_status_on_exception=False,
        ) as span:
            own = span.get_span_context()
            text = str(TraceParent(f"{own.trace_id:032x}", f"{own.span_id:016x}", own.trace_flags.sampled))
            token = current.set(text)
            try:
                yield text
            except BaseException as error:
                _mark(span, error)
                raise
            finally:
                current.reset(token)

    def count(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Add to a counter."""
        instrument = self._instruments.get(name) or self._instruments.setdefault(
            name, self._meter.create_counter(name)
        )
        instrument.add(amount, dict(values or {}))  # type: ignore[attr-defined]

    def measure(self, name: str, amount: float, values: Mapping[str, Value] | None = None) -> None:
        """Record into a histogram."""
        instrument = self._instruments.get(name) or self._instruments.setdefault(
            name, self._meter.create_histogram(name)
        )
        instrument.record(amount, dict(values or {}))  # type: ignore[attr-defined]

    def close(self) -> None:
        """Send what is left, within five seconds."""
        for each in self._closes:
            each.shutdown()  # type: ignore[attr-defined]


def telemetry_for(service: str, version: str, endpoint: str) -> Telemetry:
    """Telemetry of a process: silent without an endpoint, else OTLP over HTTP to ``endpoint``/v1/traces and /metrics."""
    if not endpoint:
        return Silent()
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

    root = endpoint.rstrip("/")
    metrics = OTLPMetricExporter(endpoint=f"{root}/v1/metrics", timeout=5)
    return recording(
        service,
        version,
        OTLPSpanExporter(endpoint=f"{root}/v1/traces", timeout=5),
        PeriodicExportingMetricReader(metrics, export_interval_millis=10_000, export_timeout_millis=5_000),
    )


def recording(
    service: str, version: str, spans: "SpanExporter", metrics: "MetricReader | None" = None
) -> Recording:
    """The SDK with these exporters; its queue is bounded, loses spans rather than memory or time."""
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    # the instance: counters of two processes of one service must not be taken for one that jumps
    about = {
        "service.name": f"claimflow-{service}",
        "service.version": version,
        "service.instance.id": uuid7(),
    }
    resource = Resource.create(about)
    # ALWAYS_ON: the decision was made at the root and is read from the flag before we come here
    provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(
        BatchSpanProcessor(spans, max_queue_size=2048, schedule_delay_millis=1000, export_timeout_millis=5000)
    )
    meters = MeterProvider([metrics] if metrics else [], resource=resource, shutdown_on_exit=False)
    return Recording(provider.get_tracer("claimflow"), meters.get_meter("claimflow"), (provider, meters))


def _mark(span: "Span", error: BaseException) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("error.type", type(error).__name__)
    span.set_status(StatusCode.ERROR)


def _context(parent: str) -> "Context":
    from opentelemetry import context, trace

    empty = context.Context()
    found = _span_context(parent) if sampled(parent) else None
    return trace.set_span_in_context(trace.NonRecordingSpan(found), empty) if found else empty


def _link(text: str) -> "Link":
    from opentelemetry.trace import Link

    found = _span_context(text)
    assert found is not None
    return Link(found)


def _span_context(text: str) -> "SpanContext | None":
    from opentelemetry.trace import SpanContext, TraceFlags

    parent = parse(text)
    if parent is None:
        return None
    flags = TraceFlags(TraceFlags.SAMPLED if parent.sampled else TraceFlags.DEFAULT)
    return SpanContext(int(parent.trace, 16), int(parent.span, 16), is_remote=True, trace_flags=flags)
