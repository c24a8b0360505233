"""Spans and metrics of a conversation, as OpenTelemetry's own SDK exports them."""

from __future__ import annotations

from typing import Any

import pytest
from conversation_steps import STORY, Talk
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gemini_live_interrupt.core import events as e
from gemini_live_interrupt.core.outcome import Outcome
from gemini_live_interrupt.telemetry.spans import Instruments, Telemetry

NAMES = "gemini_live_interrupt."


class Seen:
    """A conversation that OpenTelemetry is told of, and what it was told."""

    def __init__(self, *, with_words: bool | None = False) -> None:
        self.exporter = InMemorySpanExporter()
        self.reader = InMemoryMetricReader()
        traces = TracerProvider()
        traces.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = traces.get_tracer("tests")
        meter = MeterProvider([self.reader]).get_meter("tests")
        self.talk = Talk(reply_timeout=None)
        with self.tracer.start_as_current_span("the host's") as parent:
            self.parent = parent
            self.talk.core.watch(
                Telemetry(
                    self.tracer,
                    Instruments(meter),
                    model="gemini-3.8-live",
                    backend="vertex",
                    session_id="abc",
                    epoch=0.0,
                    with_words=with_words,
                )
            )

    def spans(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.name == name]

    def one(self, name: str) -> ReadableSpan:
        [span] = self.spans(name)
        return span

    def metric(self, name: str) -> list[Any]:
        data = self.reader.get_metrics_data()
        assert data is not None
        return [
            point
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == NAMES + name
            for point in metric.data.data_points
        ]


def seconds(span: ReadableSpan) -> float:
    assert span.start_time is not None and span.end_time is not None
    return (span.end_time - span.start_time) / 1e9


def outcome(kind: Any, **changes: Any) -> Outcome:
    values: dict[str, Any] = {
        "interruption": 1,
        "session_id": "abc",
        "time": 0.0,
        "kind": kind,
        "skipped_words": 0,
        "repeated_words": 0,
        "reply": "secret",
        "note_in_prompt": None,
        "repaired": False,
    }
    return Outcome(**(values | changes))


def conclude(seen: Seen, found: Outcome) -> None:
    watcher: Any = seen.talk.core.watcher
    watcher.saw(seen.talk.core, e.Tick(), seen.talk.now, [e.Conclude(outcome=found)], 0.0)


def test_a_reply_is_a_span_as_long_as_it_was_audible() -> None:
    seen = Seen()
    seen.talk.model_says("Hello there.", 1_500).tell(e.TurnComplete()).wait(4.0)
    seen.talk.user_says("Thanks.")
    span = seen.one("speak")
    assert abs(seconds(span) - 1.5) < 0.05
    assert span.attributes is not None
    assert span.attributes["gen_ai.conversation.id"] == "abc"
    assert span.attributes["gen_ai.provider.name"] == "gcp.vertex_ai"
    assert span.attributes["gen_ai.request.model"] == "gemini-3.8-live"
    assert span.attributes["gen_ai.output.type"] == "speech"
    assert span.attributes[NAMES + "received_ms"] == 1_500.0


def test_a_cut_reply_ends_at_the_cut_and_says_what_was_heard() -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 9_300).plays_for(2.75).interrupted().wait(0.1)
    span = seen.one("speak")
    assert abs(seconds(span) - 2.75) < 0.05
    assert span.attributes is not None
    assert abs(float(str(span.attributes[NAMES + "heard_ms"])) - 2_750.0) < 50.0


def test_an_interruption_is_a_span_from_the_cut_to_what_came_of_it() -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 9_300).plays_for(2.75).user_starts().interrupted().wait(3.0)
    conclude(seen, outcome("resumed", repeated_words=3))
    span = seen.one("interruption")
    assert abs(seconds(span) - 3.0) < 0.05
    facts = dict(span.attributes or {})
    assert facts[NAMES + "cause"] == "speech"
    assert facts[NAMES + "position_from"] == "clock"
    assert facts[NAMES + "delivery"] == "silent"
    assert facts[NAMES + "outcome"] == "resumed"
    assert facts[NAMES + "repeated_words"] == 3
    assert float(facts[NAMES + "note_ms"]) < 50.0
    [point] = seen.metric("outcomes")
    assert point.attributes[NAMES + "kind"] == "resumed"


def test_an_answer_leaves_it_open_for_the_repair() -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 9_300).plays_for(2.75).user_starts().interrupted().wait(1.0)
    conclude(seen, outcome("answered"))
    assert seen.spans("interruption") == []
    seen.talk.wait(1.0)
    conclude(seen, outcome("resumed", repaired=True))
    facts = dict(seen.one("interruption").attributes or {})
    assert (facts[NAMES + "outcome"], facts[NAMES + "repaired"]) == ("resumed", True)


@pytest.mark.parametrize("how", ["the session ends", "another cut"])
def test_without_an_outcome_it_ends_with_what_comes(how: str) -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 9_300).plays_for(1.0).user_starts().interrupted()
    seen.talk.user_says("Who?").wait(1.0)
    if how == "the session ends":
        seen.talk.tell(e.Disconnected(wanted=True))
    else:
        seen.talk.model_says(STORY, 9_300).plays_for(1.0).interrupted()
    assert len(seen.spans("interruption")) == 1


def test_all_of_it_stands_below_the_span_that_was_current_at_the_start() -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 9_300).plays_for(1.0).interrupted()
    seen.talk.tell(e.Disconnected(wanted=True))
    for name in ("speak", "interruption"):
        parent = seen.one(name).parent
        assert parent is not None
        assert parent.span_id == seen.parent.get_span_context().span_id
    assert trace.get_current_span() is trace.INVALID_SPAN


def test_what_is_counted() -> None:
    seen = Seen()
    seen.talk.model_says(STORY, 10_000).plays_for(2.5).interrupted().wait(6.0)
    [cuts] = seen.metric("interruptions")
    assert cuts.value == 1
    [share] = seen.metric("heard_share")
    assert abs(share.sum - 0.25) < 0.02
    [latency] = seen.metric("note.latency")
    assert latency.count == 1 and latency.sum < 0.1
    kinds = {point.attributes[NAMES + "kind"] for point in seen.metric("notices")}
    assert {"false interruption", "nudge"} <= kinds


@pytest.mark.parametrize(("with_words", "shown"), [(False, False), (True, True)])
def test_words_are_told_only_where_they_are_asked_for(with_words: bool, shown: bool) -> None:
    seen = Seen(with_words=with_words)
    seen.talk.model_says(STORY, 9_300).plays_for(2.75).user_starts().interrupted()
    seen.talk.user_says("What about the cat?").wait(1.0).tell(e.Disconnected(wanted=True))
    told = " ".join(str(span.to_json()) for span in seen.exporter.get_finished_spans())
    assert ("miller" in told) is shown


def test_the_environment_asks_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
    seen = Seen(with_words=None)
    seen.talk.model_says(STORY, 9_300).plays_for(2.75).interrupted()
    seen.talk.tell(e.Disconnected(wanted=True))
    facts = dict(seen.one("interruption").attributes or {})
    assert "miller" in str(facts[NAMES + "heard"])
