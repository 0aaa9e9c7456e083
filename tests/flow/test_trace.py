"""One claim's trace, walked through all five services: real processes that send their spans to a collector of the test."""

import os
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import msgspec
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from shared.testing.builders import a_claim
from tests.flow.system import System, start, until

pytestmark = [pytest.mark.real, pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.xdist_group("flow")]

SERVICES = {f"claimflow-{name}" for name in ("intake", "scrubber", "submitter", "remittance", "statements")}
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
QUIET_TRACE = "5cf92f3577b34da6a3ce929d0e0e4737"


class Span(NamedTuple):
    """What the walk needs of a span."""

    service: str
    name: str
    trace: str
    span: str
    parent: str
    links: frozenset[str]
    values: Mapping[str, str]


class Collector:
    """An OTLP endpoint that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self.raw = b""
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/v1/traces":
                    collector.take(body)
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever)
        self._thread.start()

    def take(self, body: bytes) -> None:
        """Read one export."""
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            service = next(
                a.value.string_value for a in resource.resource.attributes if a.key == "service.name"
            )
            self.spans += [
                Span(
                    service,
                    span.name,
                    span.trace_id.hex(),
                    span.span_id.hex(),
                    span.parent_span_id.hex(),
                    frozenset(link.span_id.hex() for link in span.links),
                    {a.key: a.value.string_value for a in span.attributes},
                )
                for scope in resource.scope_spans
                for span in scope.spans
            ]

    def walk(self, trace: str) -> set[Span]:
        """The spans of that trace, those linked to them, the rest of these traces, and so on."""
        reached: set[int] = set()
        traces = {trace}
        while True:
            found = {
                n for n, s in enumerate(self.spans)
                if s.trace in traces or s.links & {self.spans[each].span for each in reached}
            }  # fmt: skip
            if found == reached:
                return {self.spans[n]._replace(values=_Frozen(self.spans[n].values)) for n in found}
            reached = found
            traces |= {self.spans[n].trace for n in reached}

    def stop(self) -> None:
        """Close the port."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()


class _Frozen(dict[str, str]):
    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(sorted(self.items())))


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    collector = Collector()
    yield collector
    collector.stop()


@pytest.fixture(scope="module")
def system(collector: Collector, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    folder = tmp_path_factory.mktemp("traced", numbered=True)
    for parent in (folder, *folder.parents[:3]):
        if os.access(parent, os.W_OK) and str(parent) != "/tmp":
            parent.chmod(0o711)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLAIMFLOW_OTLP_ENDPOINT", collector.endpoint)
        running = start(folder)
    yield running
    assert running.stop() == 0


def send(system: System, seed: int, traceparent: str) -> str:
    with system.client("ehr") as client:
        answer = client.raw(
            "POST",
            "intake",
            "/claims",
            content=msgspec.json.encode(a_claim(seed)),
            headers={"Content-Type": "application/json", "traceparent": traceparent},
        )
    assert answer.status_code == 202, answer.text
    claim = str(answer.json()["id"])

    def arrived() -> bool:
        with system.client() as client:
            return client.raw("GET", "statements", f"/claims/{claim}").is_success

    until(arrived, within=90)
    return claim


def test_one_claims_trace_goes_through_all_five_services(system: System, collector: Collector) -> None:
    claim = send(system, 8101, f"00-{TRACE}-00f067aa0ba902b7-01")
    until(lambda: {span.service for span in collector.walk(TRACE)} >= SERVICES, within=30)
    decided = [span for span in collector.walk(TRACE) if span.name == "decide"]
    about = {span.service: span.values["claimflow.stream"] for span in decided}
    assert {about[name] for name in SERVICES - {"claimflow-statements"}} == {claim}
    first = [span for span in decided if span.trace == TRACE]
    assert {"claimflow-intake", "claimflow-scrubber", "claimflow-submitter"} <= {
        span.service for span in first
    }
    spans = {span.span for span in collector.walk(TRACE)} | {"00f067aa0ba902b7"}
    assert {span.parent for span in first} <= spans, "a span of the trace hangs in the air"


def test_an_unsampled_claim_leaves_no_span(system: System, collector: Collector) -> None:
    send(system, 8102, f"00-{QUIET_TRACE}-00f067aa0ba902b7-00")
    send(system, 8103, f"00-{TRACE[::-1]}-00f067aa0ba902b7-01")
    until(lambda: {span.service for span in collector.walk(TRACE[::-1])} >= SERVICES, within=30)
    assert not [span for span in collector.spans if span.trace == QUIET_TRACE]


def test_no_span_tells_who_the_patient_is(system: System, collector: Collector) -> None:
    send(system, 8104, f"00-{TRACE[:-1]}a-00f067aa0ba902b7-01")
    until(lambda: {span.service for span in collector.walk(f"{TRACE[:-1]}a")} >= SERVICES, within=30)
    claim = a_claim(8104)
    telling = (
        claim.who.name.last,
        claim.number,
        claim.coverage.subscriber.member_id,
        claim.who.address.line1,
    )
    assert not [word for word in telling if word.encode() in collector.raw]


def test_the_console_shows_the_whole_journey_of_a_claim(system: System) -> None:
    claim = send(system, 8105, f"00-{QUIET_TRACE}-00f067aa0ba902b7-00")

    def shown() -> str:
        with system.client() as client:
            return client.raw("GET", "console", f"/claims/{claim}").text

    until(lambda: "Every payer is done" in shown(), within=30)
    page = shown()
    for words in (
        "Received by JSON",
        "Passed every check",
        "Sent to SBX01",
        "Accepted by the payer",
        "SBX01 paid",
    ):
        assert words in page
    assert "does not answer" not in page
    assert "does not accept" not in page
