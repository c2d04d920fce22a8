"""Whoever set up OpenTelemetry sees how long each thing took, and nothing that people wrote.

Promise: a span for each webhook, evaluation, delivery and call outside, with hosts, numbers and ids; no word of a
customer, no address of a person, no secret, no text of an error. Without the variables nothing of it is loaded.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from structlog.testing import capture_logs

from slabot.composition.tracing import OpenTelemetryWatcher, start_tracing
from slabot.tracing import span, watch
from tests.promises.scene import HOUR, MINUTE, Make, Scene, environment_of

FACTS = {
    "error.type",
    "http.request.method",
    "http.response.status_code",
    "server.address",
    "server.port",
    "slabot.helpdesk",
    "slabot.looked_up",
    "slabot.outcome",
    "slabot.planned",
    "slabot.ticket",
    "slabot.tickets",
}
VARIABLES = ("OTEL_TRACES_EXPORTER", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    """Takes the spans of this process."""
    made = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(made))
    watch(OpenTelemetryWatcher(provider))
    yield made
    watch(None)
    provider.shutdown()


@pytest.fixture
def scene(stage: Make, sqlite_url: str) -> Scene:
    return stage(sqlite_url)


def of(exporter: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [each for each in exporter.get_finished_spans() if each.name == name]


def facts(one: ReadableSpan) -> dict[str, object]:
    return dict(one.attributes or {})


def test_each_kind_of_work_has_its_span_and_its_calls_inside(scene: Scene, exporter: InMemorySpanExporter) -> None:
    scene.start()
    ticket = scene.ask("production down: the password of the proxy is tulip")
    scene.run_for(HOUR + MINUTE)
    assert len(scene.pages(ticket)) == 1

    hook = of(exporter, "webhook")[0]
    assert hook.kind is SpanKind.SERVER
    assert facts(hook) == {"http.response.status_code": 200, "slabot.helpdesk": "acme"}

    planned = [each for each in of(exporter, "evaluate") if facts(each)["slabot.planned"]]
    assert planned
    assert {"slabot.helpdesk": "acme", "slabot.ticket": str(ticket)}.items() <= facts(planned[-1]).items()

    (page,) = of(exporter, "deliver page")
    assert facts(page)["slabot.outcome"] == "SentPage"
    assert facts(page)["slabot.ticket"] == str(ticket)
    assert page.context is not None
    inside = [
        each
        for each in exporter.get_finished_spans()
        if each.kind is SpanKind.CLIENT and each.parent is not None and each.parent.span_id == page.context.span_id
    ]
    assert {facts(each)["server.address"] for each in inside} == {"127.0.0.1"}
    ports = {facts(each)["server.port"] for each in inside}
    assert len(ports) == 2, "the helpdesk is asked once more, and Slack takes the page"
    assert {facts(each)["http.response.status_code"] for each in inside} == {200}


def test_no_word_of_anybody_and_no_secret_is_in_a_span(scene: Scene, exporter: InMemorySpanExporter) -> None:
    scene.start()
    scene.sandbox.faults.add("down", service="zendesk", times=3)
    scene.ask("production down: the password of the proxy is tulip", who="ana.silva@contoso.example")
    scene.run_for(HOUR + MINUTE)
    scene.post("/hooks/nobody-knows-me", b"{}")
    scene.post("/hooks/acme", b"unsigned")
    spans = exporter.get_finished_spans()
    assert {name for each in spans for name in facts(each)} <= FACTS
    whole = "\n".join(each.to_json() for each in spans)
    hidden = ["tulip", "ana.silva", "contoso", "production down", "nobody-knows-me", "unsigned", "/api/v2", "password"]
    for word in [*hidden, *environment_of(scene.sandbox).values()]:
        assert word not in whole
    assert any(facts(each).get("http.response.status_code") == 404 for each in of(exporter, "webhook"))
    failed = [each for each in spans if each.status.status_code is StatusCode.ERROR]
    assert failed
    assert all(each.status.description is None and not each.events for each in spans)


def test_of_an_error_the_class_alone_is_told(exporter: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="tulip"), span("evaluate"):
        raise ValueError("the password is tulip")
    (made,) = exporter.get_finished_spans()
    assert facts(made) == {"error.type": "ValueError"}
    assert made.status.status_code is StatusCode.ERROR
    assert "tulip" not in made.to_json()


@pytest.fixture
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*VARIABLES, "OTEL_SDK_DISABLED"):
        monkeypatch.delenv(name, raising=False)


def test_without_the_variables_nothing_is_loaded(no_variables: None) -> None:
    script = (
        "import sys; import slabot.cli.run, slabot.cli.web, slabot.cli.worker; "
        "from slabot.composition.tracing import start_tracing; start_tracing()(); "
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "[]\n"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"OTEL_SERVICE_NAME": "slabot"},
        {"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
        {"OTEL_SDK_DISABLED": "true", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"},
    ],
)
def test_it_is_off_unless_it_is_asked_for(environment: dict[str, str]) -> None:
    with capture_logs() as logs:
        start_tracing(environment)()
    assert logs == []


@pytest.mark.parametrize(
    ("environment", "is_missing", "words"),
    [
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, True, "install slabot[tracing]"),
        (
            {"OTEL_TRACES_EXPORTER": "zipkin"},
            False,
            "is 'zipkin'; slabot knows otlp, console, none",
        ),
    ],
)
def test_what_cannot_be_done_is_said_and_slabot_starts_all_the_same(
    environment: dict[str, str], is_missing: bool, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_missing:
        monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)
    with capture_logs() as logs:
        start_tracing(environment)()
    (line,) = logs
    assert line["event"] == "tracing.off"
    assert words in line["reason"]


class Collector(BaseHTTPRequestHandler):
    """Takes what OpenTelemetry sends."""

    came: list[tuple[str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.came.append((self.path, body))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def collector(no_variables: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, bytes]]]:
    """What came to the address that the environment names."""
    came: list[tuple[str, bytes]] = []
    with HTTPServer(("127.0.0.1", 0), type("Here", (Collector,), {"came": came})) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        yield came
        server.shutdown()
        thread.join()


def trace_once() -> None:
    end = start_tracing()
    with span("evaluate") as made:
        made.note("slabot.ticket", "4711")
    end()
    with span("evaluate"):  # nobody watches any more
        pass


def test_the_standard_variables_say_where_to(
    collector: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=support-bot")
    trace_once()
    ((path, body),) = collector
    assert path == "/v1/traces"
    for word in (b"evaluate", b"4711", b"support-bot"):
        assert word in body


def test_the_standard_variables_say_how_many(
    collector: list[tuple[str, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER_ARG", "0")
    trace_once()
    assert collector == []
