"""Hand spans to OpenTelemetry, where the environment asks for it.

Promise: without its variables nothing of it is loaded. Where they are set and the packages are missing, slabot starts
all the same and says so. A collector that does not answer holds up nothing, and the end of slabot for two seconds at
most.

The variables are OpenTelemetry's own, read by its own SDK:
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

import structlog

from slabot import __version__
from slabot.tracing import Fact, SpanKind, TraceSpan, watch

if TYPE_CHECKING:
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider

EXPORTER = "OTEL_TRACES_EXPORTER"
ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
KNOWN = ("otlp", "console", "none")
TELL_EVERY = 60.0  # seconds between two log lines about a collector that does not answer
FLUSH = 2.0  # seconds for the last spans, when slabot ends

log = structlog.get_logger("slabot.run")


class OpenTelemetryWatcher:
    """Hands spans to a tracer of OpenTelemetry."""

    def __init__(self, provider: trace.TracerProvider) -> None:
        from opentelemetry.trace import SpanKind as Kind

        self._tracer = provider.get_tracer("slabot", __version__)
        self._kinds = {SpanKind.SERVER: Kind.SERVER, SpanKind.CLIENT: Kind.CLIENT, SpanKind.INTERNAL: Kind.INTERNAL}

    @contextlib.contextmanager
    def span(self, name: str, kind: SpanKind, facts: Mapping[str, Fact]) -> Iterator[TraceSpan]:
        """A span for the block. The library's own notes of an error are off: they hold its text."""
        with self._tracer.start_as_current_span(
            name, kind=self._kinds[kind], attributes=dict(facts), record_exception=False, set_status_on_exception=False
        ) as made:
            try:
                yield _Noted(made)
            except Exception as error:
                _failed(made, type(error).__name__)
                raise


class _Noted:
    """A span of OpenTelemetry."""

    def __init__(self, made: trace.Span) -> None:
        self._made = made

    def note(self, name: str, fact: Fact) -> None:
        """Set an attribute; an error is a status, too."""
        if name == "error.type":
            _failed(self._made, str(fact))
        else:
            self._made.set_attribute(name, fact)


def start_tracing(environment: Mapping[str, str] | None = None) -> Callable[[], None]:
    """Trace this process, if the environment asks for it; what is returned sends the last spans and ends it."""
    found = os.environ if environment is None else environment
    wanted = found.get(EXPORTER, "").strip().lower()
    off = found.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or wanted == "none"
    if off or not (wanted or any(found.get(name) for name in ENDPOINTS)):
        return _nothing
    if (wanted or "otlp") not in KNOWN:
        reason = f"{EXPORTER} is {wanted!r}; slabot knows {', '.join(KNOWN)}. Nothing is traced."
        log.warning("tracing.off", reason=reason)
        return _nothing
    try:
        provider = _provider(wanted or "otlp")
    except ImportError:
        log.warning(
            "tracing.off",
            reason="the environment asks for traces (OTEL_…), and the packages for them are not installed: install "
            "slabot[tracing], or set OTEL_SDK_DISABLED=true. Nothing is traced.",
        )
        return _nothing
    _tell_of_losses()
    watch(OpenTelemetryWatcher(provider))
    log.info("tracing.on", exporter=wanted or "otlp")
    return lambda: _end(provider)


def _provider(exporter: str) -> TracerProvider:
    from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter

    taker: SpanExporter
    if exporter == "console":
        taker = ConsoleSpanExporter()
    else:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        taker = OTLPSpanExporter()
    defaults: dict[str, str] = {SERVICE_NAME: "slabot", SERVICE_VERSION: __version__}
    said = OTELResourceDetector().detect().attributes  # OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES
    named = Resource.create({**defaults, **said})
    provider = TracerProvider(resource=named, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(taker))
    return provider


class _Losses(logging.Handler):
    """Tells once a minute, in slabot's own way, that spans could not be sent; the library writes whole tracebacks."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._told = float("-inf")

    def emit(self, record: logging.LogRecord) -> None:
        """Say it, unless it was said just now."""
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            reason = "OpenTelemetry reports a problem; look whether the collector answers. slabot goes on"
            log.warning("tracing.not_sent", reason=reason)


def _tell_of_losses() -> None:
    theirs = logging.getLogger("opentelemetry")
    theirs.handlers, theirs.propagate = [_Losses()], False


def _end(provider: TracerProvider) -> None:
    watch(None)
    ending = threading.Thread(target=provider.shutdown, name="tracing", daemon=True)
    ending.start()
    ending.join(FLUSH)


def _failed(made: trace.Span, kind: str) -> None:
    from opentelemetry.trace import StatusCode

    made.set_attribute("error.type", kind)
    made.set_status(StatusCode.ERROR)


def _nothing() -> None:
    """Nothing was begun."""
