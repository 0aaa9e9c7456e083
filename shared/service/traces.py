"""W3C trace context as text: parse, make, continue. No SDK: the flag is looked at before anything costs anything."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from opentelemetry import context, trace

_HEX = frozenset("0123456789abcdef")

current: ContextVar[str] = ContextVar("traceparent", default="")
"""The traceparent of the request or message in work; empty outside of one."""


@contextmanager
def entered(traceparent: str) -> Iterator[None]:
    """Work inside belongs to this trace: for our own code, and for OpenTelemetry's API where libraries look."""
    parent = parse(traceparent)
    token = current.set(traceparent)
    attached = context.attach(_otel(parent)) if parent else None
    try:
        yield
    finally:
        if attached is not None:
            context.detach(attached)
        current.reset(token)


class TraceParent(NamedTuple):
    """A parsed traceparent: 32 and 16 lower-case hex digits, and whether the trace is recorded."""

    trace: str
    span: str
    sampled: bool

    def __str__(self) -> str:
        return f"00-{self.trace}-{self.span}-{'01' if self.sampled else '00'}"


def parse(text: str) -> TraceParent | None:
    """A traceparent's parts; None for anything that W3C Trace Context section 3.2 calls invalid."""
    parts = text.strip().split("-")
    if len(parts) < 4 or [len(part) for part in parts[:4]] != [2, 32, 16, 2]:
        return None
    version, trace, span, flags = parts[:4]
    if (
        not _HEX.issuperset(version + trace + span + flags)
        or version == "ff"
        or (version == "00" and len(parts) > 4)
    ):
        return None
    if trace == "0" * 32 or span == "0" * 16:
        return None
    return TraceParent(trace, span, bool(int(flags, 16) & 1))


def sampled(text: str) -> bool:
    """Whether a traceparent that we made or checked is recorded. Looks at one character."""
    return len(text) == 55 and text[54] in "13579bdf"


def make(share: float) -> str:
    """A new root. Decided by the trace id alone, so that everyone who samples by it decides alike."""
    trace, span = _nonzero(16), _nonzero(8)
    return f"00-{trace}-{span}-{'01' if chosen(trace, share) else '00'}"


def chosen(trace: str, share: float) -> bool:
    """Whether a trace id is among the recorded share (the low 64 bits, as OpenTelemetry's ratio sampler reads them)."""
    return int(trace[16:], 16) < share * 2.0**64


def child(text: str) -> str:
    """The same trace with a new span id; empty for a text that is no traceparent."""
    parent = parse(text)
    return str(parent._replace(span=_nonzero(8))) if parent else ""


def accept(header: str, share: float) -> str:
    """What a door goes on with: the caller's trace where the header holds one, else a new root."""
    parent = parse(header)
    return str(parent) if parent else make(share)


def _otel(parent: TraceParent) -> context.Context:
    flags = trace.TraceFlags(1 if parent.sampled else 0)
    spot = trace.SpanContext(int(parent.trace, 16), int(parent.span, 16), is_remote=True, trace_flags=flags)
    return trace.set_span_in_context(trace.NonRecordingSpan(spot), context.Context())


def _nonzero(size: int) -> str:
    while not any(found := secrets.token_bytes(size)):
        pass
    return found.hex()
