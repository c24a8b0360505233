"""A whole session, with the real SDK over a socket, told to a collector over OTLP."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

import gemini_live_interrupt as gli

APP = """
import asyncio
from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

traces = TracerProvider()
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
trace.set_tracer_provider(traces)
meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter())])
metrics.set_meter_provider(meters)

from gemini_live_interrupt import enable_interrupt_resume
from gemini_live_interrupt.testing import LiveServer, SpeakerSim, SyntheticUser

enable_interrupt_resume(telemetry=True)
CONFIG = {
    "response_modalities": ["AUDIO"],
    "input_audio_transcription": {},
    "output_audio_transcription": {},
}
STORY = "Once upon a time there was a fox. One day he found a boat. He let it drift to the sea."


async def main():
    async with LiveServer(STORY) as server:
        with trace.get_tracer("app").start_as_current_span("a call"):
            live = server.client().aio.live
            async with live.connect(model="gemini-3.8-live", config=CONFIG) as session:
                async with SyntheticUser(session) as user, SpeakerSim() as speaker:
                    async def play():
                        while True:
                            async for message in session.receive():
                                speaker.take(message)
                    playing = asyncio.create_task(play())
                    server.expect_speech(user.line("Mm-hm."))
                    await session.send_realtime_input(text="Tell me a story.")
                    await speaker.wait_played(1500)
                    await user.say("Mm-hm.")
                    await speaker.wait_played(3000, within_ms=8000)
                    playing.cancel()
        await asyncio.sleep(0.3)


asyncio.run(main())
traces.shutdown()
meters.shutdown()
"""


class Collector:
    """What a collector's OTLP/HTTP receiver does: it takes protobuf, and says so."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.metrics: list[Any] = []
        collector = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.path == "/v1/traces":
                    request: Any = ExportTraceServiceRequest.FromString(body)
                    for resource in request.resource_spans:
                        for scope in resource.scope_spans:
                            collector.spans += scope.spans
                else:
                    found: Any = ExportMetricsServiceRequest.FromString(body)
                    for resource in found.resource_metrics:
                        for scope in resource.scope_metrics:
                            collector.metrics += scope.metrics
                self.send_response(200)
                self.send_header("Content-Type", "application/x-protobuf")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


def test_a_call_reaches_a_collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collector = Collector()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    app = tmp_path / "app.py"
    app.write_text(APP)
    run = subprocess.run([sys.executable, str(app)], capture_output=True, text=True, timeout=90)
    collector.server.shutdown()
    assert run.returncode == 0, run.stderr
    spans = {span.name: span for span in collector.spans}
    assert {"a call", "speak", "interruption"} <= spans.keys()
    assert spans["interruption"].parent_span_id == spans["a call"].span_id
    assert spans["interruption"].trace_id == spans["a call"].trace_id
    assert spans["speak"].end_time_unix_nano > spans["speak"].start_time_unix_nano
    assert "gemini_live_interrupt.interruptions" in {metric.name for metric in collector.metrics}


def test_nothing_is_imported_where_it_is_off() -> None:
    code = (
        "import sys, gemini_live_interrupt as g, google.genai.live\n"
        "g.enable_interrupt_resume()\n"
        "from gemini_live_interrupt.core.conversation import Conversation\n"
        "from gemini_live_interrupt.genai import following\n"
        "assert not [m for m in sys.modules if m.startswith('opentelemetry')]\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_a_flag_that_is_no_flag_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="telemetry"):
        gli.enable_interrupt_resume(telemetry="yes")  # type: ignore[arg-type]


def test_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gemini_live_interrupt.telemetry.choices.find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r"gemini-live-interrupt\[otel\]"):
        gli.enable_interrupt_resume(telemetry=True)
