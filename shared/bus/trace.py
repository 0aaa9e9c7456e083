"""Trace context: carried as text, and given to OpenTelemetry only when it is sampled."""

from opentelemetry import trace

from shared.bus.records import Because


def carried(because: Because) -> Because:
    """The trace context that an event goes on with."""
    return because


def current() -> str:
    """The trace context of the span that is open here (an HTTP request's), as W3C text; empty when there is none."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"
