"""Telemetry: silent without an endpoint; spans only for what is sampled, one per batch with its links."""

import subprocess
import sys
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.service import traces
from shared.service.telemetry import MAX_LINKS, Recording, Silent, recording, telemetry_for

YES = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NO = YES[:-1] + "0"


@pytest.fixture
def spans() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def telemetry(spans: InMemorySpanExporter) -> Recording:
    return recording("test", "0", spans)


def _done(telemetry: Recording, spans: InMemorySpanExporter) -> Sequence[ReadableSpan]:
    telemetry.close()
    return spans.get_finished_spans()


def test_a_span_hangs_under_a_sampled_parent_and_its_own_traceparent_is_current(
    telemetry: Recording, spans: InMemorySpanExporter
) -> None:
    with telemetry.span("process claims.intake", parent=YES) as inner:
        assert traces.current.get() == inner
    assert traces.current.get() == ""
    (span,) = _done(telemetry, spans)
    assert span.parent is not None
    assert f"{span.parent.span_id:016x}" == YES[36:52]
    assert inner == f"00-{YES[3:35]}-{span.context.span_id:016x}-01"


def test_an_unsampled_parent_makes_no_span_and_goes_on_unchanged(
    telemetry: Recording, spans: InMemorySpanExporter
) -> None:
    with telemetry.span("process", parent=NO, links=[NO]) as inner:
        assert inner == NO
    assert _done(telemetry, spans) == ()


def test_a_batch_is_one_span_with_links_to_the_sampled_messages_only(
    telemetry: Recording, spans: InMemorySpanExporter
) -> None:
    with telemetry.span("process claims.intake", links=[NO, *[YES] * 100], values={"n": 101}):
        pass
    (span,) = _done(telemetry, spans)
    assert span.parent is None
    assert len(span.links) == MAX_LINKS
    assert span.attributes == {"n": 101}


def test_an_exception_leaves_its_kind_and_not_its_message(
    telemetry: Recording, spans: InMemorySpanExporter
) -> None:
    with pytest.raises(ValueError, match="JANE"), telemetry.span("process", parent=YES):
        raise ValueError("DOE^JANE")
    (span,) = _done(telemetry, spans)
    assert span.events == ()
    assert "JANE" not in span.to_json()
    assert not span.status.is_ok


def test_counters_and_histograms_are_recorded(spans: InMemorySpanExporter) -> None:
    reader = InMemoryMetricReader()
    telemetry = recording("test", "0", spans, reader)
    telemetry.count("claims.events", 3, {"topic": "claims.intake"})
    telemetry.count("claims.events", 4, {"topic": "claims.intake"})
    telemetry.measure("messaging.process.duration", 0.5)
    data = reader.get_metrics_data()
    assert data is not None
    found = {
        m.name: m.data.data_points[0]
        for r in data.resource_metrics
        for s in r.scope_metrics
        for m in s.metrics
    }
    assert found["claims.events"].value == 7  # type: ignore[union-attr]
    assert found["messaging.process.duration"].sum == 0.5  # type: ignore[union-attr]
    telemetry.close()


def test_two_processes_of_a_service_are_told_apart() -> None:
    exporters = InMemorySpanExporter(), InMemorySpanExporter()
    for exporter in exporters:
        telemetry = recording("test", "0", exporter)
        with telemetry.span("process", parent=YES):
            pass
        telemetry.close()
    told = [span.resource.attributes for each in exporters for span in each.get_finished_spans()]
    assert [each["service.name"] for each in told] == ["claimflow-test"] * 2
    assert len({each["service.instance.id"] for each in told}) == 2


def test_without_an_endpoint_the_trace_passes_through_untouched() -> None:
    silent = telemetry_for("test", "0", "")
    assert isinstance(silent, Silent)
    with silent.span("process", parent=YES) as inner:
        assert inner == YES


def test_without_an_endpoint_no_sdk_is_imported() -> None:
    code = (
        "import sys; from shared.service.telemetry import telemetry_for; telemetry_for('x', '0', '');"
        "sys.exit('opentelemetry.sdk' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
